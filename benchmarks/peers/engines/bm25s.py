"""bm25s over jieba's words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.engines.base import TOP, terms


class Bm25s:
    def build(self, ids: Sequence[str], texts: Sequence[str], vectors: Any, folder: Path) -> None:
        import bm25s

        self._ids = list(ids)
        self._index = bm25s.BM25()
        self._index.index([terms(text) for text in texts], show_progress=False)

    def search(self, question: str, vector: Any) -> list[str]:
        # A word that no passage holds stops bm25s.
        words = [w for w in terms(question) if w in self._index.vocab_dict]
        if not words:
            return []
        wanted = min(TOP, len(self._ids))
        rows, _ = self._index.retrieve([words], k=wanted, show_progress=False)
        return [self._ids[int(row)] for row in rows[0]]
