"""Haystack's in-memory store: BM25 over jieba's words and dense vectors, joined by RRF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.engines.base import DEPTH, TOP, terms


class Haystack:
    def build(self, ids: Sequence[str], texts: Sequence[str], vectors: Any, folder: Path) -> None:
        from haystack import Document
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import (
            InMemoryBM25Retriever,
            InMemoryEmbeddingRetriever,
        )
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        # Its tokens are pieces between blanks, so it gets jieba's words with blanks between.
        store = InMemoryDocumentStore(bm25_tokenization_regex=r"\S+")
        store.write_documents(
            [
                Document(id=id, content=" ".join(terms(text)), embedding=vector.tolist())
                for id, text, vector in zip(ids, texts, vectors, strict=True)
            ]
        )
        self._words = InMemoryBM25Retriever(store, top_k=DEPTH)
        self._meaning = InMemoryEmbeddingRetriever(store, top_k=DEPTH)
        self._joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=TOP)

    def search(self, question: str, vector: Any) -> list[str]:
        words = self._words.run(query=" ".join(terms(question)))["documents"]
        near = self._meaning.run(query_embedding=vector.tolist())["documents"]
        return [d.id for d in self._joiner.run(documents=[words, near])["documents"]]
