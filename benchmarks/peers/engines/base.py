"""What every tool is asked to do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

TOP = 10
DEPTH = 100  # of each list, before a fusion


class Tool(Protocol):
    """A search tool, set up as its documentation shows."""

    def build(self, ids: Sequence[str], texts: Sequence[str], vectors: Any, folder: Path) -> None:
        """Index the passages; ``vectors`` (passages, dimension) are of length 1."""
        ...

    def search(self, question: str, vector: Any) -> list[str]:
        """The ids of the ten best passages, best first."""
        ...


def terms(text: str) -> list[str]:
    """jieba's words for search, as its documentation recommends for indexing."""
    import jieba

    return [word for word in jieba.lcut_for_search(text) if word.strip()]


def reciprocal_rank(lists: Sequence[Sequence[str]], k: int = 60) -> list[str]:
    """Reciprocal rank fusion (Cormack et al. 2009)."""
    scores: dict[str, float] = {}
    for found in lists:
        for rank, id in enumerate(found, 1):
            scores[id] = scores.get(id, 0.0) + 1 / (k + rank)
    return sorted(scores, key=lambda id: -scores[id])[:TOP]
