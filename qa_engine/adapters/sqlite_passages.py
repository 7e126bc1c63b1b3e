"""Passages, documents and what filters look at, in one SQLite file a generation.

A published file never changes: the next writer works on a copy. Each passage knows its
segment and its row there, which is how words and vectors name it.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from qa_engine.adapters.facets import compact, facets, first_day, last_day
from qa_engine.adapters.manifests import document_info
from qa_engine.errors import IndexDamaged
from qa_engine.models import Document, DocumentInfo, Passage
from qa_engine.ports import Filters
from qa_engine.serialise import from_bytes, to_bytes

_SCHEMA = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    listing BLOB NOT NULL,
    info TEXT NOT NULL,
    data BLOB NOT NULL
);
CREATE TABLE passages (
    segment INTEGER NOT NULL,
    row INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    record INTEGER NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    document_kind TEXT NOT NULL,
    speaker TEXT NOT NULL,
    departments TEXT NOT NULL,
    date_low TEXT NOT NULL,
    date_high TEXT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (segment, row)
);
CREATE INDEX passages_of_document ON passages (document, ordinal);
CREATE INDEX passages_with_record ON passages (document, ordinal) WHERE record;
"""
_BATCH = 500  # parameters a statement

# No text of others is put into a statement: only ? marks and the conditions of `_where`, as
# bandit is told at each with “nosec B608”.

Place = tuple[int, int]  # segment number, row


class PassageWriter:
    """Writes into a file that no reader has open."""

    def __init__(self, path: Path) -> None:
        fresh = not path.exists()
        self._connection = sqlite3.connect(path, isolation_level=None)
        # One durable write at the end: a file that was not finished is thrown away.
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("PRAGMA secure_delete = ON")
        self._connection.execute("BEGIN")
        if fresh:
            for statement in _SCHEMA.split(";"):
                self._connection.execute(statement)

    def add(
        self,
        document: Document,
        passages: Sequence[Passage],
        info: Mapping[str, str],
        segment: int,
        first_row: int,
    ) -> None:
        listing = document_info(document, len(passages), info)
        self._connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?)",
            (
                document.id,
                to_bytes(listing),
                json.dumps(dict(info)),
                zlib.compress(to_bytes(document), 1),
            ),
        )
        rows = []
        for row, passage in enumerate(passages, first_row):
            f = facets(passage, document)
            rows.append(
                (
                    *(segment, row, passage.id, passage.document, passage.ordinal),
                    *(int(passage.record is not None), f.title, f.kind, f.document_kind),
                    *(f.speaker, f.departments, f.date_low, f.date_high, to_bytes(passage)),
                )
            )
        marks = ", ".join("?" * 14)
        self._connection.executemany(f"INSERT INTO passages VALUES ({marks})", rows)  # nosec B608

    def remove(self, id: str) -> list[Place] | None:
        """Where its passages stood; None if there is no such document."""
        found = self._connection.execute("SELECT 1 FROM documents WHERE id = ?", (id,)).fetchone()
        if found is None:
            return None
        places = self._connection.execute(
            "SELECT segment, row FROM passages WHERE document = ?", (id,)
        ).fetchall()
        self._connection.execute("DELETE FROM passages WHERE document = ?", (id,))
        self._connection.execute("DELETE FROM documents WHERE id = ?", (id,))
        return [(int(segment), int(row)) for segment, row in places]

    def move(self, places: Iterable[tuple[Place, Place]]) -> None:
        """Give passages another place: (old, new)."""
        self._connection.executemany(
            "UPDATE passages SET segment = ?, row = ? WHERE segment = ? AND row = ?",
            ((*new, *old) for old, new in places),
        )

    def info(self) -> dict[str, dict[str, str]]:
        rows = self._connection.execute("SELECT id, info FROM documents ORDER BY id")
        return {id: json.loads(info) for id, info in rows}

    def counts(self) -> tuple[int, int]:
        """Documents, passages."""
        (documents,) = self._connection.execute("SELECT count(*) FROM documents").fetchone()
        (passages,) = self._connection.execute("SELECT count(*) FROM passages").fetchone()
        return int(documents), int(passages)

    def close(self, *, shrink: bool = False) -> None:
        """``shrink``: rewrite the file, so that nothing removed is left in it."""
        self._connection.execute("COMMIT")
        if shrink:
            self._connection.execute("VACUUM")
        self._connection.close()

    def abort(self) -> None:
        self._connection.close()


