"""tantivy over jieba's words, joined by blanks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.engines.base import TOP, terms


class Tantivy:
    def build(self, ids: Sequence[str], texts: Sequence[str], vectors: Any, folder: Path) -> None:
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        builder.add_text_field("text", tokenizer_name="whitespace")
        self._tantivy, self._schema = tantivy, builder.build()
        self._index = tantivy.Index(self._schema, path=str(folder))
        writer = self._index.writer(heap_size=128_000_000, num_threads=1)
        for id, text in zip(ids, texts, strict=True):
            writer.add_document(tantivy.Document(id=[id], text=[" ".join(terms(text))]))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, question: str, vector: Any) -> list[str]:
        query = self._tantivy.Query
        one = [
            (self._tantivy.Occur.Should, query.term_query(self._schema, "text", word))
            for word in terms(question)
        ]
        found = self._searcher.search(query.boolean_query(one), TOP)
        return [self._searcher.doc(address)["id"][0] for _, address in found.hits]
