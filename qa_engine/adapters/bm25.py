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
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_engine.adapters.postings import Mask, Postings
from qa_engine.ports import Codes
from qa_engine.text.codes import distinct

K1 = 1.2
B = 0.75
AT_ONCE = 60_000  # postings added up before anything is left out: looking at what may be costs more
_ENOUGH = 8_000  # of them, of the rarest terms, tell what the best have at least
KEPT = 6_000_000  # postings of looked-up terms that are kept ready (16 bytes each)
_LOOKUP = 8  # one row looked up in a list costs as much as so many rows added up
_LONG = 2_000  # postings of which the largest count is not looked for: it would be close to 1
_LISTS = 10_000  # terms whose places are kept
_FREQUENCIES = 200_000  # terms whose frequencies are
_TIE = 2e-6  # scores that agree to six decimals tie
Rows = npt.NDArray[np.intp]
Scores = npt.NDArray[np.float64]


class _List:
    """The rows that hold a term, and what it gives each at weight 1.

    It is made ready when all of it is added up for the first time; a list in which a few
    rows are looked up is looked up where it lies, segment by segment."""

    def __init__(self, parts: Sequence[_Part]) -> None:
        self._parts = parts
        self.size = sum(len(part.rows) for part in parts)
        self.most = max(part.most for part in parts)
        self._ready: tuple[Rows, Scores] | None = None

    @property
    def is_ready(self) -> bool:
        return self._ready is not None

    def keep(self, ready: tuple[Rows, Scores] | None) -> None:
        """Have ``all`` at hand from now on; None: no longer."""
        self._ready = ready

    def all(self) -> tuple[Rows, Scores]:
        """The rows, ascending, and what each is given."""
        if self._ready is not None:
            return self._ready
        rows = [np.add(part.rows, part.base, dtype=np.intp) for part in self._parts]
        return np.concatenate(rows), np.concatenate([part.given() for part in self._parts])

    def of(self, rows: Rows) -> Scores:
        """What it gives these rows, ascending; 0 where the term does not stand."""
        found = np.zeros(len(rows))
        ready = self._ready
        if ready is not None:
            held, given = ready
            places = _places(held, rows)
            here = held[places] == rows
            found[here] = given[places[here]]
            return found
        bases = [edge for part in self._parts for edge in (part.base, part.base + part.size)]
        edges = np.searchsorted(rows, bases).tolist()
        for part, low, high in zip(self._parts, edges[::2], edges[1::2], strict=True):
            if low == high:
                continue
            wanted = (rows[low:high] - part.base).astype(np.uint32)
            places = _places(part.rows, wanted)
            here = part.rows[places] == wanted
            found[low:high][here] = part.given(places[here])
        return found


@dataclass(frozen=True, slots=True)
class _Part:
    """A term's postings in one segment, whose first row has the number ``base``."""

    base: int
    size: int  # rows of the segment
    rows: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.uint16]
    norms: Scores  # of the segment's rows
    least: float  # of those of rows that hold anything

    @property
    def most(self) -> float:
        """At most so much is given: what the largest count would be in the shortest row."""
        if len(self.counts) > _LONG:
            return 1.0
        tf = float(self.counts.max())
        return tf / (tf + self.least)

    def given(self, which: npt.NDArray[np.intp] | slice = slice(None)) -> Scores:
        """What the term gives these of its rows."""
        tf = self.counts[which].astype(np.float64)
        found: Scores = tf / (tf + self.norms[self.rows[which]])
        return found


def _still(rows: npt.NDArray[np.uint32], dead: npt.NDArray[np.uint32]) -> int:
    """How many of the rows are not among the dead; both ascend."""
    few, many = (rows, dead) if len(rows) < len(dead) else (dead, rows)
    return len(rows) - int((many[_places(many, few)] == few).sum())


