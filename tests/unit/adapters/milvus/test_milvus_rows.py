"""Requests that change rows: never more at once than a server takes."""

from __future__ import annotations

from typing import Any, cast

from qa_engine.adapters.milvus import rows
from qa_engine.adapters.milvus.connection import Connection


class Recorded:
    """What was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, list[dict[str, Any]]]] = []

    def call(self, name: str, collection: str, batch: list[dict[str, Any]], **_: Any) -> None:
        self.sent.append((name, batch))


def sent(given: list[dict[str, Any]]) -> list[int]:
    recorded = Recorded()
    rows.upsert(cast(Connection, recorded), "c", given)
    assert [row for _, batch in recorded.sent for row in batch] == given
    return [len(batch) for _, batch in recorded.sent]


def test_rows_go_in_portions_by_number_and_by_size() -> None:
    """All of them, in order; nothing is sent for none."""
    assert sent([]) == []
    assert sent([{"key": str(n)} for n in range(1001)]) == [500, 500, 1]
    large = {"key": "k", "text": "字" * 3_000_000, "vector": [0.0] * 10, "born": 1}
    assert sent([large] * 4) == [3, 1]


def test_conditions_name_a_hundred_documents_each() -> None:
    """And only what the generation sees."""
    conditions = list(rows.owned([f"d{n}" for n in range(250)], 7))
    assert [condition.count('"') // 2 for condition in conditions] == [100, 100, 50]
    assert all("born <= 7" in condition for condition in conditions)
    assert list(rows.owned([], 7)) == []
