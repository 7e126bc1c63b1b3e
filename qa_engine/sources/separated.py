"""Tables pasted as text with one row a line: pipes, tabs, or runs of spaces.

Such pastes lose merges: trailing blank cells may be missing, and where a merged cell
was left out of the rows below it, those rows begin too far left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from qa_engine.sources.aligned_columns import find_aligned
from qa_engine.sources.celltypes import (
    departments_share,
    has_item_number,
    is_number,
    is_sentence,
)
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.outline import is_heading
from qa_engine.sources.pasted import Found, Line, Piece, is_page_number, two_rows
from qa_engine.sources.placing import Sequenced, place
from qa_engine.sources.raw import RawCell, Table
from qa_engine.sources.shifted import shift_of

_PIPE = re.compile(r"(?<!\\)[|｜│┃]")
_RULE = frozenset(" 	:|｜│┃+-—–=─━┼├┤┌┬┐└┴┘╋┣┫┳┻┏┓┗┛")
_GAP = re.compile(r"[ \u3000\xa0]{2,}|\u3000")
_OPENED = re.compile(r'(?:^|\t)"[^"\t]*$')
_CLOSED = re.compile(r'"(?:\t|\s*$)')
_MOST_BROKEN = 40  # lines of one cell
_FEWEST = 3
_LONGEST_GROUP = 40
_AHEAD = 8  # rows
_SHORT_NAME = re.compile(r"[\u4e00-\u9fff]{2,6}")
_UNFINISHED = "、，,；;：:（("


@dataclass(slots=True)
class _Row:
    pieces: list[Piece]
    texts: list[str]


Splitter = Callable[[str, Line], "list[Piece] | None"]


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
        for split in (_pipes, _tabs, _spaces, _single_spaces):
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
    if split is _pipes and _PIPE.match(lines[first].content) is None:
        split = _open_pipes
    pieces = split(text, lines[first])
    if pieces is None:
        return None, first + 1
    rows = [_row(text, pieces)]
    if split is _spaces and not words.titled(rows[0].texts, 3):
        two = _ahead(text, lines, first, split)
        if not (_two_rows(two, words) and words.titled(two[0].texts + two[1].texts, 3)):
            return None, first + 1
    if split is _single_spaces and not _all_named(rows[0].texts, words):
        return None, first + 1
    ruled = False
    inner = 0  # a header further down, where a table may begin
    at = first + 1
    while at < len(lines) and lines[at].blank_before <= 1:
        if split in _PIPED and _is_rule(lines[at].text):
            ruled = ruled or len(rows) == 1
            at += 1
            continue
        pieces = split(text, lines[at])
        if split is _tabs and _broken(text, lines, at, rows, pieces, words):
            rows[-1] = _with_rest(text, rows[-1], lines[at], pieces)
            at += 1
            continue
        if pieces is None:
            if split in _PIPED and _wrapped(text, lines, at, rows[-1], split):
                rows[-1] = _with_rest(text, rows[-1], lines[at], None)
                at += 1
                continue
            alone = None if split in _PIPED else _group(text, lines, at, rows, split, words)
            if alone is not None:
                rows.append(alone)
                at += 1
                continue
            break
        row = _row(text, pieces)
        if len(rows) > 1 and _is_other_header(row.texts, rows, words):
            break
        if (
            split not in _PIPED
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
            for stop in range(at, min(at + _MOST_BROKEN, len(lines))):
                whole = text[line.start : lines[stop].end]
                if whole.count('"') % 2 == 0 and _CLOSED.search(lines[stop].text):
                    line = Line(line.start, lines[stop].end, whole, line.blank_before)
                    at = stop + 1
                    break
        result.append(line)
    return result


def _is_rule(text: str) -> bool:
    """“|---|:--|”: the line below a header."""
    return any(line in text for line in "-─━") and _RULE.issuperset(text)


def _is_table(rows: list[_Row], split: Splitter, ruled: bool, words: Vocabulary) -> bool:
    width = max(len(row.pieces) for row in rows)
    if len(rows) < 2 or width < 2:
        return False
    if ruled or words.titled(rows[0].texts) or _two_rows(rows, words) is not None:
        return True
    if _filled_below(rows) and words.titled(rows[0].texts + rows[1].texts):
        return True
    if split in _SPACED:
        return False
    same = sum(1 for row in rows if len(row.pieces) == width)
    return len(rows) >= _FEWEST and width >= 3 and same * 10 >= len(rows) * 8


def _filled_below(rows: Sequence[_Row]) -> bool:
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


def _is_other_header(texts: Sequence[str], rows: Sequence[_Row], words: Vocabulary) -> bool:
    """Nothing but names of columns below a row of data: another table begins."""
    named = [text for text in texts if text]
    if texts == rows[0].texts or len(named) < 2 or not all(map(words.known, named)):
        return False
    data = [row for row in rows[1:] if not all(words.known(text) for text in row.texts if text)]
    return bool(data) and len(named) * 2 > len(rows[0].texts)


def _broken(
    text: str,
    lines: Sequence[Line],
    at: int,
    rows: list[_Row],
    pieces: list[Piece] | None,
    words: Vocabulary,
) -> bool:
    """Whether a line below a row goes on with its last cell, which holds a line break: the
    cells of both are at most as many as the header's."""
    line, row = lines[at], rows[-1]
    if line.blank_before or not row.texts[-1] or line.text.startswith("\t"):
        return False
    if len(rows) == 1:  # “…→办结↵时限”, “…→资金↵（万元）→备注”
        rest = _values(text, pieces)[0] if pieces else line.content
        whole = row.texts[-1] + rest
        return words.known(whole) or (rest[:1] in tuple("（(") and words.likely(row.texts[-1]))
    width = len(rows[0].pieces)
    if not words.titled(rows[0].texts) or len(row.pieces) >= width:
        return pieces is None and row.texts[-1][-1] in _UNFINISHED
    if len(row.pieces) == 1 and is_heading(row.texts[0]):
        return False  # it heads the rows below
    total = len(row.pieces) + (len(pieces) - 1 if pieces else 0)
    rest = _values(text, pieces)[0] if pieces else line.content
    if total > width or is_number(rest) or has_item_number(rest):
        return False
    bodies = departments_share(row.texts[-1]) == 1.0 and row.texts[-1][-1] not in _UNFINISHED
    if bodies and is_sentence(rest):
        return False
    if pieces is None and is_heading(line.content) and row.texts[-1][-1] not in _UNFINISHED:
        return False
    # What lacks to a whole row stands on this line, or on the ones below it.
    return total == width or _completes(text, lines, at + 1, width - total)


