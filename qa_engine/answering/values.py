"""Records chosen by what one of their columns says: a place, a person, a class."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa_engine.answering.lists import NUMBERING
from qa_engine.answering.posts import POST
from qa_engine.models import GROUP, OTHER, PERSON, TASK, Cell, Passage
from qa_engine.text.normalise import fold
from qa_engine.text.patterns import later

_SHORTEST = 3  # characters of a value that can choose records; a person's name may have two
_LONGEST = 24
_POST = later(POST)
# Columns of people that have no role of their own.
_PEOPLE = later(r"领导|(?:人|人员|[^成委会议]员|长|官|者|手|班)$")
_OF_PEOPLE = later(r"(?:领导|人员|人|员|同志)$")
_NOT_WORDS = later(r"\W")
_HAN = later(r"[\u4e00-\u9fff·]+")


def values_named(
    text: str, rows: Sequence[Passage]
) -> list[tuple[str, dict[str, tuple[str, ...]]]]:
    """The values of columns that the text names, longest first, none within a longer one:
    each with the rows that have it, by id, and the columns it stands in there."""
    named: dict[str, dict[str, tuple[str, ...]]] = {}
    for row in rows:
        for cell in row.record.cells if row.record else ():
            for value in _choosing(cell):
                if value in text:
                    found = named.setdefault(value, {})
                    found[row.id] = (*found.get(row.id, ()), cell.header)
        for heading in row.headings[1:]:
            value = _group(heading)
            if value and value in text:
                named.setdefault(value, {}).setdefault(row.id, ())
    tasks = {row.id for row in rows if row.record and row.record.by_role(TASK)}
    for value, found in named.items():
        # A directory that names somebody too is no list of tasks.
        named[value] = {id: found[id] for id in found if id in tasks} or found
    chosen: list[str] = []
    for value in sorted(named, key=lambda one: (-len(one), one)):
        if not any(value in longer for longer in chosen):
            chosen.append(value)
    return [(value, _of_columns_said(text, named[value])) for value in chosen]


def says_column(text: str, header: str) -> bool:
    """Whether the text names a column of people (值班长; 带班 for 带班领导)."""
    last = fold(header.split("/")[-1])
    stem = _OF_PEOPLE.sub("", last)
    return last in text or (len(stem) > 1 and stem in text)


def _of_columns_said(text: str, found: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Of rows that hold a value in several columns those that do in the one the text names."""
    columns = {header for headers in found.values() for header in headers}
    said = {header for header in columns if says_column(text, header)}
    if not said or len(columns) == 1:
        return found
    return {id: headers for id, headers in found.items() if said & set(headers)}


def _group(heading: str) -> str:
    """The matching form of a heading over rows, without its number and what brackets add
    (（2个）); "" when too short."""
    name = re.sub(r"[（(][^（）()]*[）)]$", "", NUMBERING.sub("", fold(heading)).strip())
    return name if len(_NOT_WORDS.sub("", name)) > _SHORTEST and len(name) <= _LONGEST else ""


def holding(
    text: str, rows: Sequence[Passage], *, offices: bool = False
) -> tuple[str | None, list[tuple[Passage, list[Cell]]]]:
    """The longest name of a person (with ``offices`` any short value) that the question's
    text names, and the rows that hold it with the cells it stands in."""
    named: dict[str, dict[str, tuple[Passage, list[Cell]]]] = {}
    for row in rows:
        for cell in row.record.cells if row.record else ():
            forms = _choosing(cell)
            if offices and not forms and _HAN.fullmatch(value := fold(cell.value).strip()):
                forms = [value] if _SHORTEST <= len(value) <= _LONGEST else []
            for form in forms:
                if form in text:
                    named.setdefault(form, {}).setdefault(row.id, (row, []))[1].append(cell)
    if not named:
        return None, []
    longest = max(named, key=len)
    return longest, list(named[longest].values())


def _choosing(cell: Cell) -> list[str]:
    """The forms in which a question can name the cell's value or a member of it."""
    value = fold(cell.value).strip()
    if cell.role not in (OTHER, GROUP, PERSON) or not value or len(value) > _LONGEST:
        return []
    if cell.role == PERSON or _PEOPLE.search(cell.header):
        return [name for part in re.split(r"[、，,;；\s]+", value) for name in _names(part)]
    parts = [part for part in re.split(r"[、，,;；\s]+", value) if _HAN.fullmatch(part)]
    return [part for part in parts if len(part) >= _SHORTEST]


def _names(part: str) -> list[str]:
    """The name beside a post (副县长王某某 → 王某某), or the part when it is a name only."""
    ends = [match.end() for match in _POST.finditer(part)]
    behind = part[max(ends, default=0) :]
    before = part[: min((m.start() for m in _POST.finditer(part)), default=len(part))]
    return [one for one in (behind, before) if re.fullmatch(r"[\u4e00-\u9fff·]{2,4}", one)][:1]
