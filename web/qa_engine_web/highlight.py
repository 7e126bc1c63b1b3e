"""Which characters of a text to mark, and the text cut at those marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa_engine.text.normalise import fold, normalise

Span = tuple[int, int]

CITED = "cited"
WORD = "word"
PLAIN = ""

# Words that ask or join; on their own they say nothing about where an answer stands.
_ASKING_WORDS = (
    "什么 哪个 哪些 哪里 哪家 哪位 哪一 多少 怎么 怎样 如何 是否 是谁 为何 何时 几个 几项 由谁 "
    "以及 可以 关于 对于 有没 没有 一个 这个 那个 这些 那些 我们 他们 进行 的是 是什 么是 的时 "
    "候的 请问 有哪 由哪 是多 个部"
)
_ASKING = frozenset(_ASKING_WORDS.split())


_RUN = re.compile(rb"\x00+|\x01+|\x02+")  # of one mark


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text and how to show it: cited, word or plain (``""``)."""

    text: str
    mark: str = PLAIN


def query_spans(query: str, text: str, shortest: int = 2) -> list[Span]:
    """Where pieces of the query (two characters or more, whole Latin words) stand.

    Script and width don't matter. Longest pieces win; spans do not overlap.
    """
    runs = _runs(fold(query))
    form = normalise(text)
    folded = form.text
    spans: list[Span] = []
    at = 0
    while at < len(folded):
        length = _longest(runs, folded, at)
        if length >= shortest and not _asks(folded[at : at + length]):
            span = form.source_span(at, at + length)
            # A character such as ¼ becomes several; a piece may begin inside it.
            if span is not None and (not spans or span[0] >= spans[-1][1]):
                spans.append(span)
            at += length
        else:
            at += 1
    return spans


def _runs(query: str) -> list[str]:
    cut = "".join(character if character.isalnum() else " " for character in query)
    return [run for run in cut.split() if len(run) > 1]


def _longest(runs: Sequence[str], text: str, at: int) -> int:
    if at and _latin(text[at]) and _latin(text[at - 1]):
        return 0
    best = 0
    for run in runs:
        length = best + 1
        while at + length <= len(text) and text[at : at + length] in run:
            best = length
            length += 1
    # A Latin word is marked as a whole or not at all.
    while (
        best and at + best < len(text) and _latin(text[at + best - 1]) and _latin(text[at + best])
    ):
        best -= 1
    return best


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _asks(piece: str) -> bool:
    if piece in _ASKING:
        return True
    return len(piece) <= 4 and all(piece[i : i + 2] in _ASKING for i in range(len(piece) - 1))


def segments(text: str, cited: Iterable[Span] = (), words: Iterable[Span] = ()) -> list[Segment]:
    """``text`` cut where a mark begins or ends; a cited character is never only a word."""
    cited, words = list(cited), list(words)
    if not cited and not words:  # the most frequent case by far
        return [Segment(text)] if text else []
    marks = bytearray(len(text))
    for spans, value in ((words, 1), (cited, 2)):
        for start, end in spans:
            start, end = max(0, start), min(len(text), end)
            if start < end:
                marks[start:end] = bytes([value]) * (end - start)
    names = (PLAIN, WORD, CITED)
    return [
        Segment(text[run.start() : run.end()], names[marks[run.start()]])
        for run in _RUN.finditer(marks)
    ]