class PassageReader:
    """Reads a published file from any number of threads, each with its own connection."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._connections: list[sqlite3.Connection] = []

    def at(self, places: Sequence[Place]) -> dict[Place, str]:
        """The ids of the passages at these places."""
        found: dict[Place, str] = {}
        by_segment: dict[int, list[int]] = {}
        for segment, row in places:
            by_segment.setdefault(segment, []).append(row)
        for segment, rows in by_segment.items():
            for part in _parts(rows):
                marks = ", ".join("?" * len(part))
                for row, id in self._connection().execute(
                    f"SELECT row, id FROM passages WHERE segment = ? AND row IN ({marks})",  # nosec B608
                    (segment, *part),
                ):
                    found[segment, int(row)] = id
        return found

    def allowed(self, filters: Filters) -> Iterator[Place]:
        """The places of the passages that the filters allow."""
        where, values = _where(filters)
        yield from self._connection().execute(
            f"SELECT segment, row FROM passages WHERE {where}",  # nosec B608
            values,
        )

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        found: dict[str, Passage] = {}
        for part in _parts(list(dict.fromkeys(ids))):
            marks = ", ".join("?" * len(part))
            for (data,) in self._connection().execute(
                f"SELECT data FROM passages WHERE id IN ({marks})",  # nosec B608
                part,
            ):
                passage = from_bytes(Passage, data)
                found[passage.id] = passage
        return [found[id] for id in ids if id in found]

    def passages_of(self, document: str) -> list[Passage]:
        rows = self._connection().execute(
            "SELECT data FROM passages WHERE document = ? ORDER BY ordinal", (document,)
        )
        return [from_bytes(Passage, data) for (data,) in rows]

    def records(self, filters: Filters | None) -> list[Passage]:
        where, values = _where(filters or Filters())
        rows = self._connection().execute(
            f"SELECT data FROM passages WHERE record AND {where} ORDER BY document, ordinal",  # nosec B608
            values,
        )
        return [from_bytes(Passage, data) for (data,) in rows]

    def document(self, id: str) -> Document | None:
        row = (
            self._connection().execute("SELECT data FROM documents WHERE id = ?", (id,)).fetchone()
        )
        return from_bytes(Document, zlib.decompress(row[0])) if row else None

    def documents(self) -> list[DocumentInfo]:
        rows = self._connection().execute("SELECT listing FROM documents ORDER BY id")
        return [from_bytes(DocumentInfo, data) for (data,) in rows]

    def close(self) -> None:
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            # Immutable: SQLite neither locks the file nor looks for a journal.
            try:
                connection = sqlite3.connect(
                    f"{self._path.absolute().as_uri()}?mode=ro&immutable=1",
                    uri=True,
                    check_same_thread=False,
                )
                connection.execute("PRAGMA query_only = ON")
            except sqlite3.Error as error:
                raise IndexDamaged(
                    f"读不了 {self._path}：{error}", "请运行：qa-engine doctor"
                ) from error
            self._local.connection = connection
            with self._lock:
                self._connections.append(connection)
        return connection


def _parts(values: Sequence[str] | Sequence[int]) -> Iterator[Sequence[str] | Sequence[int]]:
    for at in range(0, len(values), _BATCH):
        yield values[at : at + _BATCH]


def _where(filters: Filters) -> tuple[str, list[str]]:
    """The SQL twin of ``facets.allows``."""
    conditions: list[str] = ["1"]
    values: list[str] = []

    def either(alternatives: list[tuple[str, list[str]]]) -> None:
        if alternatives:
            conditions.append("(" + " OR ".join(sql for sql, _ in alternatives) + ")")
            values.extend(value for _, some in alternatives for value in some)

    either(
        [
            ("substr(document, 1, length(?)) = ?", [wanted, wanted])
            if wanted.endswith("/")
            else ("document = ? OR instr(title, ?)", [wanted, compact(wanted)])
            for wanted in filters.documents
        ]
    )
    either([("? IN (kind, document_kind)", [kind]) for kind in filters.kinds])
    either([("instr(speaker, ?)", [compact(name)]) for name in filters.speakers])
    either([("instr(departments, ?)", [compact(name)]) for name in filters.departments])
    if filters.date_from or filters.date_to:
        conditions.append("date_low != ''")
    if filters.date_from:
        conditions.append("date_high >= ?")
        values.append(first_day(filters.date_from))
    if filters.date_to:
        conditions.append("date_low <= ?")
        values.append(last_day(filters.date_to))
    return " AND ".join(conditions), values
