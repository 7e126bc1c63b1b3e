"""An index in memory, scored the plain way: the reference that other stores are held to."""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import numpy as np

from qa_engine.adapters.facets import Facets, allows, facets
from qa_engine.adapters.manifests import document_info, manifest_roots
from qa_engine.compatibility import FORMAT, check_same_kind
from qa_engine.errors import DocumentNotFound, IndexLocked, IndexNotFound
from qa_engine.models import Document, DocumentInfo, Manifest, Passage
from qa_engine.ports import FIELDS, Codes, Filters, PassageTerms, Scored, Vectors
from qa_engine.text.codes import codes_of

K1 = 1.2
B = 0.75


@dataclass(frozen=True, slots=True)
class _Entry:
    passage: Passage
    counts: Mapping[str, Counter[str]]
    order: Mapping[str, tuple[str, ...]]
    vector: Vectors
    facets: Facets


@dataclass(frozen=True, slots=True)
class _Stored:
    document: Document
    entries: tuple[_Entry, ...]
    info: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Generation:
    manifest: Manifest
    stored: Mapping[str, _Stored]
    entries: Mapping[str, _Entry] = field(default_factory=dict)


class MemoryReader:
    """Scores every allowed passage, one by one."""

    def __init__(self, generation: _Generation) -> None:
        self._generation = generation
        self._entries = generation.entries

    @property
    def manifest(self) -> Manifest:
        return self._generation.manifest

    def match(
        self,
        field: str,
        terms: Mapping[str, float],
        limit: int,
        filters: Filters | None = None,
    ) -> list[Scored]:
        counts = self.frequencies(field, list(terms))
        total = len(self._entries)
        lengths = sum(e.counts[field].total() for e in self._entries.values())
        average = lengths / total if total else 0.0
        scored: list[Scored] = []
        for entry in self._allowed(filters):
            held = entry.counts[field]
            score = 0.0
            for term in sorted(terms):
                tf = held[term]
                if not tf:
                    continue
                idf = math.log(1 + (total - counts[term] + 0.5) / (counts[term] + 0.5))
                norm = K1 * (1 - B + B * held.total() / average)
                score += terms[term] * idf * tf * (K1 + 1) / (tf + norm)
            if any(held[term] for term in terms):
                scored.append(Scored(entry.passage.id, score))
        return _best(scored, limit)

    def nearest(self, vector: Vectors, limit: int, filters: Filters | None = None) -> list[Scored]:
        return _best(
            [Scored(e.passage.id, float(np.dot(e.vector, vector))) for e in self._allowed(filters)],
            limit,
        )

    def phrase(self, field: str, terms: Sequence[str], filters: Filters | None = None) -> list[str]:
        wanted = tuple(terms)
        return sorted(
            entry.passage.id
            for entry in self._allowed(filters)
            if wanted
            and any(
                entry.order[field][at : at + len(wanted)] == wanted
                for at in range(len(entry.order[field]))
            )
        )

    def frequencies(self, field: str, terms: Sequence[str]) -> dict[str, int]:
        return {
            term: sum(1 for e in self._entries.values() if e.counts[field][term]) for term in terms
        }

    def han_terms(self, field: str, lengths: Sequence[int]) -> dict[int, Codes]:
        terms = {term for e in self._entries.values() for term in e.counts[field]}
        return {length: codes_of(sorted(terms), length) for length in lengths}

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        return [self._entries[id].passage for id in ids if id in self._entries]

    def passages_of(self, document: str) -> list[Passage]:
        stored = self._generation.stored.get(document)
        return [entry.passage for entry in stored.entries] if stored else []

    def records(self, filters: Filters | None = None) -> list[Passage]:
        found = [e.passage for e in self._allowed(filters) if e.passage.record is not None]
        return sorted(found, key=lambda p: (p.document, p.ordinal))

    def document(self, id: str) -> Document:
        return _known(self._generation.stored, id).document

    def documents(self) -> list[DocumentInfo]:
        stored = self._generation.stored
        return [
            document_info(stored[id].document, len(stored[id].entries), stored[id].info)
            for id in sorted(stored)
        ]

    def close(self) -> None:
        """Nothing to let go of."""

    def _allowed(self, filters: Filters | None) -> list[_Entry]:
        return [
            entry
            for entry in self._entries.values()
            if not filters or allows(filters, entry.facets)
        ]


