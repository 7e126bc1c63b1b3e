"""Values of merged cells carried down to every row they hold for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa_engine.alignment import Aligned
from qa_engine.models import COOPERATE, DEADLINE, GROUP, LEAD, NUMBER, OTHER, PERSON, TARGET, TASK
from qa_engine.sources.celltypes import departments_share, has_item_number, is_date
from qa_engine.sources.grid import Place, cell_value
from qa_engine.sources.people import is_name
from qa_engine.sources.raw import Table


@dataclass(frozen=True, slots=True)
class Value:
    """What a row says in a column; ``carried`` when the value is merged and stands in an
    earlier row (or the column before)."""

    text: Aligned
    carried: bool = False


def carry(
    rows: list[list[Place | None]],
    roles: tuple[str, ...],
    text: str,
    table: Table,
    last: tuple[Value, ...],
) -> list[tuple[Value, ...]]:
    """The values of every row, merged ones carried down.

    Where the format states merges, they decide. Where it doesn't (or its author left
    blank cells instead of merging), the columns left of the task column hold what
    several rows have in common, and a blank there continues the row above; who, when and
    what are each row's own.
    """
    leading = leading_columns(roles) | _merged_alike(rows, roles)
    merged = {c for row in rows for c, place in enumerate(row) if place and place.cell.rowspan > 1}
    result: list[tuple[Value, ...]] = []
    above = last
    for row in rows:
        values: list[Value] = []
        for c, place in enumerate(row):
            if place is not None and place.text:
                value = place.value
                if roles[c] in (LEAD, COOPERATE):
                    value = cell_value(text, place.cell, names=True)
                values.append(Value(value, carried=not place.here))
            elif (
                c in leading
                and above
                and above[c].text.text
                and (not table.merges or c not in merged)
                and not _starts_group(row, c, roles)
            ):
                values.append(Value(above[c].text, carried=True))
            else:
                values.append(Value(Aligned("")))
        above = tuple(values)
        result.append(above)
    return result


def goes_on(row: list[Place | None], above: tuple[Value, ...], roles: tuple[str, ...]) -> bool:
    """Is the first row of a page the rest of the page before's last row?

    It has no number and nothing new: each of its texts goes on with a text above that is
    not finished, and does not begin like an item.
    """
    own = [c for c, place in enumerate(row) if _text(place)]
    if not own or NUMBER not in roles or roles[own[0]] in (NUMBER, GROUP):
        return False
    return all(
        not above[c].carried and _unfinished(above[c].text.text, _text(row[c]), roles[c])
        for c in own
    )


def _unfinished(above: str, text: str, role: str) -> bool:
    """May ``text`` be the rest of the text above it in a column of that role?"""
    if not above or above[-1] in "。；！？" or has_item_number(text):
        return False
    if role == DEADLINE:
        return not is_date(text)
    whole = departments_share(above) == departments_share(text) == 1.0
    return not (role in (LEAD, COOPERATE) and whole and above[-1] not in "、，,")


def joined(above: tuple[Value, ...], row: list[Place | None]) -> tuple[Value, ...]:
    return tuple(
        Value(Aligned.join((value.text, place.value)), value.carried)
        if place is not None and place.text
        else value
        for value, place in zip(above, row, strict=True)
    )


def leading_columns(roles: Sequence[str]) -> frozenset[int]:
    """Columns whose blank cells continue the row above: those left of the last task
    column (all but the who-and-when ones)."""
    tasks = [c for c, role in enumerate(roles) if role == TASK]
    if not tasks:
        return frozenset(c for c, role in enumerate(roles) if role in (GROUP, NUMBER))
    groups = (NUMBER, GROUP, TASK, TARGET)
    return frozenset(c for c in range(tasks[-1]) if roles[c] in groups)


def _merged_alike(rows: list[list[Place | None]], roles: tuple[str, ...]) -> frozenset[int]:
    """The first column but the number's, where some rows leave it blank; and those that are blank
    in just the rows in which a group is (who answers for all of it): of people, left of the task
    column of other things too."""
    filled = [[bool(_text(row[c])) for row in rows] for c in range(len(roles))]
    first = next((c for c, role in enumerate(roles) if role != NUMBER), 0)
    begins = roles[first : first + 1] == (OTHER,) and filled[first][:1] == [True]
    groups = [first] if begins and not all(filled[first]) else []
    groups += [c for c in leading_columns(roles) if roles[c] != NUMBER and not all(filled[c])]
    tasks = [c for c, role in enumerate(roles) if role == TASK]
    beside = range(tasks[-1]) if tasks else groups[:1]
    return frozenset(
        c
        for c, role in enumerate(roles)
        if role in (OTHER, PERSON)
        and any(filled[c] == filled[group] for group in groups)
        and (c in beside or (tasks and _of_people(rows, c)))
    )


def _of_people(rows: list[list[Place | None]], column: int) -> bool:
    texts = [text for row in rows if (text := _text(row[column]))]
    return len(texts) > 1 and all(is_name(re.split(r"[（(\s]", text)[0]) for text in texts)


def _starts_group(row: list[Place | None], column: int, roles: tuple[str, ...]) -> bool:
    """A blank right of a new value of an outer group is blank: the group has changed."""
    return any(_text(row[c]) and roles[c] == GROUP for c in range(column) if roles[c] != NUMBER)


def _text(place: Place | None) -> str:
    return "" if place is None else place.text
