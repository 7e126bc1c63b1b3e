"""Facets of a result list: what values there are, how many, and links that filter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qa_engine.models import COOPERATE, LEAD, Passage
from qa_engine.text.organisations import split_organisations
from qa_engine_web.contract import FILTER_KEYS
from qa_engine_web.links import adding, with_query, without

SHOWN = 8  # values of one facet that show at once
MOST = 60  # values of one facet


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet; ``link`` adds it to the filters."""

    value: str
    label: str
    count: int
    link: str


@dataclass(frozen=True, slots=True)
class Facet:
    """``key`` is the filter's name in URLs."""

    key: str
    values: tuple[FacetValue, ...]

    @property
    def first(self) -> tuple[FacetValue, ...]:
        return self.values[:SHOWN]

    @property
    def rest(self) -> tuple[FacetValue, ...]:
        return self.values[SHOWN:]


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """A filter in force; ``link`` removes it."""

    key: str
    value: str
    label: str
    link: str


def values_of(passage: Passage) -> dict[str, tuple[tuple[str, str], ...]]:
    """Per filter key, the (value, label) pairs under which a passage counts."""
    departments: list[str] = []
    if passage.record is not None:
        for role in (LEAD, COOPERATE):
            for cell in passage.record.by_role(role):
                departments.extend(split_organisations(cell.value))
    return {
        "document": ((passage.document, passage.title.strip() or passage.document),),
        "kind": ((passage.kind, passage.kind),),
        "date": ((passage.date[:4], passage.date[:4]),) if passage.date else (),
        "speaker": ((passage.speaker, passage.speaker),) if passage.speaker else (),
        "department": tuple((name, name) for name in dict.fromkeys(departments)),
    }


def facets(
    passages: Iterable[Passage],
    path: str,
    params: Mapping[str, Sequence[str]],
    kinds: Mapping[str, str] | None = None,
) -> list[Facet]:
    """Facets with more than one value, the most frequent values first.

    ``kinds`` gives the kind of each document, which counts rather than the passage's.
    """
    counts: dict[str, Counter[tuple[str, str]]] = {key: Counter() for key in FILTER_KEYS}
    for passage in passages:
        for key, pairs in values_of(passage).items():
            if key == "kind" and kinds is not None:
                kind = kinds.get(passage.document, passage.kind)
                pairs = ((kind, kind),)
            counts[key].update(pairs)
    result: list[Facet] = []
    for key, counter in counts.items():
        active = set(params.get(key, ()))
        ranked = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
        values = tuple(
            FacetValue(value, label, count, with_query(path, adding(params, key, value)))
            for (value, label), count in ranked[:MOST]
            if value not in active
        )
        if len(counter) > 1 and values:
            result.append(Facet(key, values))
    return result


def active_filters(
    path: str, params: Mapping[str, Sequence[str]], titles: Mapping[str, str]
) -> list[ActiveFilter]:
    """Every filter in force with the link that removes it."""
    return [
        ActiveFilter(
            key,
            value,
            titles.get(value, value) if key == "document" else value,
            with_query(path, without(params, key, value)),
        )
        for key in FILTER_KEYS
        for value in dict.fromkeys(params.get(key, ()))
        if value
    ]
