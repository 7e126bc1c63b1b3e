"""This engine, as installed: its own cutting, index and ranking, the same vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any


class _Given:
    """An encoder that has the vectors already."""

    name = "given"

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.vector: Any = None

    def encode_questions(self, texts: Sequence[str]) -> Any:
        return self.vector[None, :]

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Any:
        raise NotImplementedError


class Ours:
    mode = "hybrid"

    def build(self, ids: Sequence[str], texts: Sequence[str], vectors: Any, folder: Path) -> None:
        from benchmarks.retrieval.datasets import as_document
        from qa_engine.adapters.embedded import EmbeddedStore
        from qa_engine.passages import context_text
        from qa_engine.retrieval import Retriever
        from qa_engine.text.aliases import Aliases
        from qa_engine.text.words import Cutter

        self._encoder, cutter = _Given(vectors.shape[1]), Cutter()
        store = EmbeddedStore(folder / "index")
        with store.write(
            encoder="given", dimension=vectors.shape[1], analyser=cutter.analyser
        ) as writer:
            for id, text, vector in zip(ids, texts, vectors, strict=True):
                document, passages = as_document(id, text)
                terms = cutter.passage(text, context_text(passages[0]))
                writer.add(document, passages, [terms], vector[None, :], {})
            writer.publish({})
        self._retriever = Retriever(store.open(), self._encoder, cutter, Aliases.load())

    def search(self, question: str, vector: Any) -> list[str]:
        self._encoder.vector = vector
        return [hit.passage.id for hit in self._retriever.search(question, 10, self.mode)]


class OursWords(Ours):
    mode = "words"
