"""Tables that lie on their side: the names in the first column, a thing a column."""

from __future__ import annotations

from dataclasses import replace

from qa_engine.models import DEADLINE, GROUP, LEAD, PERSON, TASK
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.grid import Grid
from qa_engine.sources.raw import RawCell, Table

_FEWEST = 3  # rows and columns


def is_transposed(grid: Grid, words: Vocabulary) -> bool:
    """Names of columns below each other, of who or when among them, and none in the first row
    but the one that says what the things are (项目名称 | 甲水厂 | 乙学校)."""
    if grid.columns < _FEWEST or len(grid.rows) < _FEWEST:
        return False
    if any(cell.rowspan > 1 or cell.colspan > 1 for cell in grid.table.cells):
        return False
    names = [grid.text(r, 0) for r in range(len(grid.rows))]
    things = [grid.text(0, c) for c in range(1, grid.columns)]
    roles = [words.role(name) for name in names]
    return (
        all(map(words.likely, names))
        and len(set(names)) == len(names)
        and roles[0] in (TASK, GROUP, PERSON)
        and any(role in (LEAD, DEADLINE) for role in roles[1:])
        and all(things)
        and not any(map(words.likely, things))
    )


def upright(table: Table) -> Table:
    """The table with rows and columns changed for each other."""
    return replace(table, cells=tuple(_turned(cell) for cell in table.cells))


def _turned(cell: RawCell) -> RawCell:
    return replace(
        cell,
        row=cell.column,
        column=cell.row,
        rowspan=cell.colspan,
        colspan=cell.rowspan,
        header=False,
    )
