"""Tables pasted with one cell a line and no marks at all.

A table begins with a run of lines that are names of columns; blank lines between rows and
the kinds of the cells tell where each row begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa_engine.models import COOPERATE, LEAD, NUMBER, OTHER
from qa_engine.sources.celltypes import is_number, is_sentence, is_total
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.furniture import is_page_break
from qa_engine.sources.numbered_rows import even_below, serial_rows
from qa_engine.sources.outline import is_heading
from qa_engine.sources.parents import flat_spans
from qa_engine.sources.pasted import Found, Line, Piece, cell, make, spread
from qa_engine.sources.placing import Sequenced, place
from qa_engine.sources.raw import RawCell

_NOTE = re.compile(r"(?:备注|说明|注|填表人?|制表人?|填报人|审核人?|复核人?)\s*[：:]")
_VALUE = re.compile(r"(?<!\d)\d{1,3}(?!\d)|\d{5,}|^[\d.,-]+$")  # a number that is no year
_WORST = 2.5  # mean cost a cell above which the lines are no table
_SHORT = 8
_LONGEST_NAME = 16
_MOST_NAMES = 40
_MOST_EVEN = 400  # lines in which numbered rows are looked for


def bare_table(text: str, lines: Sequence[Line], first: int, words: Vocabulary) -> Found | None:
    """The table that begins with the names of columns at ``first``; None if none does."""
    head = header_run(lines, first, len(lines), words)
    if head - first < 3 or head >= len(lines):
        return None
    roles = {words.role(lines[at].content) for at in range(first, head)} - {OTHER}
    if len(roles) < 2 and NUMBER not in roles:
        return None
    last = _bare_end(lines, head, words)
    pieces = [
        Piece(lines[at].start, lines[at].end, lines[at].blank_before > 0)
        for at in range(first, last)
        if not is_page_break(lines[at].content)
    ]
    width = head - first
    found = in_sequence(text, lines, first, last, pieces, width, words, joins=True)
    if any(lines[at].blank_before for at in range(head + 1, last)):
        whole = pieces[:width] + _with_blanks(lines, head, last)
        other = in_sequence(text, lines, first, last, whole, width, words, joins=False)
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


def header_run(lines: Sequence[Line], first: int, last: int, words: Vocabulary) -> int:
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
            while at > first and (
                _VALUE.search(lines[at - 1].content) or is_total(lines[at - 1].content)
            ):
                at -= 1  # “一等奖（2项）”, “合计” stand in the first row already
            return at
        if len(content) > _LONGEST_NAME or is_sentence(content):
            break
    return first


def _is_value(content: str) -> bool:
    return _VALUE.search(content) is not None or is_total(content)


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
        if at > head and header_run(lines, at, len(lines), words) - at >= 3:
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


def in_sequence(
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
    cells, height, joined = flat_head(pieces[:width], names, rows, words)
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
            cells.append(cell(spot.row + height, spot.column, piece))
    return make(lines, first, last, cells), cost * len(body)


def flat_head(
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
        return spread(groups, values, under)
    if rows and max(map(len, rows)) < len(names) and not all(map(words.known, names)):
        spans = flat_spans(names, rows, words)
        if spans is not None:
            cut = len(spans)
            return spread([pieces[:cut], pieces[cut:]], [names[:cut], names[cut:]], spans)
    return [cell(0, c, piece) for c, piece in enumerate(pieces)], 1, names
