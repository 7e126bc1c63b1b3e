"""Hard line breaks: lines that a fixed width has cut are joined again.

A text is hard-wrapped when most of its lines that stop in mid-sentence are about equally
long and none is longer. Width counts a wide character as two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from qa_engine.alignment import Aligned
from qa_engine.sources.outline import number_level
from qa_engine.text.plausible import cuts

if TYPE_CHECKING:
    from qa_engine.sources.lines import Line

_ENDS = "。！？；：!?;:…”」）)】》"
_SHORTEST_WRAP = 24  # columns
_SURE_WRAP = 56
_LEAST_LINES = 4


class _Widths(dict[str, int]):
    def __missing__(self, character: str) -> int:
        wide = unicodedata.east_asian_width(character) in "WF"
        value = self[character] = 2 if wide else 1
        return value


_WIDTHS = _Widths()


def display_width(text: str) -> int:
    """Columns in a monospaced layout: wide characters count two."""
    return len(text) if text.isascii() else sum(map(_WIDTHS.__getitem__, text))


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
        (line, following)
        for line, following in pairwise(lines)
        if line.text[-1] not in _ENDS and following.blank_before == 0 and line.level is None
    ]
    if not open_ended:
        return None
    widths = sorted(_width(line) for line, _ in open_ended)
    width = widths[int(len(widths) * 0.9)]
    if width < _SHORTEST_WRAP:
        return None
    near = [pair for pair in open_ended if width - 6 <= _width(pair[0]) <= width + 4]
    wider = sum(_width(line) > width + 6 for line in lines)
    if len(near) >= _LEAST_LINES and len(near) >= 0.6 * len(open_ended):
        return width if wider <= 0.05 * len(lines) else None
    # Few lines prove it only when none is wider and a word is cut in two.
    if width < _SURE_WRAP or wider or max(map(_width, lines)) > width + 4:
        return None
    return width if any(cuts_word(one.text, other.text) for one, other in near) else None


def _width(line: Line) -> int:
    return line.indent + display_width(line.text)


def cuts_word(line: str, following: str) -> bool:
    """Whether the line end stands inside a word or a number."""
    before = re.search(r"[\u3400-\u9fff]{1,4}$", line)
    after = re.match(r"[\u3400-\u9fff]{1,4}", following)
    if before is None or after is None:
        return line[-1].isdigit() and following[0].isdigit()
    left = before.group()
    return len(left) not in cuts(left + after.group())


LABELLED = re.compile(r"[\w\s（）()、]{1,14}[:：]")


def _continues(above: Line, line: Line, width: int) -> bool:
    if LABELLED.match(line.text) and not cuts_word(above.text, line.text):
        return False
    return (
        line.blank_before == 0
        and above.text[-1] not in "。！？!?：:"
        and _width(above) >= width - 6
        and line.indent < 2
        and not above.meta
        and not line.meta
        and above.level is None
        and line.level is None
        and number_level(line.text) is None
    )


def _needs_space(before: str, after: str) -> bool:
    if before[-1:].isdigit() and after[:1].isdigit():
        return False
    return before[-1:].isascii() and after[:1].isascii() and after[:1].isalnum()
