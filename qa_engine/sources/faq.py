"""Questions and answers for the public: numbered questions, 答：, Q1/A1.

Each pair is a turn; the blocks of an answer carry their question.
"""

from __future__ import annotations

import re
from dataclasses import replace

from qa_engine.models import Block, Dropped
from qa_engine.sources.layout import Parsed
from qa_engine.sources.lines import Line, clean
from qa_engine.sources.outline import is_heading, number_level
from qa_engine.sources.questions import split_marked
from qa_engine.sources.raw import RawDocument
from qa_engine.sources.speakers import Cast, Label, Speaker, label_of
from qa_engine.sources.transcripts import LABEL

_COUNT = r"(?:\d{1,3}|[一二三四五六七八九十百]{1,4})"
# 2024年度… and 一年… begin with a number that counts nothing.
_NUMBER = re.compile(
    rf"^\s*(?:第\s*{_COUNT}\s*[问题条个]+\s*[、．.:：]?|问题?\s*{_COUNT}\s*[、．.:：]"
    rf"|[（(]\s*{_COUNT}\s*[)）]\s*[、．.:：]?|{_COUNT}\s*[)）、．.:：](?!\d)|\d{{1,3}}\s+(?=\D)|[①-⑳])\s*"
)
_INTERROGATIVE = re.compile(r"什么|哪|如何|怎么|怎样|吗|是否|能否|可否|多少|几|为何|为什么|谁|何时")
_QUESTION_LONGEST = 120
_TITLE_LONGEST = 60


def parse_faq(raw: RawDocument) -> Parsed | None:
    """None when fewer than two questions with answers are found."""
    cleaned = clean(raw)
    lines = [part for line in cleaned.lines for part in split_marked(line)]
    marks = [_mark(line) for line in lines]
    kinds = [_kind(index, lines, marks) for index in range(len(lines))]
    marked = sum(1 for found in marks if found is not None and found[1].answer)
    asked = kinds.count("question")
    if asked < 2 or (marked < 2 and not _mostly_questions(lines, kinds)):
        return None
    parsed = Parsed(kind="faq", score=0.9 if marked >= 2 else 0.6)
    parsed.title = cleaned.title or raw.title
    parsed.date = raw.date or cleaned.meta.get("published")
    parsed.source = cleaned.meta.get("source")
    parsed.meta.update(cleaned.meta)
    parsed.dropped += cleaned.dropped
    _read(lines, marks, kinds, parsed)
    return parsed


def _mark(line: Line) -> tuple[Label, Speaker] | None:
    """问：and 答：(also numbered, also Q and A) at the head of a line; no other label."""
    label = label_of(line.text)
    if label is None or not label.colon or len(label.text) > 6:
        return None
    speaker = Cast().speaker(label)
    return (label, speaker) if speaker is not None and not speaker.name else None


def _kind(index: int, lines: list[Line], marks: list[tuple[Label, Speaker] | None]) -> str:
    found, line = marks[index], lines[index]
    if found is not None:
        return "question" if found[1].asker else "answer"
    if line.meta or len(line.text) > _QUESTION_LONGEST:
        return "text"
    following = marks[index + 1] if index + 1 < len(lines) else None
    before_answer = following is not None and following[1].answer
    numbered = _NUMBER.match(line.text) is not None and number_level(line.text) is not None
    ends = line.text[-1] in "？?"
    if before_answer and (ends or numbered or line.level is not None):
        return "question"
    if ends and (numbered or line.level is not None or line.bold):
        return "question"
    if before_answer and _INTERROGATIVE.search(line.text):
        return "question"
    return "text"


def _mostly_questions(lines: list[Line], kinds: list[str]) -> bool:
    """Without 答：: at least three numbered questions, each with a text below it."""
    pairs = sum(
        kinds[index] == "question" and kinds[index + 1] == "text" for index in range(len(lines) - 1)
    )
    return pairs >= 3 and pairs >= 0.8 * kinds.count("question") and pairs * 8 >= len(lines)


def _read(
    lines: list[Line],
    marks: list[tuple[Label, Speaker] | None],
    kinds: list[str],
    parsed: Parsed,
) -> None:
    path: list[tuple[int, str]] = []
    question: str | None = None
    turn = 0
    answered = False
    for line, found, kind in zip(lines, marks, kinds, strict=True):
        headings = tuple(name for _, name in path)
        if line.meta:
            parsed.blocks.append(Block("meta", line.aligned, page=line.page))
            continue
        if found is not None:
            line = _without_label(line, found[0], parsed)
            if not line.aligned:
                answered = answered or kind == "answer"
                continue
        if kind == "question":
            if question is None or answered:
                turn += 1
                question = None
            text = _NUMBER.sub("", line.text, count=1) or line.text
            question = f"{question} {text}" if question else text
            answered = False
            parsed.blocks.append(
                Block("question", line.aligned, headings, page=line.page, turn=turn)
            )
            continue
        level = line.level or (number_level(line.text) if is_heading(line.text) else None)
        if question is None or (level is not None and level <= 3 and kind == "text" and answered):
            path, question = _outside(line, level, path, question, parsed)
            continue
        answered = True
        parsed.blocks.append(
            Block(
                "speech",
                line.aligned,
                headings,
                page=line.page,
                turn=turn,
                question=question,
            )
        )


def _outside(
    line: Line, level: int | None, path: list[tuple[int, str]], question: str | None, parsed: Parsed
) -> tuple[list[tuple[int, str]], str | None]:
    """A line that belongs to no pair: title, section heading, introduction."""
    text = line.text
    first = all(block.kind == "meta" for block in parsed.blocks) and question is None
    if first and level is None and len(text) <= _TITLE_LONGEST and text[-1] not in "。：:；;，,":
        parsed.title = parsed.title or text
        parsed.blocks.append(Block("title", line.aligned, page=line.page))
        return path, question
    if level is not None:
        path = [(depth, name) for depth, name in path if depth < level]
        headings = tuple(name for _, name in path)
        parsed.blocks.append(Block("heading", line.aligned, headings, level=level, page=line.page))
        return [*path, (level, text)], None
    headings = tuple(name for _, name in path)
    parsed.blocks.append(Block("paragraph", line.aligned, headings, page=line.page))
    return path, question


def _without_label(line: Line, label: Label, parsed: Parsed) -> Line:
    span = line.aligned.source_span(0, label.end)
    if span is not None:
        parsed.dropped.append(Dropped(*span, LABEL))
    return replace(line, aligned=line.aligned.slice(label.end, len(line.text)).strip())
