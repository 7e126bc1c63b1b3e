"""usearch's HNSW with its own settings: meaning only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.engines.base import TOP


class Usearch:
    def build(self, ids: Sequence[str], texts: Sequence[str], vectors: Any, folder: Path) -> None:
        import numpy as np
        from usearch.index import Index

        self._ids = list(ids)
        self._index = Index(ndim=vectors.shape[1], metric="ip", dtype="f32")
        self._index.add(np.arange(len(ids)), vectors, threads=1)

    def search(self, question: str, vector: Any) -> list[str]:
        return [self._ids[int(key)] for key in self._index.search(vector, TOP).keys]
