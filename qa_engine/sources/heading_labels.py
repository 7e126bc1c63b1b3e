"""Labels in the brackets of a heading hold for every row below it.

“一、养老服务（分管领导：张三；牵头单位：市民政局）” above a table, or as a group row in one, says
who is in charge of each of its rows. They get a cell for it, carried from the heading, unless
their table has such a column.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from qa_engine.models import GROUP, NUMBER, OTHER, TASK, Block, Cell, Record
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.duty_text import labelled
from qa_engine.text.patterns import later

_BRACKET = later(r"[（(]([^（()）]*[：:][^（()）]*)[）)]")
_NOT_CARRIED = frozenset((TASK, GROUP, NUMBER))


def with_heading_labels(blocks: Sequence[Block], words: Vocabulary) -> list[Block]:
    """The blocks, rows with what the headings above them say in brackets."""
    told: dict[str, tuple[Cell, ...]] = {}
    result: list[Block] = []
    for block in blocks:
        if block.kind == "heading":
            told[block.text.text] = tuple(_cells(block, words))
        elif block.record is not None and block.table is not None:
            above = [cell for name in block.headings for cell in told.get(name, ())]
            block = replace(block, record=_below(block.record, above))
        result.append(block)
    return result


def _cells(heading: Block, words: Vocabulary) -> Iterator[Cell]:
    """One for each label in the heading's brackets that names a column."""
    for bracket in _BRACKET.finditer(heading.text.text):
        for part in labelled(bracket.group(1), words):
            role = words.role(part.header)
            start = bracket.start(1)
            place = heading.text.source_span(start + part.start, start + part.end)
            if place is not None and role not in _NOT_CARRIED:
                value = bracket.group(1)[part.start : part.end]
                yield Cell(part.header, value, role, *place, carried=True)


def _below(record: Record, above: Sequence[Cell]) -> Record:
    """The record with the cells from above for which it has no column."""
    headers = {cell.header for cell in record.cells}
    roles = {cell.role for cell in record.cells} - {OTHER}
    more = [cell for cell in above if cell.header not in headers and cell.role not in roles]
    return replace(record, cells=(*record.cells, *more)) if more else record
