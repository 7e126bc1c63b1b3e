"""Who leads and who helps, told within one cell of departments.

“牵头：市发改委；配合：市财政局”, “市教育局牵头，市公安局配合”, “市教育局（牵头）、市公安局”
and, where header or document say that the first named leads, “市教育局、市公安局”.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa_engine.alignment import Aligned
from qa_engine.models import COOPERATE, LEAD, OTHER, Cell
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.duty_text import (
    Part,
    bodies_share,
    first_leads,
    parse_bracket,
    split_first,
)

_MARK = re.compile(r"[（(]\s*(?:牵头|主办|主责)(?:单位|部门)?\s*[）)]")
_SHORT_LABEL = re.compile(
    r"(?:^|(?<=[；;，,、。\s\n]))(牵头|主办|主责|配合|协办|参与|责任)\s*[：:]\s*"
)
_TRIM = " \t\r\n\u3000，,；;。、"


def with_inner_roles(
    cells: Sequence[Cell], values: Sequence[Aligned], words: Vocabulary, ordered: bool
) -> tuple[Cell, ...]:
    """The cells of a row; one of departments that names roles itself gets cells for them.

    The cell stays as it is written, with the role ``other``, and its parts follow at the
    end of the row under the names 牵头部门, 配合部门 … ``ordered`` tells that the document
    says that the first named leads.
    """
    result = list(cells)
    helped = any(cell.role == COOPERATE for cell in cells)
    for at, (cell, value) in enumerate(zip(cells, values, strict=True)):
        if cell.role != LEAD or not cell.value:
            continue
        first = not helped and (ordered or first_leads(cell.header))
        parts = inner_parts(cell.value, words, first)
        if not parts:
            continue
        result[at] = Cell(cell.header, cell.value, OTHER, cell.start, cell.end, cell.carried)
        for part in parts:
            span = value.source_span(part.start, part.end) or (-1, -1)
            text = value.text[part.start : part.end]
            result.append(Cell(part.header, text, part.role, *span, cell.carried))
    return tuple(result)


def inner_parts(text: str, words: Vocabulary, ordered: bool) -> tuple[Part, ...]:
    """The roles that a list of departments tells; empty when it tells none."""
    labelled = _labelled(text)
    if labelled:
        return labelled
    mark = _MARK.search(text)
    if mark:
        return _marked(text, mark)
    parts = parse_bracket(text, words)
    if len({part.header for part in parts}) > 1 or (parts and parts[0].header == "牵头部门"):
        return parts
    if ordered and (cut := split_first(text)) is not None and not text.startswith(("各", "相关")):
        return (
            Part("牵头部门", LEAD, 0, cut - 1),
            Part("其他负责部门", COOPERATE, cut, len(text)),
        )
    return ()


def _labelled(text: str) -> tuple[Part, ...]:
    marks = list(_SHORT_LABEL.finditer(text))
    if not marks or text[: marks[0].start()].strip(_TRIM):
        return ()
    parts: list[Part] = []
    stops = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, stop in zip(marks, stops, strict=True):
        start, end = _trimmed(text, mark.end(), stop)
        if start == end or bodies_share(text[start:end]) < 0.5:
            return ()
        leads = mark.group(1) in ("牵头", "主办", "主责", "责任")
        name = "牵头部门" if leads else "配合部门"
        parts.append(Part(name, LEAD if leads else COOPERATE, start, end))
    return tuple(parts)


def _marked(text: str, mark: re.Match[str]) -> tuple[Part, ...]:
    """“A（牵头）、B、C”: the members before the mark's end that carry it, and the others."""
    start = max(text.rfind(sign, 0, mark.start()) for sign in "、，,；; ") + 1
    lead = _trimmed(text, start, mark.start())
    rest = _trimmed(text, mark.end(), len(text))
    parts = [Part("牵头部门", LEAD, *lead)] if lead[0] < lead[1] else []
    if rest[0] < rest[1] and not _MARK.search(text, mark.end()):
        parts.append(Part("其他负责部门", COOPERATE, *rest))
    return tuple(parts)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _TRIM:
        start += 1
    while end > start and text[end - 1] in _TRIM:
        end -= 1
    return start, end
