"""Hard line breaks: lines that a fixed width has cut are joined again.

A text is hard-wrapped when most of its lines that stop in mid-sentence are about equally
long and none is longer. Width counts a wide character as two.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from qa_engine.alignment import Aligned
from qa_engine.sources.outline import number_level

if TYPE_CHECKING:
    from qa_engine.sources.lines import Line

_ENDS = "。！？；：!?;:…”」）)】》"
_SHORTEST_WRAP = 24  # columns
_LEAST_LINES = 4


def display_width(text: str) -> int:
    """Columns in a monospaced layout: wide characters count two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def join_wrapped(lines: Sequence[Line]) -> list[Line]:
    """The lines with those joined that a fixed width has cut."""
    width = _wrap_width(lines)
    if width is None:
        return list(lines)
    joined: list[Line] = []
    for index, line in enumerate(lines):
        if index and joined and _continues(lines[index - 1], line, width):
            last = joined[-1]
            parts = (last.aligned, line.aligned)
            separator = " " if _needs_space(last.text, line.text) else ""
            joined[-1] = replace(last, end=line.end, aligned=Aligned.join(parts, separator))
        else:
            joined.append(line)
    return joined


def _wrap_width(lines: Sequence[Line]) -> int | None:
    """The width at which the text was cut, None if it was not."""
    open_ended = [
        line.indent + display_width(line.text)
        for line, following in itertools.pairwise(lines)
        if line.text[-1] not in _ENDS and following.blank_before == 0 and line.level is None
    ]
    if len(open_ended) < _LEAST_LINES:
        return None
    width = sorted(open_ended)[int(len(open_ended) * 0.9)]
    if width < _SHORTEST_WRAP:
        return None
    near = sum(width - 6 <= each <= width + 4 for each in open_ended)
    wider = sum(line.indent + display_width(line.text) > width + 6 for line in lines)
    if near < max(_LEAST_LINES, 0.6 * len(open_ended)) or wider > 0.05 * len(lines):
        return None
    return width


def _continues(above: Line, line: Line, width: int) -> bool:
    return (
        line.blank_before == 0
        and above.text[-1] not in "。！？!?：:"
        and above.indent + display_width(above.text) >= width - 6
        and line.indent < 2
        and not above.meta
        and not line.meta
        and above.level is None
        and line.level is None
        and number_level(line.text) is None
    )


def _needs_space(before: str, after: str) -> bool:
    return before[-1:].isascii() and after[:1].isascii() and after[:1].isalnum()
