"""Builds the next generation of an index on Milvus.

Documents wait in a temporary file until ``publish``: only then are the mean lengths
known that weights are made with, and nothing half done is on the server while documents
are still read. A change to an index adds rows to its collections and marks others as
dead; where the mean lengths have changed too much, or the index is fresh, new
collections are filled and the alias is moved.
"""

from __future__ import annotations

import contextlib
import json
import pickle
import secrets
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import numpy as np

from qa_engine.adapters.manifests import document_info, manifest_roots
from qa_engine.adapters.milvus.connection import CollectionMissing, Connection
from qa_engine.adapters.milvus.filters import one_of, visible
from qa_engine.adapters.milvus.ledger import Head, Ledger, create, drift, drop
from qa_engine.adapters.milvus.lock import WriterLock
from qa_engine.adapters.milvus.reader import read_json, terms_of
from qa_engine.adapters.milvus.schema import (
    DENSE,
    NEVER,
    SCALARS,
    Names,
    hashed,
    ledger_rows,
    pack,
    passage_row,
    passages_indexes,
    with_sparse,
)
from qa_engine.adapters.milvus.statistics import Change, Frequencies, Statistics
from qa_engine.compatibility import FORMAT
from qa_engine.errors import DocumentNotFound, QAEngineError
from qa_engine.models import Document, Manifest, Passage
from qa_engine.ports import FIELDS, PassageTerms, Vectors, check_added
from qa_engine.serialise import to_bytes, to_plain

GRACE = 60.0  # seconds that readers of another process get to see a newer generation
REWRITE = 0.05  # drift of the mean lengths above which all weights are made again
_CHANGES = 32  # changes to the statistics before they become a new base
_BATCH = 500  # rows a request …
_BYTES = 8_000_000  # … of about this size at most
_LONG = 600.0  # seconds that building an index or a flush may take …
_WRITE = 120.0  # … and one request that writes
_MEMORY = 64_000_000  # bytes of waiting documents before they go to a file
_WIDTH = {str: 1}  # bytes of a packed character; a dimension of a vector takes about 8
_OWNERS = 100


