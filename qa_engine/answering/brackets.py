"""Which of several values holds for a number that the question names: 85岁 where a text tells of
60周岁以上 and of 80周岁以上, 15公里 where it tells of 6—11公里 and of 11—17公里.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa_engine.text.normalise import fold
from qa_engine.text.numbers import Quantity, numbers
from qa_engine.text.patterns import later
from qa_engine.text.sentences import sentences

_YEARS_OLD = frozenset(("岁", "周岁", "周"))
_OF_DATES = frozenset(("", "年", "月", "日", "号"))  # numbers with these bound nothing
_TO = later(r"\s*(?:周?岁)?\s*(?:[（(]?含[）)]?)?\s*(?:[至到~～]|[—–-]{1,2})\s*")
_UP = later(r"(?:岁)?(?:[（(]?含[^）)]{0,6}[）)]?|及|[（(]含[）)])?(?:以上|起(?!草)|开外)")
_DOWN = later(r"(?:岁)?(?:[（(]?含[^）)]{0,6}[）)]?|及|[（(]含[）)])?(?:以下|以内|之内)")
# What stands before a number that bounds it: from it on (1), up to it (-1), below it (-2); the
# first that fits.
_BEFORE = (
    (later(r"(?:不低于|不少于|不小于)$"), 1),
    (later(r"(?:不超过|不高于|不大于|不多于)$"), -1),
    (later(r"(?:不足|[未不]满|不到|低于|小于|少于)$"), -2),
    (later(r"(?:满|超过|高于|大于|多于|达到)$"), 1),
)
_LEAST_STEP = 1e-6  # by which a bound that is not reached lies below it
_ONE_SIDED = 1e12  # wider than any range


@dataclass(frozen=True, slots=True)
class _Bracket:
    start: int
    end: int
    low: float
    high: float


def in_bracket(question: str, text: str, values: Sequence[tuple[int, int]]) -> int | None:
    """Which of the values stands behind the closest bracket that the question's number falls in;
    None where no number or fewer than two brackets with values are there.

    Brackets of one sentence belong together; where each stands in its own, those of all.
    """
    for asked in _asked(question):
        brackets = list(_brackets(text, asked))
        runs: list[list[tuple[_Bracket, int]]] = []
        for start, end in sentences(text):
            found = [one for one in brackets if start <= one.start < end]
            runs.append(list(_valued(found, end, values)))
        several = [run for run in runs if len(run) > 1] or [[one for run in runs for one in run]]
        for run in several:
            holding = [
                (_width(bracket), value)
                for bracket, value in run
                if bracket.low <= float(asked.value) <= bracket.high
            ]
            if len(run) > 1 and holding:
                return min(holding)[1]
    return None


def _asked(question: str) -> Iterator[Quantity]:
    """The numbers of a question that something may depend on."""
    for one in numbers(question):
        if one.unit not in _OF_DATES:
            yield one


def _valued(
    brackets: Sequence[_Bracket], end: int, values: Sequence[tuple[int, int]]
) -> Iterator[tuple[_Bracket, int]]:
    """The brackets of a sentence with the first value between each and the next."""
    for number, bracket in enumerate(brackets):
        until = brackets[number + 1].start if number + 1 < len(brackets) else end
        for n, (left, right) in enumerate(values):
            if bracket.end <= left and right <= until:
                yield bracket, n
                break


def _width(bracket: _Bracket) -> float:
    """Smaller is closer: a range by its width, one side after all ranges by how far it goes."""
    if math.isinf(bracket.high):
        return _ONE_SIDED - bracket.low
    if math.isinf(bracket.low):
        return _ONE_SIDED + bracket.high
    return bracket.high - bracket.low


def _brackets(text: str, asked: Quantity) -> Iterator[_Bracket]:
    """The brackets of the asked unit, in order; 1000万元以上5000万元以下 is one."""
    last: _Bracket | None = None
    for one in _single(text, asked):
        open_above = last is not None and math.isinf(last.high) and math.isinf(one.low)
        if last is not None and open_above and not text[last.end : one.start].strip("、，, "):
            yield _Bracket(last.start, one.end, last.low, one.high)
            last = None
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def _single(text: str, asked: Quantity) -> Iterator[_Bracket]:
    found = numbers(text)
    skipped = -1
    for n, one in enumerate(found):
        if n == skipped:
            continue
        behind = found[n + 1] if n + 1 < len(found) else None
        if behind is not None and _same(behind.unit, asked.unit) and one.unit in ("", behind.unit):
            tie = _TO.match(text, one.end)
            if tie and tie.end() == behind.start:
                skipped = n + 1
                yield _Bracket(one.start, behind.end, float(one.value), float(behind.value))
                continue
        if not _same(one.unit, asked.unit):
            continue
        value = float(one.value)
        if up := _UP.match(text, one.end):
            yield _Bracket(one.start, up.end(), value, math.inf)
        elif down := _DOWN.match(text, one.end):
            yield _Bracket(one.start, down.end(), -math.inf, value)
        else:
            before = fold(text[max(0, one.start - 3) : one.start])
            sign = next((sign for pattern, sign in _BEFORE if pattern.search(before)), 0)
            if sign > 0:
                yield _Bracket(one.start, one.end, value, math.inf)
            elif sign < 0:
                bound = value - _LEAST_STEP if sign < -1 else value
                yield _Bracket(one.start, one.end, -math.inf, bound)


def _same(unit: str, asked: str) -> bool:
    return unit == asked or {unit, asked} <= _YEARS_OLD
