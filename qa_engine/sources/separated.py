"""Tables pasted as text with one row a line: pipes, tabs, or runs of spaces.

Such pastes lose merges: trailing blank cells may be missing, and where a merged cell
was left out of the rows below it, those rows begin too far left.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from qa_engine.sources.aligned_columns import find_aligned
from qa_engine.sources.broken_rows import (
    LONGEST_GROUP,
    MOST_BROKEN,
    begins_broken,
    is_broken,
    is_wrapped,
    with_rest,
)
from qa_engine.sources.celltypes import departments_share, is_total
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.line_cells import (
    PIPE,
    PIPED,
    SPACED,
    Row,
    Splitter,
    is_rule,
    open_pipes,
    pipes,
    row_of,
    single_spaces,
    spaces,
    tabs,
)
from qa_engine.sources.pasted import Found, Line, Piece, two_rows
from qa_engine.sources.placing import Sequenced, place
from qa_engine.sources.raw import RawCell, Table
from qa_engine.sources.shifted import shift_of

_OPENED = re.compile(r'(?:^|\t)"[^"\t]*$')
_CLOSED = re.compile(r'"(?:\t|\s*$)')
_FEWEST = 3
_AHEAD = 8  # rows
_COLUMN_NAME = re.compile(r"[\u4e00-\u9fff]{2,8}(?:[（(][^（）()]{1,8}[）)])?")
_NUMBER = re.compile(r"\d")
_SHORT_NAME = re.compile(r"[\u4e00-\u9fff]{2,6}")


def find_separated_tables(text: str, lines: Sequence[Line], words: Vocabulary) -> list[Found]:
    """Every table with one row a line, in order."""
    found: list[Found] = []
    at = 0
    lines = _with_quoted(text, lines)
    while at < len(lines):
        resume = at + 1
        aligned = find_aligned(lines, at, words)
        if aligned is not None:
            found.append(aligned)
            at = aligned.last
            continue
        for split in (pipes, tabs, spaces, single_spaces):
            result, stop = _region(text, lines, at, split, words)
            if result is not None:
                found.append(result)
                resume = result.last
                break
            resume = max(resume, stop)
        at = resume
    return found


def _region(
    text: str, lines: Sequence[Line], first: int, split: Splitter, words: Vocabulary
) -> tuple[Found | None, int]:
    """A table that begins at a line, or None and the line where to look next."""
    if split is pipes and PIPE.match(lines[first].content) is None:
        split = open_pipes
    pieces = split(text, lines[first])
    if pieces is None:
        return None, first + 1
    rows = [row_of(text, pieces)]
    if split is spaces and not words.titled(rows[0].texts, 3):
        two = _ahead(text, lines, first, split)
        if not _is_evident(two) and not (
            _two_rows(two, words) and words.titled(two[0].texts + two[1].texts, 3)
        ):
            return None, first + 1
    if split is single_spaces and not _all_named(rows[0].texts, words):
        return None, first + 1
    ruled = False
    inner = 0  # a header further down, where a table may begin
    at = first + 1
    while at < len(lines) and lines[at].blank_before <= 1:
        if split in PIPED and is_rule(lines[at].text):
            if len(rows) > 2 and lines[at - 1].blank_before:
                rows.pop()
                at -= 1
                break  # a blank line, a row and a rule: the header of another table
            ruled = ruled or len(rows) == 1
            at += 1
            continue
        pieces = split(text, lines[at])
        if split is tabs and is_broken(text, lines, at, rows, pieces, words):
            rows[-1] = with_rest(text, rows[-1], lines[at], pieces)
            at += 1
            continue
        if pieces is None:
            if split in PIPED and is_wrapped(text, lines, at, rows[-1], split):
                rows[-1] = with_rest(text, rows[-1], lines[at], None)
                at += 1
                continue
            if split is tabs and begins_broken(text, lines, at, rows, words):
                rows.append(row_of(text, [Piece(lines[at].start, lines[at].end, False)]))
                at += 1
                continue
            alone = None if split in PIPED else _group(text, lines, at, rows, split, words)
            if alone is not None:
                rows.append(alone)
                at += 1
                continue
            break
        row = row_of(text, pieces)
        if len(rows) > 1 and _is_other_header(row.texts, rows, words):
            break
        if (
            split not in PIPED
            and words.titled(row.texts)
            and row.texts != rows[0].texts
            and (lines[at].blank_before and len(row.texts) != len(rows[0].texts))
        ):
            break  # the header of another table
        if not inner and words.titled(row.texts):
            inner = at
        rows.append(row)
        at += 1
    if not _is_table(rows, split, ruled, words):
        return None, inner or at
    table = _table(lines[first].start, lines[at - 1].end, rows, split, ruled, words)
    return Found(first, at, table), at


def _with_quoted(text: str, lines: Sequence[Line]) -> list[Line]:
    """Lines as spreadsheets paste them: a cell with line breaks stands in quotes."""
    result: list[Line] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if _OPENED.search(line.text) and line.text.count('"') % 2:
            for stop in range(at, min(at + MOST_BROKEN, len(lines))):
                whole = text[line.start : lines[stop].end]
                if whole.count('"') % 2 == 0 and _CLOSED.search(lines[stop].text):
                    line = Line(line.start, lines[stop].end, whole, line.blank_before)
                    at = stop + 1
                    break
        result.append(line)
    return result


def _is_table(rows: list[Row], split: Splitter, ruled: bool, words: Vocabulary) -> bool:
    width = max(len(row.pieces) for row in rows)
    if len(rows) < 2 or width < 2:
        return False
    if ruled or words.titled(rows[0].texts) or _two_rows(rows, words) is not None:
        return True
    if _filled_below(rows) and words.titled(rows[0].texts + rows[1].texts):
        return True
    if split in SPACED:
        return split is spaces and _is_evident(rows)
    same = sum(1 for row in rows if len(row.pieces) == width)
    return len(rows) >= _FEWEST and width >= 3 and same * 10 >= len(rows) * 8


def _is_evident(rows: Sequence[Row]) -> bool:
    """Whether rows are a table by their form, whatever the columns are called: a row of names
    without numbers, and below it as many cells a row, in a column of which numbers stand."""
    names = rows[0].texts
    full = [row.texts for row in rows[1:] if len(row.texts) == len(names)]
    if len(names) < _FEWEST or len(rows) < _FEWEST or len(set(names)) < len(names):
        return False
    if len(full) * 10 < len(rows[1:]) * 7 or not all(map(_COLUMN_NAME.fullmatch, names)):
        return False
    return any(
        2 * sum(_NUMBER.search(texts[c]) is not None for texts in full) > len(full)
        for c in range(len(names))
    )


def _filled_below(rows: Sequence[Row]) -> bool:
    """Does the second row name the blank places of the first, and few others?"""
    top, below = rows[0].texts, rows[1].texts
    own = [c for c, text in enumerate(below) if text]
    gaps = [c for c in own if not "".join(top[c : c + 1])]
    return len(rows) >= _FEWEST and bool(gaps) and len(own) <= 2 * len(gaps) and not below[0]


def _all_named(texts: Sequence[str], words: Vocabulary) -> bool:
    """Single spaces divide a header only where there is no doubt that it is one."""
    others = [text for text in texts if not words.likely(text)]
    return (
        len(texts) >= _FEWEST
        and words.titled(texts, 2)
        and len(others) * 4 < len(texts)
        and all(_SHORT_NAME.fullmatch(text) for text in others)
    )


def _is_other_header(texts: Sequence[str], rows: Sequence[Row], words: Vocabulary) -> bool:
    """Nothing but names of columns below a row of data: another table begins."""
    named = [text for text in texts if text]
    if texts == rows[0].texts or len(named) < 2 or not all(map(words.known, named)):
        return False
    data = [row for row in rows[1:] if not all(words.known(text) for text in row.texts if text)]
    return bool(data) and len(named) * 2 > len(rows[0].texts)


def _rest_of(texts: Sequence[str], above: Sequence[str]) -> bool:
    """A row of a drawn table that only goes on with cells of the row above."""
    if any(map(is_total, texts)):
        return False
    own = [(text, over) for text, over in zip(texts, above, strict=False) if text]
    if texts[0] or not own or len(own) * 3 > sum(map(bool, above)):
        return False
    return all(
        over
        and over[-1] not in "。；"
        and not departments_share(text) == departments_share(over) == 1.0
        for text, over in own
    )


def _append(cells: list[RawCell], row: Row) -> None:
    """Put the pieces of a row to the last cells of their columns."""
    for column, piece in enumerate(row.pieces):
        if row.texts[column]:
            at = next(n for n in range(len(cells) - 1, -1, -1) if cells[n].column == column)
            more = (*cells[at].more, (piece.start, piece.end))
            cells[at] = replace(cells[at], more=more)


def _group(
    text: str,
    lines: Sequence[Line],
    at: int,
    rows: list[Row],
    split: Splitter,
    words: Vocabulary,
) -> Row | None:
    """A short line without a division between rows: it heads the rows below."""
    line = lines[at]
    following = split(text, lines[at + 1]) if at + 1 < len(lines) else None
    if following is None or line.blank_before != lines[at + 1].blank_before:
        return None
    if len(line.content) > LONGEST_GROUP or not words.titled(rows[0].texts):
        return None
    if words.titled(row_of(text, following).texts):
        return None  # the title of the next table
    return row_of(text, [Piece(line.start, line.end, False)])


# --- rows → cells ------------------------------------------------------------------------


def _ahead(text: str, lines: Sequence[Line], first: int, split: Splitter) -> list[Row]:
    """The rows from a line on, as far as they tell whether the first two are a header."""
    rows: list[Row] = []
    for line in lines[first : first + _AHEAD]:
        pieces = split(text, line)
        if pieces is None:
            break
        rows.append(row_of(text, pieces))
    return rows


def _two_rows(rows: list[Row], words: Vocabulary) -> tuple[list[RawCell], int, list[str]] | None:
    """The header where the second row names the parts of some names of the first."""
    if len(rows) < _FEWEST:
        return None
    return two_rows([row.pieces for row in rows[:2]], [row.texts for row in rows], words)


def _table(
    start: int, end: int, rows: list[Row], split: Splitter, ruled: bool, words: Vocabulary
) -> Table:
    width = max(len(row.pieces) for row in rows)
    top = next((row.texts for row in rows[:4] if words.titled(row.texts)), rows[0].texts)
    names = top + [""] * (width - len(top))
    cells: list[RawCell] = []
    height = 1
    two = _two_rows(rows, words)
    if two is not None:
        cells, height, names = two
        width = len(names)
    elif split in SPACED:
        width = len(rows[0].pieces)
        names = rows[0].texts
    roles = [words.role(name) for name in names]
    body = [row.texts + [""] * (width - len(row.texts)) for row in rows[height:]]
    for r, row in enumerate(rows):
        columns = list(range(len(row.pieces)))
        if r < height and height > 1:
            continue  # made already
        if split in PIPED and r > height and _rest_of(row.texts, rows[r - 1].texts):
            _append(cells, row)
            row.texts = [a or b for a, b in zip_longest(row.texts, rows[r - 1].texts, fillvalue="")]
            continue
        if split in SPACED and 1 < len(row.pieces) != width:
            placed, _ = place([Sequenced(text) for text in row.texts], roles, joins=False)
            columns = [spot.column for spot in placed]
        elif r:
            shift = shift_of(body[r - height], body, roles)
            columns = [c + shift for c in columns]
        for column, piece in zip(columns, row.pieces, strict=True):
            if column < width:
                header = ruled and r == 0
                cells.append(RawCell(r, column, piece.start, piece.end, header=header))
    return Table(start, end, tuple(cells))
