"""Duty clauses in prose as records, tied to the task that they close.

“（市发展改革委牵头，市财政局配合，2020年底前完成）” closes the sentences before it, back
to the start of the item or to the bracket before. The block that holds task and clause
becomes a ``clause`` with a record; offsets are exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa_engine.alignment import Aligned
from qa_engine.models import LEAD, TASK, Block, Cell, Record
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.duty_sentences import find_sentence_duties
from qa_engine.sources.duty_text import (
    Part,
    first_leads,
    label_start,
    parse_bracket,
    parse_labels,
    parse_names,
    parse_sheet,
    starts_with_label,
)
from qa_engine.sources.outline import number_level

_OPEN, _CLOSE = "（(【〔[", "）)】〕]"
_BRACKET = re.compile(f"[{re.escape(_OPEN + _CLOSE)}]")
_LONGEST = 400  # characters of a bracket; longer ones are text
_FEWEST = 6  # characters of a task
_MOST_JOINED = 600  # characters of an item whose paragraphs are joined before its duty line
_AFTER = " \t\r\n\u3000"


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause within a text: ``[start, end)`` holds its parts and its brackets."""

    start: int
    end: int
    parts: tuple[Part, ...]  # offsets of the whole text


def with_duties(blocks: Sequence[Block], words: Vocabulary) -> list[Block]:
    """The blocks with every task that a duty clause closes turned into a ``clause``."""
    result: list[Block] = []
    ordered = False
    for block in _joined_labels(blocks, words):
        if block.kind not in ("paragraph", "heading") or block.record is not None:
            result.append(block)
            continue
        text = block.text.text
        if block.kind == "heading" and not _worth(text):
            result.append(block)
            continue
        ordered = ordered or first_leads(text)
        if result and result[-1].kind == "heading" and (sheet := parse_sheet(text, words)):
            result = _close_item(result, block, [_Clause(0, len(text), sheet)])
            continue
        clauses = list(_clauses(text, words, ordered))
        if clauses and clauses[0].start <= _indent(text) + 1 and _lone(text, clauses):
            result = _close_item(result, block, clauses)
        elif clauses:
            result.extend(_split(block, clauses))
        elif block.kind == "paragraph":
            result.extend(find_sentence_duties(block))
        else:
            result.append(block)
    return result


def _joined_labels(blocks: Sequence[Block], words: Vocabulary) -> Iterator[Block]:
    """Labels on lines of their own (牵头单位：…, 配合单位：…, 完成时限：…) as one paragraph."""
    held: list[Block] = []
    for block in blocks:
        text = block.text.text
        plain = block.kind == "paragraph" and block.record is None and "。" not in text[:-1]
        if plain and starts_with_label(text, words):
            held.append(block)
            continue
        yield from _one_clause(held, words)
        held = []
        yield block
    yield from _one_clause(held, words)


def _one_clause(held: list[Block], words: Vocabulary) -> list[Block]:
    if len(held) < 2 or not any(label_start(block.text.text, words) is not None for block in held):
        return held
    return [replace(held[0], text=Aligned.join([block.text for block in held], "\n"))]


def _worth(text: str) -> bool:
    return any(mark in text for mark in _OPEN) or "：" in text


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(_AFTER + "".join(_OPEN)))


def _clauses(text: str, words: Vocabulary, ordered: bool) -> Iterator[_Clause]:
    """The duty clauses of a paragraph, in order: brackets, and labels at its end."""
    last = 0
    for start, end in _brackets(text):
        if end - start > _LONGEST or start < last:
            continue
        inside = text[start + 1 : end - 1]
        parts = parse_bracket(inside, words, ordered)
        if not parts and _closes_item(text, start, end):
            parts = parse_names(inside)
        if not parts:
            continue
        stop = end + 1 if text[end : end + 1] in ("。", "；", ";", "，") else end
        yield _Clause(start, stop, _moved(parts, start + 1))
        last = stop
    tail = label_start(text[last:], words)
    if tail is not None:
        parts = parse_labels(text[last + tail :], words)
        if parts:
            yield _Clause(last + tail, len(text), _moved(parts, last + tail))


def _closes_item(text: str, start: int, end: int) -> bool:
    """A bracket at the very end of a numbered item of at least a sentence."""
    ended = text[start - 1 : start] == "。" or text[end:].strip() == "。"
    return ended and len(text[end:].strip()) <= 1 and number_level(text) is not None


