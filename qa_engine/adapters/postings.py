"""Postings of one immutable segment as arrays.

For each lexical field: the sorted terms (one UTF-8 blob and offsets into it), for each
term the rows that hold it with their counts, and the length of each row; beside them the
id of each row's passage.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from qa_engine.arrays import Array, open_arrays, write_arrays
from qa_engine.ports import FIELDS, Codes, PassageTerms
from qa_engine.text.codes import FIRST, LAST

Mask = npt.NDArray[np.bool_]
_HAN_BYTES = 3  # in UTF-8
_STEP = 64  # terms from one signpost to the next


class PostingsBuilder:
    """Collects the terms of passages, row by row, and writes one segment."""

    def __init__(self) -> None:
        self.rows = 0
        self._fields = {name: _FieldBuilder() for name in FIELDS}
        self._ids: list[str] | None = []

    def add(self, passage: str, terms: PassageTerms) -> None:
        for name, builder in self._fields.items():
            builder.add(getattr(terms, name))
        if self._ids is not None:
            self._ids.append(passage)
        self.rows += 1

    def add_segment(self, segment: Postings, keep: Mask) -> None:
        """Append the kept rows of a written segment, in their order."""
        for name, builder in self._fields.items():
            builder.add_field(segment.fields[name], keep)
        if self._ids is not None and segment.ids is not None:
            self._ids += segment.ids.of(np.flatnonzero(keep))
        else:  # a segment of before ids were written
            self._ids = None
        self.rows += int(keep.sum())

    def write(self, path: Path) -> None:
        arrays: dict[str, Array] = {}
        for name, builder in self._fields.items():
            arrays.update({f"{name}.{part}": a for part, a in builder.arrays().items()})
        if self._ids is not None:
            blob, starts = _packed([id.encode("utf-8", "surrogatepass") for id in self._ids])
            arrays.update({"ids.text": blob, "ids.starts": starts})
        write_arrays(path, arrays)


class _FieldBuilder:
    """Terms get numbers as they come; they are put in order when all is there."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._lengths = array("I")
        self._added = array("I")  # the term numbers of rows from ``_first`` on
        self._first = 0
        self._parts: list[tuple[Array, Array, Array]] = []  # terms, rows, counts

    def add(self, terms: Sequence[str]) -> None:
        numbers = self._numbers
        self._added.extend([numbers.setdefault(term, len(numbers)) for term in terms])
        self._lengths.append(len(terms))

    def add_field(self, field: FieldPostings, keep: Mask) -> None:
        self._take()
        place = (np.cumsum(keep, dtype=np.int64) - 1 + len(self._lengths)).astype(np.uint32)
        numbers = self._numbers
        known = [numbers.setdefault(term, len(numbers)) for term in field.terms()]
        terms, rows, counts = field.all_postings()
        kept = keep[rows]
        self._parts.append(
            (np.array(known, dtype=np.uint32)[terms[kept]], place[rows[kept]], counts[kept])
        )
        self._lengths.extend(field.lengths[keep].tolist())
        self._first = len(self._lengths)

    def arrays(self) -> dict[str, Array]:
        self._take()
        terms, rows, counts = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        # Sorted by their bytes, which is the order that lookups rely on; without those of
        # which no row is left.
        held = np.zeros(len(self._numbers), dtype=np.bool_)
        held[terms] = True
        names = list(self._numbers)
        keyed = sorted((names[n].encode("utf-8", "surrogatepass"), n) for n in np.flatnonzero(held))
        blob, term_starts = _packed([key for key, _ in keyed])
        rank = np.zeros(len(names), dtype=np.int64)
        rank[[number for _, number in keyed]] = np.arange(len(keyed))
        places = rank[terms] * len(self._lengths) + rows
        order = np.argsort(places, kind="stable")
        places = places[order]
        first = np.flatnonzero(np.diff(places, prepend=-1))
        summed = np.add.reduceat(counts[order], first) if len(first) else counts
        found, rows = np.divmod(places[first], max(len(self._lengths), 1))
        return {
            "terms": blob,
            "term_starts": term_starts,
            "starts": np.searchsorted(found, np.arange(len(keyed) + 1)).astype(np.int64),
            "rows": rows.astype(np.uint32),
            "counts": np.minimum(summed, 65535).astype(np.uint16),
            "lengths": np.array(self._lengths, dtype=np.uint32),
        }

    def _take(self) -> None:
        """What was added since the last time becomes a part."""
        lengths = np.array(self._lengths[self._first :], dtype=np.int64)
        rows = np.repeat(np.arange(self._first, len(self._lengths), dtype=np.uint32), lengths)
        terms = np.array(self._added, dtype=np.uint32)
        self._parts.append((terms, rows, np.ones(len(terms), dtype=np.int64)))
        self._added = array("I")
        self._first = len(self._lengths)


