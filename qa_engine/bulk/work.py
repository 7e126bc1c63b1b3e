"""What a worker does: one file → its part."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qa_engine.bulk.parts import Failed, Part
from qa_engine.errors import QAEngineError
from qa_engine.intake import BATCH, ReadDocuments, encoded_texts
from qa_engine.models import Document
from qa_engine.passages import passages
from qa_engine.places import given
from qa_engine.ports import Encoder
from qa_engine.scanning import fetched


def prepare(path: str, id: str, encoder: Encoder, read: ReadDocuments) -> Part:
    """Read a file, by its path or URI, and encode its passages. What cannot be read is a
    part of the result. Raises UnreachableSource when the file cannot be fetched."""
    with fetched(given(path), id) as copy:
        return _prepare(copy, id, encoder, read)


def _prepare(path: Path, id: str, encoder: Encoder, read: ReadDocuments) -> Part:
    documents: list[Document] = []
    failed: list[Failed] = []

    def fails(name: str, error: QAEngineError) -> None:
        failed.append(Failed(name, error.message, error.hint))

    try:
        documents.extend(read(path, id, fails))
    except QAEngineError as error:
        fails(id, error)
    except (ValueError, KeyError, IndexError, TypeError, RecursionError, MemoryError) as error:
        # A parser's mistake on one file must not lose the others.
        failed.append(Failed(id, f"{id}：解析时出错（{type(error).__name__}: {error}）。", ""))
    found = {text for document in documents for text in encoded_texts(passages(document))}
    texts = sorted(found, key=lambda text: (len(text), text))
    vectors = [
        encoder.encode_passages(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)
    ]
    none = np.zeros((0, encoder.dimension), dtype=np.float32)
    return Part(
        tuple(documents), tuple(failed), tuple(texts), np.concatenate(vectors) if texts else none
    )
