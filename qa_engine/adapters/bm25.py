"""Exact BM25 over the postings of several segments, without looking at every posting.

Robertson & Zaragoza 2009, with the idf that Lucene uses, which stays positive:
ln(1 + (N - n + 0.5) / (n + 0.5)).

Terms are added up rarest first. Once what the frequent ones can still add is less than what
separates a row from the best, only the rows that may yet be among those are looked up in the
long lists (MaxScore: Turtle & Flood 1995); nothing is estimated.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_engine.adapters.postings import Mask, Postings

K1 = 1.2
B = 0.75
AT_ONCE = 8_000  # postings added up before anything is left out
KEPT = 8_000_000  # postings of looked-up terms that are kept ready (12 bytes each)
_LOOKUP = 8  # one row looked up in a list costs as much as so many rows added up
_FREQUENCIES = 200_000  # terms whose frequencies are
_TIE = 2e-6  # scores that agree to six decimals tie
Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _List:
    """The rows that hold a term, ascending, and what it gives each at weight 1."""

    rows: npt.NDArray[np.int32]
    impacts: Scores
    most: float

    def of(self, rows: npt.NDArray[np.int32]) -> Scores:
        """What it gives these rows; 0 where the term does not stand."""
        places = np.searchsorted(self.rows, rows)
        places[places == len(self.rows)] = 0
        found: Scores = np.where(self.rows[places] == rows, self.impacts[places], 0.0)
        return found


class Scorer:
    """BM25 over the live rows of several segments, numbered one after another.

    Safe for many threads."""

    def __init__(self, segments: Sequence[Postings], live: Sequence[Mask | None]) -> None:
        """``live``: for each segment the rows that are not deleted; None for all."""
        self._segments = segments
        self._live = live
        bases = np.cumsum([0, *(segment.rows for segment in segments)])
        self._bases = [int(base) for base in bases]
        self.rows = self._bases[-1]
        self.total = sum(
            segment.rows if mask is None else int(mask.sum())
            for segment, mask in zip(segments, live, strict=True)
        )
        self._norms: dict[str, list[Scores]] = {}
        self._frequencies: dict[tuple[str, str], int] = {}
        self._lists: dict[tuple[str, str], _List] = {}
        self._kept = 0
        self._lock = threading.Lock()

    def frequency(self, field: str, term: str) -> int:
        """How many live rows hold the term."""
        known = self._frequencies.get((field, term))
        if known is not None:
            return known
        found = 0
        for segment, mask in zip(self._segments, self._live, strict=True):
            postings = segment.fields[field]
            number = postings.find(term)
            if number >= 0:
                rows, _ = postings.postings(number)
                found += len(rows) if mask is None else int(mask[rows].sum())
        if len(self._frequencies) < _FREQUENCIES:
            self._frequencies[field, term] = found
        return found

    def best(
        self, field: str, terms: Mapping[str, float], limit: int, allowed: Mask | None
    ) -> tuple[Rows, Scores]:
        """The allowed rows with the ``limit`` best scores above 0 and all that tie with the
        last one, by row. ``allowed``: None if nothing is deleted and all may be found.

        Scores that agree to six decimals tie, so that how an index grew cannot decide.
        """
        # A fixed order: sums of floats depend on it.
        wanted = sorted((self.frequency(field, term), term) for term in terms)
        lists = []
        for frequency, term in wanted:
            if frequency:
                idf = math.log(1 + (self.total - frequency + 0.5) / (frequency + 0.5))
                lists.append((terms[term] * idf * (K1 + 1), self._list(field, term)))
        if limit <= 0 or not lists:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float64)
        # What the lists from each on can add to a row.
        rest = np.cumsum([0.0, *(weight * found.most for weight, found in lists[::-1])])[::-1]
        scores, added = self._first(lists)
        least = 0.0  # the last of the best has at least this
        rows = np.zeros(0, dtype=np.int64)
        narrowed = False  # whether no row but those may be among the best
        while True:
            bound = least - rest[added]
            if narrowed:
                # Who falls behind stays there: a term adds no more to a row than it takes from
                # the rest, and the least never sinks.
                rows = rows[scores[rows] > bound]
            else:
                may = scores > max(bound, 0.0)
                rows = np.flatnonzero(may if allowed is None else may & allowed)
                narrowed = bound >= 0
            least = max(least, _last(scores[rows], limit))
            if added == len(lists):
                return _best(rows, scores[rows], limit)
            weight, found = lists[added]
            if rest[added] < least and len(rows) * _LOOKUP < len(found.rows):
                break
            scores[found.rows] += weight * found.impacts
            added += 1
        few, values = rows.astype(np.int32), scores[rows]
        for number, (weight, found) in enumerate(lists[added:], added):
            keep = values > least - rest[number]
            few = few[keep]
            values = values[keep] + weight * found.of(few)
            least = max(least, _last(values, limit))
        return _best(few, values, limit)

    def vocabulary(self, field: str) -> list[str]:
        """The terms of live rows, sorted."""
        found: dict[str, None] = {}  # ordered runs, which are sorted much faster
        for segment, mask in zip(self._segments, self._live, strict=True):
            postings = segment.fields[field]
            held = postings.document_frequencies(mask) > 0
            terms = postings.terms()
            kept = terms if held.all() else [terms[n] for n in np.flatnonzero(held)]
            found.update(dict.fromkeys(kept))
        return sorted(found)

    def _first(self, lists: Sequence[tuple[float, _List]]) -> tuple[Scores, int]:
        """The sums of the rarest terms, and how many terms those are."""
        count = size = 0
        while count < len(lists) and (not count or size + len(lists[count][1].rows) <= AT_ONCE):
            size += len(lists[count][1].rows)
            count += 1
        rows = np.concatenate([found.rows for _, found in lists[:count]])
        impacts = np.concatenate([weight * found.impacts for weight, found in lists[:count]])
        sums: Scores = np.bincount(rows, impacts, minlength=self.rows).astype(
            np.float64, copy=False
        )
        return sums, count

    def _list(self, field: str, term: str) -> _List:
        found = self._lists.get((field, term))
        if found is not None:
            return found
        rows: list[Rows] = []
        impacts: list[Scores] = []
        parts = zip(self._bases, self._segments, self._norms_of(field), strict=False)
        for base, segment, norms in parts:
            postings = segment.fields[field]
            number = postings.find(term)
            if number >= 0:
                held, counts = postings.postings(number)
                tf = counts.astype(np.float64)
                rows.append(held.astype(np.int32) + np.int32(base))
                impacts.append(tf / (tf + norms[held]))
        given = np.concatenate(impacts)
        found = _List(np.concatenate(rows), given, float(given.max()))
        with self._lock:
            self._lists[field, term] = found
            self._kept += len(given)
            while self._kept > KEPT and len(self._lists) > 1:
                oldest = next(iter(self._lists))
                self._kept -= len(self._lists.pop(oldest).rows)
        return found

    def _norms_of(self, field: str) -> list[Scores]:
        """For each segment what the lengths of its rows add below the fraction."""
        found = self._norms.get(field)
        if found is None:
            scale = B / (self._average_length(field) or 1.0)
            found = [
                (K1 * (1 - B + scale * segment.fields[field].lengths)).astype(np.float64)
                for segment in self._segments
            ]
            self._norms[field] = found
        return found

    def _average_length(self, field: str) -> float:
        length = 0
        for segment, mask in zip(self._segments, self._live, strict=True):
            lengths = segment.fields[field].lengths
            length += int((lengths if mask is None else lengths[mask]).sum(dtype=np.int64))
        return length / self.total if self.total else 0.0


def _last(values: Scores, limit: int) -> float:
    """Just below the ``limit``-th largest; 0 if there are fewer."""
    if len(values) < limit:
        return 0.0
    return float(np.partition(values, len(values) - limit)[len(values) - limit]) - _TIE


def _best(rows: npt.NDArray[np.integer], values: Scores, limit: int) -> tuple[Rows, Scores]:
    """The best of them and all that tie with the last one."""
    if len(rows) > limit:
        rounded = np.round(values, 6)
        threshold = np.partition(rounded, len(rows) - limit)[len(rows) - limit]
        tied = rounded >= threshold
        rows, values = rows[tied], values[tied]
    return rows.astype(np.int64), values
