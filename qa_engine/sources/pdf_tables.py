"""Tables on a pdf page: ruled ones from their lines, unruled ones from their columns."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.compose import GridCell
from qa_engine.sources.pdf_lines import PageLine, Piece

_NEAR = 3.0  # points within which two rules are one
_LEAST_NAMES = 2
_FARTHEST = 4.0  # type sizes between lines of one table, at most
_KINDS = 2.0  # points between the gaps within rows and those between rows, at least


@dataclass(slots=True)
class FoundTable:
    """A table, where it stands, and (unruled) the lines that it is made of."""

    cells: list[GridCell]
    top: float
    bottom: float
    x0: float
    x1: float
    lines: list[PageLine] = field(default_factory=list)
    columns: list[tuple[float, float]] = field(default_factory=list)

    def covers(self, x: float, top: float, bottom: float) -> bool:
        middle = (top + bottom) / 2
        return self.x0 - 1 <= x <= self.x1 + 1 and self.top - 1 <= middle <= self.bottom + 1


def ruled_tables(page: Any) -> list[FoundTable]:
    """Tables with ruling lines; merged cells get their spans from the rules they lack."""
    settings = {"vertical_strategy": "lines", "horizontal_strategy": "lines"}
    result: list[FoundTable] = []
    characters = _Characters(page)
    for table in page.find_tables(settings):
        boxes = [tuple(map(float, box)) for box in table.cells]
        xs = _rules([box[0] for box in boxes] + [box[2] for box in boxes])
        ys = _rules([box[1] for box in boxes] + [box[3] for box in boxes])
        if len(xs) < 3 or len(ys) < 3:
            continue  # a frame, not a grid
        cells = []
        for x0, top, x1, bottom in boxes:
            row, column = _place(ys, top), _place(xs, x0)
            text = characters.text_within((x0, top, x1, bottom))
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


class _Characters:
    """The characters of a page, to be asked for by boxes; cropping looks at all of them."""

    def __init__(self, page: Any) -> None:
        self._middles: list[tuple[float, int]] = sorted(
            ((float(char["top"]) + float(char["bottom"])) / 2, at)
            for at, char in enumerate(page.chars)
        )
        self._chars = page.chars

    def text_within(self, box: tuple[float, float, float, float]) -> str:
        """The text whose characters have their middle in the box, a line each."""
        from pdfplumber.utils.text import extract_text

        x0, top, x1, bottom = box
        first = bisect_left(self._middles, (top, -1))
        last = bisect_left(self._middles, (bottom, -1))
        inside = [
            self._chars[at]
            for at in sorted(at for _, at in self._middles[first:last])
            if x0 <= (float(self._chars[at]["x0"]) + float(self._chars[at]["x1"])) / 2 < x1
        ]
        return str(extract_text(inside, x_tolerance=2, y_tolerance=3) or "").strip()


Columns = list[tuple[float, float]]


def unruled_tables(
    lines: Sequence[PageLine], words: Vocabulary, above: Columns | None = None
) -> list[FoundTable]:
    """Tables without rules: a line of column names, and lines whose pieces stand below.

    ``above`` are the columns of a table at the foot of the page before: it may go on here
    without a header.
    """
    result: list[FoundTable] = []
    at = 0
    if above and lines and not _is_header(lines[0], words):
        found = _body(lines, 0, [], above)
        if found is not None and len(found.lines) > 1:
            result.append(found)
            at = len(found.lines)
    while at < len(lines):
        found = _unruled(lines, at, words)
        if found is None:
            at += 1
            continue
        result.append(found)
        at += len(found.lines)
    return result


def _is_header(line: PageLine, words: Vocabulary) -> bool:
    names = [piece.text for piece in line.pieces]
    known = sum(1 for name in names if words.known(name))
    return len(names) >= 3 and known >= _LEAST_NAMES and known * 2 >= len(names)


def _unruled(lines: Sequence[PageLine], first: int, words: Vocabulary) -> FoundTable | None:
    if not _is_header(lines[first], words):
        return None
    head = [lines[first]]
    columns: Columns = [(piece.x0, piece.x1) for piece in head[0].pieces]
    below = lines[first + 1] if first + 1 < len(lines) else None
    if below is not None and all(words.known(piece.text) for piece in below.pieces):
        head.append(below)
        fresh = [
            (piece.x0, piece.x1)
            for piece in below.pieces
            if not any(piece.x0 < x1 and piece.x1 > x0 for x0, x1 in columns)
        ]
        columns = sorted([*columns, *fresh])
    return _body(lines, first, head, columns)


def _body(
    lines: Sequence[PageLine], first: int, head: list[PageLine], given: Columns
) -> FoundTable | None:
    """The lines that fit the columns, from ``first`` on; ``head`` are their first ones."""
    columns = list(given)
    used: list[tuple[PageLine, list[tuple[int, Piece]]]] = []
    for line in lines[first:]:
        if used and line.top - used[-1][0].bottom > _FARTHEST * line.size:
            break
        placed = _columns_of(line, columns)
        if placed is None:
            break
        used.append((line, placed))
        if len(placed) > 1 or placed[0][0] or line.x1 <= columns[0][1]:
            for c, piece in placed:
                columns[c] = (min(columns[c][0], piece.x0), max(columns[c][1], piece.x1))
    while used and len(used[-1][1]) == 1 and _alone(used[-1][0], columns):
        used.pop()  # text below the table
    if len(used) < len(head) + 1:
        return None
    rows = _rows([placed for _, placed in used], [line for line, _ in used], len(head), columns)
    cells = [
        GridCell(r, c, "\n".join(texts))
        for r, row in enumerate(rows)
        for c, texts in enumerate(row)
    ]
    taken = [line for line, _ in used]
    x0, x1 = min(line.x0 for line in taken), max(line.x1 for line in taken)
    return FoundTable(cells, taken[0].top, taken[-1].bottom, x0, x1, taken, columns)


def _alone(line: PageLine, columns: Columns) -> bool:
    return line.x1 > columns[0][1] + 1 and line.x0 < columns[0][1]


def _rows(
    placed: list[list[tuple[int, Piece]]], lines: list[PageLine], head: int, columns: Columns
) -> list[list[list[str]]]:
    """Lines → rows: where the gaps are of two kinds, the wide ones divide rows; where all
    are alike, a row begins where its first column or half of its columns are filled."""
    gaps = [below.top - above.bottom for above, below in pairwise(lines)]
    limit = _row_gap(gaps)
    rows: list[list[list[str]]] = []
    for at, pieces in enumerate(placed):
        if at <= head:
            starts = True
        elif limit is not None:
            starts = gaps[at - 1] > limit
        else:
            starts = pieces[0][0] == 0 or len(pieces) * 2 >= len(columns)
        if starts or not rows:
            rows.append([[] for _ in columns])
        for c, piece in pieces:
            rows[-1][c].append(piece.text)
    return rows


def _row_gap(gaps: list[float]) -> float | None:
    """A gap between those within rows and those between rows; None when all are alike."""
    ordered = sorted(gaps)
    jumps = [(right - left, (left + right) / 2) for left, right in pairwise(ordered)]
    if not jumps:
        return None
    widest, middle = max(jumps)
    return middle if widest > _KINDS else None


def _columns_of(line: PageLine, columns: Columns) -> list[tuple[int, Piece]] | None:
    """The column of each piece; None when a piece lies across several columns, unless it
    stands alone at the left and heads the rows below."""
    placed: list[tuple[int, Piece]] = []
    for piece in _divided(line.pieces, columns):
        touching = _touched(piece, columns)
        if len(touching) > 1:
            alone = len(line.pieces) == 1 and touching[0] == 0 and len(piece.text) <= 40
            return [(0, piece)] if alone and "。" not in piece.text else None
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


def _divided(pieces: Sequence[Piece], columns: Columns) -> list[Piece]:
    """Pieces that lie across columns cut into their words, each of one column."""
    result: list[Piece] = []
    for piece in pieces:
        if not piece.words or len(_touched(piece, columns)) < 2:
            result.append(piece)
            continue
        homes = [_touched(word, columns) for word in piece.words]
        if any(len(home) != 1 for home in homes):
            result.append(piece)
            continue
        last = -1
        for word, home in zip(piece.words, homes, strict=True):
            if home[0] == last:
                left = result[-1]
                result[-1] = Piece(left.text + word.text, left.x0, word.x1)
            else:
                result.append(word)
            last = home[0]
    return result


def _touched(piece: Piece, columns: Columns) -> list[int]:
    return [c for c, (x0, x1) in enumerate(columns) if min(piece.x1, x1) - max(piece.x0, x0) > 1]
