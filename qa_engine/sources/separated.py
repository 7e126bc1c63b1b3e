"""Tables pasted as text with one row a line: pipes, tabs, or runs of spaces.

Such pastes lose merges: trailing blank cells may be missing, and where a merged cell
was left out of the rows below it, those rows begin too far left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa_engine.sources.aligned_columns import find_aligned
from qa_engine.sources.celltypes import is_sentence
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.pasted import Found, Line, Piece, two_rows
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
        if pieces is None:
            if split is _tabs and rows and _goes_on(lines[at], rows[-1]):
                rows[-1].pieces[-1].end = lines[at].end
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
    return len(texts) >= _FEWEST and words.titled(texts, 2) and all(map(words.likely, texts))


def _is_other_header(texts: Sequence[str], rows: Sequence[_Row], words: Vocabulary) -> bool:
    """Nothing but names of columns below a row of data: another table begins."""
    named = [text for text in texts if text]
    if texts == rows[0].texts or len(named) < 2 or not all(map(words.known, named)):
        return False
    data = [row for row in rows[1:] if not all(words.known(text) for text in row.texts if text)]
    return bool(data) and len(named) * 2 > len(rows[0].texts)


def _goes_on(line: Line, row: _Row) -> bool:
    """A line without a tab right below a row: its last cell goes on."""
    return line.blank_before == 0 and bool(row.texts[-1]) and row.texts[-1][-1] in "、，,；;（("


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
    return _Row(pieces, [text[piece.start : piece.end].strip() for piece in pieces])


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
    if "\t" not in line.content:
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
