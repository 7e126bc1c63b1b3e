"""This engine, as installed: its own cutting, index and ranking, the same vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np


class Given:
    """An encoder that has the vectors already: the passages' by text, the question's set."""

    name = "given"

    def __init__(self, texts: Sequence[str], vectors: Any) -> None:
        self.dimension = vectors.shape[1]
        self.question: Any = None
        self._known = dict(zip(texts, vectors, strict=True))

    def encode_questions(self, texts: Sequence[str]) -> Any:
        return self.question[None, :]

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Any:
        return np.stack([self._known[text] for text in texts])


class Ours:
    mode = "hybrid"

    def build(self, ids: Sequence[str], texts: Sequence[str], vectors: Any, folder: Path) -> None:
        from benchmarks.retrieval.datasets import Pool
        from benchmarks.retrieval.pool import open_pool
        from qa_engine.retrieval import Retriever
        from qa_engine.text.aliases import Aliases
        from qa_engine.text.normalise import fold
        from qa_engine.text.words import Cutter

        pool, cutter = Pool(), Cutter()
        pool.paragraphs.update(zip(ids, texts, strict=True))
        self._encoder = Given([fold(text) for text in texts], vectors)
        reader = open_pool(pool, self._encoder, cutter, folder)
        self._retriever = Retriever(reader, self._encoder, cutter, Aliases.load())

    def search(self, question: str, vector: Any) -> list[str]:
        self._encoder.question = vector
        return [hit.passage.id for hit in self._retriever.search(question, 10, self.mode)]


class OursWords(Ours):
    mode = "words"