def _brackets(text: str) -> Iterator[tuple[int, int]]:
    """Outermost brackets, balanced."""
    depth = start = 0
    for mark in _BRACKET.finditer(text):
        at, character = mark.start(), mark.group()
        if character in _OPEN:
            if depth == 0:
                start = at
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                yield start, at + 1


def _moved(parts: tuple[Part, ...], by: int) -> tuple[Part, ...]:
    return tuple(replace(part, start=part.start + by, end=part.end + by) for part in parts)


def _lone(text: str, clauses: list[_Clause]) -> bool:
    """Nothing but clauses in the paragraph: it closes the paragraphs above."""
    at = 0
    for clause in clauses:
        if len(text[at : clause.start].strip(_AFTER + "。；")) > 1:
            return False
        at = clause.end
    return len(text[at:].strip(_AFTER + "。；")) <= 1


def _split(block: Block, clauses: list[_Clause]) -> list[Block]:
    """A paragraph with clauses in it: one block for each task with its clause.

    The tasks after the first stand under the item's own first sentence, if numbered.
    """
    text = block.text
    result: list[Block] = []
    at = 0
    lead = _item_lead(text.text)
    for clause in clauses:
        task = text.slice(at, clause.start).strip()
        whole = text.slice(at, clause.end).strip()
        headings = block.headings if not at else _below(block.headings, lead)
        if len(task.text) < _FEWEST and result:
            result[-1] = _widened(result[-1], text, clause)
        else:
            record = _record(task, clause.parts, text)
            result.append(
                replace(block, kind="clause", text=whole, record=record, headings=headings)
            )
        at = clause.end
    rest = text.slice(at, len(text.text)).strip()
    if len(rest.text) > 1:
        headings = _below(block.headings, lead)
        result.append(replace(block, kind="paragraph", text=rest, headings=headings))
    return result


def _below(headings: tuple[str, ...], lead: str | None) -> tuple[str, ...]:
    return headings if lead is None or lead in headings[-1:] else (*headings, lead)


def _widened(block: Block, text: Aligned, clause: _Clause) -> Block:
    """Two brackets side by side close the same task."""
    assert block.record is not None
    cells = (*block.record.cells, *_cells(clause.parts, text))
    joined = Aligned.join((block.text, text.slice(clause.start, clause.end)))
    return replace(block, text=joined, record=Record(cells))


def _item_lead(text: str) -> str | None:
    """“（十八）持续推进改革。…”: the numbered first sentence of an item."""
    if number_level(text) is None:
        return None
    end = text.find("。")
    return text[:end].strip() if 0 < end <= 60 else None


def _close_item(done: list[Block], block: Block, clauses: list[_Clause]) -> list[Block]:
    """A duty line of its own closes the paragraphs of the item above it."""
    parts = tuple(part for each in clauses for part in each.parts)
    first = len(done)
    size = 0
    while first > 0:
        above = done[first - 1]
        size += len(above.text.text)
        if above.kind != "paragraph" or not _under(above.headings, block.headings):
            break
        if first < len(done) and size > _MOST_JOINED:
            break
        first -= 1
        if number_level(above.text.text) is not None:
            break
    if first < len(done):
        item = [each.text for each in done[first:]]
        task = Aligned.join(item, "\n")
        whole = Aligned.join((*item, block.text), "\n")
        record = _record(task, parts, block.text)
        return [*done[:first], replace(done[first], kind="clause", text=whole, record=record)]
    if done and done[-1].kind == "heading":
        task = done[-1].text
        whole = Aligned.join((task, block.text), "\n")
        record = _record(task, parts, block.text)
        return [*done, replace(block, kind="clause", text=whole, record=record)]
    return [*done, block]


def _under(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Do two paragraphs stand under one heading, whether or not the item itself counts?"""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter] and abs(len(one) - len(other)) <= 1


def _record(task: Aligned, parts: Sequence[Part], text: Aligned) -> Record:
    return Record((_cell("任务", TASK, task.strip(), 0, None), *_cells(parts, text)))


def _cells(parts: Sequence[Part], text: Aligned) -> list[Cell]:
    ranked = sorted(parts, key=lambda part: part.role != LEAD)
    return [_cell(part.header, part.role, text, part.start, part.end) for part in ranked]


def _cell(header: str, role: str, text: Aligned, start: int, end: int | None) -> Cell:
    stop = len(text.text) if end is None else end
    span = text.source_span(start, stop) or (-1, -1)
    return Cell(header, text.text[start:stop], role, span[0], span[1])
