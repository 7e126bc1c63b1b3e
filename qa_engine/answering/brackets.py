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

_YEARS_OLD = frozenset(("岁", "周岁", "周"))
_OF_DATES = frozenset(("", "年", "月", "日", "号"))  # numbers with these bound nothing
_TO = later(r"\s*(?:周?岁)?\s*(?:[（(]?含[）)]?)?\s*(?:[至到~～]|[—–-]{1,2})\s*")
_UP = later(r"(?:岁)?(?:[（(]?含[^）)]{0,6}[）)]?|及|[（(]含[）)])?(?:以上|起(?![草])|开外)")
_DOWN = later(r"(?:岁)?(?:[（(]?含[^）)]{0,6}[）)]?|及|[（(]含[）)])?(?:以下|以内|之内)")
_OVER = later(r"(?:[年已]?满|超过|高于|大于|多于|达到)$")
_UNDER = later(r"(?:不足|未满|不满|不到|低于|小于|少于|不超过)$")
_ENDS = "。！？\n"


@dataclass(frozen=True, slots=True)
class _Bracket:
    start: int
    end: int
    low: float
    high: float


def in_bracket(question: str, text: str, values: Sequence[tuple[int, int]]) -> int | None:
    """Which of the values stands behind the closest bracket that the question's number falls in;
    None where no number or fewer than two brackets with values are there."""
    found: list[tuple[float, int]] = []
    told = 0
    for asked in _asked(question):
        brackets = list(_brackets(text, asked))
        for n, bracket in enumerate(brackets):
            until = brackets[n + 1].start if n + 1 < len(brackets) else len(text)
            value = next(
                (
                    v
                    for v, (start, end) in enumerate(values)
                    if bracket.end <= start
                    and end <= until
                    and not any(mark in text[bracket.end : start] for mark in _ENDS)
                ),
                None,
            )
            if value is None:
                continue
            told += 1
            if bracket.low <= float(asked.value) <= bracket.high:
                found.append((_width(bracket), value))
    return min(found)[1] if found and told > 1 else None


def _asked(question: str) -> Iterator[Quantity]:
    """The numbers of a question that something may depend on."""
    for one in numbers(question):
        if one.unit not in _OF_DATES:
            yield one


def _width(bracket: _Bracket) -> float:
    """Smaller is closer: a range by its width, one side after all ranges by how far it goes."""
    if math.isinf(bracket.high):
        return 1e12 - bracket.low
    if math.isinf(bracket.low):
        return 1e12 + bracket.high
    return bracket.high - bracket.low


def _brackets(text: str, asked: Quantity) -> Iterator[_Bracket]:
    """The brackets of the asked unit, in order."""
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
        before = fold(text[max(0, one.start - 3) : one.start])
        if up := _UP.match(text, one.end):
            yield _Bracket(one.start, up.end(), float(one.value), math.inf)
        elif down := _DOWN.match(text, one.end):
            yield _Bracket(one.start, down.end(), -math.inf, float(one.value))
        elif _OVER.search(before):
            yield _Bracket(one.start, one.end, float(one.value), math.inf)
        elif _UNDER.search(before):
            yield _Bracket(one.start, one.end, -math.inf, float(one.value) - 1e-6)


def _same(unit: str, asked: str) -> bool:
    return unit == asked or {unit, asked} <= _YEARS_OLD
