"""What is left of other generations in a collection: taken back, counted, deleted."""

from __future__ import annotations

from qa_engine.adapters.milvus import rows
from qa_engine.adapters.milvus.connection import Connection
from qa_engine.adapters.milvus.ledger import Head, Ledger
from qa_engine.adapters.milvus.schema import NEVER


def undo(connection: Connection, ledger: Ledger, head: Head) -> None:
    """Take back what a writer left that was stopped before its switch."""
    for collection in (ledger.collection, head.passages):
        rows.delete(connection, collection, f"born > {head.generation}")
        marked = f"died > {head.generation} and died < {NEVER}"
        keys = [row["key"] for row in connection.rows(collection, marked, ["key"])]
        rows.mark_dead(connection, collection, keys, NEVER)


def purge(connection: Connection, ledger: Ledger, passages: str, number: int) -> None:
    """Delete what no generation from this one on sees."""
    for collection in (ledger.collection, passages):
        rows.delete(connection, collection, f"died <= {number}")


def forget(connection: Connection, ledger: Ledger, number: int, base: str) -> None:
    """Delete manifests and statistics that no reader needs any more."""
    old = f'kind in ["manifest", "manifest-part"] and born < {number}'
    rows.delete(connection, ledger.collection, old)
    since = int(base.partition("-")[2] or 0)
    if since <= number:
        old = f'kind in ["statistics", "statistics-part"] and born < {since}'
        rows.delete(connection, ledger.collection, old)


def lingering(connection: Connection, head: Head) -> int:
    """Passages on the server that the generation no longer sees."""
    condition = f"died <= {head.generation}"
    return sum(1 for _ in connection.rows(head.passages, condition, ["key"]))