class MilvusWriter:
    """Holds the writer's lock from its creation to ``publish`` or ``abort``."""

    def __init__(
        self,
        connection: Connection,
        index: str,
        lock: WriterLock,
        base: tuple[Ledger, Head] | None,
        kind: tuple[str, int, str],
        grace: float,
        rewrite: float,
    ) -> None:
        """``grace``, ``rewrite``: see MilvusStore."""
        self._connection = connection
        self._index = index
        self._lock = lock
        self._base = base
        self._kind = kind
        self._grace = grace
        self._rewrite = rewrite
        self._made: Names | None = None
        self._waiting = tempfile.SpooledTemporaryFile(max_size=_MEMORY)  # noqa: SIM115
        self._places: dict[str, int] = {}  # document → where it waits
        self._infos: dict[str, dict[str, str]] = {}
        self._removed: set[str] = set()
        self._compacting = False
        self._open = True
        if base is not None:
            ledger, head = base
            self._undo(ledger, head)
            for data in ledger.all("listing", head.generation).values():
                listing, info = read_json(data)
                self._infos[listing["id"]] = info
        self._before = frozenset(self._infos)

    def add(
        self,
        document: Document,
        passages: Sequence[Passage],
        terms: Sequence[PassageTerms],
        vectors: Vectors,
        info: Mapping[str, str],
    ) -> None:
        check_added(passages, terms, vectors, self._kind[1])
        self._check_open()
        if document.id in self._before:
            self._removed.add(document.id)
        self._places[document.id] = self._waiting.seek(0, 2)
        array = np.asarray(vectors, dtype=np.float32)
        pickle.dump((document, list(passages), list(terms), array), self._waiting)
        self._infos[document.id] = dict(info)

    def remove(self, id: str) -> None:
        self._check_open()
        if id not in self._infos:
            raise DocumentNotFound(f"没有这篇文档：{id}", "文档列表可查到所有编号。")
        del self._infos[id]
        self._places.pop(id, None)
        if id in self._before:
            self._removed.add(id)

    def info(self) -> dict[str, dict[str, str]]:
        self._check_open()
        return {id: dict(info) for id, info in sorted(self._infos.items())}

    def compact(self) -> int:
        """Delete what no generation sees any more as soon as this one is published, without
        waiting for readers of the one before: they no longer find what was removed."""
        self._check_open()
        self._compacting = True
        if self._base is None:
            return 0
        _, head = self._base
        count = lingering(self._connection, head)
        for some in _parts(sorted(hashed(id) for id in self._removed), _OWNERS):
            condition = f"{one_of('owner', some)} and {visible(head.generation)}"
            count += sum(1 for _ in self._connection.rows(head.passages, condition, ["key"]))
        return count

    def publish(self, meta: Mapping[str, str]) -> Manifest:
        self._check_open()
        try:
            self._lock.check()
            manifest = self._publish(meta)
        except BaseException:
            self.abort()
            raise
        self._made = None
        self._release()
        return manifest

    def abort(self) -> None:
        if not self._open:
            return
        with contextlib.suppress(QAEngineError, CollectionMissing):
            if self._made is not None:
                drop(self._connection, [self._made.passages, self._made.ledger])
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
        self._waiting.close()
        self._lock.release()

    # -- publishing -----------------------------------------------------------

    def _publish(self, meta: Mapping[str, str]) -> Manifest:
        change = Change()
        for _, passages, terms, _ in self._added():
            for _, cut in zip(passages, terms, strict=True):
                change.count({name: getattr(cut, name) for name in FIELDS})
        dying = self._dying(change)
        before = self._base[1] if self._base else None
        passages_before = self._base[0].manifest(before).passages if self._base and before else 0
        passages_now = passages_before + change.passages
        lengths = {n: (before.lengths[n] if before else 0) + change.lengths[n] for n in FIELDS}
        number = before.generation + 1 if before else 1
        encoder, dimension, analyser = self._kind
        manifest = Manifest(
            format=FORMAT,
            generation=f"milvus-{number:06d}-{secrets.token_hex(3)}",
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            encoder=encoder,
            dimension=dimension,
            analyser=analyser,
            documents=len(self._infos),
            passages=passages_now,
            roots=manifest_roots(meta),
            meta=dict(meta),
        )
        in_place = (
            self._base is not None
            and drift(lengths, passages_now, self._base[1].average) <= self._rewrite
        )
        if self._base is not None and in_place:
            self._change(self._base, manifest, number, change, dying, lengths)
        else:
            self._build(manifest, number, change, dying, lengths)
        return manifest

    def _change(
        self,
        base: tuple[Ledger, Head],
        manifest: Manifest,
        number: int,
        change: Change,
        dying: Sequence[str],
        lengths: dict[str, int],
    ) -> None:
        """The next generation in the collections of the current one."""
        ledger, head = base
        now = time.time()
        over = [n for n, at in head.history if now - at >= self._grace]
        self._write_added(ledger, head.passages, head.average, number)
        self._mark_dead(head.passages, dying, number)
        gone = [row["key"] for row in self._rows_of_removed(ledger, ["key"])]
        self._mark_dead(ledger.collection, gone, number)
        if len(head.changes) < _CHANGES and not self._compacting:
            names, base_name = (*head.changes, f"change-{number}"), head.base
            ledger.write_json(names[-1], "statistics", change.plain(), number)
        else:
            names, base_name = (), f"base-{number}"
            ledger.write_json(base_name, "statistics", self._merged(base, change), number)
        ledger.write_manifest(f"manifest-{number}", manifest, number)
        self._flush(ledger.collection, head.passages)
        self._lock.check()
        kept = [(n, at) for n, at in head.history if not over or n >= max(over)]
        ledger.write_head(
            Head(
                generation=number,
                name=manifest.generation,
                passages=head.passages,
                manifest=f"manifest-{number}",
                base=base_name,
                changes=names,
                average=head.average,
                lengths=lengths,
                history=(*kept, (number, now)),
                retired=tuple((n, at) for n, at in head.retired if now - at < self._grace),
            )
        )
        if self._compacting or over:
            self._purge(ledger, head.passages, number if self._compacting else max(over))
        if over:
            self._forget(ledger, max(over), base_name)

    def _build(
        self,
        manifest: Manifest,
        number: int,
        change: Change,
        dying: Sequence[str],
        lengths: dict[str, int],
    ) -> None:
        """The next generation in collections of its own."""
        names = self._made = Names.new(self._index)
        create(self._connection, names, self._kind[1])
        ledger = Ledger(self._connection, names.ledger)
        average = {n: lengths[n] / manifest.passages if manifest.passages else 0.0 for n in FIELDS}
        if self._base is not None:
            self._copy(self._base, ledger, names.passages, average, set(dying))
        self._write_added(ledger, names.passages, average, number)
        statistics = self._merged(self._base, change) if self._base else change.plain()
        ledger.write_json("base", "statistics", statistics, number)
        ledger.write_manifest("manifest", manifest, number)
        now = time.time()
        before = self._replaced()
        ledger.write_head(
            Head(
                generation=number,
                name=manifest.generation,
                passages=names.passages,
                manifest="manifest",
                base="base",
                changes=(),
                average=average,
                lengths=lengths,
                history=((number, now),),
                retired=(*self._retired(now), *([(before, now)] if before else [])),
            )
        )
        self._flush(names.ledger, names.passages)
        client = self._connection.client()
        self._connection.call(
            "create_index",
            names.passages,
            passages_indexes(client, manifest.passages),
            sync=False,
        )
        for collection in (names.ledger, names.passages):
            self._connection.call("load_collection", collection, deadline=_LONG)
        self._lock.check()
        action = "alter_alias" if before else "create_alias"
        self._connection.call(action, names.ledger, names.alias)

    def _added(self) -> Iterator[tuple[Document, list[Passage], list[PassageTerms], Any]]:
        for place in self._places.values():
            self._waiting.seek(place)
            # Written by this object, into a file without a name.
            yield pickle.load(self._waiting)  # nosec B301

    def _write_added(
        self, ledger: Ledger, passages: str, average: Mapping[str, float], number: int
    ) -> None:
        def rows() -> Iterator[dict[str, Any]]:
            for document, some, terms, vectors in self._added():
                owner = hashed(document.id)
                aside: list[dict[str, Any]] = []
                listing = document_info(document, len(some), self._infos[document.id])
                entry = [to_plain(listing), self._infos[document.id]]
                for kind, data in (
                    ("document", to_bytes(document)),
                    ("listing", json.dumps(entry).encode("utf-8")),
                ):
                    name = f"{kind}-{owner}-{number}"
                    aside += ledger_rows(name, kind, pack(data), number, owner=owner)
                for passage, cut, vector in zip(some, terms, vectors, strict=True):
                    row, more = passage_row(passage, document, cut, vector, number)
                    aside += more
                    held = {name: getattr(cut, name) for name in FIELDS}
                    yield with_sparse(row, held, average)
                ledger.write(aside)

        self._upsert(passages, rows())

    def _copy(
        self,
        base: tuple[Ledger, Head],
        ledger: Ledger,
        passages: str,
        average: Mapping[str, float],
        dying: set[str],
    ) -> None:
        """What stays of the current generation, with weights for the new mean lengths."""
        old, head = base
        gone = {hashed(id) for id in self._removed}
        kinds = '["document", "listing", "aside", "document-part", "listing-part", "aside-part"]'
        condition = f"kind in {kinds} and {visible(head.generation)}"
        fields = ["key", "kind", "owner", "parts", "data", "born", "died", "none"]
        ledger.write(
            {**row, "died": NEVER}
            for row in self._connection.rows(old.collection, condition, fields)
            if row["owner"] not in gone
        )

        def rows() -> Iterator[dict[str, Any]]:
            fields = ["key", *SCALARS, DENSE]
            for row in self._connection.rows(head.passages, visible(head.generation), fields):
                if row["key"] not in dying:
                    held = terms_of(old, row["terms"])
                    yield with_sparse({**row, "died": NEVER}, held, average)

        self._upsert(passages, rows())

    def _dying(self, change: Change) -> list[str]:
        """The keys of the passages that go; takes them out of the statistics."""
        keys: list[str] = []
        if self._base is None:
            return keys
        ledger, head = self._base
        for some in _parts(sorted(hashed(id) for id in self._removed), _OWNERS):
            condition = f"{one_of('owner', some)} and {visible(head.generation)}"
            for row in self._connection.rows(head.passages, condition, ["key", "terms"]):
                change.count(terms_of(ledger, row["terms"]), -1)
                keys.append(row["key"])
        return keys

    def _rows_of_removed(self, ledger: Ledger, fields: list[str]) -> Iterator[dict[str, Any]]:
        assert self._base is not None
        for some in _parts(sorted(hashed(id) for id in self._removed), _OWNERS):
            condition = f"{one_of('owner', some)} and {visible(self._base[1].generation)}"
            yield from self._connection.rows(ledger.collection, condition, fields)

    def _merged(self, base: tuple[Ledger, Head], change: Change) -> Frequencies:
        ledger, head = base
        texts = ledger.texts(head.changes)
        changes = [*(read_json(text) for text in texts.values()), change.plain()]
        return Statistics(read_json(ledger.text(head.base)), changes).plain()

    def _replaced(self) -> str | None:
        """The ledger that the alias points to."""
        try:
            found = self._connection.call("describe_alias", self._index)
        except (CollectionMissing, QAEngineError):
            return None
        return str(found["collection_name"])

    def _retired(self, now: float) -> list[tuple[str, float]]:
        head = self._base[1] if self._base else None
        return [(n, at) for n, at in (head.retired if head else ()) if now - at < self._grace]

    # -- rows -----------------------------------------------------------------

    def _upsert(self, collection: str, rows: Iterable[dict[str, Any]], **options: Any) -> None:
        batch: list[dict[str, Any]] = []
        size = 0
        for row in rows:
            batch.append(row)
            size += sum(
                len(v) * (1 if isinstance(v, str) else 8) for v in row.values() if _sized(v)
            )
            if len(batch) >= _BATCH or size > _BYTES:
                self._connection.call("upsert", collection, batch, deadline=_WRITE, **options)
                batch, size = [], 0
        if batch:
            self._connection.call("upsert", collection, batch, deadline=_WRITE, **options)

    def _mark_dead(self, collection: str, keys: Sequence[str], number: int) -> None:
        self._upsert(
            collection, ({"key": key, "died": number} for key in keys), partial_update=True
        )

    def _flush(self, *collections: str) -> None:
        for collection in collections:
            self._connection.call("flush", collection, deadline=_LONG)

    def _undo(self, ledger: Ledger, head: Head) -> None:
        """Take back what a writer left that was stopped before its switch."""
        for collection in (ledger.collection, head.passages):
            self._delete(collection, f"born > {head.generation}")
            marked = f"died > {head.generation} and died < {NEVER}"
            keys = [row["key"] for row in self._connection.rows(collection, marked, ["key"])]
            self._mark_dead(collection, keys, NEVER)

    def _purge(self, ledger: Ledger, passages: str, number: int) -> None:
        """Delete what no generation from this one on sees."""
        for collection in (ledger.collection, passages):
            self._delete(collection, f"died <= {number}")

    def _forget(self, ledger: Ledger, number: int, base: str) -> None:
        """Delete manifests and statistics that no reader needs any more."""
        old = f'kind in ["manifest", "manifest-part"] and born < {number}'
        self._delete(ledger.collection, old)
        since = int(base.partition("-")[2] or 0)
        if since <= number:
            old = f'kind in ["statistics", "statistics-part"] and born < {since}'
            self._delete(ledger.collection, old)

    def _delete(self, collection: str, condition: str) -> None:
        self._connection.call("delete", collection, filter=condition, deadline=_WRITE)


def _sized(value: Any) -> bool:
    return hasattr(value, "__len__")


def _parts(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for at in range(0, len(values), size):
        yield values[at : at + size]


def lingering(connection: Connection, head: Head) -> int:
    """Passages on the server that the generation no longer sees."""
    condition = f"died <= {head.generation}"
    return sum(1 for _ in connection.rows(head.passages, condition, ["key"]))
