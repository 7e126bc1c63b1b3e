"""Sentences and clauses with offsets.

A sentence ends at 。！？!?…… or at a line end. Quotes and brackets are kept whole, so that
a citation never ends inside one, unless what they hold is long or never closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from qa_engine.text.patterns import later

_OPEN = {
    "（": "）",
    "(": ")",
    "“": "”",
    "「": "」",
    "『": "』",
    "《": "》",
    "【": "】",
    "[": "]",
    "‘": "’",
    "〔": "〕",
}
_CLOSERS = '”’」』）)】》]〕"'
_ENDS = "。！？!?｡"
_CLAUSE_ENDS = "；;，,：:"
# A quotation or bracket longer than this is cut at the sentence ends inside it.
_LONGEST_KEPT = 120
_HAN = later(r"[\u3400-\u9fff\uf900-\ufaff]")
_ITEM = later(r"\s*(?:\d{1,3}|[一二三四五六七八九十百]{1,4})\s*")
_MARKS = later(f"[{re.escape(''.join(_OPEN) + _CLOSERS)}\r\n\f]")
_SPACE = " \t\u3000\xa0"

Span = tuple[int, int]


def sentences(text: str) -> list[Span]:
    """The sentences in order, blanks at both ends left out; every other character is in one."""
    return list(_trimmed(text, _cuts(text, _ENDS)))


def clauses(text: str) -> list[Span]:
    """Sentences cut further at ；，： (brackets and quotes kept whole); for over-long ones."""
    return list(_trimmed(text, _cuts(text, _ENDS + _CLAUSE_ENDS)))


def semicolon_parts(text: str) -> list[Span]:
    """Sentences cut further at ；only: the members of a long list."""
    return list(_trimmed(text, _cuts(text, _ENDS + "；;")))


def _cuts(text: str, ends: str) -> Iterator[Span]:
    closing = _matches(text)
    start = at = 0
    length = len(text)
    stops = _stops(ends)
    while (found := stops.search(text, at)) is not None:
        at = found.start()
        character = text[at]
        if character in "\r\n\f":
            yield start, at
            start = at = at + 1
            continue
        close = closing.get(at)
        if close is not None and close - at <= _LONGEST_KEPT:
            # What stands inside is skipped; a sentence that ends with the quote ends here.
            if (
                text[close - 1] in _ENDS
                and character in "“「『‘"
                and _begins_sentence(text, start, at)
            ):
                at = _after_closers(text, close)
                yield start, at
                start = at
            else:
                at = close + 1
            continue
        if character in ends and _is_end(text, at):
            at = _after_remark(text, _after_closers(text, at), closing)
            yield start, at
            start = at
            continue
        if character == "…" and text.startswith("……", at):
            while at < length and text[at] in "….":
                at += 1
            # An ellipsis ends a sentence only before an obvious new one.
            if at >= length or text[at] in "\r\n" + _CLOSERS:
                at = _after_closers(text, at - 1)
                yield start, at
                start = at
            continue
        at += 1
    yield start, length


@cache
def _stops(ends: str) -> re.Pattern[str]:
    """What may end a sentence, or opens what is kept whole."""
    return re.compile(f"[{re.escape(''.join(_OPEN) + ends)}…\r\n\f]")


def _begins_sentence(text: str, start: int, at: int) -> bool:
    """Whether the quotation is the end of the sentence: a colon, or nothing, leads it in."""
    before = text[start:at].rstrip()
    return not before or before[-1] in "：:，,"


def _is_end(text: str, at: int) -> bool:
    character = text[at]
    if character not in "?!:;,":
        return True
    # ASCII marks end Chinese clauses but not parts of an address, a time or a number.
    before = text[at - 1 : at]
    after = text[at + 1 : at + 2]
    if character in "?!":
        return not (after.isascii() and after.isalnum()) or bool(_HAN.match(before))
    return not (before.isdigit() and after.isdigit()) and not text.startswith("//", at + 1)


def _after_closers(text: str, at: int) -> int:
    """The offset after a run of end marks and the closers that belong to it."""
    at += 1
    while at < len(text) and text[at] in _ENDS + _CLOSERS:
        at += 1
    return at


def _after_remark(text: str, at: int, closing: dict[int, int]) -> int:
    """A bracket right after the full stop, such as （财政部负责）, belongs to its sentence."""
    close = closing.get(at)
    if close is None or text[at] not in "（(" or close - at > _LONGEST_KEPT:
        return at
    return at if _ITEM.fullmatch(text, at + 1, close) else close + 1


def _matches(text: str) -> dict[int, int]:
    """Offset of each opening mark → offset of its closing mark, within one line."""
    found: dict[int, int] = {}
    stack: list[int] = []
    for mark in _MARKS.finditer(text):
        at, character = mark.start(), mark.group()
        if character in "\r\n\f":
            stack.clear()
        elif character in _OPEN:
            stack.append(at)
        else:
            for depth in range(len(stack) - 1, -1, -1):
                if _OPEN[text[stack[depth]]] == character:
                    found[stack[depth]] = at
                    del stack[depth:]
                    break
    return found


def _trimmed(text: str, spans: Iterator[Span]) -> Iterator[Span]:
    for start, end in spans:
        while start < end and text[start] in _SPACE:
            start += 1
        while end > start and text[end - 1] in _SPACE:
            end -= 1
        if start < end:
            yield start, end
