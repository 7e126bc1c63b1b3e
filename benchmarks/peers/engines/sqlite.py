"""SQLite's FTS5 over jieba's words, joined by blanks, ranked by its bm25()."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.engines.base import TOP, terms


class Sqlite:
    def build(self, ids: Sequence[str], texts: Sequence[str], vectors: Any, folder: Path) -> None:
        self._data = sqlite3.connect(folder / "passages.sqlite")
        self._data.execute("CREATE VIRTUAL TABLE passages USING fts5(id UNINDEXED, text)")
        rows = ((id, " ".join(terms(text))) for id, text in zip(ids, texts, strict=True))
        with self._data:
            self._data.executemany("INSERT INTO passages VALUES (?, ?)", rows)

    def search(self, question: str, vector: Any) -> list[str]:
        words = [w.replace('"', '""') for w in terms(question) if any(c.isalnum() for c in w)]
        if not words:
            return []
        query = " OR ".join(f'"{word}"' for word in words)
        sql = "SELECT id FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?"
        return [id for (id,) in self._data.execute(sql, (query, TOP))]
