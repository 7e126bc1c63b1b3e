"""Manifests: what every store writes about a generation and checks before using it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from qa_engine.errors import IndexMismatch
from qa_engine.models import Document, DocumentInfo, Manifest

# The form of what is on disk; a store refuses other ones.
FORMAT = 1
REBUILD = "请用 qa-engine index --rebuild 重建索引，或换回原来的设置。"


def check_same_kind(manifest: Manifest, encoder: str, dimension: int, analyser: str) -> None:
    """Raises IndexMismatch, naming both sides, unless the index was built the same way."""
    if manifest.format != FORMAT:
        raise IndexMismatch(f"索引的格式是 {manifest.format}，本程序用的是 {FORMAT}。", REBUILD)
    for name, built, wanted in (
        ("向量模型", manifest.encoder, encoder),
        ("向量维数", str(manifest.dimension), str(dimension)),
        ("分词器", manifest.analyser, analyser),
    ):
        if built != wanted:
            raise IndexMismatch(f"索引建立时的{name}是 {built}，现在是 {wanted}。", REBUILD)


def manifest_roots(meta: Mapping[str, str]) -> tuple[str, ...]:
    """The indexed folders, which ``meta["roots"]`` holds as a JSON list."""
    return tuple(json.loads(meta.get("roots", "[]")))


def document_info(document: Document, passages: int, info: Mapping[str, str]) -> DocumentInfo:
    """What a list of documents shows of this one."""
    return DocumentInfo(
        id=document.id,
        title=document.title,
        kind=document.kind,
        date=document.date,
        place=document.place,
        source=document.source,
        characters=len(document.text),
        passages=passages,
        problems=document.problems,
        path=info.get("path"),
    )
