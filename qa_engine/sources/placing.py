"""A sequence of cells → rows and columns, by what each column's cells look like.

A table whose cells came one after another has lost its rows: blank cells may be missing,
a cell may be broken over lines. The cheapest path through all ways of placing the cells
(Viterbi over columns) decides; a cost is what a misplaced, skipped or broken cell is
worth against a fitting one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa_engine.models import CHECK, COOPERATE, DEADLINE, GROUP, LEAD, NUMBER, PERSON, TARGET, TASK
from qa_engine.sources.celltypes import (
    departments_share,
    has_item_number,
    is_date,
    is_number,
    is_sentence,
)
from qa_engine.sources.outline import number_level
from qa_engine.sources.people import is_name

_SKIP = {NUMBER: 1.0, GROUP: 1.0, TASK: 5.0, LEAD: 2.5, COOPERATE: 1.0, DEADLINE: 1.2}
_SKIP_OTHER = 1.5
_SKIP_LEADING = 0.4  # a merged number or group: blank in all rows but its first
_AGAINST_MARK = 6.0  # a row that begins without the blank line that others have, or the reverse
_NEW_ROW = 0.3
_UNFINISHED = 4.0  # a new cell after “市财政局、”
HEADING = "heading"  # the role of a row with one text only, that heads the rows below
_DEEPEST_HEADING = 4  # number levels: 第一章, 第一节, 一、, （一）
_GOES_ON = "、，,；;：:（("
_AGAINST_SERIAL = 3.0  # the next number of the series outside the column of numbers
_BEFORE_SERIAL = 2.0  # a text right before the next number may head the rows from there on
_FEWEST_SERIAL = 3


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a piece goes; ``joined`` when it goes on with the piece before it."""

    row: int
    column: int
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Sequenced:
    """A piece in order: its value and whether blank lines stand above it."""

    value: str
    apart: bool = False


def misfit(value: str, role: str) -> float:
    """How little a value looks like a column of that role; 0 fits."""
    if not value:
        return 0.2
    if role == NUMBER:
        return 0.0 if is_number(value) else 8.0
    if is_number(value):
        return {TARGET: 2.0, CHECK: 3.0, DEADLINE: 3.0}.get(role, 1.5 if role == "other" else 6.0)
    dated = is_date(value) and any(ch.isdigit() or ch in "年月季长全" for ch in value)
    bodies = departments_share(value)
    if role == DEADLINE:
        return 0.0 if dated else (3.0 if len(value) <= 10 and bodies < 1 else 8.0)
    if role in (LEAD, COOPERATE):
        if is_sentence(value) and bodies < 0.6:
            return 7.0
        return (4.0 if dated else 0.0) + 4.0 * (1.0 - bodies)
    if role == TASK:
        if is_sentence(value) or has_item_number(value):
            return 0.0
        return 4.0 if dated and len(value) < 12 else (2.5 if bodies == 1.0 else 0.8)
    if role == GROUP:
        if is_sentence(value) or has_item_number(value):
            return 2.0 + 2.0 * has_item_number(value)
        return 4.0 if dated and len(value) < 12 else (1.5 if bodies == 1.0 else 0.0)
    if role == PERSON:
        return 0.0 if is_name(value) else (1.0 if len(value) <= 12 else 6.0)
    if role == HEADING:
        short = len(value) <= 40 and "。" not in value
        return 0.0 if short and (number_level(value) or 9) <= _DEEPEST_HEADING else 9.0
    if (number_level(value) or 9) <= _DEEPEST_HEADING:
        return 3.0  # “二、…” begins something
    return 0.5 if role in (TARGET, CHECK) else 1.0


def place(
    pieces: Sequence[Sequenced], roles: Sequence[str], joins: bool
) -> tuple[list[Placed], float]:
    """The cheapest placing of the pieces and its mean cost a piece.

    ``joins`` allows that a piece goes on with the one before (cells broken over lines).
    Blank values are cells of their own. A piece that heads the rows below it is a row of
    its own, in column 0. An empty sequence gives an empty list.
    """
    if not pieces or not roles:
        return [], 0.0
    table = _Costs(pieces, placing_roles(roles))
    costs = [table.before[c] + fit for c, fit in enumerate(table.fits(pieces[0], 0))]
    trail: list[list[tuple[int, str]]] = []
    for at, (previous, piece) in enumerate(pairwise(pieces), 1):
        costs, step = table.step(costs, previous, piece, at, joins)
        trail.append(step)
    totals = [cost + after for cost, after in zip(costs, table.after, strict=True)]
    column = min(range(len(totals)), key=totals.__getitem__)
    placed = _backtrack(trail, column)
    heading = len(roles)
    return [
        Placed(spot.row, 0 if spot.column == heading else spot.column, spot.joined)
        for spot in placed
    ], totals[column] / len(pieces)


