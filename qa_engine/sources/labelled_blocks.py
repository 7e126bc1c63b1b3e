"""Tables told row by row as lines of “label：value”, a block of lines a row.

Taken as a table only where at least three blocks begin with one label, their labels are
names of columns, and each block has most of what the others have. A line without a label
goes on with the value above it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from qa_engine.sources.columns import Vocabulary, plain
from qa_engine.sources.furniture import is_page_break
from qa_engine.sources.pasted import Found, Line
from qa_engine.sources.raw import RawCell, Table

_LABELLED = re.compile(r"\s*(?P<label>[^\s:：。，；！？、“”《》]{2,12}?)\s*[:：]\s*(?P<value>.*)$")
_FEWEST_BLOCKS = 3
_FEWEST_LABELS = 3
_SHARED = 0.5  # of a block's labels that most blocks have
_UNFINISHED = "，、；,;：:"
_NOTE = re.compile(r"注\s*\d*\s*[:：]")
_LONGEST_BREAK = 2  # blank lines between blocks


@dataclass(slots=True)
class _Field:
    label: tuple[int, int]
    name: str
    start: int
    end: int
    last: str  # character of the value


@dataclass(slots=True)
class _Block:
    first: int
    last: int
    fields: list[_Field] = field(default_factory=list)
    loose: bool = False  # its last line has no label and follows a finished value


def find_labelled_blocks(lines: Sequence[Line], words: Vocabulary) -> list[Found]:
    """Every such table, in order."""
    found: list[Found] = []
    tried: dict[str, int] = {}  # to where the blocks of a label reach that are no table
    at = 0
    while at < len(lines):
        key = _field(lines[at])
        if key is None or tried.get(key.name, -1) > at or not _may_name(key.name, words):
            at += 1
            continue
        blocks = _blocks(lines, at, key.name)
        headed = _headed(blocks)
        labels = [one.name for block in blocks for one in block.fields] if headed else [key.name]
        tried.update(dict.fromkeys(labels, blocks[-1].last))
        table = None if headed else _table(lines, at, blocks, words)
        if table is not None:
            found.append(table)
        at = table.last if table is not None else at + 1
    return found


def _headed(blocks: Sequence[_Block]) -> bool:
    """Whether a line of its own heads each block (a body above its contacts), which stands at
    the end of the block before."""
    return sum(block.loose for block in blocks[:-1]) * 2 >= len(blocks) > 1


def _may_name(label: str, words: Vocabulary) -> bool:
    return words.known(label) or words.likely(label)


def _table(
    lines: Sequence[Line], first: int, blocks: list[_Block], words: Vocabulary
) -> Found | None:
    common = _common(blocks)
    while blocks and not _fits(blocks[-1], common):
        blocks.pop()  # begins with the same label, but is something else
    names = list(dict.fromkeys(one.name for block in blocks for one in block.fields))
    if (
        len(blocks) < _FEWEST_BLOCKS
        or len(common) < _FEWEST_LABELS
        or not all(_fits(block, common) for block in blocks)
        or not words.titled(sorted(common))
    ):
        return None
    labels = {one.name: one.label for block in reversed(blocks) for one in block.fields}
    cells = [RawCell(0, c, *labels[name], header=True) for c, name in enumerate(names)]
    for row, block in enumerate(blocks, 1):
        cells += [RawCell(row, names.index(one.name), one.start, one.end) for one in block.fields]
    last = blocks[-1].last
    return Found(first, last, Table(lines[first].start, lines[last - 1].end, tuple(cells)))


def _blocks(lines: Sequence[Line], first: int, key: str) -> list[_Block]:
    """The runs of lines that each begin with the key's label."""
    blocks: list[_Block] = []
    seen: set[str] = set()
    for at in range(first, len(lines)):
        line = lines[at]
        if at > first and line.blank_before > _LONGEST_BREAK:
            break
        own = _field(line)
        if own is not None and own.name == key:
            blocks.append(_Block(at, at + 1, [own]))
            continue
        block = blocks[-1]
        if own is not None and own.name in {one.name for one in block.fields}:
            own = None  # the same label twice is a colon within a value
        if own is not None:
            if line.blank_before and own.name not in seen:
                break
            block.fields.append(own)
            block.loose = False
            seen.add(own.name)
        elif is_page_break(line.content):
            continue
        elif _goes_on(block.fields[-1], line):
            block.loose = block.fields[-1].last not in _UNFINISHED
            block.fields[-1].end, block.fields[-1].last = line.end, line.content[-1]
        else:
            break  # the text goes on below the table
        block.last = at + 1
    return blocks


def _goes_on(value: _Field, line: Line) -> bool:
    """A line without a label goes on with the value above; below a blank line, if that is
    unfinished."""
    if value.end == value.start or _NOTE.match(line.content):
        return False
    return not line.blank_before or value.last in _UNFINISHED


def _field(line: Line) -> _Field | None:
    match = _LABELLED.match(line.text)
    if match is None:
        return None
    start, end = match.span("value")
    return _Field(
        (line.start + match.start("label"), line.start + match.end("label")),
        plain(match["label"]),
        line.start + start,
        line.start + start + len(line.text[start:end].rstrip()),
        line.text[start:end].rstrip()[-1:] or "。",
    )


def _common(blocks: Sequence[_Block]) -> set[str]:
    """The labels of at least half of the blocks."""
    counts = Counter(one.name for block in blocks for one in block.fields)
    return {name for name, count in counts.items() if count * 2 >= len(blocks)}


def _fits(block: _Block, common: set[str]) -> bool:
    names = {one.name for one in block.fields}
    return len(names & common) >= max(2, _SHARED * len(common)) and len(
        names & common
    ) >= _SHARED * len(names)
