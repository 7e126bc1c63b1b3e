"""FAISS, a flat inner-product index: meaning only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.engines.base import TOP


class Faiss:
    def build(self, ids: Sequence[str], texts: Sequence[str], vectors: Any, folder: Path) -> None:
        import faiss

        self._ids = list(ids)
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)

    def search(self, question: str, vector: Any) -> list[str]:
        _, rows = self._index.search(vector[None, :], TOP)
        return [self._ids[row] for row in rows[0] if row >= 0]
