"""Whoosh with jieba's analyser for it, questions parsed as alternatives."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.engines.base import TOP


class Whoosh:
    def build(self, ids: Sequence[str], texts: Sequence[str], vectors: Any, folder: Path) -> None:
        from jieba.analyse import ChineseAnalyzer
        from whoosh import fields, index, qparser

        schema = fields.Schema(id=fields.ID(stored=True), text=fields.TEXT(ChineseAnalyzer()))
        made = index.create_in(str(folder), schema)
        writer = made.writer(limitmb=512)
        for id, text in zip(ids, texts, strict=True):
            writer.add_document(id=id, text=text)
        writer.commit()
        self._searcher = made.searcher()
        self._parser = qparser.QueryParser(
            "text", schema, plugins=[qparser.WhitespacePlugin()], group=qparser.OrGroup
        )

    def search(self, question: str, vector: Any) -> list[str]:
        found = self._searcher.search(self._parser.parse(question), limit=TOP)
        return [hit["id"] for hit in found]
