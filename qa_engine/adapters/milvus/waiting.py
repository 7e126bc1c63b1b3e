"""Documents that wait for a publish, in memory or, when there are many, in a file."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator, Sequence

import numpy as np

from qa_engine.models import Document, Passage
from qa_engine.ports import PassageTerms, Vectors

_MEMORY = 64_000_000  # bytes of waiting documents before they go to a file

Added = tuple[Document, list[Passage], list[PassageTerms], Vectors]


class Waiting:
    """Each document once, as it was added last."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_MEMORY)  # noqa: SIM115
        self._places: dict[str, int] = {}

    def add(
        self,
        document: Document,
        passages: Sequence[Passage],
        terms: Sequence[PassageTerms],
        vectors: Vectors,
    ) -> None:
        self._places[document.id] = self._file.seek(0, 2)
        array = np.asarray(vectors, dtype=np.float32)
        pickle.dump((document, list(passages), list(terms), array), self._file)

    def remove(self, id: str) -> None:
        self._places.pop(id, None)

    def __iter__(self) -> Iterator[Added]:
        for place in self._places.values():
            self._file.seek(place)
            # Written by this object, into a file without a name.
            yield pickle.load(self._file)  # nosec B301

    def close(self) -> None:
        self._file.close()
