"""An encoder that remembers on disk, so that an ablation takes seconds."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from qa_engine.ports import Encoder, Vectors

_BATCH = 64


class CachedEncoder:
    """Wraps an encoder; each text is encoded once and kept in one SQLite file."""

    def __init__(self, encoder: Encoder, file: Path) -> None:
        self._encoder = encoder
        file.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(file, timeout=60, check_same_thread=False)
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID"
        )

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return self._encode("question", texts, self._encoder.encode_questions, None)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        return self._encode("passage", texts, self._encoder.encode_passages, progress)

    def _encode(
        self,
        side: str,
        texts: Sequence[str],
        encode: Callable[[Sequence[str]], Vectors],
        progress: Callable[[int], None] | None,
    ) -> Vectors:
        result = np.zeros((len(texts), self.dimension), dtype=np.float32)
        keys = [self._key(side, text) for text in texts]
        missing: list[int] = []
        for place, key in enumerate(keys):
            row = self._connection.execute(
                "SELECT vector FROM vectors WHERE key = ?", (key,)
            ).fetchone()
            if row is None:
                missing.append(place)
            else:
                result[place] = np.frombuffer(row[0], dtype=np.float32)
        if progress:
            progress(len(texts) - len(missing))
        for at in range(0, len(missing), _BATCH):
            places = missing[at : at + _BATCH]
            made = encode([texts[place] for place in places])
            result[places] = made
            with self._connection:
                self._connection.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                    [(keys[p], made[n].tobytes()) for n, p in enumerate(places)],
                )
            if progress:
                progress(len(places))
        return result

    def _key(self, side: str, text: str) -> bytes:
        return hashlib.sha256(f"{self.name}\0{side}\0{text}".encode("utf-8", "replace")).digest()
