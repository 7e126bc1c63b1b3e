"""The embedded store beyond what every store promises (`tests/contracts/test_store.py`)."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pytest

from qa_engine.adapters import postings, segments
from qa_engine.adapters.embedded import EmbeddedStore
from qa_engine.adapters.embedded_writer import EmbeddedWriter
from qa_engine.adapters.hashing_encoder import HashingEncoder
from qa_engine.arrays import Array, write_arrays
from qa_engine.models import Document, Passage
from qa_engine.ports import PassageTerms

ENCODER = HashingEncoder(16)


def put(store: EmbeddedStore, id: str, *texts: str) -> None:
    with store.write(encoder=ENCODER.name, dimension=16, analyser="letters") as writer:
        add(writer, id, *texts)
        writer.publish({})


def add(writer: EmbeddedWriter, id: str, *texts: str) -> None:
    some = [
        Passage(id=f"{id}#{n}", document=id, title=id, text=text, kind="paragraph", ordinal=n)
        for n, text in enumerate(texts)
    ]
    terms = [PassageTerms(tuple(text), tuple(text), ()) for text in texts]
    document = Document(id=id, title=id, text="\n".join(texts))
    writer.add(document, some, terms, ENCODER.encode_passages(texts), {})


def test_an_index_of_before_ids_stood_beside_postings_is_searched_and_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_ids(path: Path, arrays: Mapping[str, Array]) -> None:
        write_arrays(path, {name: a for name, a in arrays.items() if not name.startswith("ids.")})

    store = EmbeddedStore(tmp_path / "index")
    with monkeypatch.context() as patch:
        patch.setattr(postings, "write_arrays", without_ids)
        put(store, "旧", "甲乙", "甲丙", "丁")
    put(store, "新", "甲")
    put(store, "旧", "甲乙", "丁")  # its segment is rewritten
    reader = store.open()
    try:
        assert [s.id for s in reader.match("words", {"甲": 1.0}, 5)] == ["新#0", "旧#0"]
        assert reader.phrase("bigrams", ["丁"]) == ["旧#1"]
        vector = ENCODER.encode_questions(["丁"])[0]
        assert reader.nearest(vector, 1)[0].id == "旧#1"
    finally:
        reader.close()


def test_a_file_of_passages_is_written_anew_only_when_nothing_removed_lingers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "SMALL", 0)
    monkeypatch.setattr(segments, "DELETED_SHARE", 0.9)
    store = EmbeddedStore(tmp_path / "index")
    put(store, "甲", *("长篇的一段。" * 200 for _ in range(20)))
    put(store, "甲", "短了。")  # a segment with nothing left is dropped
    assert (store.lingering(), empty_pages(store)) == (0, 0)
    with store.write(encoder=ENCODER.name, dimension=16, analyser="letters") as writer:
        add(writer, "乙", *("长篇的一段。" * 200 for _ in range(20)))
        add(writer, "丙", *("另一篇。" for _ in range(20)))
        writer.publish({})
    put(store, "乙", "也短了。")
    assert store.lingering() == 20
    assert empty_pages(store) > 0
    with store.write(encoder=ENCODER.name, dimension=16, analyser="letters") as writer:
        assert writer.compact() == 20
        writer.publish({})
    assert (store.lingering(), empty_pages(store)) == (0, 0)


def empty_pages(store: EmbeddedStore) -> int:
    path = store.folder / str(store.current()) / "passages.sqlite"
    connection = sqlite3.connect(path)
    (found,) = connection.execute("PRAGMA freelist_count").fetchone()
    connection.close()
    return int(found)
