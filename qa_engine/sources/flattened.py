"""Find tables that were pasted as text, and put ``Table`` elements in their place."""

from __future__ import annotations

from qa_engine.sources.cell_lines import Found, find_cell_tables, split_lines
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.raw import Element, RawDocument


def with_tables(raw: RawDocument, words: Vocabulary) -> RawDocument:
    """``raw`` with every pasted table as an element in place of its paragraphs."""
    lines = split_lines(raw.text)
    found = find_cell_tables(raw.text, lines, words)
    if not found:
        return raw
    return raw.with_elements(_replace(raw, found))


def _replace(raw: RawDocument, found: list[Found]) -> tuple[Element, ...]:
    elements: list[Element] = []
    waiting = sorted(found, key=lambda item: item.table.start)
    for element in raw.elements:
        while waiting and waiting[0].table.start <= element.start:
            elements.append(waiting.pop(0).table)
        inside = any(item.table.start <= element.start < item.table.end for item in found)
        if not inside:
            elements.append(element)
    elements.extend(item.table for item in waiting)
    elements.sort(key=lambda element: element.start)
    return tuple(elements)
