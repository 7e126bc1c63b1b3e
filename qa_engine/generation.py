"""One generation of an index while it is asked."""

from __future__ import annotations

import threading
from collections import OrderedDict

from qa_engine.models import Document, Passage
from qa_engine.ports import Filters, IndexReader
from qa_engine.retrieval import Retriever

_DOCUMENTS_KEPT = 64


class OpenGeneration:
    """An open reader and what is made from it; closed when the last user is gone."""

    def __init__(self, name: str | None, reader: IndexReader, retriever: Retriever) -> None:
        self.name = name
        self.reader = reader
        self.retriever = retriever
        self.users = 0
        self.retired = False
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._records: list[Passage] | None = None
        self._lock = threading.Lock()

    def document(self, id: str) -> Document:
        with self._lock:
            if id in self._documents:
                self._documents.move_to_end(id)
                return self._documents[id]
        found = self.reader.document(id)
        with self._lock:
            self._documents[id] = found
            while len(self._documents) > _DOCUMENTS_KEPT:
                self._documents.popitem(last=False)
        return found

    def records(self, filters: Filters | None) -> list[Passage]:
        """Kept when unfiltered: set questions look at all of them."""
        if filters:
            return self.reader.records(filters)
        if self._records is None:
            self._records = self.reader.records()
        return list(self._records)
