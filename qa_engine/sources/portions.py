"""Large tables are read in portions, each a document of its own, so that memory stays bounded.

A portion begins with the rows that stand above the data (titles, header), so that it is
understood like a table of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.compose import Composer, GridCell
from qa_engine.sources.grid import build_grid
from qa_engine.sources.headers import find_header

MOST_CELLS = 120_000  # of one document; beyond, a table is read in portions
_HEAD = 12  # rows among which the header of a table is looked for
_FARTHEST = 200  # rows further than wanted that a portion may end


def named(id: str, name: str, first: int, last: int) -> tuple[str, str, str]:
    """Id, name and remark of the portion with the rows from ``first`` to ``last``."""
    return (
        f"{id}/{first}-{last}",
        f"{name}（第{first}—{last}行）",
        f"表格很大，分成几部分读入，这一部分是第 {first} 行到第 {last} 行。",
    )


def header_height(rows: Sequence[Sequence[str]], words: Vocabulary) -> int:
    """How many of the first rows stand above the data; 0 when there is no header."""
    cells = [
        GridCell(r, c, text) for r, row in enumerate(rows[:_HEAD]) for c, text in enumerate(row)
    ]
    composer = Composer()
    composer.table(cells, merges=False)
    raw = composer.build("", "", "csv")
    if not raw.tables:
        return 0
    header = find_header(build_grid(raw.text, raw.tables[0]), words)
    return header.body if header.body > header.first else 0


def portions(
    rows: Iterator[list[str]], head: int, most: int = MOST_CELLS
) -> Iterator[tuple[int, int, list[list[str]]]]:
    """(first row, last row, rows) of each portion, rows counted from 1 in the file.

    The first ``head`` rows stand in every portion. A portion ends before a row with a
    first cell where one is near: the rows of a merged cell stay together.
    """
    above = [row for _, row in zip(range(head), rows, strict=False)]
    held: list[list[str]] = []
    cells = number = 0
    first = 1
    for number, row in enumerate(rows, head + 1):
        over = cells >= most and bool(held)
        begins = bool(row and row[0].strip())
        if over and (begins or cells >= most + _FARTHEST * max(1, len(row))):
            yield first, number - 1, above + held
            held, cells, first = [], 0, number
        held.append(row)
        cells += len(row)
    if held or first == 1:
        yield first, max(number, head), above + held
