"""Bulk indexing, with workers that are plain calls: what is prepared, kept and published."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from qa_engine.adapters.hashing_encoder import HashingEncoder
from qa_engine.adapters.memory import MemoryStore
from qa_engine.bulk.parts import Failed, Part, Parts, part_key
from qa_engine.bulk.run import Done, PreparedEncoder, Task, bulk_update
from qa_engine.bulk.work import prepare
from qa_engine.errors import QAEngineError, SourceError, UsageError
from qa_engine.indexing import update
from qa_engine.intake import Report
from qa_engine.models import Document
from qa_engine.ports import Progress, Vectors
from qa_engine.sources.read import read_documents
from qa_engine.text.words import Cutter

CUTTER = Cutter()


class Workers:
    """Prepares files in this process; may stop after some, or fail on one."""

    def __init__(self, stop_after: int | None = None, fails: str = "") -> None:
        self.done: list[str] = []
        self._stop_after = stop_after
        self._fails = fails

    def __call__(self, tasks: Sequence[Task], done: Done) -> None:
        for task in tasks:
            if self._stop_after is not None and len(self.done) >= self._stop_after:
                raise KeyboardInterrupt
            self.done.append(task.id)
            if task.id == self._fails:
                done(task, SourceError("中止了", "再试"))
            else:
                done(task, prepare(task.path, task.id, HashingEncoder(), read_documents).to_bytes())


class Deaf(HashingEncoder):
    """An encoder that must not be asked for passages: workers did that."""

    def encode_passages(self, texts: Sequence[str], progress: object = None) -> Vectors:
        assert not texts
        return super().encode_passages(texts)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    for n in range(6):
        (folder / f"{n}.txt").write_text(
            f"第{n}条 燃气管道由区住建局负责。\n\n绿化第{n}期。", "utf-8"
        )
    return folder


def bulk(
    store: MemoryStore, texts: Path, run: Workers, said: list[Progress] | None = None
) -> Report:
    prepared = PreparedEncoder(Deaf())
    parts = Parts(texts.parent / "parts")
    tell = said.append if said is not None else None
    return bulk_update(store, prepared, prepared, CUTTER, [texts], parts, run, ("m",), tell)


def test_the_index_is_the_one_that_an_update_makes(texts: Path) -> None:
    """Every document once, the same passages, vectors and words."""
    one, other = MemoryStore(), MemoryStore()
    report = bulk(one, texts, Workers())
    update(other, HashingEncoder(), CUTTER, [texts])
    assert len(report.added) == len(set(report.added)) == 6
    a, b = one.open(), other.open()
    assert a.documents() == b.documents()
    vector = HashingEncoder().encode_questions(["燃气管道"])[0]
    assert a.nearest(vector, 20) == b.nearest(vector, 20)
    assert a.match("words", {"燃气": 1.0}, 20) == b.match("words", {"燃气": 1.0}, 20)
    assert not (texts.parent / "parts").exists()


def test_a_run_that_was_stopped_goes_on_where_it_was(texts: Path) -> None:
    """Nothing is published before, and nothing is prepared twice."""
    store = MemoryStore()
    with pytest.raises(KeyboardInterrupt):
        bulk(store, texts, Workers(stop_after=4))
    assert not store.exists()
    workers = Workers()
    assert len(bulk(store, texts, workers).added) == 6
    assert len(workers.done) == 2


def test_a_file_that_changed_meanwhile_is_prepared_again(texts: Path) -> None:
    """Parts are named by content."""
    store = MemoryStore()
    with pytest.raises(KeyboardInterrupt):
        bulk(store, texts, Workers(stop_after=4))
    (texts / "0.txt").write_text("换成了绿化工程。", "utf-8")
    bulk(store, texts, Workers())
    assert store.open().document("texts/0.txt").text.startswith("换成了")


def test_what_is_in_the_index_already_is_not_prepared(texts: Path) -> None:
    """A second run does nothing; a new file is all that the third does."""
    store = MemoryStore()
    bulk(store, texts, Workers())
    workers = Workers()
    report = bulk(store, texts, workers)
    assert workers.done == []
    assert len(report.skipped) == 6
    (texts / "9.txt").write_text("又一份。", "utf-8")
    assert bulk(store, texts, workers).added == ["texts/9.txt"]
    assert workers.done == ["texts/9.txt"]


def test_a_file_that_workers_die_of_is_reported_and_the_others_go_on(texts: Path) -> None:
    """It is tried again with the next run."""
    store = MemoryStore()
    report = bulk(store, texts, Workers(fails="texts/2.txt"))
    assert [failure.path for failure in report.failed] == ["texts/2.txt"]
    assert len(report.added) == 5
    assert bulk(store, texts, Workers()).added == ["texts/2.txt"]


def test_what_cannot_be_read_is_reported_as_an_update_reports_it(texts: Path) -> None:
    """The same message, hint and file."""
    (texts / "empty.txt").write_bytes(b"")
    one = bulk(MemoryStore(), texts, Workers())
    other = update(MemoryStore(), HashingEncoder(), CUTTER, [texts])
    assert one.failed
    assert one.failed == other.failed


def test_progress_counts_files(texts: Path) -> None:
    """Files done of all files, resumed ones included."""
    said: list[Progress] = []
    bulk(MemoryStore(), texts, Workers(), said)
    steps = [step for step in said if step.stage == "preparing"]
    assert [(step.done, step.total) for step in steps] == [(n, 6) for n in range(1, 7)]


def test_without_anything_to_index_it_says_so(tmp_path: Path) -> None:
    """As an update does."""
    prepared = PreparedEncoder(Deaf())
    with pytest.raises(UsageError):
        bulk_update(MemoryStore(), prepared, prepared, CUTTER, [], Parts(tmp_path), Workers(), ())


def test_a_part_comes_back_as_it_was(tmp_path: Path) -> None:
    """Documents, failures, texts and vectors; a damaged one counts as missing."""
    part = Part(
        (Document(id="a", title="甲", text="甲\udc80"),),
        (Failed("a/b", "读不了", "再试"),),
        ("甲", "乙"),
        np.eye(2, 4, dtype=np.float32),
    )
    parts = Parts(tmp_path / "p")
    parts.put("k", part.to_bytes())
    found = parts.get("k")
    assert found is not None
    assert (found.documents, found.failed, found.texts) == (
        part.documents,
        part.failed,
        part.texts,
    )
    np.testing.assert_array_equal(found.vectors, part.vectors)
    parts.put("k", part.to_bytes()[:50])
    assert parts.get("k") is None
    assert parts.get("none") is None


def test_a_part_is_named_by_all_that_it_is_made_from() -> None:
    """Content, id, model."""
    keys = {
        part_key("c", "a", ("m",)),
        part_key("d", "a", ("m",)),
        part_key("c", "b", ("m",)),
        part_key("c", "a", ("n",)),
    }
    assert len(keys) == 4


def test_errors_of_the_workers_surroundings_end_the_run(texts: Path) -> None:
    """No model on the workers, say: not one file's fault."""

    def run(tasks: Sequence[Task], done: Done) -> None:
        raise QAEngineError("没有模型")

    prepared = PreparedEncoder(Deaf())
    parts = Parts(texts.parent / "parts")
    with pytest.raises(QAEngineError, match="没有模型"):
        bulk_update(MemoryStore(), prepared, prepared, CUTTER, [texts], parts, run, ())
