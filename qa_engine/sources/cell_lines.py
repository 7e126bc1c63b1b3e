"""Tables pasted as text with one cell a line → tables with cells in rows and columns.

Every cell begins with a tab (an empty cell is a line with the tab alone, a line without one
goes on with the cell above), or there are no marks at all (`bare_cells`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qa_engine.sources.bare_cells import bare_table, header_run, in_sequence
from qa_engine.sources.celltypes import is_sentence
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.outline import is_heading
from qa_engine.sources.pasted import Found, Line, Piece, cell, make, two_rows
from qa_engine.sources.placing import Sequenced, place
from qa_engine.sources.raw import RawCell

_GOES_ON = "、，,；;：:（("


def find_cell_tables(text: str, lines: Sequence[Line], words: Vocabulary) -> list[Found]:
    """Every table with one cell a line, in order."""
    found: list[Found] = []
    at = 0
    while at < len(lines):
        result = _tabbed(text, lines, at, words) or bare_table(text, lines, at, words)
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
    head = header_run(lines, first, last, words)
    if head - first >= 2 and head < last:
        flat = [piece for group in groups for piece in group]
        found = in_sequence(text, lines, first, last, flat, head - first, words, joins=False)
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
            cells.append(cell(row + down, column, piece))
        row += columns[-1][0] + 1
    return make(lines, first, last, cells)


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
