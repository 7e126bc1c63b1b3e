"""What the pages and the API need of an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from qa_engine.models import Answer, Document, DocumentInfo, Hit, Manifest, Passage

# ``{"kind": "table"}`` or ``{"kind": ["table", "press"]}``; values of one key are alternatives.
FilterValues = Mapping[str, str | Sequence[str]]

# The keys of filters, in the order in which pages show them.
FILTER_KEYS = ("document", "kind", "date", "speaker", "department")

MODES = ("hybrid", "words", "meaning")


class WebEngine(Protocol):
    """Safe to call from many threads; every method may raise QAEngineError."""

    @property
    def manifest(self) -> Manifest: ...

    def ask(
        self,
        question: str,
        filters: FilterValues | None = None,
        context: str | None = None,
    ) -> Answer: ...

    def search(
        self,
        query: str,
        limit: int = 10,
        mode: str = "hybrid",
        filters: FilterValues | None = None,
    ) -> list[Hit]: ...

    def document(self, id: str) -> Document:
        """Raises DocumentNotFound."""
        ...

    def documents(self) -> list[DocumentInfo]: ...

    def passages_of(self, document: str) -> list[Passage]: ...

    def records(self, filters: FilterValues | None = None) -> list[Passage]: ...

    def conferences(self) -> list[DocumentInfo]: ...

    def examples(self) -> list[str]: ...

    def suggest(self, prefix: str) -> list[str]: ...
