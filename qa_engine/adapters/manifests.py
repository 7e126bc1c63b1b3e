"""Manifests: what every store writes about a generation and checks before using it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from qa_engine.models import Document, DocumentInfo


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
