"""Changes on Milvus: what is added, marked, taken back and deleted on the server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa_engine.adapters.milvus import lock as lock_module
from qa_engine.adapters.milvus import publishing as publishing_module
from qa_engine.adapters.milvus import rows as rows_module
from qa_engine.adapters.milvus import writer as writer_module
from qa_engine.adapters.milvus.connection import Connection
from qa_engine.adapters.milvus.lock import WriterLock
from qa_engine.adapters.milvus.store import MilvusStore
from qa_engine.errors import IndexLocked
from qa_engine.ports import Compacting, Mendable
from qa_engine.settings import MilvusSettings
from qa_engine.text.codes import words_of
from tests.contracts.test_store import KIND, document, fill, ids, put


@pytest.fixture
def file(tmp_path: Path) -> Iterator[str]:
    path = str(tmp_path / "milvus.db")
    yield path
    Connection(path).close()


def made(file: str, **options: float) -> MilvusStore:
    return MilvusStore(file, MilvusSettings(index="unit"), **options)


def rows(store: MilvusStore) -> int:
    """Passages on the server, whatever generation they belong to."""
    connection = store._connection
    reader = store.open()
    return sum(1 for _ in connection.rows(reader._head.passages, "born >= 0", ["key"]))


def collections(store: MilvusStore) -> set[str]:
    return set(store._connection.call("list_collections"))


def test_a_small_change_stays_in_the_collections_of_the_build(file: str) -> None:
    """Nothing that did not change is written again."""
    store = made(file, rewrite=0.5)
    fill(store, document("a", ["甲乙"]), document("b", ["甲丙"]))
    before = collections(store)
    fill(store, document("c", ["甲丁"]))
    assert collections(store) == before
    assert set(ids(store.open(), "甲")) == {"a#0", "b#0", "c#0"}
    store.close()


def test_a_large_change_of_lengths_fills_new_collections(file: str) -> None:
    """All weights are made for the new mean length, and the alias moves."""
    store = made(file, rewrite=0.05, grace=0.0)
    fill(store, document("a", ["甲乙"]))
    before = collections(store)
    fill(store, document("b", ["甲丙丁丁丁丁丁"]))
    assert not collections(store) <= before
    assert not store.open()._again
    fill(store, document("c", ["甲丙丁丁丁丁丁丁丁丁丁丁"]))
    store.tidy()
    assert len(collections(store)) == 2
    store.close()


def test_a_replaced_build_stays_for_readers_until_the_grace_is_over(file: str) -> None:
    """A reader of another process still answers from it."""
    store = made(file, grace=3600.0)
    fill(store, document("a", ["甲"]))
    old = store.open()
    fill(store, document("b", ["甲乙乙乙乙乙"]))
    store.tidy()
    assert ids(old, "甲") == ["a#0"]
    made(file, grace=0.0).tidy()
    assert len(store.leftovers()) == 0
    store.close()


def test_what_was_removed_leaves_the_server_once_no_one_reads_it(file: str) -> None:
    """Marked at once, deleted with the first change after the grace."""
    store = made(file, rewrite=9.0, grace=0.0)
    fill(store, document("a", ["甲"]), document("b", ["乙"]))
    with store.write(**KIND) as writer:  # type: ignore[arg-type]
        writer.remove("a")
        writer.publish({})
    assert rows(store) == 2
    fill(store, document("c", ["丙"]))
    assert rows(store) == 2  # b and c
    found = store._connection.rows(store.open()._ledger.collection, "born >= 0", ["kind"])
    assert sum(row["kind"] == "document" for row in found) == 2
    store.close()


def test_what_is_compacted_leaves_the_server_at_once(file: str) -> None:
    """A removal with its compaction, or a compaction later; each says how many passages."""
    store = made(file, rewrite=9.0)
    fill(store, document("a", ["甲", "乙"]), document("b", ["乙"]), document("c", ["丙"]))
    assert isinstance(store, Mendable)
    with store.write(**KIND) as writer:  # type: ignore[arg-type]
        writer.remove("a")
        assert isinstance(writer, Compacting)
        assert writer.compact() == 2
        writer.publish({})
    assert (rows(store), store.lingering()) == (2, 0)
    with store.write(**KIND) as writer:  # type: ignore[arg-type]
        writer.remove("b")
        writer.publish({})
    assert (rows(store), store.lingering()) == (2, 1)
    with store.write(**KIND) as writer:  # type: ignore[arg-type]
        assert isinstance(writer, Compacting)
        assert writer.compact() == 1
        writer.publish({})
    assert (rows(store), store.lingering()) == (1, 0)
    assert ids(store.open(), "丙") == ["c#0"]
    assert words_of(store.open().han_terms("words", [1])[1]) == ["丙"]
    store.close()


@pytest.mark.parametrize("stage", ["flush", "mark_dead"])
def test_what_a_stopped_writer_left_is_taken_back(
    file: str, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows are not found, and what it had marked stays."""
    store = made(file, rewrite=9.0)
    fill(store, document("a", ["甲"]), document("b", ["乙"]))

    def fails(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rows_module, stage, fails)
        if stage == "mark_dead":  # only that of the change, not that of taking back
            patch.setattr(writer_module, "undo", lambda *_: None)
        with pytest.raises(KeyboardInterrupt):
            fill(store, document("a", ["丙"]))
    assert ids(store.open(), "甲") == ["a#0"]
    assert ids(store.open(), "丙") == []
    fill(store, document("c", ["丁"]))
    reader = store.open()
    assert ids(reader, "甲") == ["a#0"]
    assert ids(reader, "丙") == []
    assert ids(reader, "丁") == ["c#0"]
    assert store.problems() == []
    store.close()


