"""Collects changes to an index on Milvus, and has them published.

Documents wait in a temporary file until ``publish``: only then are the mean lengths
known that weights are made with, and nothing half done is on the server while documents
are still read.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from qa_engine.adapters.milvus import rows
from qa_engine.adapters.milvus.connection import CollectionMissing, Connection
from qa_engine.adapters.milvus.ledger import drop
from qa_engine.adapters.milvus.lock import WriterLock
from qa_engine.adapters.milvus.publishing import Base, Changes, Publishing
from qa_engine.adapters.milvus.reader import read_json
from qa_engine.adapters.milvus.upkeep import lingering, undo
from qa_engine.errors import DocumentNotFound, QAEngineError
from qa_engine.models import Document, Manifest, Passage
from qa_engine.ports import PassageTerms, Vectors, check_added


class MilvusWriter:
    """Holds the writer's lock from its creation to ``publish`` or ``abort``."""

    def __init__(
        self,
        connection: Connection,
        index: str,
        lock: WriterLock,
        base: Base | None,
        kind: tuple[str, int, str],
        grace: float,
        rewrite: float,
    ) -> None:
        """``kind``: encoder, dimension, analyser; ``grace``, ``rewrite``: see MilvusStore."""
        self._connection = connection
        self._lock = lock
        self._base = base
        self._dimension = kind[1]
        self._changes = Changes()
        self._publishing = Publishing(
            connection, index, lock, base, kind, self._changes, grace, rewrite
        )
        self._open = True
        if base is not None:
            ledger, head = base
            undo(connection, ledger, head)
            for data in ledger.all("listing", head.generation).values():
                listing, info = read_json(data)
                self._changes.infos[listing["id"]] = info
        self._before = frozenset(self._changes.infos)

    def add(
        self,
        document: Document,
        passages: Sequence[Passage],
        terms: Sequence[PassageTerms],
        vectors: Vectors,
        info: Mapping[str, str],
    ) -> None:
        check_added(passages, terms, vectors, self._dimension)
        self._check_open()
        if document.id in self._before:
            self._changes.removed.add(document.id)
        self._changes.waiting.add(document, passages, terms, vectors)
        self._changes.infos[document.id] = dict(info)

    def remove(self, id: str) -> None:
        self._check_open()
        if id not in self._changes.infos:
            raise DocumentNotFound(f"没有这篇文档：{id}", "文档列表可查到所有编号。")
        del self._changes.infos[id]
        self._changes.waiting.remove(id)
        if id in self._before:
            self._changes.removed.add(id)

    def info(self) -> dict[str, dict[str, str]]:
        self._check_open()
        return {id: dict(info) for id, info in sorted(self._changes.infos.items())}

    def compact(self) -> int:
        """Delete what no generation sees any more as soon as this one is published, without
        waiting for readers of the one before: they no longer find what was removed."""
        self._check_open()
        self._changes.compacting = True
        if self._base is None:
            return 0
        _, head = self._base
        count = lingering(self._connection, head)
        for condition in rows.owned(self._changes.removed, head.generation):
            count += sum(1 for _ in self._connection.rows(head.passages, condition, ["key"]))
        return count

    def publish(self, meta: Mapping[str, str]) -> Manifest:
        self._check_open()
        try:
            self._lock.check()
            manifest = self._publishing.publish(meta)
        except BaseException:
            self.abort()
            raise
        self._release()
        return manifest

    def abort(self) -> None:
        if not self._open:
            return
        with contextlib.suppress(QAEngineError, CollectionMissing):
            if (made := self._publishing.made) is not None:
                drop(self._connection, [made.passages, made.ledger])
        self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.abort()

    def _check_open(self) -> None:
        if not self._open:
            raise ValueError("the writer is closed")

    def _release(self) -> None:
        self._open = False
        self._changes.waiting.close()
        self._lock.release()
