"""txtai's hybrid index: BM25 over jieba's words and dense vectors, half of each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.engines.base import TOP, terms


class Txtai:
    def build(self, ids: Sequence[str], texts: Sequence[str], vectors: Any, folder: Path) -> None:
        from txtai import Embeddings

        # It asks for the vector of a text; ours are made, and a question's is not timed.
        words = [" ".join(terms(text)) for text in texts]
        self._vectors = dict(zip(words, vectors, strict=True))

        def vectors_of(wanted: Sequence[str]) -> Any:
            return np.array([self._vectors[text] for text in wanted])

        # Its tokens are single characters of Chinese, so it gets jieba's words, parted by blanks.
        scoring = {"method": "bm25", "terms": True, "normalize": True}
        self._embeddings = Embeddings(
            method="external",
            transform=vectors_of,
            scoring={**scoring, "tokenizer": {"whitespace": True}},
        )
        self._embeddings.index(zip(ids, words, [None] * len(words), strict=True))

    def search(self, question: str, vector: Any) -> list[str]:
        words = " ".join(terms(question))
        self._vectors[words] = vector
        return [id for id, _ in self._embeddings.search(words, TOP)]
