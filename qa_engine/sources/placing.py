"""A sequence of cells → rows and columns, by what each column's cells look like.

A table whose cells came one after another has lost its rows: blank cells may be missing,
a cell may be broken over lines. The cheapest path through all ways of placing the cells
(Viterbi over columns) decides; a cost is what a misplaced, skipped or broken cell is
worth against a fitting one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa_engine.models import CHECK, COOPERATE, DEADLINE, GROUP, LEAD, NUMBER, TARGET, TASK
from qa_engine.sources.celltypes import (
    departments_share,
    has_item_number,
    is_date,
    is_number,
    is_sentence,
)

_SKIP = {NUMBER: 1.0, GROUP: 1.0, TASK: 5.0, LEAD: 2.5, COOPERATE: 1.0, DEADLINE: 1.2}
_SKIP_OTHER = 1.5
_SKIP_LEADING = 0.4  # a merged number or group: blank in all rows but its first
_AGAINST_MARK = 6.0  # a row that begins without the blank line that others have, or the reverse
_NEW_ROW = 0.3
_GOES_ON = "、，,；;：:（(和与及或"


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
        if is_sentence(value):
            return 3.0
        return 4.0 if dated and len(value) < 12 else (1.5 if bodies == 1.0 else 0.0)
    return 0.5 if role in (TARGET, CHECK) else 1.0


def place(
    pieces: Sequence[Sequenced], roles: Sequence[str], joins: bool
) -> tuple[list[Placed], float]:
    """The cheapest placing of the pieces and its mean cost a piece.

    ``joins`` allows that a piece goes on with the one before (cells broken over lines).
    Blank values are cells of their own. An empty sequence gives an empty list.
    """
    width = len(roles)
    if not pieces or not width:
        return [], 0.0
    marks = any(piece.apart for piece in pieces[1:]) and not all(p.apart for p in pieces[1:])
    explicit = any(not piece.value for piece in pieces)
    skip = [_SKIP.get(role, _SKIP_OTHER) + (2.0 if explicit else 0.0) for role in roles]
    lead = [
        _SKIP_LEADING + (2.0 if explicit else 0.0)
        if role in (NUMBER, GROUP) or (role == TASK and TASK in roles[c + 1 :])
        else skip[c]
        for c, role in enumerate(roles)
    ]
    before = [sum(lead[:c]) for c in range(width)]
    after = [sum(skip[c + 1 :]) for c in range(width)]
    between = [[sum(skip[p + 1 : c]) for c in range(width)] for p in range(width)]
    first = [before[c] + misfit(pieces[0].value, roles[c]) for c in range(width)]
    costs = first
    trail: list[list[tuple[int, str]]] = []
    for i in range(1, len(pieces)):
        piece, previous = pieces[i], pieces[i - 1]
        fits = [misfit(piece.value, role) for role in roles]
        fresh = _NEW_ROW if not marks or piece.apart else _AGAINST_MARK
        along = _AGAINST_MARK if marks and piece.apart else 0.0
        ends = [costs[p] + after[p] for p in range(width)]
        last = min(range(width), key=ends.__getitem__)
        step: list[tuple[int, str]] = []
        now: list[float] = []
        for c in range(width):
            best = ends[last] + fresh + before[c] + fits[c]
            how = (last, "row")
            for p in range(c):
                cost = costs[p] + along + between[p][c] + fits[c]
                if cost < best:
                    best, how = cost, (p, "next")
            if joins:
                cost = costs[c] + _joining(previous.value, piece, roles[c])
                if cost < best:
                    best, how = cost, (c, "join")
            now.append(best)
            step.append(how)
        trail.append(step)
        costs = now
    column = min(range(width), key=lambda c: costs[c] + after[c])
    total = costs[column] + after[column]
    return _backtrack(trail, column), total / len(pieces)


def _joining(previous: str, piece: Sequenced, role: str) -> float:
    if not piece.value:
        return 50.0
    if previous and previous[-1] in _GOES_ON:
        return 0.0
    cost = 1.5 if piece.apart else 0.0
    if role == TASK and (is_sentence(piece.value) or has_item_number(piece.value)):
        return cost + 1.0
    if role in (LEAD, COOPERATE):
        return cost + 1.2 + 4.0 * (1.0 - departments_share(piece.value))
    return cost + (8.0 if role == NUMBER else 2.5)


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
