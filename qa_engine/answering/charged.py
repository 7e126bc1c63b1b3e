"""Who leads a record and who helps, where one of its columns tells the leader from the others."""

from __future__ import annotations

from qa_engine.models import COOPERATE, LEAD, Cell, Record
from qa_engine.text.patterns import later

_LEADS = later(r"牵头|主责|主办|挑头|首要责任|第一责任")


def charged(record: Record, role: str) -> tuple[Cell, ...]:
    """The cells of a role, blank ones included. 责任单位 beside 牵头单位 are those who help; alone
    they lead."""
    own = record.by_role(role)
    if role not in (LEAD, COOPERATE):
        return own
    charge = record.by_role(LEAD)
    first = tuple(cell for cell in charge if _LEADS.search(cell.header.split("/")[-1]))
    if not first:
        return own
    if role == LEAD:
        return first
    return (*own, *(cell for cell in charge if cell not in first))
