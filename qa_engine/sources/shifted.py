"""Rows that lost their merged leading cells and so begin too far left.

Where a merged cell is not repeated, some exporters leave it out of the rows below; the
row's cells then stand under the wrong headers and blank cells fill up its end. What each
column holds in the whole rows tells how far such a row has to be moved back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import log

from qa_engine.models import GROUP, NUMBER, TASK
from qa_engine.sources.celltypes import is_number
from qa_engine.sources.placing import misfit

_HOUR = r"\d{1,2}[:：]\d{2}"
_CODE = re.compile(
    rf"[A-Za-z]{{1,6}}[-－—.]?\d{{1,6}}|(?:\d{{4}}年)?\d{{1,2}}月(?:\d{{1,2}}日)?|{_HOUR}(?:[-－—–~至]+{_HOUR})?"
)
_DIGITS = re.compile(r"\d+")
_FIGURE = re.compile(r"[-−+]?[\d.,，]+\s*[%％‰]?")
_MERGED = (NUMBER, GROUP, TASK)  # roles of columns that several rows share a cell of
_NOT_MERGED = 2.5
_RARE = 0.02
_FARTHEST = 12  # columns
_GAIN = 1.5  # how much better a shift must be than the row as it stands


def shift_of(row: Sequence[str], rows: Sequence[Sequence[str]], roles: Sequence[str]) -> int:
    """By how many columns ``row`` has to be moved right; 0 when it is in place.

    All rows are as wide as ``roles``. Only a row with a first cell and blank cells at its
    end can have been shifted, and only where no row keeps merged cells as blank ones.
    """
    width = len(roles)
    used = width - next((i for i, text in enumerate(reversed(row)) if text), width)
    if used < 2 or used == width or not row[0]:
        return 0  # a text alone heads the rows below it
    whole = [other for other in rows if other[-1] or sum(map(bool, other)) > used]
    if not whole:
        return 0
    if any(not other[0] and sum(map(bool, other)) > 1 for other in rows):
        return 0  # merged cells are blank ones here
    begun = [_form(other[0]) for other in whole if other[0]]
    if _form(row[0]) and begun.count(_form(row[0])) * 2 > len(begun):
        return 0  # begins as the others do (DC-07)
    numbered = roles[0] == NUMBER and is_number(row[0])
    if numbered and not all(is_number(other[1]) for other in whole if other[1]):
        return 0  # its number stands where numbers stand
    filled = [
        min(1 - _RARE, max(_RARE, sum(1 for other in whole if other[c]) / len(whole)))
        for c in range(width)
    ]
    lengths = [_typical([len(other[c]) for other in whole if other[c]]) for c in range(width)]
    figures = [_share_of_figures([other[c] for other in whole if other[c]]) for c in range(width)]
    costs = [
        _cost(row[:used], shift, filled, lengths, figures, roles)
        for shift in range(min(_FARTHEST, width - used) + 1)
    ]
    best = min(range(len(costs)), key=costs.__getitem__)
    return best if costs[best] + _GAIN <= costs[0] else 0


def _form(text: str) -> str:
    """A code, a date or an hour with its digits alike; "" for other texts."""
    return _DIGITS.sub("0", text) if _CODE.fullmatch(text) else ""


def _cost(
    values: Sequence[str],
    shift: int,
    filled: Sequence[float],
    lengths: Sequence[float],
    figures: Sequence[float],
    roles: Sequence[str],
) -> float:
    total = sum(0.0 if role in _MERGED else _NOT_MERGED for role in roles[:shift])
    for c in range(shift, len(filled)):
        value = values[c - shift] if c - shift < len(values) else ""
        if not value:
            total -= log(1 - filled[c])
            continue
        total -= log(filled[c])
        total += 0.5 * misfit(value, roles[c])
        total += abs(_share_of_figures([value]) - figures[c])
        if lengths[c]:
            total += 0.7 * abs(log(len(value) + 1) - log(lengths[c] + 1))
    return total


def _share_of_figures(values: Sequence[str]) -> float:
    return sum(map(bool, map(_FIGURE.fullmatch, values))) / len(values) if values else 0.0


def _typical(lengths: list[int]) -> float:
    return float(sorted(lengths)[len(lengths) // 2]) if lengths else 0.0
