"""Tables on a pdf page: ruled ones from their lines, unruled ones from their columns."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.compose import GridCell
from qa_engine.sources.pdf_lines import PageLine, Piece

_NEAR = 3.0  # points within which two rules are one
_LEAST_NAMES = 2


@dataclass(slots=True)
class FoundTable:
    """A table, where it stands, and (unruled) the lines that it is made of."""

    cells: list[GridCell]
    top: float
    bottom: float
    x0: float
    x1: float
    lines: list[PageLine] = field(default_factory=list)

    def covers(self, x: float, top: float, bottom: float) -> bool:
        middle = (top + bottom) / 2
        return self.x0 - 1 <= x <= self.x1 + 1 and self.top - 1 <= middle <= self.bottom + 1


def ruled_tables(page: Any) -> list[FoundTable]:
    """Tables with ruling lines; merged cells get their spans from the rules they lack."""
    settings = {"vertical_strategy": "lines", "horizontal_strategy": "lines"}
    result: list[FoundTable] = []
    for table in page.find_tables(settings):
        boxes = [tuple(map(float, box)) for box in table.cells]
        xs = _rules([box[0] for box in boxes] + [box[2] for box in boxes])
        ys = _rules([box[1] for box in boxes] + [box[3] for box in boxes])
        if len(xs) < 3 or len(ys) < 3:
            continue  # a frame, not a grid
        cells = []
        for x0, top, x1, bottom in boxes:
            row, column = _place(ys, top), _place(xs, x0)
            text = _text_within(page, (x0, top, x1, bottom))
            rowspan = max(1, _place(ys, bottom) - row)
            cells.append(GridCell(row, column, text, rowspan, max(1, _place(xs, x1) - column)))
        x0, top, x1, bottom = map(float, table.bbox)
        result.append(FoundTable(cells, top, bottom, x0, x1))
    return result


def _rules(values: Sequence[float]) -> list[float]:
    """Distinct positions, those within a few points taken as one."""
    result: list[float] = []
    for value in sorted(values):
        if not result or value - result[-1] > _NEAR:
            result.append(value)
    return result


def _place(rules: Sequence[float], value: float) -> int:
    return min(range(len(rules)), key=lambda at: abs(rules[at] - value))


def _text_within(page: Any, box: tuple[float, float, float, float]) -> str:
    """The text whose characters have their middle in the box, a line each."""
    x0, top, x1, bottom = box
    inside = page.crop(
        (
            max(x0, float(page.bbox[0])),
            max(top, float(page.bbox[1])),
            min(x1, float(page.bbox[2])),
            min(bottom, float(page.bbox[3])),
        ),
        strict=False,
    )
    return str(inside.extract_text(x_tolerance=2, y_tolerance=3) or "").strip()


def unruled_tables(lines: Sequence[PageLine], words: Vocabulary) -> list[FoundTable]:
    """Tables without rules: a line of column names, and lines whose pieces stand below."""
    result: list[FoundTable] = []
    at = 0
    while at < len(lines):
        found = _unruled(lines, at, words)
        if found is None:
            at += 1
            continue
        result.append(found)
        at += len(found.lines)
    return result


def _unruled(lines: Sequence[PageLine], first: int, words: Vocabulary) -> FoundTable | None:
    header = lines[first]
    names = [piece.text for piece in header.pieces]
    known = sum(1 for name in names if words.known(name))
    if known < _LEAST_NAMES or known * 2 < len(names) or len(names) < 3:
        return None
    rows: list[list[list[str]]] = [[[name] for name in names]]
    used = [header]
    columns = [(piece.x0, piece.x1) for piece in header.pieces]
    gap = _usual_gap(lines[first:])
    for line in lines[first + 1 :]:
        placed = _columns_of(line, columns)
        if placed is None:
            break
        distance = line.top - used[-1].bottom
        if distance > 4 * max(gap, line.size):
            break
        starts = any(c == 0 for c, _ in placed) or distance > 1.5 * gap + 1 or len(rows) == 1
        if starts:
            rows.append([[] for _ in columns])
        for c, piece in placed:
            rows[-1][c].append(piece.text)
            columns[c] = (min(columns[c][0], piece.x0), max(columns[c][1], piece.x1))
        used.append(line)
    if len(rows) < 2:
        return None
    cells = [
        GridCell(r, c, "\n".join(texts))
        for r, row in enumerate(rows)
        for c, texts in enumerate(row)
    ]
    x0, x1 = min(line.x0 for line in used), max(line.x1 for line in used)
    return FoundTable(cells, header.top, used[-1].bottom, x0, x1, used)


def _usual_gap(lines: Sequence[PageLine]) -> float:
    gaps = sorted(max(0.0, below.top - above.bottom) for above, below in itertools.pairwise(lines))
    return gaps[len(gaps) // 4] if gaps else 0.0


def _columns_of(
    line: PageLine, columns: Sequence[tuple[float, float]]
) -> list[tuple[int, Piece]] | None:
    """The column of each piece; None when a piece lies across several columns."""
    placed: list[tuple[int, Piece]] = []
    for piece in line.pieces:
        overlaps = [min(piece.x1, x1) - max(piece.x0, x0) for x0, x1 in columns]
        touching = [c for c, overlap in enumerate(overlaps) if overlap > 1]
        if len(touching) > 1:
            return None
        if touching:
            column = touching[0]
        else:
            middle = (piece.x0 + piece.x1) / 2
            column = min(
                range(len(columns)),
                key=lambda c: abs((columns[c][0] + columns[c][1]) / 2 - middle),
            )
        if placed and placed[-1][0] >= column:
            return None
        placed.append((column, piece))
    return placed