def _completes(text: str, lines: Sequence[Line], at: int, lacking: int) -> bool:
    """Whether the next lines have just the cells that a broken row lacks."""
    for line in lines[at : at + _MOST_BROKEN]:
        pieces = _tabs(text, line)
        if line.blank_before or line.text.startswith("\t"):
            return False
        lacking -= len(pieces) - 1 if pieces else 0
        if lacking <= 0:
            return lacking == 0
    return False


def _with_rest(text: str, row: _Row, line: Line, pieces: list[Piece] | None) -> _Row:
    """A row whose last cell goes on at the beginning of a line, with the cells behind that."""
    last = row.pieces[-1]
    whole = Piece(last.start, pieces[0].end if pieces else line.end, last.apart)
    return _row(text, [*row.pieces[:-1], whole, *(pieces or ())[1:]])


def _wrapped(text: str, lines: Sequence[Line], at: int, row: _Row, split: Splitter) -> bool:
    """A line without a pipe between rows with pipes: the last cell of the one above goes on."""
    line = lines[at]
    if line.blank_before or not row.texts[-1] or is_heading(line.content):
        return False
    below = lines[at + 1] if at + 1 < len(lines) else None
    goes_on = below is not None and (
        is_page_number(below.content) or (not below.blank_before and split(text, below) is not None)
    )
    return goes_on or row.texts[-1][-1] in _UNFINISHED


def _values(text: str, pieces: Sequence[Piece]) -> list[str]:
    return [text[piece.start : piece.end].strip() for piece in pieces]


def _rest_of(texts: Sequence[str], above: Sequence[str]) -> bool:
    """A row of a drawn table that only goes on with cells of the row above."""
    own = [(text, over) for text, over in zip(texts, above, strict=False) if text]
    if texts[0] or not own or len(own) * 3 > sum(map(bool, above)):
        return False
    return all(
        over
        and over[-1] not in "。；"
        and not departments_share(text) == departments_share(over) == 1.0
        for text, over in own
    )


def _append(cells: list[RawCell], row: _Row) -> None:
    """Put the pieces of a row to the last cells of their columns."""
    for column, piece in enumerate(row.pieces):
        if row.texts[column]:
            at = max(n for n, one in enumerate(cells) if one.column == column)
            more = (*cells[at].more, (piece.start, piece.end))
            cells[at] = replace(cells[at], more=more)


def _group(
    text: str,
    lines: Sequence[Line],
    at: int,
    rows: list[_Row],
    split: Splitter,
    words: Vocabulary,
) -> _Row | None:
    """A short line without a division between rows: it heads the rows below."""
    line = lines[at]
    following = split(text, lines[at + 1]) if at + 1 < len(lines) else None
    if following is None or line.blank_before != lines[at + 1].blank_before:
        return None
    if len(line.content) > _LONGEST_GROUP or not words.titled(rows[0].texts):
        return None
    if words.titled(_row(text, following).texts):
        return None  # the title of the next table
    return _row(text, [Piece(line.start, line.end, False)])


