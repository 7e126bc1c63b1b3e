"""Records chosen by what one of their columns says: a place, a person, a class."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa_engine.answering.posts import POST
from qa_engine.models import GROUP, OTHER, PERSON, Cell, Passage
from qa_engine.text.normalise import fold

_SHORTEST = 3  # characters of a value that can choose records; a person's name may have two
_LONGEST = 24
_POST = re.compile(POST)
# Columns of people that have no role of their own.
_PEOPLE = re.compile(r"领导|责任人|负责人|联络人|召集人|经办人")
_HAN = re.compile(r"[\u4e00-\u9fff·]+")


def by_value(text: str, rows: Sequence[Passage]) -> tuple[str | None, list[tuple[Passage, str]]]:
    """The longest value that the question's text names, and the rows that have it with the
    column it stands in; (None, []) when it names none."""
    named: dict[str, list[tuple[Passage, str]]] = {}
    for row in rows:
        for cell in row.record.cells if row.record else ():
            for value in _choosing(cell):
                if value in text:
                    named.setdefault(value, []).append((row, cell.header))
    if not named:
        return None, []
    longest = max(named, key=len)
    chosen = {row.id: (row, header) for row, header in named[longest]}
    return longest, list(chosen.values())


def _choosing(cell: Cell) -> list[str]:
    """The forms in which a question can name the cell's value."""
    value = fold(cell.value).strip()
    if cell.role not in (OTHER, GROUP, PERSON) or not value or len(value) > _LONGEST:
        return []
    if cell.role == PERSON or _PEOPLE.search(cell.header):
        return [name for part in re.split(r"[、，,;；\s]+", value) for name in _names(part)]
    if len(value) < _SHORTEST or not _HAN.fullmatch(value):
        return []
    return [value]


def _names(part: str) -> list[str]:
    """The name beside a post (副县长王某某 → 王某某), or the part when it is a name only."""
    ends = [match.end() for match in _POST.finditer(part)]
    behind = part[max(ends, default=0) :]
    before = part[: min((m.start() for m in _POST.finditer(part)), default=len(part))]
    return [one for one in (behind, before) if re.fullmatch(r"[\u4e00-\u9fff·]{2,4}", one)][:1]
