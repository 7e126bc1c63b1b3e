"""What a passage has in common with a question, as numbers. Pure functions.

Texts are in their matching form. Terms weigh as rare as they are: w = ln(1 + (N - n + 0.5)
/ (n + 0.5)), the idf of BM25. All shares lie in 0..1.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_engine.text.patterns import later

NARROW = 30  # characters: about a clause
WIDE = 120  # about two sentences
_OCCURRENCES = 24  # of one term, in one passage

# From the lookups: a share of the best score.
LOOKUPS = ("words", "bigrams", "context", "meaning")
NAMES = (
    *(f"{name}_score" for name in LOOKUPS),
    "coverage",  # of the question's bigrams, by weight
    "word_coverage",
    "narrow",  # the best window's coverage
    "wide",
    "run",  # the weight of the longest common piece
    "typed",  # the best window's coverage that also holds a number or date, when one is asked for
    "above",  # what title, headings … cover beyond the passage's own text
    "above_run",
    "names",  # known names and quoted phrases that stand in it
    "numbers",
)
Features = npt.NDArray[np.float32]

_TIME_ASKED = later(
    r"何时|什么时[候间]|时间|日期|哪[一]?[年月天日]|几[年月日点号]|多久|期限|年份|截至|到期"
)
_NUMBER_ASKED = later(r"多少|几[^年月日点号乎]|多[大长高远重深宽快]|比例|百分|占比|数量|目标")
_TIME = later(r"\d+[年月日]|\d{4}[-./]\d|世纪|朝|[一二三四五六七八九十]月|年底|长期")
_NUMBER = later(r"\d|[一二三四五六七八九十百千万两][个名家项次所座条种人位部]")


def expected(question: str) -> re.Pattern[str] | None:
    """What stands where the answer to a question stands: a time, a number; None: anything."""
    if _TIME_ASKED.search(question):
        return _TIME
    return _NUMBER if _NUMBER_ASKED.search(question) else None


@dataclass(frozen=True, slots=True)
class Unit:
    """A term of the question at ``at`` in its content; any of ``forms`` fulfils it."""

    at: int
    weight: float
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """What of a question is looked for. ``units`` are its bigrams in order; ``words`` map
    a word to its weight."""

    units: tuple[Unit, ...]
    words: Mapping[str, float]
    names: tuple[str, ...] = ()
    numbers: tuple[tuple[str, ...], ...] = ()  # each in all its forms
    expects: re.Pattern[str] | None = None  # what an answer looks like


def weight(total: int, frequency: int) -> float:
    """The weight of a term that ``frequency`` of ``total`` passages hold."""
    return math.log(1 + (max(total, 1) - frequency + 0.5) / (frequency + 0.5))


def features(
    profile: Profile,
    text: str,
    above: str,
    scores: Mapping[str, float],
) -> Features:
    """In the order of ``NAMES``. ``scores`` are normalised, absent where a lookup did not find
    the passage."""
    total = sum(unit.weight for unit in profile.units) or 1.0
    places = _all_places(text, profile.units)
    covered = sum(unit.weight for unit, found in zip(profile.units, places, strict=True) if found)
    places_above = _all_places(above, profile.units)
    added = sum(
        unit.weight
        for unit, own, other in zip(profile.units, places, places_above, strict=True)
        if other and not own
    )
    word_total = sum(profile.words.values()) or 1.0
    words = sum(w for word, w in profile.words.items() if word in text)
    events = _events(places)
    narrow = _window(profile.units, events, NARROW)
    typed = _typed(profile, text, places) if profile.expects else 0.0
    named = sum(1 for name in profile.names if name in text or name in above)
    counted = sum(1 for forms in profile.numbers if _has_number(text, forms))
    row = [scores.get(name, 0.0) for name in LOOKUPS]
    row += [
        covered / total,
        words / word_total,
        narrow / total,
        _window(profile.units, events, WIDE) / total,
        _run(profile.units, places) / total,
        typed / total,
        added / total,
        _run(profile.units, places_above) / total,
        named / len(profile.names) if profile.names else 0.0,
        counted / len(profile.numbers) if profile.numbers else 0.0,
    ]
    return np.array(row, dtype=np.float32)


def _all_places(text: str, units: Sequence[Unit]) -> list[Sequence[int]]:
    return [
        # Most are not there; calling a function for those would be most of the time.
        () if len(unit.forms) == 1 and unit.forms[0] not in text else _places(text, unit.forms)
        for unit in units
    ]


def _places(text: str, forms: Sequence[str]) -> list[int]:
    found: list[int] = []
    for form in forms:
        at = text.find(form)
        while at >= 0 and len(found) < _OCCURRENCES:
            found.append(at)
            at = text.find(form, at + 1)
    return found


def _typed(profile: Profile, text: str, places: Sequence[Sequence[int]]) -> float:
    """The best narrow window's weight with what the question expects near it."""
    assert profile.expects is not None
    spots = [match.start() for match in profile.expects.finditer(text)]
    if not spots:
        return 0.0
    near = [[at for at in found if _near(spots, at)] for found in places]
    return _window(profile.units, _events(near), NARROW)


def _near(spots: Sequence[int], at: int) -> bool:
    number = bisect_left(spots, at - NARROW)
    return number < len(spots) and spots[number] <= at + NARROW


def _events(places: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """(place, number of the unit) in the order of the text."""
    return sorted([(at, number) for number, found in enumerate(places) for at in found])


def _window(units: Sequence[Unit], events: Sequence[tuple[int, int]], width: int) -> float:
    """The largest weight of distinct units within ``width`` characters."""
    inside = [0] * len(units)
    best = held = 0.0
    first = 0
    for at, number in events:
        if not inside[number]:
            held += units[number].weight
        inside[number] += 1
        while events[first][0] < at - width:
            gone = events[first][1]
            inside[gone] -= 1
            if not inside[gone]:
                held -= units[gone].weight
            first += 1
        if held > best:
            best = held
    return best


def _run(units: Sequence[Unit], places: Sequence[Sequence[int]]) -> float:
    """The largest weight of units that follow one another both in question and text."""
    best = 0.0
    ends: dict[int, float] = {}
    last = -2
    for unit, found in zip(units, places, strict=True):
        before = ends if unit.at == last + 1 else {}
        last = unit.at
        if found:
            ends = {at: before.get(at - 1, 0.0) + unit.weight for at in found}
            best = max(best, *ends.values())
        elif ends:
            ends = {}
    return best


def _has_number(text: str, forms: Sequence[str]) -> bool:
    """Whether one of the forms stands there as a number of its own (5 is not in 15)."""
    for form in forms:
        at = text.find(form)
        while at >= 0:
            before, after = text[at - 1 : at], text[at + len(form) : at + len(form) + 1]
            if not before.isdigit() and not (form[-1].isdigit() and after.isdigit()):
                return True
            at = text.find(form, at + 1)
    return False