def _row(text: str, pieces: list[Piece]) -> _Row:
    return _Row(pieces, _values(text, pieces))


# --- the ways to split a line ------------------------------------------------------------


def _pipes(text: str, line: Line) -> list[Piece] | None:
    """Rows of which the first begins with a pipe: it bounds the row."""
    cuts = [match.start() for match in _PIPE.finditer(line.text)]
    return _piped(line, cuts, len(cuts) > 1 and not line.text[: cuts[0]].strip())


def _open_pipes(text: str, line: Line) -> list[Piece] | None:
    """Rows with pipes only between cells: a pipe at the beginning follows a blank cell."""
    return _piped(line, [match.start() for match in _PIPE.finditer(line.text)], False)


def _piped(line: Line, cuts: list[int], bounded: bool) -> list[Piece] | None:
    if _is_rule(line.text) or len(cuts) < (2 if bounded else 1):
        return None
    if not bounded and len(cuts) == 1 and is_sentence(line.content):
        return None
    if bounded:
        cuts = cuts[1:]
        at = line.text.index(line.content) + 1
    else:
        at = 0
    pieces = []
    for cut in cuts:
        pieces.append(Piece(line.start + at, line.start + cut, False))
        at = cut + 1
    if line.text[at:].strip() or not bounded:
        pieces.append(Piece(line.start + at, line.end, False))
    return pieces


_PIPED = (_pipes, _open_pipes)


def _tabs(text: str, line: Line) -> list[Piece] | None:
    del text
    if "\t" not in line.text or line.text.rfind("\t") == 0:
        return None
    pieces: list[Piece] = []
    at = 0
    for field in line.text.split("\t"):
        quoted = "\n" in field and field.startswith('"') and field.rstrip().endswith('"')
        start, end = line.start + at, line.start + at + len(field)
        pieces.append(Piece(start + quoted, end - quoted * _quote_tail(field), False))
        at += len(field) + 1
    return pieces


def _quote_tail(field: str) -> int:
    return len(field) - len(field.rstrip()) + 1


def _spaces(text: str, line: Line) -> list[Piece] | None:
    del text
    if "\t" in line.content:
        return None
    pieces: list[Piece] = []
    at = len(line.text) - len(line.text.lstrip())
    stop = len(line.text.rstrip())
    for match in _GAP.finditer(line.text, at, stop):
        pieces.append(Piece(line.start + at, line.start + match.start(), False))
        at = match.end()
    pieces.append(Piece(line.start + at, line.start + stop, False))
    return pieces if len(pieces) > 1 else None


def _single_spaces(text: str, line: Line) -> list[Piece] | None:
    """Cells that one space divides, as some programs copy tables."""
    del text
    if "\t" in line.content or _GAP.search(line.content):
        return None
    begin = line.start + len(line.text) - len(line.text.lstrip())
    pieces: list[Piece] = []
    for part in line.content.split(" "):
        pieces.append(Piece(begin, begin + len(part), False))
        begin += len(part) + 1
    return pieces if len(pieces) > 1 else None


_SPACED = (_spaces, _single_spaces)


# --- rows → cells ------------------------------------------------------------------------


def _ahead(text: str, lines: Sequence[Line], first: int, split: Splitter) -> list[_Row]:
    """The rows from a line on, as far as they tell whether the first two are a header."""
    rows: list[_Row] = []
    for line in lines[first : first + _AHEAD]:
        pieces = split(text, line)
        if pieces is None:
            break
        rows.append(_row(text, pieces))
    return rows


def _two_rows(rows: list[_Row], words: Vocabulary) -> tuple[list[RawCell], int, list[str]] | None:
    """The header where the second row names the parts of some names of the first."""
    if len(rows) < _FEWEST:
        return None
    return two_rows([row.pieces for row in rows[:2]], [row.texts for row in rows], words)


def _table(
    start: int, end: int, rows: list[_Row], split: Splitter, ruled: bool, words: Vocabulary
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
    elif split in _SPACED:
        width = len(rows[0].pieces)
        names = rows[0].texts
    roles = [words.role(name) for name in names]
    body = [row.texts + [""] * (width - len(row.texts)) for row in rows[height:]]
    for r, row in enumerate(rows):
        columns = list(range(len(row.pieces)))
        if r < height and height > 1:
            continue  # made already
        if split in _PIPED and r > height and _rest_of(row.texts, rows[r - 1].texts):
            _append(cells, row)
            row.texts = [a or b for a, b in zip_longest(row.texts, rows[r - 1].texts, fillvalue="")]
            continue
        if split in _SPACED and 1 < len(row.pieces) != width:
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
