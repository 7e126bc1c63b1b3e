"""Find tables that were pasted as text, and put ``Table`` elements in their place."""

from __future__ import annotations

from collections.abc import Iterator

from qa_engine.sources.cell_lines import Found, Line, find_cell_tables, split_lines
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.raw import Element, RawDocument
from qa_engine.sources.separated import find_separated_tables


def with_tables(raw: RawDocument, words: Vocabulary) -> RawDocument:
    """``raw`` with every pasted table as an element in place of its paragraphs."""
    found: list[Found] = []
    for lines in _stretches(raw):
        rows = find_separated_tables(raw.text, lines, words)
        free = [line for line in lines if not any(_within(line.start, item) for item in rows)]
        found += rows
        found += find_cell_tables(raw.text, free, words)
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


def _within(at: int, item: Found) -> bool:
    return item.table.start <= at < item.table.end


def _replace(raw: RawDocument, found: list[Found]) -> tuple[Element, ...]:
    elements: list[Element] = [
        element
        for element in raw.elements
        if not any(_within(element.start, item) for item in found)
    ]
    elements.extend(item.table for item in found)
    elements.sort(key=lambda element: element.start)
    return tuple(elements)
