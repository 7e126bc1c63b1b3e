"""Values that 分别 deals out to names before it, each in its turn: of 一级、二级分别为15元、18元
the one of 二级; of 前三名分别奖励… the one of the first."""

from __future__ import annotations

import re

from qa_engine.text.normalise import fold
from qa_engine.text.numbers import han_value
from qa_engine.text.patterns import later

_DEALT = later(
    r"分别(?:是|为|达到?|有|占|按|处以?|奖励|给予|补助|补贴|收取?|发放|安排|"
    r"不(?:低于|高于|超过|少于))*"
)
_CLAUSE = later(r"[^，。；：\n]*$")
_JOINED = later(r"、|以及|和|与|及")
_BEST = later(r"前([二三四五六七八九十两\d])[名位]")
_PLACES = ("头名|第一名|冠军|头一名|第1名", "第二名|亚军|第2名", "第三名|季军|第3名")


def respective(question: str, text: str, start: int, end: int) -> tuple[int, int] | None:
    """The value meant among those dealt out that the span ``text[start:end]`` is one of; None
    where the question (folded) names no one of the names, or the span is none of the values."""
    for dealt in _DEALT.finditer(text):
        values = _parts(text, dealt.end(), _end(text, dealt.end()))
        if len(values) < 2 or not values[0][0] <= start < end <= values[-1][1]:
            continue
        clause = _CLAUSE.search(text, 0, dealt.start())
        assert clause is not None
        meant = _meant(question, text, clause.start(), dealt.start(), len(values))
        return values[meant] if meant is not None else None
    return None


def _end(text: str, at: int) -> int:
    match = re.compile(r"[，。；\n]|$").search(text, at)
    assert match is not None
    return match.start()


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    parts: list[tuple[int, int]] = []
    for mark in [*_JOINED.finditer(text, start, end), None]:
        stop = end if mark is None else mark.start()
        if stop > start:
            parts.append((start, stop))
        start = end if mark is None else mark.end()
    return parts


def _meant(question: str, text: str, start: int, end: int, count: int) -> int | None:
    best = _BEST.search(text, start, end)
    if best is not None and han_value(best.group(1)) == count:
        named = [bool(re.search(place, question)) for place in _PLACES[:count]]
    else:
        parts = [fold(text[a:b]) for a, b in _parts(text, start, end)]
        if len(parts) != count:
            return None
        # What stands before the first and behind the last belongs to all of them.
        length = min(map(len, parts))
        names = [parts[0][-length:], *parts[1:-1], parts[-1][:length]]
        named = [name in question for name in names]
    return named.index(True) if sum(named) == 1 else None
