"""Text pasted from a table: its lines, the cells in them, the tables found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.parents import header_cells, joined_names, spans_of
from qa_engine.sources.raw import RawCell, Table, line_end


@dataclass(frozen=True, slots=True)
class Line:
    """``text[start:end]`` without its line end; ``blank_before`` counts empty lines above."""

    start: int
    end: int
    text: str
    blank_before: int

    @property
    def tabbed(self) -> bool:
        return self.text.startswith("\t") and "\t" not in self.text.strip()

    @property
    def content(self) -> str:
        return self.text.strip()


@dataclass(slots=True)
class Piece:
    """A cell as found, not yet placed; ``apart`` when blank lines stand above it."""

    start: int
    end: int
    apart: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A table that takes the lines ``[first, last)``."""

    first: int
    last: int
    table: Table


def split_lines(text: str, start: int = 0, end: int | None = None) -> list[Line]:
    """All lines but the truly empty ones (a tab alone is an empty cell, not an empty line)."""
    result: list[Line] = []
    at, blank = start, 0
    stop = len(text) if end is None else end
    while at < stop:
        close = line_end(text, at, stop)
        body = text[at:close]
        if body.startswith("\t") or body.strip():
            result.append(Line(at, close, body, blank))
            blank = 0
        else:
            blank += 1
        at = close + (2 if text.startswith("\r\n", close) else 1)
    return result


def cell(row: int, column: int, piece: Piece) -> RawCell:
    """A piece of the text as the cell at that place."""
    return RawCell(row, column, piece.start, piece.end)


def make(lines: Sequence[Line], first: int, last: int, cells: list[RawCell]) -> Found:
    """The table of the lines ``[first, last)``."""
    return Found(first, last, Table(lines[first].start, lines[last - 1].end, tuple(cells)))


def two_rows(
    pieces: Sequence[list[Piece]], values: Sequence[list[str]], words: Vocabulary
) -> tuple[list[RawCell], int, list[str]] | None:
    """Cells, height and names of a header of two rows without the blanks that merges leave;
    ``values`` are the texts of all rows. None where the first two are no such header."""
    spans = spans_of(values[0], values[1], values[2:], words)
    return None if spans is None else spread(pieces, values, spans)


def spread(
    pieces: Sequence[list[Piece]], values: Sequence[list[str]], spans: Sequence[int]
) -> tuple[list[RawCell], int, list[str]]:
    """The same where it is known over how many columns each name of the first row stands."""
    top, below = ([(piece.start, piece.end) for piece in row] for row in pieces[:2])
    return header_cells(top, below, spans), 2, joined_names(values[0], values[1], spans)
