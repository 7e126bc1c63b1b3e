"""Reading and writing the ledger: texts of any length, kept as rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa_engine.adapters.milvus.connection import Connection
from qa_engine.adapters.milvus.filters import one_of, visible
from qa_engine.adapters.milvus.schema import (
    Names,
    ledger_indexes,
    ledger_rows,
    ledger_schema,
    pack,
    part_key,
    passages_schema,
    unpack,
)
from qa_engine.compatibility import check_format
from qa_engine.errors import IndexDamaged
from qa_engine.models import Manifest
from qa_engine.ports import FIELDS
from qa_engine.serialise import from_plain, to_bytes, to_plain

HEAD = "head"
_DOCTOR = "请用 qa-engine index --rebuild 重建索引。"
_WRITE = 120.0  # seconds that a request which writes may take
_KEYS = 200  # keys a request
_BYTES = 4_000_000  # of packed text a request; a server takes 64 MB at most


@dataclass(frozen=True, slots=True)
class Head:
    """The current generation: replaced whole, in one row.

    ``average``: the passage lengths, by field, that the weights were made with.
    ``lengths``: the sums of lengths now. ``base`` and ``changes`` are the names of the
    statistics. ``history``: (generation, time of its publishing), newest last.
    ``retired``: (ledger, time) of builds that were replaced and may still be read."""

    generation: int
    name: str
    passages: str
    manifest: str
    base: str
    changes: tuple[str, ...]
    average: dict[str, float]
    lengths: dict[str, int]
    history: tuple[tuple[int, float], ...]
    retired: tuple[tuple[str, float], ...] = ()

    def drift(self, passages: int) -> float:
        """How far the mean lengths are from those that the weights were made with."""
        return drift(self.lengths, passages, self.average)


class Ledger:
    """The rows of one ledger collection."""

    def __init__(self, connection: Connection, collection: str) -> None:
        self._connection = connection
        self.collection = collection

    def head(self, deadline: float | None = None) -> Head:
        """Raises CollectionMissing, IndexDamaged."""
        rows = self._connection.call(
            "get",
            self.collection,
            [HEAD],
            output_fields=["data"],
            consistency_level="Strong",
            deadline=deadline,
        )
        if not rows:
            raise IndexDamaged(f"Milvus 里的索引不完整：{self.collection} 没有 head。", _DOCTOR)
        try:
            data = json.loads(unpack([rows[0]["data"]]))
            data["changes"] = tuple(data["changes"])
            data["history"] = tuple((int(n), float(at)) for n, at in data["history"])
            data["retired"] = tuple((str(n), float(at)) for n, at in data.get("retired", ()))
            return Head(**data)
        except (ValueError, TypeError, KeyError) as error:
            raise IndexDamaged(f"读不了 {self.collection} 的 head：{error}", _DOCTOR) from error

    def manifest(self, head: Head) -> Manifest:
        """Raises IndexDamaged, and IndexMismatch for another format."""
        try:
            data = json.loads(self.text(head.manifest))
            check_format(data["format"])
            return from_plain(Manifest, data)
        except (ValueError, TypeError, KeyError) as error:
            raise IndexDamaged(f"读不了 {head.manifest}：{error}", _DOCTOR) from error

    def text(self, name: str) -> bytes:
        """Raises IndexDamaged."""
        found = self.texts([name])
        if name not in found:
            raise IndexDamaged(f"Milvus 里的索引不完整：缺少 {name}。", _DOCTOR)
        return found[name]

    def texts(self, names: Sequence[str]) -> dict[str, bytes]:
        """The texts by name; unknown ones are left out."""
        first = {row["key"]: row for row in self._get(names)}
        return self._joined(first)

    def all(self, kind: str, generation: int, owners: Sequence[str] = ()) -> dict[str, bytes]:
        """Every text of a kind that a generation sees, of some owners only if any is named."""
        condition = f'kind == "{kind}" and {visible(generation)}'
        if owners:
            condition += f" and {one_of('owner', owners)}"
        rows = self._connection.rows(self.collection, condition, ["key", "parts", "data"])
        return self._joined({row["key"]: row for row in rows})

    def write(self, rows: Iterable[dict[str, Any]]) -> None:
        """Add or replace rows."""
        batch: list[dict[str, Any]] = []
        size = 0
        for row in rows:
            batch.append(row)
            size += len(row["data"])
            if size > _BYTES or len(batch) >= _KEYS:
                self._connection.call("upsert", self.collection, batch, deadline=_WRITE)
                batch, size = [], 0
        if batch:
            self._connection.call("upsert", self.collection, batch, deadline=_WRITE)

    def write_json(self, name: str, kind: str, value: Any, born: int) -> None:
        data = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        parts = pack(data.encode("utf-8", "surrogatepass"))
        self.write(ledger_rows(name, kind, parts, born))

    def write_manifest(self, name: str, manifest: Manifest, born: int) -> None:
        self.write(ledger_rows(name, "manifest", pack(to_bytes(manifest)), born))

    def write_head(self, head: Head) -> None:
        """The switch: before it nothing new is seen, after it everything."""
        self.write_json(HEAD, "head", to_plain(head), 0)

    def _get(self, keys: Sequence[str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for at in range(0, len(keys), _KEYS):
            found += self._connection.call(
                "get",
                self.collection,
                list(keys[at : at + _KEYS]),
                output_fields=["key", "parts", "data"],
                consistency_level="Strong",
            )
        return found

    def _joined(self, first: dict[str, dict[str, Any]]) -> dict[str, bytes]:
        wanted = [
            part_key(name, number)
            for name, row in first.items()
            for number in range(1, int(row["parts"]))
        ]
        rest = {row["key"]: row["data"] for row in self._get(wanted)}
        result: dict[str, bytes] = {}
        for name, row in first.items():
            parts = [row["data"]]
            for number in range(1, int(row["parts"])):
                part = rest.get(part_key(name, number))
                if part is None:
                    raise IndexDamaged(f"Milvus 里的索引不完整：{name} 缺了一段。", _DOCTOR)
                parts.append(part)
            result[name] = unpack(parts)
        return result


def create(connection: Connection, names: Names, dimension: int) -> None:
    """The two collections of a build: an empty ledger, and passages without indexes yet."""
    create_ledger(connection, names.ledger)
    connection.call(
        "create_collection",
        names.passages,
        schema=passages_schema(connection.client(), dimension),
        consistency_level="Bounded",
    )


def create_ledger(connection: Connection, name: str) -> None:
    """An empty ledger, ready to be read."""
    client = connection.client()
    schema = ledger_schema(client)
    connection.call("create_collection", name, schema=schema, consistency_level="Strong")
    # Not waited for: loading waits anyway, and asks less often.
    connection.call("create_index", name, ledger_indexes(client), sync=False)
    connection.call("load_collection", name)


def drop(connection: Connection, collections: Iterable[str]) -> None:
    for collection in collections:
        connection.call("drop_collection", collection)


def drift(lengths: Mapping[str, int], passages: int, average: Mapping[str, float]) -> float:
    """The largest relative distance of a mean length from what it was taken to be."""
    if not passages:
        return 0.0
    return max(
        abs(lengths[name] / passages - average[name]) / (average[name] or 1.0) for name in FIELDS
    )
