"""A header of two rows whose merged cells left no blanks: which names stand over which.

The rows come as “序号 | 任务 | 责任 | 备注” and “牵头 | 配合” above rows of five cells. How many
names of the first row stand over several columns follows from the widths; which ones is
told by the names and by what stands in the columns below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from qa_engine.models import DEADLINE, LEAD, NUMBER
from qa_engine.sources.celltypes import is_number, is_sentence
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.placing import misfit
from qa_engine.sources.raw import RawCell

_LONGEST = 14
_SAMPLE = 20  # rows that are looked at
_MOST = 16  # names of a row
_NEVER = 1e6
_BLANK = 1.5  # a last column without any value
# What parents are called that say what their columns have in common.
_COMMON = re.compile(
    r"(?:安排|情况|分工|计划|落实|信息|责任|构成|明细|投入|主体|规模)(?:[（(].*)?$"
)
_CALLED = re.compile(r"电话|手机|号码|传真|联系方式")
_TELEPHONE = re.compile(r"(?<![\d.])\d{5,12}(?![\d.])")
_PERIOD = re.compile(
    r"(?:\d{4}|本|上|下|去|今|明)年度?|[上下]半年|第?[一二三四1-4]季度|\d{1,2}月份?"
)


def spans_of(
    top: Sequence[str], below: Sequence[str], rows: Sequence[Sequence[str]], words: Vocabulary
) -> list[int] | None:
    """How many columns each name of ``top`` stands over (1: it has no names below it).

    None where the two rows are no such header for ``rows``, which may lack blank cells at
    their ends.
    """
    found = _spans(top, below, rows, words)
    return None if found is None else found[1]


def flat_spans(
    names: Sequence[str], rows: Sequence[Sequence[str]], words: Vocabulary
) -> list[int] | None:
    """The spans of the first row where the two rows' names stand one after another; the
    names that are left over are the second row's. Names that are known to stand over values
    of their own stand over no others."""
    ways = [_spans(names[:cut], names[cut:], rows, words) for cut in range(2, len(names) - 1)]
    sound = [way for way in ways if way is not None and _may_stand_over(names, way[1], words)]
    return min(sound, default=(0.0, None))[1]


def _may_stand_over(names: Sequence[str], spans: Sequence[int], words: Vocabulary) -> bool:
    parents = [name for name, span in zip(names, spans, strict=False) if span > 1]
    return all(words.parent(name) or not words.known(name) for name in parents)


def _spans(
    top: Sequence[str], below: Sequence[str], rows: Sequence[Sequence[str]], words: Vocabulary
) -> tuple[float, list[int]] | None:
    if not rows or not all(top) or not all(below) or not 2 <= len(top) <= _MOST:
        return None
    if not 2 <= len(below) <= _MOST or not all(map(may_name, (*top, *below))):
        return None
    width = max(map(len, rows))
    if len(top) >= width or len(below) >= width:
        return None
    for columns in (width, width + 1):  # the last column may be blank throughout
        parents = len(top) + len(below) - columns
        if 1 <= parents <= len(top) and parents * 2 <= len(below):
            values = _columns(rows, columns)
            found = _cheapest(tuple(top), tuple(below), parents, values, words)
            return found and (found[0] + _BLANK * (columns - width), found[1])
    return None


def may_name(text: str) -> bool:
    """Whether a text has the look of a column's name: short, no sentence, hardly any digits."""
    if len(text) > _LONGEST or is_sentence(text) or any(mark in text for mark in "，。；！？"):
        return False
    return _PERIOD.match(text) is not None or not (
        is_number(text) or sum(mark.isdigit() for mark in text) * 2 >= len(text)
    )


def _columns(rows: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    """The values below each column; rows of another length tell nothing."""
    whole = [row for row in rows if len(row) >= width - 1][:_SAMPLE]
    return [[row[c] for row in whole if c < len(row) and row[c]] for c in range(width)]


def _cheapest(
    top: tuple[str, ...],
    below: tuple[str, ...],
    parents: int,
    columns: list[list[str]],
    words: Vocabulary,
) -> tuple[float, list[int]] | None:
    share = len(below) / parents
    leaves = [_parent_cost(name, words) for name in top]

    @cache
    def fit(column: int, role: str) -> float:
        values = columns[column]
        return sum(misfit(value, role) for value in values) / len(values) if values else 0.2

    @cache
    def best(at: int, child: int, left: int, last: int) -> tuple[float, tuple[int, ...]]:
        """Cost and spans of the names from ``at``: ``left`` parents to come, the one before
        was ``last``."""
        if at == len(top):
            return (0.0 if child == len(below) and not left else _NEVER), ()
        column = at - (parents - left) + child
        ways: list[tuple[float, tuple[int, ...]]] = []
        if column < len(columns):
            cost, rest = best(at + 1, child, left, last)
            cost += fit(column, words.role(top[at])) + _misnamed(top[at], columns[column])
            ways.append((cost, (1, *rest)))
        for span in range(2, len(below) - child - 2 * (left - 1) + 1) if left else ():
            names = below[child : child + span]
            if len(set(names)) < span or column + span > len(columns):
                continue
            cost, rest = best(at + 1, child + span, left - 1, at)
            cost += leaves[at] + abs(span - share) * 0.3
            cost -= 0.5 * (last >= 0 and _alike(top[last], top[at]))
            cost -= 0.5 * any(_alike(top[at], name) for name in names)
            cost += sum(
                fit(column + c, words.role(name)) + _misnamed(name, columns[column + c])
                for c, name in enumerate(names)
            )
            ways.append((cost, (span, *rest)))
        return min(ways, default=(_NEVER, ()))

    cost, spans = best(0, 0, parents, -1)
    return (cost, list(spans)) if cost < _NEVER else None


def _misnamed(name: str, values: Sequence[str]) -> float:
    """What a column costs that is called 电话 and holds no numbers, or the reverse."""
    if not values:
        return 0.0
    numbers = sum(_TELEPHONE.search(value) is not None for value in values) / len(values)
    return 3.0 * (1.0 - numbers if _CALLED.search(name) else numbers)


def _parent_cost(name: str, words: Vocabulary) -> float:
    """How little a name looks like one that stands over others."""
    if words.parent(name) or _PERIOD.match(name):
        return 0.0
    if words.known(name):
        return 3.0 if words.role(name) not in (NUMBER, LEAD, DEADLINE) else 4.0
    if _COMMON.search(name):
        return 0.3
    return 2.0 if words.likely(name) else 1.0


def _alike(one: str, other: str) -> bool:
    """Do two names share two characters side by side?"""
    pairs = {a + b for a, b in pairwise(one)}
    return any(a + b in pairs for a, b in pairwise(other))


def header_cells(
    top: Sequence[tuple[int, int]], below: Sequence[tuple[int, int]], spans: Sequence[int]
) -> list[RawCell]:
    """The cells of the two rows, given the ranges of their names."""
    cells: list[RawCell] = []
    children = iter(below)
    column = 0
    for (start, end), span in zip(top, spans, strict=True):
        parent = span > 1
        cells.append(RawCell(0, column, start, end, rowspan=1 if parent else 2, colspan=span))
        if parent:
            cells += [RawCell(1, column + c, *next(children)) for c in range(span)]
        column += span
    return cells


def joined_names(top: Sequence[str], below: Sequence[str], spans: Sequence[int]) -> list[str]:
    """One name a column: “责任/牵头” below a parent."""
    names: list[str] = []
    children = iter(below)
    for name, span in zip(top, spans, strict=True):
        names += [name] if span == 1 else [f"{name}/{next(children)}" for _ in range(span)]
    return names
