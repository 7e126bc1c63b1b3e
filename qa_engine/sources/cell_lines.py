"""Tables pasted as text with one cell a line → tables with cells in rows and columns.

Two ways in which such a paste comes: every cell begins with a tab (an empty cell is a
line with the tab alone, a line without one goes on with the cell above), or there are
no marks at all. A table begins with a run of lines that are names of columns; blank
lines between rows and the kinds of the cells tell where each row begins.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qa_engine.models import COOPERATE, LEAD, NUMBER, OTHER
from qa_engine.sources.celltypes import is_number, is_sentence
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.numbered_rows import even_below, serial_rows
from qa_engine.sources.outline import is_heading
from qa_engine.sources.parents import flat_spans, header_cells, joined_names, spans_of
from qa_engine.sources.placing import Sequenced, place
from qa_engine.sources.raw import RawCell, Table, line_end

_GOES_ON = "、，,；;：:（("
_NOTE = re.compile(r"(?:备注|说明|注)\s*[：:]")
_VALUE = re.compile(r"(?<!\d)\d{1,3}(?!\d)|\d{5,}|^[\d.,-]+$")  # a number that is no year
_WORST = 2.5  # mean cost a cell above which the lines are no table
_SHORT = 8
_LONGEST_NAME = 16
_MOST_NAMES = 40
_MOST_EVEN = 400  # lines in which numbered rows are looked for


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


def find_cell_tables(text: str, lines: Sequence[Line], words: Vocabulary) -> list[Found]:
    """Every table with one cell a line, in order."""
    found: list[Found] = []
    at = 0
    while at < len(lines):
        result = _tabbed(text, lines, at, words) or _bare(text, lines, at, words)
        if result is None:
            at += 1
            continue
        found.append(result)
        at = result.last
    return found


# --- every cell begins with a tab -------------------------------------------------------


def _tabbed(text: str, lines: Sequence[Line], first: int, words: Vocabulary) -> Found | None:
    if not lines[first].tabbed or (first and lines[first - 1].tabbed):
        return None
    last = _tabbed_end(lines, first, words)
    groups = _groups(lines, first, last)
    values = [[text[p.start : p.end].strip() for p in group] for group in groups]
    names = [name for name in values[0] if name]
    if len(groups) > 1:
        width = Counter(len(group) for group in groups[1:]).most_common(1)[0][0]
        regular = sum(1 for group in groups if len(group) == width) * 10 >= len(groups) * 8
    else:
        width, regular = 0, False
    known = sum(1 for name in names if words.known(name))
    titled = known >= 2 and known * 2 >= len(names)
    if not titled and _two_named(groups, values, width, words):
        titled = True
    if titled and len(groups) > 1 and len(groups[0]) >= 2:
        return _table(lines, first, last, groups, values, width, words)
    if regular and width >= 2 and len(groups) >= 3:
        return _table(lines, first, last, groups, values, width, words)
    head = _header_run(lines, first, last, words)
    if head - first >= 2 and head < last:
        flat = [piece for group in groups for piece in group]
        found = _sequence(text, lines, first, last, flat, head - first, words, joins=False)
        return found[0] if found else None
    return None


def _two_named(
    groups: list[list[Piece]], values: list[list[str]], width: int, words: Vocabulary
) -> bool:
    """A header of two rows with names that nobody knows, over rows of one width."""
    even = sum(1 for group in groups[2:] if len(group) == width) * 10 >= len(groups[2:]) * 8
    return len(groups) > 3 and even and two_rows(groups, values, words) is not None


def _tabbed_end(lines: Sequence[Line], first: int, words: Vocabulary) -> int:
    """The line after the table: continuation lines without a tab belong to it."""
    at = first + 1
    while at < len(lines):
        line = lines[at]
        if not line.tabbed and not _continues(lines, at):
            break
        at += 1
    return at


def _continues(lines: Sequence[Line], at: int) -> bool:
    line, above = lines[at], lines[at - 1]
    if "\t" in line.content:
        return False
    if above.content and above.content[-1] in _GOES_ON:
        return True
    if line.blank_before > 1 or is_heading(line.content):
        return False
    if line.blank_before == 0:
        return bool(above.content)
    following = lines[at + 1] if at + 1 < len(lines) else None
    return following is not None and following.tabbed and not is_sentence(line.content)


def _groups(lines: Sequence[Line], first: int, last: int) -> list[list[Piece]]:
    """The cells of the lines, in groups that blank lines divide."""
    groups: list[list[Piece]] = []
    for at in range(first, last):
        line = lines[at]
        if not line.tabbed and groups:
            groups[-1][-1].end = line.end
            continue
        piece = Piece(line.start + 1, line.end, line.blank_before > 0)
        if at == first or piece.apart:
            groups.append([piece])
        else:
            groups[-1].append(piece)
    if len(groups) > 2 and all(len(group) == 1 for group in groups):
        # Blank lines between all cells say nothing about rows.
        return [[piece for group in groups for piece in group]]
    return groups


def _table(
    lines: Sequence[Line],
    first: int,
    last: int,
    groups: list[list[Piece]],
    values: list[list[str]],
    width: int,
    words: Vocabulary,
) -> Found:
    """Rows that blank lines divide; rows of another length are placed by their look."""
    head, height, names = _head(groups, values, width, words)
    roles = [words.role(name) for name in names]
    cells = list(head)
    row = height
    for group, texts in zip(groups[height:], values[height:], strict=True):
        if len(group) == len(names):
            columns = [(0, c) for c in range(len(group))]
        else:
            pieces = [Sequenced(value) for value in texts]
            placed, _ = place(pieces, roles, joins=False)
            columns = [(spot.row, spot.column) for spot in placed]
        for piece, (down, column) in zip(group, columns, strict=True):
            cells.append(_cell(row + down, column, piece))
        row += columns[-1][0] + 1
    return _make(lines, first, last, cells)


def _head(
    groups: list[list[Piece]], values: list[list[str]], width: int, words: Vocabulary
) -> tuple[list[RawCell], int, list[str]]:
    """Header cells, the rows they take and one name a column.

    A second group of names below a first that is too short belongs to a header that
    stands over several columns (责任分工 over 牵头单位 and 配合单位).
    """
    top = values[0]
    if len(groups) > 2 and len(top) < width:
        two = two_rows(groups[:2], [row for row in values if len(row) <= width], words)
        if two is not None:
            return two
    cells = [_cell(0, c, piece) for c, piece in enumerate(groups[0])]
    names = list(top) + [""] * (width - len(top) if len(groups) > 2 else 0)
    return cells, 1, names


def two_rows(
    pieces: Sequence[list[Piece]], values: Sequence[list[str]], words: Vocabulary
) -> tuple[list[RawCell], int, list[str]] | None:
    """Cells, height and names of a header of two rows without the blanks that merges leave;
    ``values`` are the texts of all rows. None where the first two are no such header."""
    spans = spans_of(values[0], values[1], values[2:], words)
    return None if spans is None else _spread(pieces, values, spans)


def _spread(
    pieces: Sequence[list[Piece]], values: Sequence[list[str]], spans: Sequence[int]
) -> tuple[list[RawCell], int, list[str]]:
    top, below = ([(piece.start, piece.end) for piece in row] for row in pieces[:2])
    return header_cells(top, below, spans), 2, joined_names(values[0], values[1], spans)


# --- no marks at all --------------------------------------------------------------------


def _bare(text: str, lines: Sequence[Line], first: int, words: Vocabulary) -> Found | None:
    head = _header_run(lines, first, len(lines), words)
    if head - first < 3 or head >= len(lines):
        return None
    roles = {words.role(lines[at].content) for at in range(first, head)} - {OTHER}
    if len(roles) < 2 and NUMBER not in roles:
        return None
    last = _bare_end(lines, head, words)
    pieces = [
        Piece(lines[at].start, lines[at].end, lines[at].blank_before > 0)
        for at in range(first, last)
    ]
    width = head - first
    found = _sequence(text, lines, first, last, pieces, width, words, joins=True)
    if any(lines[at].blank_before for at in range(head + 1, last)):
        whole = pieces[:width] + _with_blanks(lines, head, last)
        other = _sequence(text, lines, first, last, whole, width, words, joins=False)
        found = min((one for one in (found, other) if one), key=_cost, default=None)
    return found[0] if found else None


def _cost(found: tuple[Found, float]) -> float:
    return found[1]


def _with_blanks(lines: Sequence[Line], first: int, last: int) -> list[Piece]:
    """The cells of the lines where every empty line between them is a blank cell."""
    pieces: list[Piece] = []
    for at in range(first, last):
        line = lines[at]
        if at > first:
            pieces += [Piece(line.start, line.start, False)] * line.blank_before
        pieces.append(Piece(line.start, line.end, False))
    return pieces


def _header_run(lines: Sequence[Line], first: int, last: int, words: Vocabulary) -> int:
    """The line after the run of column names that begins at ``first``; ``first`` if none."""
    if words.role(lines[first].content) == NUMBER and words.known(lines[first].content):
        close = _before_number(lines, first, last)
        names = [lines[at].content for at in range(first, close)]
        below = lines[close : min(last, close + _MOST_EVEN)] if names else ()
        if words.titled(names) or (names and even_below(names, [line.content for line in below])):
            return close
    at = first
    seen: set[str] = set()
    while at < last and at - first < _MOST_NAMES:
        name = lines[at].content
        # A name that comes again is a value, or the header of the next table.
        if name in seen:
            break
        if (
            words.known(name)
            or (
                at > first
                and 0 < len(name) <= _SHORT
                and not is_number(name)
                and at + 1 < last
                and words.known(lines[at + 1].content)
                and lines[at + 1].content not in seen
            )
            or (at > first and words.likely(name))
        ):
            at += 1
        else:
            break
        seen.add(name)
    return at


def _before_number(lines: Sequence[Line], first: int, last: int) -> int:
    """The first line below a name such as 序号 that is a number, or heads a group: there the
    names end. ``first`` when what stands between cannot be names."""
    for at in range(first + 1, min(last, first + _MOST_NAMES)):
        content = lines[at].content
        if is_number(content) or is_heading(content) or _VALUE.match(content):
            while at > first and (_VALUE.search(lines[at - 1].content) or _is_sum(lines[at - 1])):
                at -= 1  # “一等奖（2项）”, “合计” stand in the first row already
            return at
        if len(content) > _LONGEST_NAME or is_sentence(content):
            break
    return first


def _is_sum(line: Line) -> bool:
    return line.content in ("合计", "总计", "小计", "共计")


def _bare_end(lines: Sequence[Line], head: int, words: Vocabulary) -> int:
    """The table ends before the next header and the title above that, or an attachment."""
    for at in range(head, len(lines)):
        content = lines[at].content
        if content.startswith(("附件", "附表")) and len(content) <= 40:
            return at
        if _NOTE.match(content):
            return at
        if _closing(lines, head, at, words):
            return at
        if at > head and _header_run(lines, at, len(lines), words) - at >= 3:
            close = at
            while close > head and close > at - 3 and is_heading(lines[close - 1].content):
                close -= 1
            return close
    return len(lines)


def _closing(lines: Sequence[Line], head: int, at: int, words: Vocabulary) -> bool:
    """A sentence below the first blank line after numbered rows: the text goes on."""
    line = lines[at]
    if not line.blank_before or at <= head + 1 or not line.content.endswith("。"):
        return False
    numbered = is_number(lines[head].content) and not is_number(lines[at - 1].content)
    return numbered and not any(above.blank_before for above in lines[head + 1 : at])


def _sequence(
    text: str,
    lines: Sequence[Line],
    first: int,
    last: int,
    pieces: list[Piece],
    width: int,
    words: Vocabulary,
    joins: bool,
) -> tuple[Found, float] | None:
    """A header of ``width`` cells and all others after it, rows unknown; and what placing
    them cost."""
    names = [text[piece.start : piece.end].strip() for piece in pieces[:width]]
    body = pieces[width:]
    rows = serial_rows([text[piece.start : piece.end].strip() for piece in body])
    cells, height, joined = _flat_head(pieces[:width], names, rows, words)
    roles = [words.role(name) for name in joined]
    placed, cost = place(
        [Sequenced(text[p.start : p.end].strip(), p.apart) for p in body], roles, joins
    )
    if not body or cost > _WORST:
        return None
    for piece, spot in zip(body, placed, strict=True):
        if spot.joined:
            above = cells[-1]
            cells[-1] = RawCell(above.row, above.column, above.start, piece.end)
        else:
            cells.append(_cell(spot.row + height, spot.column, piece))
    return _make(lines, first, last, cells), cost * len(body)


def _flat_head(
    pieces: list[Piece], names: list[str], rows: list[list[str]], words: Vocabulary
) -> tuple[list[RawCell], int, list[str]]:
    """Header cells of a flat run of names, as ``_head`` gives them.

    A name that stands over several (责任分工), with names of who at the end of the run,
    tells that the run was two rows; so does a run longer than all ``rows`` that numbers part.
    """
    tail = len(names)
    while (
        tail > 1
        and words.role(names[tail - 1]) in (LEAD, COOPERATE)
        and not words.parent(names[tail - 1])
    ):
        tail -= 1
    parents = [c for c, name in enumerate(names[:tail]) if words.parent(name)]
    if len(parents) == 1 and len(names) - tail >= 2:
        groups, values = [pieces[:tail], pieces[tail:]], [names[:tail], names[tail:]]
        under = [len(groups[1]) if c in parents else 1 for c in range(tail)]
        return _spread(groups, values, under)
    if rows and max(map(len, rows)) < len(names) and not all(map(words.known, names)):
        spans = flat_spans(names, rows, words)
        if spans is not None:
            cut = len(spans)
            return _spread([pieces[:cut], pieces[cut:]], [names[:cut], names[cut:]], spans)
    return [_cell(0, c, piece) for c, piece in enumerate(pieces)], 1, names


def _cell(row: int, column: int, piece: Piece) -> RawCell:
    return RawCell(row, column, piece.start, piece.end)


def _make(lines: Sequence[Line], first: int, last: int, cells: list[RawCell]) -> Found:
    return Found(first, last, Table(lines[first].start, lines[last - 1].end, tuple(cells)))
