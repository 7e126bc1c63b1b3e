"""Tables of figures pasted with one cell a line, whatever their columns are called.

A name, then as many lines of figures as in every row, again and again: so many lines above the
first row name the columns. An empty line among the figures is a blank cell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa_engine.sources.pasted import Found, Line, Piece, cell, make
from qa_engine.sources.raw import RawCell

_FIGURE = re.compile(r"[-−+]?\d[\d.,，]*\s*[%％‰]?|[-—－–/]{1,2}")
_NAME = re.compile(r"[^。；;！!？?]{1,24}")
_FEWEST_ROWS = 3
_FEWEST_FIGURES = 2  # a row
_LONGEST_HEADER = 16  # lines


def figure_table(lines: Sequence[Line], at: int) -> Found | None:
    """The table whose first column name is the line ``at``; None where none begins there."""
    stop = min(at + _LONGEST_HEADER, len(lines))
    first = next((n for n in range(at, stop) if _is_figure(lines[n])), None)
    if first is None:
        return None
    width = first - 1 - at  # names of columns; the first row's own name stands below them
    names = [line.content for line in lines[at : first - 1]]
    if width <= _FEWEST_FIGURES or len(set(names)) < width:
        return None
    if not all(map(_NAME.fullmatch, names)):
        return None
    cells = [cell(0, n, _piece(line)) for n, line in enumerate(lines[at : first - 1])]
    row, last = 0, first - 1
    while (places := _row(lines, last, width)) is not None:
        row += 1
        cells += [RawCell(row, c, piece.start, piece.end) for c, piece in places]
        last += len(places)
    return make(lines, at, last, cells) if row >= _FEWEST_ROWS else None


def _row(lines: Sequence[Line], at: int, width: int) -> list[tuple[int, Piece]] | None:
    """(column, piece) of a name and the figures below it; None where they don't fill a row."""
    if at >= len(lines) or _is_figure(lines[at]) or not _NAME.fullmatch(lines[at].content):
        return None
    found = [(0, _piece(lines[at]))]
    column = 0
    for line in lines[at + 1 :]:
        if not _is_figure(line):
            column += line.blank_before
            break
        column += 1 + line.blank_before
        found.append((column, _piece(line)))
    told = len(found) > 1 and found[-1][0] < width and column >= width - 1
    return found if told else None


def _piece(line: Line) -> Piece:
    return Piece(line.start, line.end, False)


def _is_figure(line: Line) -> bool:
    return _FIGURE.fullmatch(line.content) is not None
