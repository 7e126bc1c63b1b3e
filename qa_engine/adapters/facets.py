"""What filters look at, and what they mean: one definition for every store.

Texts are compared in their matching form. Dates are ranges: ``2013-08`` lasts from its
first to its last day; a passage is in when its range meets the filter's.
"""

from __future__ import annotations

from dataclasses import dataclass

from qa_engine.models import COOPERATE, LEAD, Document, Passage
from qa_engine.ports import Filters
from qa_engine.text.normalise import fold


@dataclass(frozen=True, slots=True)
class Facets:
    """The filterable sides of one passage, folded; dates "" where there is none."""

    document: str
    title: str
    kind: str
    document_kind: str
    speaker: str
    departments: str  # names and roles, one a line
    date_low: str
    date_high: str


def facets(passage: Passage, document: Document) -> Facets:
    """The facets of a passage of that document."""
    departments: list[str] = []
    if passage.record is not None:
        for role in (LEAD, COOPERATE):
            departments += [c.value for c in passage.record.by_role(role) if c.value]
    if passage.role:
        departments.append(passage.role)
    date = passage.date or ""
    return Facets(
        document=passage.document,
        title=compact(document.title),
        kind=passage.kind,
        document_kind=document.kind,
        speaker=compact(passage.speaker or ""),
        departments="\n".join(compact(name) for name in departments),
        date_low=first_day(date),
        date_high=last_day(date),
    )


def allows(filters: Filters, item: Facets) -> bool:
    """Whether a passage may be found."""
    if filters.documents and not any(_names(wanted, item) for wanted in filters.documents):
        return False
    if filters.kinds and not {item.kind, item.document_kind} & set(filters.kinds):
        return False
    if filters.speakers and not any(compact(s) in item.speaker for s in filters.speakers):
        return False
    if filters.departments and not any(
        compact(name) in item.departments for name in filters.departments
    ):
        return False
    if filters.date_from or filters.date_to:
        if not item.date_low:
            return False
        if filters.date_from and item.date_high < first_day(filters.date_from):
            return False
        if filters.date_to and item.date_low > last_day(filters.date_to):
            return False
    return True


def _names(wanted: str, item: Facets) -> bool:
    if wanted.endswith("/"):
        return item.document.startswith(wanted)
    return item.document == wanted or compact(wanted) in item.title


def compact(text: str) -> str:
    """The matching form without white space; names are written with and without it."""
    return "".join(fold(text).split())


def first_day(date: str) -> str:
    """``2013-08`` → ``2013-08-01``; ``""`` stays."""
    return date + "0000-01-01"[len(date) :] if date else ""


def last_day(date: str) -> str:
    """``2013-08`` → ``2013-08-31`` (no later day exists); ``""`` stays."""
    return date + "0000-12-31"[len(date) :] if date else ""
