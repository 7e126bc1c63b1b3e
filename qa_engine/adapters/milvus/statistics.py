"""How many passages hold each term, and how long passages are: what idf is made from.

A base, written once a build, and a difference for each change since; both are kept in
the ledger. A reader holds them in memory, the base once for all generations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from qa_engine.ports import FIELDS

Frequencies = Mapping[str, Mapping[str, int]]  # field → term → passages


@dataclass(slots=True)
class Change:
    """What passages that come and go do to the statistics."""

    frequencies: dict[str, Counter[str]] = field(
        default_factory=lambda: {name: Counter() for name in FIELDS}
    )
    lengths: Counter[str] = field(default_factory=Counter)
    passages: int = 0

    def count(self, terms: Mapping[str, Sequence[str]], sign: int = 1) -> None:
        """One passage more, or one less with ``sign`` -1."""
        for name in FIELDS:
            into = self.frequencies[name]
            for term in set(terms[name]):
                into[term] += sign
            self.lengths[name] += sign * len(terms[name])
        self.passages += sign

    def plain(self) -> dict[str, dict[str, int]]:
        return {n: {t: c for t, c in some.items() if c} for n, some in self.frequencies.items()}


class Statistics:
    """A base and the changes to it."""

    def __init__(self, base: Frequencies, changes: Iterable[Frequencies]) -> None:
        self._base = base
        self._changed: dict[str, Counter[str]] = {name: Counter() for name in FIELDS}
        for change in changes:
            for name, some in change.items():
                self._changed[name].update(some)  # adds, negative counts too

    def frequency(self, field: str, term: str) -> int:
        return self._base.get(field, {}).get(term, 0) + self._changed[field].get(term, 0)

    def vocabulary(self, field: str) -> list[str]:
        base, changed = self._base.get(field, {}), self._changed[field]
        return sorted(t for t in {*base, *changed} if base.get(t, 0) + changed.get(t, 0) > 0)

    def plain(self) -> dict[str, dict[str, int]]:
        """The same without changes."""
        return {
            name: {term: self.frequency(name, term) for term in self.vocabulary(name)}
            for name in FIELDS
        }