def placing_roles(roles: Sequence[str]) -> list[str]:
    """Roles as cells look: a task column before another one holds what tasks share."""
    return [
        GROUP if role == TASK and TASK in roles[c + 1 :] else role for c, role in enumerate(roles)
    ]


class _Costs:
    """What it costs to skip columns and to begin rows; the last column is HEADING's."""

    def __init__(self, pieces: Sequence[Sequenced], roles: Sequence[str]) -> None:
        self.roles = [*roles, HEADING]
        apart = sum(piece.apart for piece in pieces[1:])
        # Blank lines mark rows when there are about as many as rows.
        self.serial = _serial(pieces) if NUMBER in roles else frozenset[int]()
        self.marks = apart * len(roles) * 2 >= len(pieces) and apart < len(pieces) - 1
        blank = 2.0 if any(not piece.value for piece in pieces) else 0.0
        skip = [_SKIP.get(role, _SKIP_OTHER) + blank for role in roles]
        lead = [
            _SKIP_LEADING + blank if role in (NUMBER, GROUP) else skip[c]
            for c, role in enumerate(roles)
        ]
        width = len(roles)
        self.width = width
        self.before = [*(sum(lead[:c]) for c in range(width)), 0.0]
        self.after = [*(sum(skip[c + 1 :]) for c in range(width)), 0.0]
        self.between = [[sum(skip[p + 1 : c]) for c in range(width)] for p in range(width)]

    def fits(self, piece: Sequenced, at: int) -> list[float]:
        fits = [misfit(piece.value, role) for role in self.roles]
        if at + 1 in self.serial and len(piece.value) <= 40 and "。" not in piece.value:
            fits[-1] = min(fits[-1], _BEFORE_SERIAL)
        if at in self.serial:
            fits = [
                fit + (0.0 if role == NUMBER else _AGAINST_SERIAL)
                for fit, role in zip(fits, self.roles, strict=True)
            ]
        return fits

    def step(
        self, costs: list[float], previous: Sequenced, piece: Sequenced, at: int, joins: bool
    ) -> tuple[list[float], list[tuple[int, str]]]:
        """Costs of every column for the next piece, and how each was reached."""
        fits = self.fits(piece, at)
        unfinished = _UNFINISHED if joins and previous.value[-1:] in tuple("、，,；;") else 0.0
        fresh = unfinished + (_NEW_ROW if not self.marks or piece.apart else _AGAINST_MARK)
        along = unfinished + (_AGAINST_MARK if self.marks and piece.apart else 0.0)
        ends = [cost + after for cost, after in zip(costs, self.after, strict=True)]
        last = min(range(len(ends)), key=ends.__getitem__)
        now: list[float] = []
        ways: list[tuple[int, str]] = []
        for c in range(self.width + 1):
            best, how = ends[last] + fresh + self.before[c] + fits[c], (last, "row")
            for p in range(min(c, self.width)) if c < self.width else ():
                cost = costs[p] + along + self.between[p][c] + fits[c]
                if cost < best:
                    best, how = cost, (p, "next")
            if joins:
                cost = costs[c] + _joining(previous.value, piece, self.roles[c])
                if cost < best:
                    best, how = cost, (c, "join")
            now.append(best)
            ways.append(how)
        return now, ways


def _serial(pieces: Sequence[Sequenced]) -> frozenset[int]:
    """Where the numbers 1, 2, 3 … stand, when the pieces hold three of them at least."""
    found: list[int] = []
    for at, piece in enumerate(pieces):
        if piece.value.rstrip(".、．") == str(len(found) + 1):
            found.append(at)
    return frozenset(found if len(found) >= _FEWEST_SERIAL else ())


def _joining(previous: str, piece: Sequenced, role: str) -> float:
    if not piece.value:
        return 50.0
    if previous and previous[-1] in _GOES_ON:
        return 0.0
    cost = 1.5 if piece.apart else 0.0
    if role == TASK and (is_sentence(piece.value) or has_item_number(piece.value)):
        return cost + 1.0
    bodies = departments_share(piece.value)
    if role in (LEAD, COOPERATE):
        return cost + 1.2 + 4.0 * (1.0 - bodies)
    return cost + (8.0 if role in (NUMBER, HEADING) else 2.5 + 2.0 * bodies)


def _backtrack(trail: list[list[tuple[int, str]]], column: int) -> list[Placed]:
    ways: list[tuple[int, str]] = []
    for step in reversed(trail):
        ways.append((column, step[column][1]))
        column = step[column][0]
    placed = [Placed(0, column)]
    for at, how in reversed(ways):
        row = placed[-1].row + (1 if how == "row" else 0)
        placed.append(Placed(row, at, how == "join"))
    return placed
