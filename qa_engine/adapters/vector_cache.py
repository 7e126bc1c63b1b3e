"""Passages' vectors remembered between runs of ``index``, in one SQLite file.

Embedding is what indexing costs. With this file a changed document only pays for its
changed passages, an interrupted run resumes, and a rebuild of the index is quick.

The file holds no text: a key is a hash of vector space and text, a vector is float16.
It knows which documents a vector belongs to, so what is removed from the index leaves
the file as well (`retain`), overwritten with zeros.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

import numpy as np

from qa_engine.errors import IndexError_
from qa_engine.ports import Encoder, Vectors

FILE = "vectors.cache"
_KEY_BYTES = 16  # a chance of 1e-20 that two of a billion texts share one
_MANY = 500  # parameters of one SQL statement
_FORMAT = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS documents (number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL);
CREATE TABLE IF NOT EXISTS uses (
    key BLOB NOT NULL, document INTEGER NOT NULL, PRIMARY KEY (key, document)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS uses_of_document ON uses (document);
-- Keys that may have no document any more.
CREATE TABLE IF NOT EXISTS loose (key BLOB PRIMARY KEY) WITHOUT ROWID;
"""


class CachingEncoder:
    """An `Encoder` whose passages' vectors are kept in a file.

    Order of use: ``encode_passages`` as usual; ``hold`` for each document that was
    written; ``retain`` once the index is published. What no document holds is dropped by
    ``retain``, to the last byte by ``scrub``; after an interrupted run it stays for the next
    one. Vectors are the same
    whether they come from the file or not. A damaged file is replaced by an empty one.
    """

    def __init__(self, encoder: Encoder, path: Path) -> None:
        self._encoder = encoder
        self._path = path
        self._lock = threading.RLock()
        self._open: sqlite3.Connection | None = None

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.encode_questions(texts)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        keys = [self._key(text) for text in texts]
        known = self._load(keys)
        missing = [place for place, key in enumerate(keys) if key not in known]
        if progress and len(missing) < len(texts):
            progress(len(texts) - len(missing))
        if missing:
            fresh = self._encoder.encode_passages([texts[place] for place in missing], progress)
            half = fresh.astype(np.float16)
            made = {keys[place]: half[row].tobytes() for row, place in enumerate(missing)}
            self._save(made)
            known |= made
        for row, key in zip(vectors, keys, strict=True):
            row[:] = np.frombuffer(known[key], dtype=np.float16)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.where(lengths > 0, lengths, 1)
        return vectors

    def hold(self, document: str, texts: Sequence[str]) -> None:
        """From now on ``document`` consists of ``texts`` and of nothing else."""
        keys = {self._key(text) for text in texts}
        with self._transaction() as database:
            database.execute("INSERT OR IGNORE INTO documents (id) VALUES (?)", (document,))
            (number,) = database.execute(
                "SELECT number FROM documents WHERE id = ?", (document,)
            ).fetchone()
            self._let_go(database, number)
            database.executemany("INSERT INTO uses VALUES (?, ?)", [(key, number) for key in keys])

    def retain(self, documents: Collection[str]) -> None:
        """Drop what belongs to no document of ``documents`` (the ids of the whole index)."""
        with self._transaction() as database:
            rows = database.execute("SELECT number, id FROM documents").fetchall()
            for number, id in rows:
                if id not in documents:
                    self._let_go(database, number)
                    database.execute("DELETE FROM documents WHERE number = ?", (number,))
            database.execute(
                "DELETE FROM vectors WHERE key IN"
                " (SELECT key FROM loose EXCEPT SELECT key FROM uses)"
            )
            database.execute("DELETE FROM loose")
        with self._lock, self._writing():
            if self._open is not None:
                self._open.execute("PRAGMA incremental_vacuum").fetchall()
        self.close()  # until the next update

    def scrub(self) -> None:
        """Write the file anew. SQLite's ``secure_delete`` overwrites what is deleted, but
        not the copies of it that stay behind where entries moved within a page."""
        if not self._path.exists():
            return
        with self._transaction():
            pass
        with self._lock, self._writing():
            if self._open is not None:
                self._open.execute("VACUUM")
        self.close()

    def close(self) -> None:
        with self._lock:
            if self._open is not None:
                self._open.close()
                self._open = None

    def _key(self, text: str) -> bytes:
        content = f"{self.name}\0{text}".encode("utf-8", "surrogatepass")
        return hashlib.sha256(content).digest()[:_KEY_BYTES]

    def _load(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        distinct = list(dict.fromkeys(keys))
        size = 2 * self.dimension
        found: dict[bytes, bytes] = {}
        with self._transaction() as database:
            for at in range(0, len(distinct), _MANY):
                some = distinct[at : at + _MANY]
                marks = ",".join("?" * len(some))
                rows = database.execute(
                    f"SELECT key, vector FROM vectors WHERE key IN ({marks})",  # only ? marks  # nosec B608
                    some,
                )
                found.update((key, vector) for key, vector in rows if len(vector) == size)
        return found

    def _save(self, vectors: dict[bytes, bytes]) -> None:
        with self._transaction() as database:
            database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", vectors.items())
            database.executemany(
                "INSERT OR IGNORE INTO loose VALUES (?)", [(key,) for key in vectors]
            )

    @staticmethod
    def _let_go(database: sqlite3.Connection, number: int) -> None:
        database.execute(
            "INSERT OR IGNORE INTO loose SELECT key FROM uses WHERE document = ?", (number,)
        )
        database.execute("DELETE FROM uses WHERE document = ?", (number,))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._writing():
            if self._open is None:
                self._open = _connect(self._path)
            with self._open:
                yield self._open

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """A full disk or a folder that may not be written, as an error with a next step."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise IndexError_(
                f"写不了向量缓存 {self._path}：{error}",
                "请检查磁盘空间和权限后再试；这个文件可以删去，会重新计算。",
            ) from error


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _prepared(path)
    except sqlite3.DatabaseError as error:
        if _code(error) not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise  # a full disk, a folder that may not be written: not the file's fault
        # Damaged; it can all be computed again.
        path.unlink(missing_ok=True)
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
        return _prepared(path)


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; -1 when it has none."""
    return getattr(error, "sqlite_errorcode", -1) & 0xFF


def _damaged(what: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(what)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _prepared(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=30, check_same_thread=False)
    try:
        # Deleted means gone: overwritten, and the file shrinks.
        database.execute("PRAGMA secure_delete = ON").fetchall()
        database.execute("PRAGMA auto_vacuum = INCREMENTAL")
        # After a power cut the file may be damaged, which costs time, not data.
        database.execute("PRAGMA synchronous = OFF")
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version not in (0, _FORMAT):
            raise _damaged(f"format {version}")
        database.executescript(_TABLES)
        database.execute(f"PRAGMA user_version = {_FORMAT}")
        (state,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if state != "ok":
            raise _damaged(state)
    except BaseException:
        database.close()
        raise
    return database
