"""Lay out a document that is no text file: paragraphs a line each, tables a row a line.

Readers of formats with structure (docx, xlsx, pdf, html …) hand over pieces in reading
order; the composer makes the text and keeps the offset of every piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa_engine.sources.raw import Element, Paragraph, RawCell, RawDocument, Table


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell before it has offsets; rows and columns count from 0."""

    row: int
    column: int
    text: str
    rowspan: int = 1
    colspan: int = 1
    header: bool = False


class Composer:
    """Collects text and elements; ``build`` gives the raw document."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._elements: list[Element] = []

    @property
    def empty(self) -> bool:
        return not self._elements

    @property
    def length(self) -> int:
        """Characters laid out so far."""
        return self._length

    def _put(self, text: str) -> int:
        start = self._length
        self._pieces.append(text)
        self._length += len(text)
        return start

    def paragraph(
        self,
        text: str,
        *,
        level: int | None = None,
        page: int | None = None,
        form: str = "text",
        bold: bool = False,
        blank_before: int = 0,
    ) -> None:
        """Add a paragraph; one without visible text is left out."""
        body = text.strip("\r\n")
        if not body.strip():
            return
        start = self._put(body)
        self._put("\n")
        self._elements.append(
            Paragraph(start, start + len(body), level, page, form, bold, blank_before)
        )

    def table(
        self,
        cells: Sequence[GridCell],
        *,
        merges: bool,
        page: int | None = None,
        caption: str | None = None,
    ) -> None:
        """Add a table: cells of a row are divided by tabs, rows by line ends."""
        shown = [cell for cell in cells if cell.text.strip()]
        if not shown:
            return
        first = self._length
        placed: list[RawCell] = []
        row = None
        for cell in sorted(cells, key=lambda cell: (cell.row, cell.column)):
            if row is not None:
                self._put("\t" if cell.row == row else "\n")
            row = cell.row
            text = cell.text.strip().replace("\t", " ")
            start = self._put(text)
            placed.append(
                RawCell(
                    cell.row,
                    cell.column,
                    start,
                    start + len(text),
                    cell.rowspan,
                    cell.colspan,
                    cell.header,
                )
            )
        end = self._length
        self._put("\n")
        self._elements.append(Table(first, end, tuple(placed), merges, page, caption))

    def build(
        self,
        id: str,
        name: str,
        suffix: str,
        *,
        title: str | None = None,
        date: str | None = None,
        encoding: str | None = None,
        encoding_confidence: float | None = None,
        meta: dict[str, str] | None = None,
        problems: Sequence[str] = (),
    ) -> RawDocument:
        return RawDocument(
            id=id,
            text="".join(self._pieces),
            elements=tuple(self._elements),
            title=title,
            date=date,
            name=name,
            suffix=suffix,
            encoding=encoding,
            encoding_confidence=encoding_confidence,
            meta=meta or {},
            problems=tuple(problems),
        )