class MemoryWriter:
    """Collects changes; ``publish`` swaps them in."""

    def __init__(self, store: MemoryStore, base: _Generation | None, kind: Manifest) -> None:
        self._store = store
        self._stored: dict[str, _Stored] = dict(base.stored) if base else {}
        self._kind = kind
        self._open = True

    def add(
        self,
        document: Document,
        passages: Sequence[Passage],
        terms: Sequence[PassageTerms],
        vectors: Vectors,
        info: Mapping[str, str],
    ) -> None:
        entries = []
        for passage, cut, vector in zip(passages, terms, vectors, strict=True):
            order = {name: tuple(getattr(cut, name)) for name in FIELDS}
            entries.append(
                _Entry(
                    passage,
                    {name: Counter(order[name]) for name in FIELDS},
                    order,
                    np.array(vector, dtype=np.float32),
                    facets(passage, document),
                )
            )
        self._stored[document.id] = _Stored(document, tuple(entries), dict(info))

    def remove(self, id: str) -> None:
        _known(self._stored, id)
        del self._stored[id]

    def info(self) -> dict[str, dict[str, str]]:
        return {id: dict(stored.info) for id, stored in sorted(self._stored.items())}

    def publish(self, meta: Mapping[str, str]) -> Manifest:
        entries = {e.passage.id: e for s in self._stored.values() for e in s.entries}
        manifest = replace(
            self._kind,
            documents=len(self._stored),
            passages=len(entries),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            roots=manifest_roots(meta),
            meta=dict(meta),
        )
        self._store._publish(_Generation(manifest, self._stored, entries))
        self.abort()
        return manifest

    def abort(self) -> None:
        if self._open:
            self._open = False
            self._store._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.abort()


class MemoryStore:
    """Lives as long as the object does."""

    def __init__(self) -> None:
        self._current: _Generation | None = None
        self._number = 0
        self._writing = threading.Lock()

    def exists(self) -> bool:
        return self._current is not None

    def open(self) -> MemoryReader:
        if self._current is None:
            raise IndexNotFound("还没有建立索引。", "请先运行：qa-engine index 文件夹")
        return MemoryReader(self._current)

    def current(self) -> str | None:
        return self._current.manifest.generation if self._current else None

    def write(
        self, *, encoder: str, dimension: int, analyser: str, fresh: bool = False
    ) -> MemoryWriter:
        if not self._writing.acquire(blocking=False):
            raise IndexLocked("另一个任务正在写索引。", "请等它结束后再试。")
        base = None if fresh else self._current
        try:
            if base is not None:
                check_same_kind(base.manifest, encoder, dimension, analyser)
        except BaseException:
            self._release()
            raise
        kind = Manifest(
            format=FORMAT,
            generation=f"memory-{self._number + 1}",
            created="",
            encoder=encoder,
            dimension=dimension,
            analyser=analyser,
            documents=0,
            passages=0,
        )
        return MemoryWriter(self, base, kind)

    def _publish(self, generation: _Generation) -> None:
        self._number += 1
        self._current = generation

    def _release(self) -> None:
        self._writing.release()


def _best(scored: list[Scored], limit: int) -> list[Scored]:
    return sorted(scored, key=lambda s: (-round(s.score, 6), s.id))[: max(limit, 0)]


def _known(stored: Mapping[str, _Stored], id: str) -> _Stored:
    if id not in stored:
        raise DocumentNotFound(f"没有这篇文档：{id}", "qa-engine inspect 可列出索引里的文档。")
    return stored[id]
