"""The tools that are compared, and the environment each runs in."""

from __future__ import annotations

from typing import NamedTuple


class Tool(NamedTuple):
    """``tool``: module and class; ``environment``: its requirements file, "" for ours;
    ``encoder``: what would make a question's vector (of ``question_worker``), "" for none."""

    tool: str
    environment: str
    label: str
    encoder: str = ""


DEFAULT = "sentence-transformers"  # what all of them name first

TOOLS = {
    "ours": Tool("ours:Ours", "", "**qa-engine, hybrid**", "ours"),
    "ours-words": Tool("ours:OursWords", "", "**qa-engine, words**"),
    "whoosh": Tool("whoosh:Whoosh", "lexical", "Whoosh, ChineseAnalyzer"),
    "bm25s": Tool("bm25s:Bm25s", "lexical", "bm25s, jieba"),
    "tantivy": Tool("tantivy:Tantivy", "lexical", "tantivy, jieba"),
    "sqlite": Tool("sqlite:Sqlite", "lexical", "SQLite FTS5, jieba"),
    "faiss": Tool("faiss:Faiss", "lexical", "FAISS flat (meaning)", DEFAULT),
    "usearch": Tool("usearch:Usearch", "lexical", "usearch HNSW (meaning)", DEFAULT),
    "haystack": Tool("haystack:Haystack", "haystack", "Haystack BM25 + dense, RRF", DEFAULT),
    "txtai": Tool("txtai:Txtai", "txtai", "txtai hybrid", DEFAULT),
    "milvus": Tool("milvus:Milvus", "milvus", "Milvus Lite BM25 + dense, RRF", DEFAULT),
}
