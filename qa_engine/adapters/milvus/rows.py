"""Requests that change rows of a collection, in portions that a server takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from qa_engine.adapters.milvus.connection import Connection
from qa_engine.adapters.milvus.filters import one_of, visible
from qa_engine.adapters.milvus.schema import hashed

_BATCH = 500  # rows a request …
_BYTES = 8_000_000  # … of about this size at most
_OWNERS = 100  # documents a condition
_LONG = 600.0  # seconds that a flush may take …
_WRITE = 120.0  # … and one request that writes


def upsert(
    connection: Connection, collection: str, rows: Iterable[dict[str, Any]], **options: Any
) -> None:
    """Add or replace rows; with ``partial_update`` only the fields that are given."""
    batch: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(_size(value) for value in row.values())
        if len(batch) >= _BATCH or size > _BYTES:
            connection.call("upsert", collection, batch, deadline=_WRITE, **options)
            batch, size = [], 0
    if batch:
        connection.call("upsert", collection, batch, deadline=_WRITE, **options)


def mark_dead(
    connection: Connection, collection: str, keys: Sequence[str], generation: int
) -> None:
    """No longer seen from a generation on."""
    dead = ({"key": key, "died": generation} for key in keys)
    upsert(connection, collection, dead, partial_update=True)


def delete(connection: Connection, collection: str, condition: str) -> None:
    connection.call("delete", collection, filter=condition, deadline=_WRITE)


def flush(connection: Connection, *collections: str) -> None:
    """Have what was written in segments that are searched by their indexes."""
    for collection in collections:
        connection.call("flush", collection, deadline=_LONG)


def owned(ids: Iterable[str], generation: int) -> Iterator[str]:
    """Conditions for what a generation sees of some documents, a hundred of them each."""
    owners = sorted(hashed(id) for id in ids)
    for at in range(0, len(owners), _OWNERS):
        yield f"{one_of('owner', owners[at : at + _OWNERS])} and {visible(generation)}"


def _size(value: Any) -> int:
    """About its bytes in a request: of text, or of a vector's numbers."""
    if isinstance(value, str):
        return len(value)
    return 8 * len(value) if hasattr(value, "__len__") else 0
