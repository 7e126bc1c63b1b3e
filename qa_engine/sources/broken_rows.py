"""Rows of a pasted table whose cells hold line breaks, so that they stand on several lines."""

from __future__ import annotations

from collections.abc import Sequence

from qa_engine.models import GROUP, NUMBER, TASK
from qa_engine.sources.celltypes import (
    departments_share,
    has_item_number,
    is_number,
    is_sentence,
)
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.furniture import is_page_break
from qa_engine.sources.line_cells import Row, Splitter, row_of, tabs, values
from qa_engine.sources.outline import is_heading
from qa_engine.sources.pasted import Line, Piece

MOST_BROKEN = 40  # lines of one cell
LONGEST_GROUP = 40
_SAMPLE = 20  # rows that tell how wide the table is
_SHORT = 12  # characters of what is left of a last cell
UNFINISHED = "、，,；;：:（("


def is_broken(
    text: str,
    lines: Sequence[Line],
    at: int,
    rows: list[Row],
    pieces: list[Piece] | None,
    words: Vocabulary,
) -> bool:
    """Whether a line below a row goes on with its last cell, which holds a line break: the
    cells of both are at most as many as the header's."""
    line, row = lines[at], rows[-1]
    if line.blank_before or not row.texts[-1] or line.text.startswith("\t"):
        return False
    rest = values(text, pieces)[0] if pieces else line.content
    if len(rows) == 1:  # “…→办结↵时限”, “…→资金↵（万元）→备注”
        named = words.known(row.texts[-1] + rest)
        return named or (rest[:1] in tuple("（(") and words.likely(row.texts[-1]))
    width = max(len(one.pieces) for one in rows[:_SAMPLE]) - _left_out(row, rows[0], words)
    unfinished = row.texts[-1][-1] in UNFINISHED
    ends = pieces is None and (unfinished or _little(text, lines, at, rows, words))
    if not words.titled(rows[0].texts) or len(row.pieces) >= width:
        return ends
    total = len(row.pieces) + (len(pieces) - 1 if pieces else 0)
    if total > width or is_number(rest) or _heads(row, rows, pieces, width, words):
        return False
    if not unfinished and _begins_anew(row.texts[-1], rest, alone=pieces is None):
        return False
    # What lacks to a whole row stands on this line, or on the ones below it.
    return total == width or ends or _completes(text, lines, at + 1, width - total)


def _little(text: str, lines: Sequence[Line], at: int, rows: list[Row], words: Vocabulary) -> bool:
    """A few characters that head no rows, as the first column does that: the end of a cell."""
    content = lines[at].content
    return (
        _grouped(rows, words)
        and len(content) <= _SHORT
        and not is_heading(content)
        and not begins_broken(text, lines, at, rows, words)
    )


def _heads(
    row: Row, rows: list[Row], pieces: list[Piece] | None, width: int, words: Vocabulary
) -> bool:
    """Whether a row of one text heads the rows below it rather than begins the next."""
    whole = pieces is not None and len(pieces) == width
    return (
        len(row.pieces) == 1 and (whole or not _grouped(rows, words)) and is_heading(row.texts[0])
    )


def _begins_anew(above: str, rest: str, *, alone: bool) -> bool:
    """Whether a text below a finished cell is no part of it: an item, a heading, a sentence
    below a body."""
    return (
        has_item_number(rest)
        or (departments_share(above) == 1.0 and is_sentence(rest))
        or (alone and is_heading(rest))
    )


def _left_out(row: Row, names: Row, words: Vocabulary) -> int:
    """How many columns before its number a row lacks, where a merged cell is not repeated."""
    roles = [words.role(name) for name in names.texts]
    return roles.index(NUMBER) if NUMBER in roles and is_number(row.texts[0]) else 0


def _grouped(rows: list[Row], words: Vocabulary) -> bool:
    """Does the first column hold what heads several rows?"""
    return words.role(rows[0].texts[0]) in (GROUP, TASK)


def begins_broken(
    text: str, lines: Sequence[Line], at: int, rows: list[Row], words: Vocabulary
) -> bool:
    """Whether a line without a tab is the beginning of a row whose first cell is broken."""
    below = lines[at + 1] if at + 1 < len(lines) else None
    return (
        below is not None
        and not lines[at].blank_before
        and not below.blank_before
        and 0 < below.text.count("\t") < len(rows[0].pieces) - 1  # which would be a whole row
        and _completes(text, lines, at + 1, len(rows[0].pieces) - 1)
        and len(rows[-1].pieces) == len(rows[0].pieces)
        and _grouped(rows, words)
        and len(lines[at].content) <= LONGEST_GROUP
    )


def _completes(text: str, lines: Sequence[Line], at: int, lacking: int) -> bool:
    """Whether the next lines have just the cells that a broken row lacks."""
    for line in lines[at : at + MOST_BROKEN]:
        pieces = tabs(text, line)
        if line.blank_before or line.text.startswith("\t"):
            return False
        lacking -= len(pieces) - 1 if pieces else 0
        if lacking <= 0:
            return lacking == 0
    return False


def with_rest(text: str, row: Row, line: Line, pieces: list[Piece] | None) -> Row:
    """A row whose last cell goes on at the beginning of a line, with the cells behind that."""
    last = row.pieces[-1]
    whole = Piece(last.start, pieces[0].end if pieces else line.end, last.apart)
    return row_of(text, [*row.pieces[:-1], whole, *(pieces or ())[1:]])


def is_wrapped(text: str, lines: Sequence[Line], at: int, row: Row, split: Splitter) -> bool:
    """A line without a pipe between rows with pipes: the last cell of the one above goes on."""
    line = lines[at]
    if line.blank_before or not row.texts[-1] or is_heading(line.content):
        return False
    below = lines[at + 1] if at + 1 < len(lines) else None
    goes_on = below is not None and (
        is_page_break(below.content) or (not below.blank_before and split(text, below) is not None)
    )
    return goes_on or row.texts[-1][-1] in UNFINISHED
