"""Postings of one immutable segment as arrays, and exact BM25 over several segments.

For each lexical field: the sorted terms (one UTF-8 blob and offsets into it), for each
term the rows that hold it with their counts, and the length of each row. Scores are
computed for all rows at once with numpy; deletions and filters are masks.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from qa_engine.arrays import Array, open_arrays, write_arrays
from qa_engine.ports import FIELDS, PassageTerms

K1 = 1.2
B = 0.75
Mask = npt.NDArray[np.bool_]


class PostingsBuilder:
    """Collects the terms of passages, row by row, and writes one segment."""

    def __init__(self) -> None:
        self.rows = 0
        self._fields = {name: _FieldBuilder() for name in FIELDS}

    def add(self, terms: PassageTerms) -> None:
        for name, builder in self._fields.items():
            builder.add(self.rows, getattr(terms, name))
        self.rows += 1

    def add_segment(self, segment: Postings, keep: Mask) -> None:
        """Append the kept rows of a written segment, in their order."""
        for name, builder in self._fields.items():
            builder.add_field(self.rows, segment.fields[name], keep)
        self.rows += int(keep.sum())

    def write(self, path: Path) -> None:
        arrays: dict[str, Array] = {}
        for name, builder in self._fields.items():
            arrays.update({f"{name}.{part}": a for part, a in builder.arrays().items()})
        write_arrays(path, arrays)


class _FieldBuilder:
    def __init__(self) -> None:
        self._terms: dict[str, tuple[array[int], array[int]]] = {}
        self._lengths = array("I")

    def add(self, row: int, terms: Sequence[str]) -> None:
        for term, count in Counter(terms).items():
            rows, counts = self._of(term)
            rows.append(row)
            counts.append(min(count, 65535))
        self._lengths.append(len(terms))

    def add_field(self, base: int, field: FieldPostings, keep: Mask) -> None:
        place = np.cumsum(keep, dtype=np.int64) - 1 + base
        for number, term in enumerate(field.terms()):
            rows, counts = field.postings(number)
            kept = keep[rows]
            if kept.any():
                into_rows, into_counts = self._of(term)
                into_rows.extend(place[rows[kept]].tolist())
                into_counts.extend(counts[kept].tolist())
        self._lengths.extend(field.lengths[keep].tolist())

    def arrays(self) -> dict[str, Array]:
        # Sorted by their bytes, which is the order that lookups rely on.
        keyed = sorted((t.encode("utf-8", "surrogatepass"), t) for t in self._terms)
        blob = b"".join(key for key, _ in keyed)
        sizes = np.fromiter((len(key) for key, _ in keyed), dtype=np.int64, count=len(keyed))
        rows = array("I")
        counts = array("H")
        starts = np.zeros(len(keyed) + 1, dtype=np.int64)
        for number, (_, term) in enumerate(keyed):
            term_rows, term_counts = self._terms[term]
            rows.extend(term_rows)
            counts.extend(term_counts)
            starts[number + 1] = len(rows)
        return {
            "terms": np.frombuffer(blob, dtype=np.uint8),
            "term_starts": np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
            "starts": starts,
            "rows": np.array(rows, dtype=np.uint32),
            "counts": np.array(counts, dtype=np.uint16),
            "lengths": np.array(self._lengths, dtype=np.uint32),
        }

    def _of(self, term: str) -> tuple[array[int], array[int]]:
        found = self._terms.get(term)
        if found is None:
            found = self._terms[term] = (array("I"), array("H"))
        return found


class FieldPostings:
    """One lexical field of a written segment."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._terms: npt.NDArray[np.uint8] = arrays["terms"]
        self._term_starts: npt.NDArray[np.int64] = arrays["term_starts"]
        self._starts: npt.NDArray[np.int64] = arrays["starts"]
        self._rows: npt.NDArray[np.uint32] = arrays["rows"]
        self._counts: npt.NDArray[np.uint16] = arrays["counts"]
        self.lengths: npt.NDArray[np.uint32] = arrays["lengths"]
        self._known: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._starts) - 1

    def find(self, term: str) -> int:
        """The number of a term; -1 if the segment does not hold it."""
        number = self._known.get(term)
        if number is None:
            number = self._search(term.encode("utf-8", "surrogatepass"))
            if len(self._known) < 100_000:
                self._known[term] = number
        return number

    def postings(self, number: int) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint16]]:
        """Rows, ascending, and counts of a term."""
        low, high = int(self._starts[number]), int(self._starts[number + 1])
        return self._rows[low:high], self._counts[low:high]

    def terms(self) -> list[str]:
        """All terms, in the order of their bytes."""
        blob = self._terms.tobytes()
        starts = self._term_starts.tolist()
        return [
            blob[starts[n] : starts[n + 1]].decode("utf-8", "surrogatepass")
            for n in range(len(self))
        ]

    def document_frequencies(self, keep: Mask | None) -> npt.NDArray[np.int64]:
        """How many kept rows hold each term."""
        if keep is None:
            return np.diff(self._starts)
        kept = np.concatenate(([0], np.cumsum(keep[self._rows], dtype=np.int64)))
        return kept[self._starts[1:]] - kept[self._starts[:-1]]

    def _search(self, key: bytes) -> int:
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._key(middle) < key:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self) and self._key(low) == key else -1

    def _key(self, number: int) -> bytes:
        return self._terms[self._term_starts[number] : self._term_starts[number + 1]].tobytes()


