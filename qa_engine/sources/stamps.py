"""Times of day that live records print with every turn: at its end, before it, or on a
line of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qa_engine.models import Dropped
from qa_engine.sources.lines import Line
from qa_engine.text.numbers import dates

STAMP = "发言的时间（见日期）"

_DAY = r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?"
_TIME = r"\d{1,2}\s?[:：]\s?\d{2}(?:\s?[:：]\s?\d{2})?"
_LAST = re.compile(rf"\s*[\[(【（]\s*(?:{_DAY}\s*)?{_TIME}\s*[\])】）]\s*$")
_BEHIND = re.compile(rf"(?<=[\])】）])\s*(?:{_DAY}\s*)?{_TIME}\s*$")  # [张三] 15:00:41
_FIRST = re.compile(rf"^\s*[\[(【（]?\s*(?:{_DAY}\s*)?{_TIME}\s*[\])】）]?\s*(?=\S)")
_ALONE = re.compile(rf"^\s*[\[(【（]?\s*(?:{_DAY}\s*)?{_TIME}\s*[\])】）]?\s*$")
_FEWEST = 3  # lines that one way of printing them takes


def without_stamps(lines: Sequence[Line]) -> tuple[list[Line], list[Dropped], str | None]:
    """The lines without the times of a live record, what was dropped, and the day they name.

    Nothing is taken off unless at least three lines print the time in the same way.
    """
    ways = [way for way in (_ALONE, _LAST, _BEHIND, _FIRST) if _often(way, lines)]
    if not ways:
        return list(lines), [], None
    kept: list[Line] = []
    dropped: list[Dropped] = []
    day: str | None = None
    for line in lines:
        match = next((m for way in ways if (m := way.search(line.text)) is not None), None)
        if match is None or line.meta:
            kept.append(line)
            continue
        span = line.aligned.source_span(*match.span())
        if span is not None:
            dropped.append(Dropped(*span, STAMP))
        day = day or next((found.iso for found in dates(match.group()) if len(found.iso) > 9), None)
        rest = line.aligned.slice(match.end(), len(line.text))
        if match.start():
            rest = line.aligned.slice(0, match.start())
        if rest.strip():
            kept.append(replace(line, aligned=rest.strip()))
    return kept, dropped, day


def _often(way: re.Pattern[str], lines: Sequence[Line]) -> bool:
    return sum(1 for line in lines if not line.meta and way.search(line.text)) >= _FEWEST
