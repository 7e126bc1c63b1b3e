"""A change becomes the next generation, in the collections of this one or in new ones.

Where the mean lengths of passages, which weights are made with, have changed too much,
or where there is nothing yet, new collections are filled and the alias is moved; else
rows are added, others are marked as dead, and the row ``head`` is replaced.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from qa_engine.adapters.manifests import document_info, manifest_roots
from qa_engine.adapters.milvus import rows, upkeep
from qa_engine.adapters.milvus.connection import CollectionMissing, Connection
from qa_engine.adapters.milvus.filters import visible
from qa_engine.adapters.milvus.ledger import Head, Ledger, create, drift
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
from qa_engine.adapters.milvus.waiting import Waiting
from qa_engine.compatibility import FORMAT
from qa_engine.errors import QAEngineError
from qa_engine.models import Manifest
from qa_engine.ports import FIELDS
from qa_engine.serialise import to_bytes, to_plain

GRACE = 60.0  # seconds that readers of another process get to see a newer generation
REWRITE = 0.05  # drift of the mean lengths above which all weights are made again
_CHANGES = 32  # changes to the statistics before they become a new base
_LONG = 600.0  # seconds that loading a collection may take

Base = tuple[Ledger, Head]


@dataclass(slots=True)
class Changes:
    """What is to be published: ``infos`` of all documents of the next generation, those
    that ``waiting`` adds, and of the one before ``removed``, which also holds what changed.
    ``compacting``: what no generation sees goes at once."""

    infos: dict[str, dict[str, str]] = field(default_factory=dict)
    waiting: Waiting = field(default_factory=Waiting)
    removed: set[str] = field(default_factory=set)
    compacting: bool = False


class Publishing:
    """One publish. ``made`` are the collections that it filled, for who has to drop them."""

    def __init__(
        self,
        connection: Connection,
        index: str,
        lock: WriterLock,
        base: Base | None,
        kind: tuple[str, int, str],
        changes: Changes,
        grace: float,
        rewrite: float,
    ) -> None:
        """``grace``, ``rewrite``: see MilvusStore."""
        self._connection = connection
        self._index = index
        self._lock = lock
        self._base = base
        self._kind = kind
        self._changes = changes
        self._grace = grace
        self._rewrite = rewrite
        self.made: Names | None = None

    def publish(self, meta: Mapping[str, str]) -> Manifest:
        """The manifest of what is seen from now on. When it raises, the index is as it was."""
        change = Change()
        for _, passages, terms, _ in self._changes.waiting:
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
            documents=len(self._changes.infos),
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
        base: Base,
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
        rows.mark_dead(self._connection, head.passages, dying, number)
        gone = [
            row["key"]
            for condition in rows.owned(self._changes.removed, head.generation)
            for row in self._connection.rows(ledger.collection, condition, ["key"])
        ]
        rows.mark_dead(self._connection, ledger.collection, gone, number)
        if len(head.changes) < _CHANGES and not self._changes.compacting:
            names, base_name = (*head.changes, f"change-{number}"), head.base
            ledger.write_json(names[-1], "statistics", change.plain(), number)
        else:
            names, base_name = (), f"base-{number}"
            ledger.write_json(base_name, "statistics", self._merged(base, change), number)
        ledger.write_manifest(f"manifest-{number}", manifest, number)
        rows.flush(self._connection, ledger.collection, head.passages)
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
        if self._changes.compacting or over:
            since = number if self._changes.compacting else max(over)
            upkeep.purge(self._connection, ledger, head.passages, since)
        if over:
            upkeep.forget(self._connection, ledger, max(over), base_name)

    def _build(
        self,
        manifest: Manifest,
        number: int,
        change: Change,
        dying: Sequence[str],
        lengths: dict[str, int],
    ) -> None:
        """The next generation in collections of its own."""
        names = self.made = Names.new(self._index)
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
        rows.flush(self._connection, names.ledger, names.passages)
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

    def _write_added(
        self, ledger: Ledger, passages: str, average: Mapping[str, float], number: int
    ) -> None:
        def made() -> Iterator[dict[str, Any]]:
            for document, some, terms, vectors in self._changes.waiting:
                owner = hashed(document.id)
                aside: list[dict[str, Any]] = []
                listing = document_info(document, len(some), self._changes.infos[document.id])
                entry = [to_plain(listing), self._changes.infos[document.id]]
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

        rows.upsert(self._connection, passages, made())

    def _copy(
        self,
        base: Base,
        ledger: Ledger,
        passages: str,
        average: Mapping[str, float],
        dying: set[str],
    ) -> None:
        """What stays of the current generation, with weights for the new mean lengths."""
        old, head = base
        gone = {hashed(id) for id in self._changes.removed}
        kinds = '["document", "listing", "aside", "document-part", "listing-part", "aside-part"]'
        condition = f"kind in {kinds} and {visible(head.generation)}"
        fields = ["key", "kind", "owner", "parts", "data", "born", "died", "none"]
        ledger.write(
            {**row, "died": NEVER}
            for row in self._connection.rows(old.collection, condition, fields)
            if row["owner"] not in gone
        )

        def made() -> Iterator[dict[str, Any]]:
            fields = ["key", *SCALARS, DENSE]
            for row in self._connection.rows(head.passages, visible(head.generation), fields):
                if row["key"] not in dying:
                    held = terms_of(old, row["terms"])
                    yield with_sparse({**row, "died": NEVER}, held, average)

        rows.upsert(self._connection, passages, made())

    def _dying(self, change: Change) -> list[str]:
        """The keys of the passages that go; takes them out of the statistics."""
        keys: list[str] = []
        if self._base is None:
            return keys
        ledger, head = self._base
        for condition in rows.owned(self._changes.removed, head.generation):
            for row in self._connection.rows(head.passages, condition, ["key", "terms"]):
                change.count(terms_of(ledger, row["terms"]), -1)
                keys.append(row["key"])
        return keys

    def _merged(self, base: Base, change: Change) -> Frequencies:
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
