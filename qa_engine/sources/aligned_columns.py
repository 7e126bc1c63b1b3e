"""Tables whose columns are set with spaces: the cells of a column stand below each other.

Taken as a table only on evidence: at least two rows below a header of short cells, all
in columns that begin (or end, or are centred) at one place, and a header that says what
it is — by names of columns, by a rule below it, or by figures and dates below its words.
Widths are those of a terminal: a wide character takes two cells.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import median

from qa_engine.sources.celltypes import (
    departments_share,
    is_date,
    is_number,
    is_sentence,
)
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.pasted import Found, Line
from qa_engine.sources.raw import RawCell, Table

_GAP = re.compile(r"[ \u3000\xa0]{2,}|\u3000")
_RULE = re.compile(r"[-—–=─━_\s\u3000]{6,}")
_FIGURE = re.compile(r"[-+－]?[￥¥$]?\d[\d,，.]*\s*(?:%|％|‰|[\u4e00-\u9fff]{0,2})")
_PERIOD = re.compile(r"(?:\d{4}年(?:度|计划)?|\d{1,2}月份?|[上下]半年|第?[一二三四1-4]季度)")
_MARKS = "。；;，,！？!?、：:《》“”"
_SENTENCE_ENDS = "。；;！？!?"
_LOOSE = 2  # terminal cells by which a column's edge may vary
_FEWEST_ROWS = 2
_FEWEST_NUMBERED = 3
_FILLED = 0.55  # of a column's width, by a cell that is broken
_HEADER_LONGEST = 12
_CELL_LONGEST = 60
_MOST_COLUMNS = 20
_LINE_LONGEST = 1_000
_GROUP_LONGEST = 40


@dataclass(frozen=True, slots=True)
class _Piece:
    """``text[start:end]`` and where it stands on the line, in terminal cells."""

    start: int
    end: int
    left: int
    right: int
    value: str


@dataclass(frozen=True, slots=True)
class _Column:
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class _Line:
    """The pieces of a row with the column of each; ``group``: one that heads rows below."""

    pieces: Sequence[_Piece]
    spots: Sequence[int]
    group: bool


@dataclass(frozen=True, slots=True)
class _Header:
    """The pieces that name the columns, the cells of the header, and its lines."""

    names: Sequence[_Piece]
    cells: Sequence[RawCell]
    lines: int


def find_aligned(lines: Sequence[Line], first: int, words: Vocabulary) -> Found | None:
    """The table whose header stands on a line; None when none does."""
    top = _pieces(lines[first], words)
    if not 2 <= len(top) <= _MOST_COLUMNS or not _may_head(top, periods=True):
        return None
    header = _header(top, lines, first, words)
    if header.lines == 1 and not _may_head(top):
        return None
    begin = first + header.lines
    ruled = begin < len(lines) and _RULE.fullmatch(lines[begin].text) is not None
    begin += ruled
    rows = _rows(lines, begin, len(header.names), words)
    columns, used = _columns(header.names, rows)
    rows = rows[:used]
    while rows and _is_group(rows[-1], columns):
        rows.pop()  # heads nothing of this table
    lines_below = [_line(row, columns) for row in rows]
    width = len(columns)
    by_column: list[list[_Piece]] = [[] for _ in columns]
    for line in lines_below:
        for piece, spot in zip(line.pieces, line.spots, strict=True):
            if not line.group:
                by_column[spot].append(piece)
    joined = _unwrapped(lines_below, columns)
    data = [row for row in joined if not row.group]
    filled = sum(len(set(row.spots)) for row in data)
    if len(data) < _FEWEST_ROWS or filled * 5 < len(data) * width * 3:
        return None
    named = _named(header.names, words)
    full = any(len(row.pieces) == width for row in lines_below)
    if not (named or full) or not all(map(_straight, by_column)):
        return None
    if not (ruled or named or _figures(by_column, len(data))):
        return None
    cells = [*header.cells, *_cells(joined, header.lines)]
    last = begin + len(rows)
    return Found(first, last, Table(lines[first].start, lines[last - 1].end, tuple(cells)))


def _line(row: Sequence[_Piece], columns: Sequence[_Column]) -> _Line:
    group = _is_group(row, columns)
    return _Line(row, [0] if group else _places(row, columns), group)


def _unwrapped(rows: Sequence[_Line], columns: Sequence[_Column]) -> list[_Line]:
    """The rows with the lines that only go on with cells of the row above put to it.

    Such a line leaves the first column blank, and all it has stands below cells that were
    broken there; where a column numbers the rows, below any cells.
    """
    result: list[_Line] = []
    numbered = _numbers(rows, len(columns))
    for row in rows:
        above = result[-1] if result else None
        if (
            above is not None
            and not above.group
            and not row.group
            and _goes_on(row, above, columns, numbered)
        ):
            result[-1] = _Line([*above.pieces, *row.pieces], [*above.spots, *row.spots], False)
        else:
            result.append(row)
    return result


def _numbers(rows: Sequence[_Line], width: int) -> int | None:
    """The column that numbers the rows one by one; None without such."""
    for column in range(min(width, 2)):
        values = [
            piece.value
            for row in rows
            for piece, spot in zip(row.pieces, row.spots, strict=True)
            if spot == column and not row.group
        ]
        if (
            len(values) >= _FEWEST_NUMBERED
            and all(map(is_number, values))
            and len(set(values)) == len(values)
        ):
            return column
    return None


def _goes_on(row: _Line, above: _Line, columns: Sequence[_Column], numbered: int | None) -> bool:
    ends = dict(zip(above.spots, above.pieces, strict=True))  # the last piece of each cell
    if numbered is not None and numbered in ends:
        return numbered not in row.spots and _rest_of(row, ends, columns)
    if 0 not in ends or 0 in row.spots or len(row.spots) >= len(ends):
        return False
    return all(
        spot in ends and _breaks(ends[spot], piece, spot, columns)
        for spot, piece in zip(row.spots, row.pieces, strict=True)
    )


def _rest_of(row: _Line, ends: dict[int, _Piece], columns: Sequence[_Column]) -> bool:
    """Whether a line without a number is no row of a group that the number stands for: it has
    few cells, all below such as fill their columns and end no sentence."""
    return len(row.spots) + 1 < len(ends) and all(
        spot in ends
        and ends[spot].value[-1] not in _SENTENCE_ENDS
        and ends[spot].right - ends[spot].left
        >= _FILLED * (columns[spot].right - columns[spot].left)
        for spot in row.spots
    )


def _breaks(above: _Piece, below: _Piece, spot: int, columns: Sequence[_Column]) -> bool:
    """Whether a cell may have been broken between two pieces: the upper one fills the column
    up to the next one, ends no sentence, and the two are no bodies of their own."""
    full = above.right >= columns[spot].right - _LOOSE and (
        spot + 1 == len(columns) or columns[spot + 1].left - above.right <= 2 * _LOOSE
    )
    bodies = departments_share(above.value) == departments_share(below.value) == 1.0
    return full and not bodies and above.value[-1] not in _SENTENCE_ENDS


def _cells(rows: Sequence[_Line], first: int) -> list[RawCell]:
    cells: list[RawCell] = []
    for r, row in enumerate(rows, first):
        ranges: dict[int, list[tuple[int, int]]] = {}
        for piece, spot in zip(row.pieces, row.spots, strict=True):
            ranges.setdefault(spot, []).append((piece.start, piece.end))
        cells += [
            RawCell(r, spot, *begin, more=tuple(more)) for spot, (begin, *more) in ranges.items()
        ]
    return cells


def _header(top: Sequence[_Piece], lines: Sequence[Line], first: int, words: Vocabulary) -> _Header:
    """One line of names, or two where names stand below one of the first (责任分工)."""
    below = _pieces(lines[first + 1], words) if first + 1 < len(lines) else []
    if len(below) >= 2 and _named_throughout(below, words):
        owners = [_owner(piece, top) for piece in below]
        parents = {piece for piece in owners if piece is not None and words.parent(piece.value)}
        if None not in owners and set(owners) == parents and len(top) > len(parents):
            return _two_lines(top, below, owners)
    if len(below) >= 2 and below[0].left > top[0].right and _may_head(below, repeated=True):
        owners = [_owner(piece, top) for piece in below]
        if min(owners.count(one) for one in owners) > 1:
            # Two names at least below each that has any: no cell is broken so.
            return _two_lines(top, below, owners)
    cells = [RawCell(0, c, piece.start, piece.end, header=True) for c, piece in enumerate(top)]
    return _Header(top, cells, 1)


def _owner(piece: _Piece, top: Sequence[_Piece]) -> _Piece | None:
    """The name that begins at or before a piece."""
    return next((one for one in reversed(top) if one.left <= piece.left + _LOOSE), None)


def _two_lines(
    top: Sequence[_Piece], below: Sequence[_Piece], owners: Sequence[_Piece | None]
) -> _Header:
    names: list[_Piece] = []
    cells: list[RawCell] = []
    for piece in top:
        children = [child for child, owner in zip(below, owners, strict=True) if owner == piece]
        if not children:
            cells.append(RawCell(0, len(names), piece.start, piece.end, rowspan=2, header=True))
            names.append(piece)
            continue
        cells.append(
            RawCell(0, len(names), piece.start, piece.end, colspan=len(children), header=True)
        )
        for child in children:
            cells.append(RawCell(1, len(names), child.start, child.end, header=True))
            names.append(child)
    return _Header(names, cells, 2)


def _rows(lines: Sequence[Line], begin: int, width: int, words: Vocabulary) -> list[list[_Piece]]:
    """The lines below that may be rows: at most as many pieces, all at one distance."""
    rows: list[list[_Piece]] = []
    distance = lines[begin].blank_before if begin < len(lines) else 0
    for line in lines[begin:]:
        if distance > 1 or line.blank_before > 1 or "\t" in line.content:
            break
        pieces = _pieces(line, words)
        if line.blank_before > distance and len(pieces) * 2 <= width:
            break  # below a blank line that other rows do not have, a whole row only
        if line.blank_before < distance and not rows:
            break
        if not 0 < len(pieces) <= width or any(
            len(piece.value) > _CELL_LONGEST for piece in pieces
        ):
            break
        if len(pieces) == width and rows and _named_throughout(pieces, words):
            break  # the header of another table
        rows.append(pieces)
    return rows


def _is_group(row: Sequence[_Piece], columns: Sequence[_Column]) -> bool:
    """A short text alone at the left margin: it heads the rows below."""
    return (
        len(row) == 1
        and row[0].left <= columns[0].left + _LOOSE
        and len(row[0].value) <= _GROUP_LONGEST
        and not is_sentence(row[0].value)
    )


def _pieces(line: Line, words: Vocabulary) -> list[_Piece]:
    """What stands between gaps; the letters of a spaced-out word (姓　名) are one piece."""
    text = line.text
    if len(text) > _LINE_LONGEST:
        return []
    if _GAP.search(line.content) is None:
        start = len(text) - len(text.lstrip())
        end = len(text.rstrip())
        left = sum(map(_width, text[:start]))
        right = left + sum(map(_width, text[start:end]))
        return [_Piece(line.start + start, line.start + end, left, right, text[start:end])]
    cuts = [0]
    for match in _GAP.finditer(text):
        cuts += [match.start(), match.end()]
    cuts.append(len(text))
    found: list[tuple[int, int]] = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=True):
        if text[start:end].strip():
            begin = start + len(text[start:end]) - len(text[start:end].lstrip())
            span = (begin, start + len(text[start:end].rstrip()))
            if found and _goes_together(text, found[-1], span, words):
                span = (found.pop()[0], span[1])
            found.append(span)
    widths = [0]
    for character in text:
        widths.append(widths[-1] + _width(character))
    return [
        _Piece(line.start + a, line.start + b, widths[a], widths[b], text[a:b]) for a, b in found
    ]


def _goes_together(
    text: str, one: tuple[int, int], other: tuple[int, int], words: Vocabulary
) -> bool:
    """Single letters a short gap apart, or two that are the name of a column."""
    letters = re.sub(r"\s", "", text[slice(*one)])
    if other[1] - other[0] != 1 or any(map(str.isdigit, letters + text[slice(*other)])):
        return False
    if one[1] - one[0] == 1 and words.known(letters + text[slice(*other)]):
        return True
    single = one[1] - one[0] == 1 or " " in text[slice(*one)] or "\u3000" in text[slice(*one)]
    return single and sum(map(_width, text[one[1] : other[0]])) <= 2


@cache
def _width(character: str) -> int:
    """Ambiguous ones (“ ” — ①) are wide among Chinese (UAX #11, East Asian context)."""
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1


def _may_head(pieces: Sequence[_Piece], periods: bool = False, repeated: bool = False) -> bool:
    """Short words, all different unless ``repeated``, no figures; ``periods`` allows years."""
    values = [piece.value for piece in pieces]
    return (repeated or len(set(values)) == len(values)) and not any(
        len(value) > _HEADER_LONGEST
        or is_number(value)
        or (_FIGURE.fullmatch(value) and not (periods and _PERIOD.fullmatch(value)))
        or any(mark in value for mark in _MARKS)
        for value in values
    )


def _columns(top: Sequence[_Piece], rows: Sequence[Sequence[_Piece]]) -> tuple[list[_Column], int]:
    """What each column takes of the line, and how many rows leave the columns apart."""
    columns = [_Column(piece.left, piece.right) for piece in top]
    for used, row in enumerate(rows):
        if _is_group(row, columns):
            continue
        grown = columns
        for piece in row:
            near = [c for c in grown if piece.left < c.right and c.left < piece.right]
            if not near:
                # Beside all names: with the column that begins before it, or the first.
                before = [c for c in grown if c.left <= piece.left]
                near = [before[-1] if before else grown[0]]
            left, right = min(near[0].left, piece.left), max(near[-1].right, piece.right)
            if len(near) > 1:
                return columns, used
            grown = [_Column(left, right) if c is near[0] else c for c in grown]
        if any(one.right >= other.left for one, other in pairwise(grown)):
            return columns, used
        if len(set(_places(row, grown))) < len(row):
            return columns, used
        columns = grown
    return columns, len(rows)


def _places(row: Sequence[_Piece], columns: Sequence[_Column]) -> list[int]:
    """The column of each piece."""
    return [
        next(c for c, column in enumerate(columns) if column.left <= piece.left < column.right)
        for piece in row
    ]


def _straight(cells: Sequence[_Piece]) -> bool:
    """Do the cells of a column begin, end or have their middles at one place?"""
    if not cells:
        return True
    lefts = [cell.left for cell in cells]
    rights = [cell.right for cell in cells]
    middles = [(cell.left + cell.right) / 2 for cell in cells]
    return min(max(edge) - min(edge) for edge in (lefts, rights, middles)) <= _LOOSE


def _named(top: Sequence[_Piece], words: Vocabulary) -> bool:
    known = sum(1 for piece in top if words.known(piece.value))
    return known * 2 >= len(top) or words.titled([piece.value for piece in top])


def _named_throughout(pieces: Sequence[_Piece], words: Vocabulary) -> bool:
    return len(pieces) > 1 and all(words.known(piece.value) for piece in pieces)


def _figures(columns: Sequence[Sequence[_Piece]], rows: int) -> bool:
    """A column of figures or dates below a word, in at least three rows.

    In a first column they number a list; single digits in the second of two may be pages.
    """
    if rows <= _FEWEST_ROWS:
        return False
    for cells in columns[1:]:
        told = [cell.value for cell in cells if _figure(cell.value)]
        if len(told) < 3 or len(told) * 5 < len(cells) * 4:
            continue
        if len(columns) > 2 or median(map(len, told)) > 1:
            return True
    return False


def _figure(value: str) -> bool:
    return _FIGURE.fullmatch(value) is not None or (is_date(value) and value[:1].isdigit())