class Postings:
    """A written segment: rows numbered from 0."""

    def __init__(self, path: Path) -> None:
        arrays = open_arrays(path)
        self.fields = {
            name: FieldPostings(
                {
                    key.partition(".")[2]: a
                    for key, a in arrays.items()
                    if key.startswith(name + ".")
                }
            )
            for name in FIELDS
        }
        self.rows = len(self.fields[FIELDS[0]].lengths)


class Scorer:
    """BM25 over the live rows of several segments, numbered one after another."""

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
        self._average: dict[str, float] = {}
        self._norms: dict[str, list[npt.NDArray[np.float64]]] = {}

    def frequency(self, field: str, term: str) -> int:
        """How many live rows hold the term."""
        found = 0
        for segment, mask in zip(self._segments, self._live, strict=True):
            postings = segment.fields[field]
            number = postings.find(term)
            if number >= 0:
                rows, _ = postings.postings(number)
                found += len(rows) if mask is None else int(mask[rows].sum())
        return found

    def scores(self, field: str, terms: Mapping[str, float]) -> npt.NDArray[np.float64]:
        """BM25 of every row, deleted ones too; 0 where no term stands.

        Robertson & Zaragoza 2009, with the idf that Lucene uses, which stays positive:
        ln(1 + (N - n + 0.5) / (n + 0.5)).
        """
        result = np.zeros(self.rows, dtype=np.float64)
        norms_of = self._norms_of(field)
        for term in sorted(terms):  # a fixed order: sums of floats depend on it
            frequency = self.frequency(field, term)
            if not frequency:
                continue
            idf = math.log(1 + (self.total - frequency + 0.5) / (frequency + 0.5))
            weight = terms[term] * idf * (K1 + 1)
            for base, segment, norms in zip(self._bases, self._segments, norms_of, strict=False):
                postings = segment.fields[field]
                number = postings.find(term)
                if number < 0:
                    continue
                rows, counts = postings.postings(number)
                tf = counts.astype(np.float64)
                # A term stands once in a row's list, so that this adds up rightly.
                result[base : base + segment.rows][rows] += weight * tf / (tf + norms[rows])
        return result

    def vocabulary(self, field: str) -> list[str]:
        """The terms of live rows, sorted."""
        found: set[str] = set()
        for segment, mask in zip(self._segments, self._live, strict=True):
            postings = segment.fields[field]
            held = postings.document_frequencies(mask) > 0
            terms = postings.terms()
            found.update(terms if held.all() else (terms[n] for n in np.flatnonzero(held)))
        return sorted(found)

    def _norms_of(self, field: str) -> list[npt.NDArray[np.float64]]:
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
        if field not in self._average:
            length = 0
            for segment, mask in zip(self._segments, self._live, strict=True):
                lengths = segment.fields[field].lengths
                length += int((lengths if mask is None else lengths[mask]).sum(dtype=np.int64))
            self._average[field] = length / self.total if self.total else 0.0
        return self._average[field]


def best_rows(
    scores: npt.NDArray[np.floating], limit: int, allowed: Mask | None
) -> npt.NDArray[np.int64]:
    """The rows with the ``limit`` best scores above 0 and all that tie with the last one.

    Scores that agree to six decimals tie, so that how an index grew cannot decide.
    """
    candidates = np.flatnonzero(scores > 0 if allowed is None else (scores > 0) & allowed)
    if limit <= 0:
        return candidates[:0]
    if len(candidates) > limit:
        values = np.round(scores[candidates], 6)
        threshold = np.partition(values, len(values) - limit)[len(values) - limit]
        candidates = candidates[values >= threshold]
    return candidates
