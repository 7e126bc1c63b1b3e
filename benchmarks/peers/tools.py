"""The tools that are compared, and the environment each runs in."""

from __future__ import annotations

from typing import NamedTuple


class Tool(NamedTuple):
    """``tool``: module and class; ``environment``: its requirements file, "" for ours."""

    tool: str
    environment: str
    label: str


TOOLS = {
    "ours": Tool("ours:Ours", "", "**qa-engine, hybrid**"),
    "ours-words": Tool("ours:OursWords", "", "**qa-engine, words**"),
    "whoosh": Tool("whoosh:Whoosh", "lexical", "Whoosh, ChineseAnalyzer"),
    "bm25s": Tool("bm25s:Bm25s", "lexical", "bm25s, jieba"),
    "tantivy": Tool("tantivy:Tantivy", "lexical", "tantivy, jieba"),
    "sqlite": Tool("sqlite:Sqlite", "lexical", "SQLite FTS5, jieba"),
    "faiss": Tool("faiss:Faiss", "lexical", "FAISS flat (meaning)"),
    "usearch": Tool("usearch:Usearch", "lexical", "usearch HNSW (meaning)"),
    "haystack": Tool("haystack:Haystack", "haystack", "Haystack BM25 + dense, RRF"),
    "milvus": Tool("milvus:Milvus", "milvus", "Milvus Lite BM25 + dense, RRF"),
}
