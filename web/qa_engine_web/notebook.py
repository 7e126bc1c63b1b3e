"""What users tell and what stays unanswered, kept in one SQLite file beside the index.

Nothing leaves the machine. ``forget`` takes out everything that came from documents.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FILE = "feedback.sqlite"
KEPT = 5000  # unanswered questions; the oldest go first
LONGEST = 2000  # characters of an answer that are kept

_SCHEMA = """
create table if not exists feedback (
    id integer primary key,
    at text not null,
    question text not null,
    answer text not null,
    verdict text not null check (verdict in ('right', 'wrong')),
    expected text not null
);
create table if not exists feedback_document (
    feedback integer not null references feedback (id) on delete cascade,
    document text not null
);
create table if not exists unanswered (
    question text primary key,
    first text not null,
    last text not null,
    times integer not null
);
"""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One judgement: ``verdict`` is right or wrong, ``expected`` the right answer if told."""

    id: int
    at: str
    question: str
    answer: str
    verdict: str
    expected: str
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that was declined, and how often."""

    question: str
    first: str
    last: str
    times: int


class Notebook:
    """Safe for threads and for several processes on one file."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._lock = threading.Lock()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._path, timeout=10)
            try:
                connection.execute("pragma foreign_keys = on")
                connection.execute("pragma secure_delete = on")
                connection.executescript(_SCHEMA)
                with connection:
                    yield connection
            finally:
                connection.close()

    def add(
        self,
        question: str,
        answer: str,
        verdict: str,
        expected: str = "",
        documents: Sequence[str] = (),
    ) -> None:
        """Keep a judgement."""
        with self._open() as db:
            cursor = db.execute(
                "insert into feedback (at, question, answer, verdict, expected)"
                " values (?, ?, ?, ?, ?)",
                (_now(), question, answer[:LONGEST], verdict, expected[:LONGEST]),
            )
            db.executemany(
                "insert into feedback_document values (?, ?)",
                [(cursor.lastrowid, document) for document in dict.fromkeys(documents)],
            )

    def feedback(self) -> list[Feedback]:
        """All judgements, the latest first."""
        if not self._path.exists():
            return []
        with self._open() as db:
            documents: dict[int, list[str]] = {}
            for id, document in db.execute("select feedback, document from feedback_document"):
                documents.setdefault(id, []).append(document)
            rows = db.execute(
                "select id, at, question, answer, verdict, expected from feedback order by id desc"
            ).fetchall()
        return [
            Feedback(id, at, question, answer, verdict, expected, tuple(documents.get(id, ())))
            for id, at, question, answer, verdict, expected in rows
        ]

    def documents(self) -> set[str]:
        """Every document that a judgement names."""
        return {document for entry in self.feedback() for document in entry.documents}

    def note_answer(self, question: str, found: bool) -> None:
        """Remember a declined question; forget it once it is answered."""
        if found and not self._path.exists():
            return
        with self._open() as db:
            if found:
                db.execute("delete from unanswered where question = ?", (question,))
                return
            now = _now()
            db.execute(
                "insert into unanswered values (?, ?, ?, 1)"
                " on conflict (question) do update set last = ?, times = times + 1",
                (question, now, now, now),
            )
            db.execute(
                "delete from unanswered where question not in"
                " (select question from unanswered order by last desc limit ?)",
                (KEPT,),
            )

    def unanswered(self) -> list[Unanswered]:
        """Declined questions, the most frequent first."""
        if not self._path.exists():
            return []
        with self._open() as db:
            rows = db.execute(
                "select question, first, last, times from unanswered"
                " order by times desc, last desc, question"
            ).fetchall()
        return [Unanswered(*row) for row in rows]

    def dismiss(self, question: str) -> None:
        """Take a question off the list."""
        if self._path.exists():
            with self._open() as db:
                db.execute("delete from unanswered where question = ?", (question,))

    def forget(self, documents: Sequence[str]) -> None:
        """Delete every judgement whose answer came from a document, bytes included."""
        if not documents or not self._path.exists():
            return
        with self._open() as db:
            db.executemany(
                "delete from feedback where id in"
                " (select feedback from feedback_document where document = ?)",
                [(document,) for document in documents],
            )
        with self._lock:
            connection = sqlite3.connect(self._path, timeout=10)
            try:
                connection.execute("vacuum")
            finally:
                connection.close()


def gold_lines(entries: Sequence[Feedback]) -> Iterator[str]:
    """Judgements as lines of a gold-set file, oldest first.

    A wrong answer without the right one says nothing that can be scored and is left out;
    a decline judged right is an unanswerable question.
    """
    for entry in sorted(entries, key=lambda entry: entry.id):
        right = entry.expected or (entry.answer if entry.verdict == "right" else "")
        declined_rightly = entry.verdict == "right" and not entry.answer and not entry.expected
        if not right and not declined_rightly:
            continue
        gold: dict[str, Any] = {
            "id": f"feedback-{entry.id}",
            "kind": "unanswerable" if declined_rightly else "feedback",
            "question": entry.question,
            "answers": [right] if right else [],
            "all_of": [],
            "doc": entry.documents[0] if entry.documents else "",
            "evidence": "",
            "style": "feedback",
        }
        yield json.dumps(gold, ensure_ascii=False)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
