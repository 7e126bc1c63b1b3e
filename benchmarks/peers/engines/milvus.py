"""Milvus Lite: sparse BM25 by its jieba tokenizer, dense vectors, its RRF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.engines.base import DEPTH, TOP

_BATCH = 1000


class Milvus:
    def build(self, ids: Sequence[str], texts: Sequence[str], vectors: Any, folder: Path) -> None:
        import pymilvus
        from pymilvus import DataType, Function, FunctionType, MilvusClient

        self._milvus = pymilvus
        self._client = MilvusClient(str(folder / "milvus.db"))
        schema = self._client.create_schema(auto_id=False)
        schema.add_field("id", DataType.VARCHAR, is_primary=True, max_length=128)
        schema.add_field(
            "text",
            DataType.VARCHAR,
            max_length=65_535,
            enable_analyzer=True,
            analyzer_params={"tokenizer": "jieba"},
        )
        schema.add_field("dense", DataType.FLOAT_VECTOR, dim=vectors.shape[1])
        schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(
            Function(
                name="bm25",
                function_type=FunctionType.BM25,
                input_field_names=["text"],
                output_field_names=["sparse"],
            )
        )
        indexes = self._client.prepare_index_params()
        indexes.add_index("dense", index_type="FLAT", metric_type="IP")
        indexes.add_index("sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25")
        self._client.create_collection("passages", schema=schema, index_params=indexes)
        rows = [
            {"id": id, "text": text, "dense": vector.tolist()}
            for id, text, vector in zip(ids, texts, vectors, strict=True)
        ]
        for at in range(0, len(rows), _BATCH):
            self._client.insert("passages", rows[at : at + _BATCH])
        self._client.load_collection("passages")

    def search(self, question: str, vector: Any) -> list[str]:
        request = self._milvus.AnnSearchRequest
        found = self._client.hybrid_search(
            "passages",
            [
                request([vector.tolist()], "dense", {"metric_type": "IP"}, limit=DEPTH),
                request([question], "sparse", {"metric_type": "BM25"}, limit=DEPTH),
            ],
            self._milvus.RRFRanker(),
            limit=TOP,
        )
        return [str(hit["id"]) for hit in found[0]]
