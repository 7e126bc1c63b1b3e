"""Tables pasted as text with one cell a line → tables with cells in rows and columns.

Every cell begins with a tab (an empty cell is a line with the tab alone, a line without one
goes on with the cell above), or there are no marks at all (`bare_cells`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from qa_engine.models import NUMBER
from qa_engine.sources.bare_cells import bare_table, flat_head, header_run, in_sequence
from qa_engine.sources.celltypes import is_sentence
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.figure_lines import figure_table
from qa_engine.sources.outline import is_heading
from qa_engine.sources.pasted import Found, Line, Piece, cell, make, two_rows
from qa_engine.sources.placing import Placed, Sequenced, misfit, place, placing_roles
from qa_engine.sources.raw import RawCell

_GOES_ON = "、，,；;：:（("
_NOTE = re.compile(r"(?:备注|说明|注|附件|附)\s*\d*[：:]")
_FEWEST_NAMES = 3
_FEWEST_ROWS = 2
_WORST = 1.0  # mean misfit of the cells of an even table
_BLANK_WITHIN = 3.0  # what a blank line within a row costs, against columns that are skipped


def find_cell_tables(text: str, lines: Sequence[Line], words: Vocabulary) -> list[Found]:
    """Every table with one cell a line, in order."""
    found: list[Found] = []
    at = 0
    while at < len(lines):
        result = _tabbed(text, lines, at, words) or bare_table(text, lines, at, words)
        result = result or figure_table(lines, at)
        if result is None:
            at += 1
            continue
        found.append(result)
        at = result.last
    return found


def _tabbed(text: str, lines: Sequence[Line], first: int, words: Vocabulary) -> Found | None:
    if not lines[first].tabbed or (first and lines[first - 1].tabbed):
        return None
    last = _tabbed_end(lines, first, words)
    groups = _groups(lines, first, last)
    even = _even(text, lines, first, last, groups, words)
    if even is not None:
        return even
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
        parted = _table(lines, first, last, groups, values, width, words)
        flat = None if regular else _flat(text, lines, first, last, groups, words)
        return flat[0] if flat is not None and flat[1] < parted[1] else parted[0]
    if regular and width >= 2 and len(groups) >= 3:
        return _table(lines, first, last, groups, values, width, words)[0]
    flat = _flat(text, lines, first, last, groups, words)
    return flat[0] if flat is not None else None


def _flat(
    text: str,
    lines: Sequence[Line],
    first: int,
    last: int,
    groups: list[list[Piece]],
    words: Vocabulary,
) -> tuple[Found, float] | None:
    """The table whose rows the look of the cells tells, and what placing them costs."""
    pieces, _, head = _in_a_row(text, groups, words)
    if head < 2 or head >= len(pieces):
        return None
    return in_sequence(text, lines, first, last, pieces, head, words, joins=False)


def _in_a_row(
    text: str, groups: list[list[Piece]], words: Vocabulary
) -> tuple[list[Piece], list[str], int]:
    """All cells one after another, their values, and how many of them name columns."""
    pieces = [Piece(p.start, p.end, False) for group in groups for p in group]
    values = ["".join(text[piece.start : piece.end].split()) for piece in pieces]
    named = [Line(p.start, p.end, value, 0) for p, value in zip(pieces, values, strict=True)]
    return pieces, values, header_run(named, 0, len(named), words)


def _even(
    text: str,
    lines: Sequence[Line],
    first: int,
    last: int,
    groups: list[list[Piece]],
    words: Vocabulary,
) -> Found | None:
    """Where every row has all its cells, blank ones too, blank lines need not tell the rows."""
    flat, values, head = _in_a_row(text, groups, words)
    if head < _FEWEST_NAMES or not all(values[:head]):
        return None
    cells, height, names = flat_head(flat[:head], values[:head], [], words)
    roles = placing_roles([words.role(name) for name in names])
    body = values[head:]
    whole = len(body) % len(names) == 0 and len(body) >= _FEWEST_ROWS * len(names)
    places = [divmod(at, len(names)) for at in range(len(body))] if whole else []
    if not _fitting(body, places, roles):
        places = _numbered(body, roles)
        if not _fitting(body, places, roles):
            return None
    for (row, column), piece in zip(places, flat[head:], strict=True):
        cells.append(cell(height + row, column, piece))
    return make(lines, first, last, cells)


def _fitting(
    values: Sequence[str], places: Sequence[tuple[int, int]], roles: Sequence[str]
) -> bool:
    """Whether the values look like the columns that they would stand in."""
    if not places:
        return False
    told = [(value, roles[c]) for value, (_, c) in zip(values, places, strict=True) if value]
    return sum(misfit(*one) for one in told) <= _WORST * len(told)


def _numbered(values: Sequence[str], roles: Sequence[str]) -> list[tuple[int, int]]:
    """Rows and columns where the number of each row tells where it begins: all cells from it on
    are there, of those before it (a group that rows share) only new ones. Empty if not so."""
    if NUMBER not in roles:
        return []
    column = roles.index(NUMBER)
    need = len(roles) - column
    starts = [at for at in range(column + 1) if values[at : at + 1] == ["1"]][:1]
    while starts:
        at = starts[-1]
        following = str(len(starts) + 1)
        beyond = range(at + need, min(at + len(roles) + 1, len(values)))
        found = next((p for p in beyond if values[p].rstrip(".．、") == following), None)
        if found is None:
            break
        starts.append(found)
    if len(starts) < _FEWEST_ROWS or len(values) - starts[-1] != need:
        return []
    places: list[tuple[int, int]] = []
    for row, start in enumerate(starts):
        shared = start - len(places)
        places += [(row, c) for c in range(column - shared, len(roles))]
    return places


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
    below = [line.tabbed for line in lines[at + 1 : at + 4]]
    if not below or not below[0] or _NOTE.match(line.content):
        return False
    return not is_sentence(line.content) or sum(below) >= 2


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
) -> tuple[Found, float]:
    """Rows that blank lines divide; rows of another length are placed by their look. Also what
    placing all cells costs."""
    head, height, names = _head(groups, values, width, words)
    roles = [words.role(name) for name in names]
    cells = list(head)
    row = height
    total = 0.0
    for group, texts in _whole_rows(groups[height:], values[height:], roles):
        if len(group) == len(names):
            columns = [(0, c) for c in range(len(group))]
            looks = placing_roles(roles)
            total += sum(misfit(value, role) for value, role in zip(texts, looks, strict=True))
        else:
            placed, cost = _placed(texts, roles)
            columns = [(spot.row, spot.column) for spot in placed]
            total += cost
        for piece, (down, column) in zip(group, columns, strict=True):
            cells.append(cell(row + down, column, piece))
        row += columns[-1][0] + 1
    return make(lines, first, last, cells), total


def _whole_rows(
    groups: Sequence[list[Piece]], values: Sequence[list[str]], roles: Sequence[str]
) -> Iterator[tuple[list[Piece], list[str]]]:
    """The groups, two that follow one another as one where a blank line stands within a row:
    the columns of the second go on after the first's, which both lack by themselves."""
    group: list[Piece] = []
    texts: list[str] = []
    for next_group, next_texts in zip(groups, values, strict=True):
        if group and _one_row(texts, next_texts, roles):
            group, texts = group + next_group, texts + next_texts
            continue
        if group:
            yield group, texts
        group, texts = next_group, next_texts
    if group:
        yield group, texts


def _one_row(texts: list[str], following: list[str], roles: Sequence[str]) -> bool:
    if len(texts) + len(following) > len(roles) or not all(map(any, (texts, following))):
        return False
    placed, cost = _placed(texts + following, roles)
    if placed[-1].row:
        return False
    apart = _placed(texts, roles)[1] + _placed(following, roles)[1]
    return cost + _BLANK_WITHIN < apart


def _placed(texts: list[str], roles: Sequence[str]) -> tuple[list[Placed], float]:
    """Where the cells go by their look, and what that costs in all."""
    placed, cost = place([Sequenced(text) for text in texts], roles, joins=False)
    return placed, cost * len(texts)


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
    cells = [cell(0, c, piece) for c, piece in enumerate(groups[0])]
    names = list(top) + [""] * (width - len(top) if len(groups) > 2 else 0)
    return cells, 1, names
