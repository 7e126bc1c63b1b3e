"""What a worker made of one file: its documents, and the vectors of their passages.

Kept in a folder until the run is published, named by what it was made from, so that the
same file is never prepared twice and a changed one always is.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qa_engine.models import Document
from qa_engine.ports import Vectors
from qa_engine.serialise import from_plain, to_plain

_SUFFIX = ".part"


@dataclass(frozen=True, slots=True)
class Failed:
    """What could not be read: the file (or a member of it), why, what to do."""

    name: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Part:
    """``texts`` are what was encoded, each once; ``vectors`` has a row for each."""

    documents: tuple[Document, ...]
    failed: tuple[Failed, ...]
    texts: tuple[str, ...]
    vectors: Vectors

    def to_bytes(self) -> bytes:
        """Arrays and JSON: nothing in it can be run."""
        data = {
            "documents": [to_plain(document) for document in self.documents],
            "failed": [to_plain(failed) for failed in self.failed],
            "texts": list(self.texts),
        }
        text = json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass")
        file = io.BytesIO()
        np.savez_compressed(file, data=np.frombuffer(text, np.uint8), vectors=self.vectors)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, stored: bytes) -> Part:
        """The inverse of ``to_bytes``. Raises ValueError, OSError, KeyError, BadZipFile."""
        with np.load(io.BytesIO(stored), allow_pickle=False) as arrays:
            data = json.loads(arrays["data"].tobytes().decode("utf-8", "surrogatepass"))
            return cls(
                tuple(from_plain(Document, one) for one in data["documents"]),
                tuple(from_plain(Failed, one) for one in data["failed"]),
                tuple(data["texts"]),
                np.asarray(arrays["vectors"], dtype=np.float32),
            )


class Parts:
    """The parts of an unfinished run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, key: str) -> bool:
        return self._path(key).exists()

    def put(self, key: str, stored: bytes) -> None:
        """Whole or not at all, also when stopped at any moment."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(key)
        unfinished = path.with_suffix(".new")
        unfinished.write_bytes(stored)
        unfinished.replace(path)

    def get(self, key: str) -> Part | None:
        """None if it is not there, or damaged: then the file is prepared again."""
        try:
            return Part.from_bytes(self._path(key).read_bytes())
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
            return None

    def clear(self) -> None:
        """The run is published."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}{_SUFFIX}"


def part_key(content: str, id: str, made_with: Sequence[str]) -> str:
    """A name for what a file of this content and public id becomes."""
    whole = "\x00".join([content, id, *made_with])
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:40]
