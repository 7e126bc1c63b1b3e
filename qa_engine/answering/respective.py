"""What belongs to one of several: “一等奖、二等奖、三等奖分别奖励3万元、2万元、1万元”."""

from __future__ import annotations

import re

from qa_engine.text.numbers import numbers

_JOINT = r"(?:、|和|与|及|以及)"
_MEMBER = r"[^，。；：、和与及\n]{1,24}"
_VALUE = r"[^，。；：、和与及\n]{1,24}"
_SERIES = re.compile(
    rf"(?P<names>{_MEMBER}(?:{_JOINT}{_MEMBER})+?)[，,]?(?:分别|依次)"
    rf"(?P<values>{_VALUE}(?:{_JOINT}{_VALUE})+)"
)


def respective(text: str, start: int, end: int, asked: str) -> tuple[int, int] | None:
    """Where the quantity stands that belongs to the one member which ``asked`` names, when
    ``[start, end)`` is among the quantities told of several; texts are folded."""
    for match in _SERIES.finditer(text):
        left, right = match.span("values")
        if not (left <= start < right or start <= left < end):
            continue
        names = re.split(_JOINT, match["names"])
        pieces = list(re.finditer(_VALUE, match["values"]))
        if len(names) != len(pieces):
            return None
        named = [n for n, name in enumerate(_bare(names)) if name in asked]
        found = numbers(pieces[named[0]].group()) if len(named) == 1 else []
        if not found:
            return None
        at = left + pieces[named[0]].start()
        return at + found[0].start, at + found[0].end
    return None


def _bare(names: list[str]) -> list[str]:
    """Without what leads up to the first (对评定为五级) and follows the last (三级的)."""
    if len(names) == 2:
        size = max((n for n in range(2, 9) if names[0][-1:] == names[1][n - 1 : n]), default=0)
        size = size or len(names[1].removesuffix("的"))
        return [names[0][-size:], names[1][:size]]
    return [names[0][-len(names[1]) :], *names[1:-1], names[-1][: len(names[-2])]]