def _packed(keys: Sequence[bytes]) -> tuple[Array, Array]:
    """The keys one after another, and where each begins."""
    sizes = np.fromiter((len(key) for key in keys), dtype=np.int64, count=len(keys))
    starts = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    return np.frombuffer(b"".join(keys), dtype=np.uint8), starts


class Names:
    """Strings by number, mapped."""

    def __init__(self, text: Array, starts: Array) -> None:
        self._text = memoryview(text.data)  # slices of it cost less than those of an array
        self._starts = starts

    def of(self, numbers: npt.NDArray[np.integer]) -> list[str]:
        text = self._text
        begins, ends = self._starts[numbers].tolist(), self._starts[numbers + 1].tolist()
        return [
            str(text[begin:end], "utf-8", "surrogatepass")
            for begin, end in zip(begins, ends, strict=True)
        ]


class FieldPostings:
    """One lexical field of a written segment."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._terms: npt.NDArray[np.uint8] = arrays["terms"]
        self._term_starts: npt.NDArray[np.int64] = arrays["term_starts"]
        self._text = memoryview(self._terms.data)  # single items of these cost less
        self._begins = memoryview(self._term_starts.data)
        self._starts: npt.NDArray[np.int64] = arrays["starts"]
        self._rows: npt.NDArray[np.uint32] = arrays["rows"]
        self._counts: npt.NDArray[np.uint16] = arrays["counts"]
        self.lengths: npt.NDArray[np.uint32] = arrays["lengths"]
        self._known: dict[str, int] = {}
        self._signposts: list[bytes] | None = None

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

    def all_postings(self) -> tuple[Array, Array, Array]:
        """Of all terms, in their order: the term's number, the row, the count."""
        terms = np.repeat(np.arange(len(self), dtype=np.uint32), np.diff(self._starts))
        return terms, self._rows, self._counts

    def terms(self) -> list[str]:
        """All terms, in the order of their bytes."""
        # All at once: where a character begins is where no other one goes on.
        text = str(self._text, "utf-8", "surrogatepass")
        before = np.concatenate(([0], np.cumsum((self._terms & 0xC0) != 0x80, dtype=np.int64)))
        starts = before[self._term_starts].tolist()
        return [text[begin:end] for begin, end in pairwise(starts)]

    def han_terms(self, lengths: Sequence[int], keep: Mask | None) -> dict[int, Codes]:
        """By length, the terms of kept rows that are so many Han characters long."""
        sizes = np.diff(self._term_starts)
        if keep is not None:
            sizes[self.document_frequencies(keep) == 0] = 0
        return {
            length: self._han(np.flatnonzero(sizes == _HAN_BYTES * length), length)
            for length in lengths
        }

    def _han(self, at: npt.NDArray[np.intp], length: int) -> Codes:
        size = _HAN_BYTES * length
        places = self._term_starts[at][:, np.newaxis] + np.arange(size)
        lead, middle, last = self._terms[places].reshape(-1, length, _HAN_BYTES).astype("u4").T
        codes = ((lead & 0xF) << 12) | ((middle & 0x3F) << 6) | (last & 0x3F)
        # Where each lead byte is one of three, so are the bytes between.
        han = (lead >> 4 == 0xE) & (codes >= FIRST) & (codes <= LAST)
        found: Codes = codes[:, han.all(axis=0)]
        return found

    def document_frequencies(self, keep: Mask | None) -> npt.NDArray[np.int64]:
        """How many kept rows hold each term."""
        if keep is None:
            return np.diff(self._starts)
        kept = np.concatenate(([0], np.cumsum(keep[self._rows], dtype=np.int64)))
        return kept[self._starts[1:]] - kept[self._starts[:-1]]

    def _search(self, key: bytes) -> int:
        signposts = self._signposts
        if signposts is None:  # made when first asked for, so that opening stays quick
            signposts = self._signposts = [self._key(n) for n in range(0, len(self), _STEP)]
        # Most of the steps compare what lies ready; the last few cut a term out of the text.
        end = bisect_left(signposts, key) * _STEP
        low, high = max(end - _STEP, 0), min(end, len(self))
        place = bisect_left(range(len(self)), key, low, high, key=self._key)
        return place if place < len(self) and self._key(place) == key else -1

    def _key(self, number: int) -> bytes:
        return bytes(self._text[self._begins[number] : self._begins[number + 1]])


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
        # Of each row's passage; None for a segment of before they were written.
        self.ids = Names(arrays["ids.text"], arrays["ids.starts"]) if "ids.text" in arrays else None
