"""Find tables that were pasted as text, and put ``Table`` elements in their place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TypeVar

from qa_engine.sources.cell_lines import find_cell_tables
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.labelled_blocks import find_labelled_blocks
from qa_engine.sources.parted_cells import find_parted_tables
from qa_engine.sources.pasted import Found, Line, split_lines
from qa_engine.sources.raw import Element, RawDocument
from qa_engine.sources.separated import find_separated_tables

_Part = TypeVar("_Part", Line, Element)


def with_tables(raw: RawDocument, words: Vocabulary) -> RawDocument:
    """``raw`` with every pasted table as an element in place of its paragraphs."""
    found: list[Found] = []
    for lines in _stretches(raw):
        blocks = find_labelled_blocks(lines, words)
        found += blocks
        lines = _outside(lines, blocks)
        rows = find_separated_tables(raw.text, lines, words)
        free = _outside(lines, rows)
        found += rows
        parted = find_parted_tables(free, words)
        found += parted
        found += find_cell_tables(raw.text, _outside(free, parted), words)
    if not found:
        return raw
    return raw.with_elements(_replace(raw, found))


def _stretches(raw: RawDocument) -> Iterator[list[Line]]:
    """The lines between the tables that the format itself has."""
    at = 0
    for table in [*raw.tables, None]:
        end = len(raw.text) if table is None else table.start
        lines = split_lines(raw.text, at, end)
        if lines:
            yield lines
        if table is not None:
            at = table.end


def _outside(parts: Sequence[_Part], found: Sequence[Found]) -> list[_Part]:
    """The parts that begin in none of the tables."""
    tables = sorted((item.table.start, item.table.end) for item in found)
    starts = [start for start, _ in tables]
    kept: list[_Part] = []
    for part in parts:
        at = bisect_right(starts, part.start) - 1
        if at < 0 or part.start >= tables[at][1]:
            kept.append(part)
    return kept


def _replace(raw: RawDocument, found: list[Found]) -> tuple[Element, ...]:
    elements: list[Element] = _outside(raw.elements, found)
    elements.extend(item.table for item in found)
    elements.sort(key=lambda element: element.start)
    return tuple(elements)
