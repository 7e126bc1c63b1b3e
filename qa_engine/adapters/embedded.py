"""The index on one machine: Whoosh and posting arrays, FAISS, SQLite, in a folder."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from qa_engine.adapters.bm25 import Scorer
from qa_engine.adapters.embedded_check import problems
from qa_engine.adapters.embedded_writer import EmbeddedWriter
from qa_engine.adapters.faiss_vectors import FaissVectors
from qa_engine.adapters.generations import Generations, Held, read_manifest
from qa_engine.adapters.postings import Mask, Postings
from qa_engine.adapters.segments import read_segments
from qa_engine.adapters.sqlite_passages import PassageReader
from qa_engine.adapters.whoosh_words import WhooshReader
from qa_engine.compatibility import check_same_kind
from qa_engine.errors import DocumentNotFound, IndexDamaged
from qa_engine.models import Document, DocumentInfo, Manifest, Passage
from qa_engine.ports import Codes, Filters, Problem, Scored, Vectors

_MASKS = 64  # filters whose masks are kept


class EmbeddedStore:
    """Generations in a folder."""

    def __init__(self, folder: Path) -> None:
        self._generations = Generations(folder)

    @property
    def folder(self) -> Path:
        return self._generations.folder

    def exists(self) -> bool:
        return self._generations.current() is not None

    def current(self) -> str | None:
        return self._generations.current()

    def open(self) -> EmbeddedReader:
        held = self._generations.hold()
        try:
            return EmbeddedReader(held)
        except BaseException:
            held.release()
            raise

    def write(
        self, *, encoder: str, dimension: int, analyser: str, fresh: bool = False
    ) -> EmbeddedWriter:
        lock = self._generations.lock()
        try:
            # A rebuild also replaces an index whose pointer is damaged.
            current = None if fresh else self._generations.current()
            base = self.folder / current if current else None
            if base is not None:
                check_same_kind(read_manifest(base), encoder, dimension, analyser)
            self._generations.clean()
            return EmbeddedWriter(self._generations, lock, base, encoder, dimension, analyser)
        except BaseException:
            lock.close()
            raise

    def problems(self) -> list[Problem]:
        """What is wrong with the current generation; reads every byte of it."""
        held = self._generations.hold()
        try:
            return problems(held.path, held.manifest())
        finally:
            held.release()

    def leftovers(self) -> list[str]:
        """Folders of generations that are not the current one."""
        return self._generations.others()

    def tidy(self) -> None:
        """Remove what a killed writer left; does nothing while another writer is at work."""
        self._generations.tidy()

    def lingering(self) -> int:
        """Removed passages that still stand in the files; see ``EmbeddedWriter.compact``."""
        held = self._generations.hold()
        try:
            return sum(len(segment.deleted) for segment in read_segments(held.path)[0])
        finally:
            held.release()

    def meta(self) -> dict[str, str]:
        """What the last publish was told; empty when nothing readable was published.

        For a rebuild, which needs to know the roots of an index that cannot be opened."""
        return self._generations.meta()


class EmbeddedReader:
    """One generation; FAISS and Whoosh are loaded when first needed."""

    def __init__(self, held: Held) -> None:
        self._held = held
        self._path = held.path
        self._manifest = held.manifest()
        self._segments, _ = read_segments(self._path)
        postings = [Postings(s.postings(self._path)) for s in self._segments]
        for segment, part in zip(self._segments, postings, strict=True):
            if segment.rows != part.rows:
                raise IndexDamaged(f"{self._path} 的各部分不一致。", "请运行：qa-engine doctor")
        self._names = [part.ids for part in postings]
        self._scorer = Scorer(postings, [s.live() for s in self._segments])
        self._live = self._live_rows()
        self._ends = np.cumsum([s.rows for s in self._segments])
        self._base = {
            s.number: int(end) - s.rows for s, end in zip(self._segments, self._ends, strict=True)
        }
        self._passages = PassageReader(self._path / "passages.sqlite")
        self._masks: OrderedDict[Filters, Mask] = OrderedDict()
        self._vectors: FaissVectors | None = None
        self._words: WhooshReader | None = None
        self._lock = threading.Lock()
        self._phrase_lock = threading.Lock()

    @property
    def manifest(self) -> Manifest:
        return self._manifest

    def match(
        self,
        field: str,
        terms: Mapping[str, float],
        limit: int,
        filters: Filters | None = None,
    ) -> list[Scored]:
        rows, scores = self._scorer.best(field, terms, limit, self._allowed(filters))
        return self._ranked(rows, scores, limit)

    def nearest(self, vector: Vectors, limit: int, filters: Filters | None = None) -> list[Scored]:
        if limit <= 0 or not self._segments:
            return []
        every = bool(filters)  # what a filter lets through is compared wholly
        rows, scores = self._faiss().nearest(vector, limit, self._allowed(filters), every)
        return self._ranked(rows, scores.astype(np.float64), limit)

    def phrase(self, field: str, terms: Sequence[str], filters: Filters | None = None) -> list[str]:
        if not terms or not self._segments:
            return []
        with self._phrase_lock:  # Whoosh's files are read through one position
            if self._words is None:
                self._words = WhooshReader(self._path / "words")
            found = self._words.phrase(field, terms)
        by_words = {segment.words: segment.number for segment in self._segments}
        allowed = self._allowed(filters)
        places = [(by_words[name], row) for name, row in found]
        if allowed is not None:
            places = [p for p in places if allowed[self._base[p[0]] + p[1]]]
        return sorted(self._passages.at(places).values())

    def frequencies(self, field: str, terms: Sequence[str]) -> dict[str, int]:
        return {term: self._scorer.frequency(field, term) for term in terms}

    def han_terms(self, field: str, lengths: Sequence[int]) -> dict[int, Codes]:
        return self._scorer.han_terms(field, lengths)

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        return self._passages.passages(ids)

    def passages_of(self, document: str) -> list[Passage]:
        return self._passages.passages_of(document)

    def records(self, filters: Filters | None = None) -> list[Passage]:
        return self._passages.records(filters)

    def document(self, id: str) -> Document:
        found = self._passages.document(id)
        if found is None:
            raise DocumentNotFound(f"没有这篇文档：{id}", "文档列表可查到所有编号。")
        return found

    def documents(self) -> list[DocumentInfo]:
        return self._passages.documents()

    def close(self) -> None:
        with self._lock:
            self._passages.close()
            if self._words is not None:
                self._words.close()
                self._words = None
            self._vectors = None
            self._held.release()

    def _ranked(
        self, rows: npt.NDArray[np.int64], scores: npt.NDArray[np.float64], limit: int
    ) -> list[Scored]:
        scored = [
            (-value, id, score)
            for id, value, score in zip(
                self._ids(rows), np.round(scores, 6).tolist(), scores.tolist(), strict=True
            )
        ]
        return [Scored(id, score) for _, id, score in sorted(scored)[:limit]]

    def _ids(self, rows: npt.NDArray[np.int64]) -> list[str]:
        """Of the passages at these rows of all segments."""
        result = [""] * len(rows)
        owners = np.searchsorted(self._ends, rows, side="right")
        for owner in sorted(set(owners.tolist())):
            segment, names = self._segments[owner], self._names[owner]
            at = np.flatnonzero(owners == owner)
            inside = rows[at] - self._base[segment.number]
            if names is not None:
                found = names.of(inside)
            else:
                places = [(segment.number, row) for row in inside.tolist()]
                known = self._passages.at(places)
                found = [known[place] for place in places]
            for place, id in zip(at.tolist(), found, strict=True):
                result[place] = id
        return result

    def _live_rows(self) -> Mask | None:
        if not any(s.deleted for s in self._segments):
            return None
        masks = [s.live() for s in self._segments]
        return np.concatenate(
            [
                np.ones(s.rows, dtype=np.bool_) if mask is None else mask
                for s, mask in zip(self._segments, masks, strict=True)
            ]
        )

    def _allowed(self, filters: Filters | None) -> Mask | None:
        """The rows that may be found; None for all."""
        if not filters:
            return self._live
        with self._lock:
            known = self._masks.get(filters)
            if known is not None:
                self._masks.move_to_end(filters)
                return known
        mask = np.zeros(self._scorer.rows, dtype=np.bool_)
        rows = [self._base[segment] + row for segment, row in self._passages.allowed(filters)]
        mask[rows] = True
        with self._lock:
            self._masks[filters] = mask
            if len(self._masks) > _MASKS:
                self._masks.popitem(last=False)
        return mask

    def _faiss(self) -> FaissVectors:
        with self._lock:
            if self._vectors is None:
                files = [s.vectors(self._path) for s in self._segments]
                self._vectors = FaissVectors(files, self._manifest.dimension)
            return self._vectors
