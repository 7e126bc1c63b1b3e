"""Tables pasted with one cell a line, where blank lines part the rows.

The first group of lines names the columns; as many lines, or all but the number's, are a
row each. Nothing else has to be known of the cells.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa_engine.models import NUMBER
from qa_engine.sources.celltypes import is_number, is_sentence
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.pasted import Found, Line
from qa_engine.sources.raw import RawCell, Table

_FEWEST_ROWS = 3
_FEWEST_NAMES = 3
_LONGEST_NAME = 16


def find_parted_tables(lines: Sequence[Line], words: Vocabulary) -> list[Found]:
    """Every such table, in order."""
    groups = _groups(lines)
    found: list[Found] = []
    at = 0
    while at < len(groups):
        table = _table(lines, groups, at, words)
        if table is None:
            at += 1
            continue
        found.append(table)
        while at < len(groups) and groups[at][0] < table.last:
            at += 1
    return found


def _groups(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """``[first, last)`` of the runs of lines that blank lines part."""
    if not lines:
        return []
    starts = [at for at, line in enumerate(lines) if at == 0 or line.blank_before]
    return list(zip(starts, [*starts[1:], len(lines)], strict=True))


def _table(
    lines: Sequence[Line], groups: Sequence[tuple[int, int]], at: int, words: Vocabulary
) -> Found | None:
    first, head = groups[at]
    names = [line.content for line in lines[first:head]]
    if len(names) < _FEWEST_NAMES or not _are_names(names, words):
        return None
    last, rows = head, []
    for start, end in groups[at + 1 :]:
        skipped = _skipped(names, [line.content for line in lines[start:end]], words)
        if skipped is None or any("\t" in line.text for line in lines[start:end]):
            break
        rows.append((start, end, skipped))
        last = end
    if len(rows) < _FEWEST_ROWS:
        return None
    cells = [RawCell(0, c, line.start, line.end) for c, line in enumerate(lines[first:head])]
    for row, (start, end, skipped) in enumerate(rows, 1):
        for column, line in enumerate(lines[start:end], skipped):
            cells.append(RawCell(row, column, line.start, line.end))
    table = Table(lines[first].start, lines[last - 1].end, tuple(cells))
    return Found(first, last, table)


def _are_names(names: Sequence[str], words: Vocabulary) -> bool:
    known = sum(words.known(name) for name in names)
    return (
        known >= 2
        and known * 2 >= len(names)
        and len(set(names)) == len(names)
        and all(len(name) <= _LONGEST_NAME and not is_sentence(name) for name in names)
        and not any(is_number(name) for name in names)
    )


def _skipped(names: Sequence[str], values: Sequence[str], words: Vocabulary) -> int | None:
    """How many first columns a row of values leaves out; None when it is no row."""
    if len(values) == len(names):
        return 0
    numbered = words.role(names[0]) == NUMBER and words.known(names[0])
    if numbered and len(values) == len(names) - 1 and not is_number(values[0]):
        return 1
    return None