def test_a_build_that_was_stopped_leaves_no_collection(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither an index nor anything else is there afterwards."""
    store = made(file)

    def fails(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rows_module, "flush", fails)
        with pytest.raises(KeyboardInterrupt):
            fill(store, document("a", ["丙"]))
    assert not store.exists()
    assert collections(store) == set()
    store.close()


def test_collections_of_a_killed_writer_go_with_the_next(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that had no time to tidy up."""
    store = made(file)
    fill(store, document("a", ["甲"]))
    with monkeypatch.context() as patch:
        patch.setattr(
            writer_module.MilvusWriter, "abort", lambda self: self._changes.waiting.close()
        )
        patch.setattr(rows_module, "flush", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            fill(store, document("b", ["乙乙乙乙乙乙乙"]))
    assert store.leftovers()
    monkeypatch.setattr(lock_module, "_PROCESS", "another")
    store.tidy()
    assert store.leftovers() == []
    assert ids(store.open(), "甲") == ["a#0"]
    store.close()


def test_many_changes_become_one_statistic(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader never has more than a few differences to add up."""
    monkeypatch.setattr(publishing_module, "_CHANGES", 2)
    store = made(file, rewrite=9.0)
    for letter in "甲乙丙丁戊":
        fill(store, document(letter, [letter + "己"]))
    reader = store.open()
    assert len(reader._head.changes) < 3
    assert reader.frequencies("words", ["己", "甲", "庚"]) == {"己": 5, "甲": 1, "庚": 0}
    assert words_of(reader.han_terms("words", [1])[1]) == sorted("甲乙丙丁戊己")
    store.close()


def test_two_indexes_of_one_server_do_not_meet(file: str) -> None:
    """One name is the beginning of the other."""
    one = MilvusStore(file, MilvusSettings(index="qa"), grace=0.0)
    other = MilvusStore(file, MilvusSettings(index="qa_test"), grace=0.0)
    fill(one, document("a", ["甲"]))
    fill(other, document("b", ["乙"]))
    one.tidy()
    assert [d.id for d in one.open().documents()] == ["a"]
    assert [d.id for d in other.open().documents()] == ["b"]
    one.close()
    other.close()


def test_a_writer_that_was_silent_for_long_is_taken_for_dead(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next writer takes over; the silent one cannot publish any more."""
    store = made(file)
    first = store.write(**KIND)  # type: ignore[arg-type]
    monkeypatch.setattr(WriterLock, "_alive", lambda *_: False)
    second = store.write(**KIND)  # type: ignore[arg-type]
    put(first, document("a", ["甲"]))
    with pytest.raises(IndexLocked):
        first.publish({})
    put(second, document("b", ["甲"]))
    second.publish({})
    assert ids(store.open(), "甲") == ["b#0"]
    store.close()
