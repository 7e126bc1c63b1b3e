"""Tables of figures pasted with one cell a line, whatever their columns are called.

A name, then as many lines of figures as in every row, again and again: so many lines above the
first row name the columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa_engine.sources.pasted import Found, Line, Piece, cell, make

_FIGURE = re.compile(r"[-−+]?\d[\d.,，]*\s*[%％‰]?|[-—－–/]{1,2}")
_NUMBER = re.compile(r"\d")
_NAME = re.compile(r"[^。；;！!？?]{1,24}")
_FEWEST_ROWS = 3
_FEWEST_FIGURES = 2  # a row


def figure_table(lines: Sequence[Line], at: int) -> Found | None:
    """The table whose first column name is the line ``at``; None where none begins there."""
    first = next((n for n in range(at, min(at + 16, len(lines))) if _is_figure(lines, n)), None)
    if first is None:
        return None
    width = first - 1 - at  # the names of columns; the first row's own name stands below them
    figures = _run(lines, first)
    if figures < _FEWEST_FIGURES or width - 1 != figures:
        return None
    names = [lines[n].content for n in range(at, first - 1)]
    if len(set(names)) < len(names) or not all(map(_NAME.fullmatch, names)):
        return None
    last = first - 1
    while _is_row(lines, last, figures):
        last += figures + 1
    rows = (last - first + 1) // width  # without the header
    if rows < _FEWEST_ROWS:
        return None
    pieces = [Piece(line.start, line.start + len(line.text), False) for line in lines[at:last]]
    return make(
        lines, at, last, [cell(n // width, n % width, piece) for n, piece in enumerate(pieces)]
    )


def _is_row(lines: Sequence[Line], at: int, figures: int) -> bool:
    """Whether a name stands at that line and just so many figures below it."""
    if at >= len(lines) or _is_figure(lines, at) or not _NAME.fullmatch(lines[at].content):
        return False
    return _run(lines, at + 1) == figures


def _is_figure(lines: Sequence[Line], at: int) -> bool:
    return _FIGURE.fullmatch(lines[at].content) is not None


def _run(lines: Sequence[Line], first: int) -> int:
    """How many lines of figures stand from there on, one of them at least a number."""
    last = first
    while last < len(lines) and _is_figure(lines, last):
        last += 1
    return last - first if any(map(_NUMBER.search, (x.content for x in lines[first:last]))) else 0
