"""A table's cells laid out in rows and columns, values cleaned and tied to the source."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from qa_engine.alignment import Aligned, Edit
from qa_engine.sources.celltypes import departments_share, has_item_number
from qa_engine.sources.people import is_likely_name
from qa_engine.sources.raw import RawCell, Table

_SPACE = re.compile(r"(?:\s|<br\s*/?>)+", re.IGNORECASE)
_WIDE = re.compile(r"[⺀-鿿豈-﫿＀-￯　-〿“”‘’…—·]")
_NEIGHBOURS = 60  # characters on each side that tell what a gap is
_MOST_PLACES = 2_000_000  # of a grid; beyond, spans are no merges but an attack
_NAME_END = re.compile(r"[\s、，,；;：:（）()/]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")


@dataclass(frozen=True, slots=True)
class Place:
    """A cell as seen from one row and column: ``here`` is False where it is only
    continued by a merge."""

    cell: RawCell
    value: Aligned
    here: bool

    @property
    def text(self) -> str:
        return self.value.text


@dataclass(frozen=True, slots=True)
class Grid:
    """``rows[r][c]`` is None where the table has no cell."""

    rows: tuple[tuple[Place | None, ...], ...]
    table: Table

    @property
    def columns(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    def text(self, row: int, column: int) -> str:
        place = self.rows[row][column]
        return "" if place is None else place.text

    def filled(self, row: int) -> list[int]:
        """The columns of a row with a value, merged ones included."""
        return [c for c in range(self.columns) if self.text(row, c)]

    def distinct(self, row: int) -> list[RawCell]:
        """The cells with a value that show in a row, each once."""
        seen: dict[tuple[int, int], RawCell] = {}
        for place in self.rows[row]:
            if place is not None and place.text:
                seen.setdefault((place.cell.row, place.cell.column), place.cell)
        return list(seen.values())


def cell_value(text: str, cell: RawCell, names: bool = False) -> Aligned:
    """The value of a cell, the pieces of a broken one put together again."""
    value = clean_value(text, cell.start, cell.end, names)
    before = cell.end
    for start, end in cell.more:
        piece = clean_value(text, start, end, names)
        wide = _WIDE.match(value.text[-1:]) or _WIDE.match(piece.text[:1])
        listed = text[max(cell.start, before - 2) : before].rstrip().endswith("、")
        value = Aligned.join((value, piece), "、" if listed else "" if wide else " ")
        before = end
    return value


def clean_value(text: str, start: int, end: int, names: bool = False) -> Aligned:
    """The value of a cell: line breaks and spaces inside it folded.

    Between wide characters nothing is left of a gap, elsewhere one space. With ``names``
    (a cell of departments) names that only a gap divides are joined by 、.
    """
    raw = text[start:end]
    bare = raw.strip()
    if bare.isalnum():
        # Most cells: nothing to fold.
        at = start + len(raw) - len(raw.lstrip())
        return Aligned.of(text, at, at + len(bare))
    value = Aligned.of(text, start, end).strip()
    edits = [
        Edit(match.start(), match.end(), _closing(value.text, match, names))
        for match in _SPACE.finditer(value.text)
    ]
    folded = value.edit(edits)
    hidden = [Edit(m.start(), m.end()) for m in _INVISIBLE.finditer(folded.text)]
    return folded.edit(hidden).strip().strip("、")


def _closing(text: str, gap: re.Match[str], names: bool) -> str:
    """What a gap between two pieces of a cell becomes."""
    before = text[max(0, gap.start() - _NEIGHBOURS) : gap.start()]
    after = text[gap.end() : gap.end() + _NEIGHBOURS]
    if names and _two_names(before, after):
        return "、"
    broken = any(mark in gap.group() for mark in "\n\r<")
    if broken and _two_people(before, after):
        return "、"
    if broken and has_item_number(after) and before[-1] not in "。；：，、;,:":
        return " "
    return "" if _WIDE.match(before[-1]) or _WIDE.match(after[0]) else " "


def _two_names(before: str, after: str) -> bool:
    """Does a gap divide two names of bodies, rather than break one over two lines?"""
    left = _NAME_END.split(before)[-1]
    right = _NAME_END.split(after, maxsplit=1)[0]
    if len(left) < 3 or left.endswith("社会") or departments_share(left) < 1.0:
        return False
    return (len(right) >= 3 and departments_share(right) == 1.0) or right[:1] == left[:1]


def _two_people(before: str, after: str) -> bool:
    """Whether a line break divides two persons' names."""
    return is_likely_name(_NAME_END.split(before)[-1]) and is_likely_name(
        _NAME_END.split(after, maxsplit=1)[0]
    )


def build_grid(text: str, table: Table) -> Grid:
    """Lay the cells out; where the source claims one place twice, the first one stays."""
    height, width = table.rows, table.columns
    sound = sum(cell.rowspan * cell.colspan for cell in table.cells) <= _MOST_PLACES
    if height * width > _MOST_PLACES or not sound:
        table = replace(
            table, cells=tuple(replace(cell, rowspan=1, colspan=1) for cell in table.cells)
        )
        height, width = table.rows, table.columns
    rows: list[list[Place | None]] = [[None] * width for _ in range(height)]
    for cell in table.cells:
        value = cell_value(text, cell)
        for r in range(cell.row, min(height, cell.row + cell.rowspan)):
            for c in range(cell.column, min(width, cell.column + cell.colspan)):
                if rows[r][c] is None:
                    rows[r][c] = Place(cell, value, r == cell.row and c == cell.column)
    return Grid(tuple(tuple(row) for row in rows), table)
