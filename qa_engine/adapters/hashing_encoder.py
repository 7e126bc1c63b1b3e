"""A tiny deterministic encoder for tests: hashed character bigrams, nothing to load.

Similar strings get similar vectors, so rankings make sense, but it knows no meaning.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence

import numpy as np

from qa_engine.ports import Vectors


class HashingEncoder:
    """Each character bigram adds ±1 to one of ``dimension`` places (the hashing trick,
    Weinberger et al. 2009); then length 1. Questions and passages differ by a small
    fixed part, as they do with models that use prefixes.
    """

    def __init__(self, dimension: int = 64) -> None:
        self._dimension = dimension

    @property
    def name(self) -> str:
        return f"hashing-{self._dimension}"

    @property
    def dimension(self) -> int:
        return self._dimension

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, "question")

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        vectors = self._encode(texts, "passage")
        if progress and texts:
            progress(len(texts))
        return vectors

    def _encode(self, texts: Sequence[str], side: str) -> Vectors:
        vectors = np.zeros((len(texts), self._dimension), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            # The side's weight stays small beside any text, and keeps "" off zero length.
            self._count(row, side, 0.5)
            padded = f"\x02{text}\x03"
            for start in range(len(padded) - 1):
                self._count(row, padded[start : start + 2], 1.0)
            length = float(np.linalg.norm(row))
            if length == 0.0:  # every count cancelled out
                row[0] = length = 1.0
            row /= length
        return vectors

    def _count(self, row: Vectors, feature: str, weight: float) -> None:
        value = zlib.crc32(feature.encode("utf-8", "surrogatepass"))
        row[(value >> 1) % self._dimension] += weight if value & 1 else -weight
