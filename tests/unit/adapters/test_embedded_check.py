"""Doctor's view of an index: each kind of damage is found and has a command that mends it."""

from __future__ import annotations

import json
import os
import pickle
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from qa_engine.adapters.embedded import EmbeddedStore
from qa_engine.adapters.faiss_vectors import VectorFiles, write_vectors
from qa_engine.adapters.generations import checksum
from qa_engine.adapters.hashing_encoder import HashingEncoder
from qa_engine.errors import IndexDamaged, IndexMismatch, UsageError
from qa_engine.indexing import update
from qa_engine.text.words import Cutter

ENCODER = HashingEncoder(16)
CUTTER = Cutter()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name in "abc":
        text = "\n\n".join(f"第{n}段，{name} 说明供水管网的检查结果。" for n in range(3))
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def store(tmp_path: Path, corpus: Path) -> EmbeddedStore:
    made = EmbeddedStore(tmp_path / "index")
    update(made, ENCODER, CUTTER, [corpus])
    assert made.problems() == []
    return made


def generation(store: EmbeddedStore) -> Path:
    return store.folder / str(store.current())


def blessed(path: Path, name: str) -> None:
    """Give a changed file the checksum that the manifest wants to see."""
    manifest = json.loads((path / "manifest.json").read_text("utf-8"))
    manifest["files"][name] = checksum(path / name)
    (path / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def changed(path: Path, *statements: str) -> None:
    """Run SQL on the stored passages."""
    db = sqlite3.connect(path / "passages.sqlite")
    with db:
        for statement in statements:
            db.execute(statement)
    db.close()
    blessed(path, "passages.sqlite")


def without_a_document(path: Path) -> None:
    changed(path, "DELETE FROM documents WHERE id = 'corpus/a.txt'")


def without_a_passage(path: Path) -> None:
    changed(path, "DELETE FROM passages WHERE row = 1")


def passages_swapped(path: Path) -> None:
    changed(
        path,
        "UPDATE passages SET row = 999 WHERE row = 0",
        "UPDATE passages SET row = 0 WHERE row = 1",
        "UPDATE passages SET row = 1 WHERE row = 999",
    )


def too_few_vectors(path: Path) -> None:
    file = next((path / "vectors").iterdir())
    file.unlink()
    write_vectors(VectorFiles(file, file, file), np.ones((2, 16), dtype=np.float32))
    blessed(path, f"vectors/{file.name}")


def broken_vectors(path: Path) -> None:
    file = next((path / "vectors").iterdir())
    file.write_bytes(b"no index")
    blessed(path, f"vectors/{file.name}")


def another_segment_list(path: Path) -> None:
    data = json.loads((path / "segments.json").read_text())
    data["segments"][0][3] = [0]
    (path / "segments.json").write_text(json.dumps(data))
    blessed(path, "segments.json")


def flipped_bit(path: Path) -> None:
    file = next((path / "postings").iterdir())
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def extra_file(path: Path) -> None:
    (path / "vectors" / "stray.faiss").write_bytes(b"left over")


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (without_a_document, "段落没有文档：corpus/a.txt"),
        (without_a_passage, "没有段落"),
        (passages_swapped, "不是同一段落"),
        (too_few_vectors, "向量是 (2, 16)"),
        (broken_vectors, "读不了"),
        (another_segment_list, "已删除行不同"),
        (flipped_bit, "postings/"),
        (extra_file, "vectors/stray.faiss"),
    ],
)
def test_damage_is_named_and_the_command_mends_it(
    store: EmbeddedStore, corpus: Path, damage: Callable[[Path], None], named: str
) -> None:
    damage(generation(store))
    found = store.problems()
    assert any(named in one.what for one in found), found
    assert {one.mend for one in found} == {"qa-engine index --rebuild"}
    update(store, ENCODER, CUTTER, [], rebuild=True)
    assert store.problems() == []
    assert store.leftovers() == []


@pytest.mark.parametrize("name", ["passages.sqlite", "segments.json", "manifest.json"])
def test_a_rebuild_needs_no_paths_even_when_the_index_cannot_be_opened(
    store: EmbeddedStore, corpus: Path, name: str
) -> None:
    """Its roots are known from the manifest; without that they have to be named."""
    (generation(store) / name).unlink()
    with pytest.raises((IndexDamaged, UsageError)):
        update(store, ENCODER, CUTTER, [])
    update(store, ENCODER, CUTTER, [corpus] if name == "manifest.json" else [], rebuild=True)
    assert store.problems() == []


def test_a_damaged_pointer_is_mended_by_a_rebuild(store: EmbeddedStore, corpus: Path) -> None:
    (store.folder / "CURRENT").write_text("nonsense")
    with pytest.raises(IndexDamaged, match="CURRENT"):
        store.open()
    update(store, ENCODER, CUTTER, [corpus], rebuild=True)
    assert store.problems() == []
    assert store.leftovers() == []


def test_another_format_is_refused_and_named_never_guessed(
    store: EmbeddedStore, corpus: Path
) -> None:
    """Also when a later version's manifest has fields that this one does not know."""
    path = generation(store) / "manifest.json"
    data = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**data, "format": 99, "shards": 3}), "utf-8")
    with pytest.raises(IndexMismatch, match="99") as caught:
        store.open()
    assert "升级" in caught.value.hint
    with pytest.raises(IndexMismatch):
        update(store, ENCODER, CUTTER, [corpus])
    update(store, ENCODER, CUTTER, [], rebuild=True)
    assert store.problems() == []


def test_a_rebuild_does_not_lose_what_lies_on_a_missing_drive(
    store: EmbeddedStore, corpus: Path, tmp_path: Path
) -> None:
    """Unless the user lists what is to stay."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "d.txt").write_text("另一个文件夹里的供水说明。", "utf-8")
    update(store, ENCODER, CUTTER, [other])
    corpus.rename(tmp_path / "unplugged")
    with pytest.raises(UsageError, match="corpus"):
        update(store, ENCODER, CUTTER, [], rebuild=True)
    assert update(store, ENCODER, CUTTER, [other], rebuild=True).documents == 1


class _Evil:
    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self._path),)


# Whoosh leaves a file open that it could not read.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_pickle_that_runs_code_is_refused_before_it_runs(
    store: EmbeddedStore, tmp_path: Path
) -> None:
    """Whoosh's table of contents is a pickle; an index may have come from elsewhere."""
    path = generation(store)
    ran = tmp_path / "ran"
    toc = next(p for p in (path / "words").iterdir() if p.suffix == ".toc")
    data = toc.read_bytes()
    at = data.index(b"\x80\x04\x95") if b"\x80\x04\x95" in data else data.index(b"\x80")
    for place in range(at, len(data)):  # wherever a pickle begins
        if data[place : place + 1] == b"\x80":
            toc.write_bytes(data[:place] + pickle.dumps(_Evil(ran)) + b"." * 40)
            blessed(path, f"words/{toc.name}")
            reader = store.open()
            try:
                with pytest.raises(IndexDamaged):
                    reader.phrase("bigrams", ["供水", "水管"])
            finally:
                reader.close()
    assert not ran.exists()
