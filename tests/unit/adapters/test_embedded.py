"""The embedded store beyond what every store promises (`tests/contracts/test_store.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from qa_engine.adapters import postings
from qa_engine.adapters.embedded import EmbeddedStore
from qa_engine.adapters.hashing_encoder import HashingEncoder
from qa_engine.arrays import Array, write_arrays
from qa_engine.models import Document, Passage
from qa_engine.ports import PassageTerms

ENCODER = HashingEncoder(16)


def put(store: EmbeddedStore, id: str, *texts: str) -> None:
    some = [
        Passage(id=f"{id}#{n}", document=id, title=id, text=text, kind="paragraph", ordinal=n)
        for n, text in enumerate(texts)
    ]
    terms = [PassageTerms(tuple(text), tuple(text), ()) for text in texts]
    with store.write(encoder=ENCODER.name, dimension=16, analyser="letters") as writer:
        document = Document(id=id, title=id, text="\n".join(texts))
        writer.add(document, some, terms, ENCODER.encode_passages(texts), {})
        writer.publish({})


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
