"""Cells one after another in rows that begin with 1, 2, 3 …: the numbers part the rows."""

from __future__ import annotations

from collections.abc import Sequence

from qa_engine.sources.parents import may_name

_FEWEST = 3  # rows, and cells of a row, that tell that what stands above are names


def even_below(names: Sequence[str], values: Sequence[str]) -> bool:
    """Names that nobody knows: numbered rows of one length below tell that they are names."""
    if not all(map(may_name, names)):
        return False
    rows = serial_rows(values)
    lengths = {len(row) for row in rows[:-1]}
    width = max(lengths, default=0)
    if len(rows) < _FEWEST or len(lengths) != 1 or width < _FEWEST:
        return False
    return width <= len(names) < 2 * width


def serial_rows(values: Sequence[str]) -> list[list[str]]:
    """Values that begin with 1, parted before 2, 3 …; the last row is no longer than the
    others. Empty where they do not begin so."""
    rows: list[list[str]] = []
    for value in values:
        if value.rstrip(".、．") == str(len(rows) + 1):
            rows.append([])
        elif not rows:
            return []
        rows[-1].append(value)
    if len(rows) < 2:
        return []
    rows[-1] = rows[-1][: max(map(len, rows[:-1]))]
    return rows