def _places(held: npt.NDArray[np.integer], rows: npt.NDArray[np.integer]) -> npt.NDArray[np.intp]:
    """Where in ``held`` each row stands if it does."""
    places = np.searchsorted(held, rows)
    places[places == len(held)] = 0
    return places


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
        self._dead = [None if m is None else np.flatnonzero(~m).astype(np.uint32) for m in live]
        self._norms: dict[str, list[tuple[Scores, float]]] = {}
        self._frequencies: dict[tuple[str, str], int] = {}
        self._lists: dict[tuple[str, str], _List] = {}
        self._kept: deque[_List] = deque()  # those that are ready
        self._size = 0
        self._lock = threading.Lock()

    def frequency(self, field: str, term: str) -> int:
        """How many live rows hold the term."""
        known = self._frequencies.get((field, term))
        if known is not None:
            return known
        found = 0
        for segment, dead in zip(self._segments, self._dead, strict=True):
            postings = segment.fields[field]
            number = postings.find(term)
            if number >= 0:
                rows, _ = postings.postings(number)
                found += len(rows) if dead is None else _still(rows, dead)
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
        scores, added, some = self._first(lists)
        if allowed is not None:
            some = some[allowed[some]]
        least = 0.0  # the last of the best has at least this
        rows: Rows | None = None  # once it is known that no others may be among the best
        while True:
            if rows is None:
                least = max(least, _last(scores[some], limit))
                bound = least - rest[added]
                if bound >= 0:
                    may = scores > bound
                    rows = np.flatnonzero(may if allowed is None else may & allowed)
                    least = max(least, _last(scores[rows], limit))
            else:
                # Who falls behind stays there: a term adds no more to a row than it takes from
                # the rest, and the least never sinks.
                rows = rows[scores[rows] > least - rest[added]]
                least = max(least, _last(scores[rows], limit))
            if rows is not None and added == len(lists):
                return _best(rows, scores[rows], limit)
            weight, found = lists[added]
            if rows is not None and len(rows) * _LOOKUP < found.size and rest[added] < least:
                break
            held, given = self._all(found)
            scores[held] += weight * given
            added += 1
        few, values = rows, scores[rows]
        for number, (weight, found) in enumerate(lists[added:], added):
            keep = values > least - rest[number]
            few = few[keep]
            values = values[keep] + weight * found.of(few)
            least = max(least, _last(values, limit))
        return _best(few, values, limit)

    def han_terms(self, field: str, lengths: Sequence[int]) -> dict[int, Codes]:
        """By length, the terms of live rows that are so many Han characters long, sorted."""
        found = [
            segment.fields[field].han_terms(lengths, mask)
            for segment, mask in zip(self._segments, self._live, strict=True)
        ]
        return {n: distinct(n, [some[n] for some in found]) for n in lengths}

    def _first(self, lists: Sequence[tuple[float, _List]]) -> tuple[Scores, int, Rows]:
        """The sums of the rarest terms, how many terms those are, and the rows that the rarest
        of them stand in."""
        count = size = rarest = 0
        while count < len(lists) and (not count or size + lists[count][1].size <= AT_ONCE):
            size += lists[count][1].size
            count += 1
            if size <= _ENOUGH or not rarest:
                rarest = count
        added = [(weight, *self._all(found)) for weight, found in lists[:count]]
        rows = np.concatenate([held for _, held, _ in added])
        given = np.concatenate([weight * impacts for weight, _, impacts in added])
        sums: Scores = np.bincount(rows, given, minlength=self.rows).astype(np.float64, copy=False)
        some = np.sort(np.concatenate([held for _, held, _ in added[:rarest]]))
        return sums, count, some[np.flatnonzero(np.diff(some, prepend=-1))]

    def _list(self, field: str, term: str) -> _List:
        found = self._lists.get((field, term))
        if found is not None:
            return found
        parts = []
        for base, segment, (norms, least) in zip(
            self._bases, self._segments, self._norms_of(field), strict=False
        ):
            postings = segment.fields[field]
            number = postings.find(term)
            if number >= 0:
                parts.append(_Part(base, segment.rows, *postings.postings(number), norms, least))
        found = _List(parts)
        with self._lock:
            self._lists[field, term] = found
            if len(self._lists) > _LISTS:
                self._lists.pop(next(iter(self._lists)))
        return found

    def _all(self, found: _List) -> tuple[Rows, Scores]:
        """The whole list, kept ready for the next time."""
        ready = found.all()
        if not found.is_ready:
            with self._lock:
                found.keep(ready)
                self._kept.append(found)
                self._size += found.size
                while self._size > KEPT and len(self._kept) > 1:
                    oldest = self._kept.popleft()
                    oldest.keep(None)
                    self._size -= oldest.size
        return ready

    def _norms_of(self, field: str) -> list[tuple[Scores, float]]:
        """For each segment what the lengths of its rows add below the fraction, and the least
        that one adds which holds anything."""
        found = self._norms.get(field)
        if found is None:
            scale = B / (self._average_length(field) or 1.0)
            found = []
            for segment in self._segments:
                lengths = segment.fields[field].lengths
                norms = (K1 * (1 - B + scale * lengths)).astype(np.float64)
                least = norms.min(initial=np.inf, where=lengths > 0)
                found.append((norms, float(least)))
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
