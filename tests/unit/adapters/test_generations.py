"""Generations in a folder: whole ones only, whatever stops a writer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qa_engine.adapters import embedded_writer, generations
from qa_engine.adapters.embedded import EmbeddedStore
from qa_engine.adapters.embedded_writer import EmbeddedWriter
from qa_engine.adapters.generations import Generations
from qa_engine.errors import IndexDamaged, IndexError_, IndexLocked
from qa_engine.models import Document, Passage
from qa_engine.ports import PassageTerms


def put(writer: EmbeddedWriter, id: str, text: str) -> None:
    passage = Passage(f"{id}#0", id, id, text, "paragraph", end=len(text))
    terms = PassageTerms(tuple(text), tuple(text), ())
    vectors = np.ones((1, 4), dtype=np.float32) / 2
    writer.add(Document(id=id, title=id, text=text), [passage], [terms], vectors, {})


def write(store: EmbeddedStore) -> EmbeddedWriter:
    return store.write(encoder="e", dimension=4, analyser="a")


def fill(store: EmbeddedStore, id: str, text: str) -> None:
    with write(store) as writer:
        put(writer, id, text)
        writer.publish({})


def found(store: EmbeddedStore) -> list[str]:
    reader = store.open()
    try:
        ids = [info.id for info in reader.documents()]
        words = {s.id for s in reader.match("words", {"甲": 1.0}, 9)}
        assert words == {f"{id}#0" for id in ids}
        assert {s.id for s in reader.nearest(np.ones(4, dtype=np.float32) / 2, 9)} == words
        assert set(reader.phrase("bigrams", ["甲"])) == words
        return ids
    finally:
        reader.close()


class Killed(BaseException):
    """Stands for a process that ends at once."""


def steps(monkeypatch: pytest.MonkeyPatch, stop_at: int | None) -> Callable[[], int]:
    """Count the steps of a writer that touch the disk, and stop it before one of them."""
    count = 0

    def watched(action: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count == stop_at:
                raise Killed
            return action(*arguments, **named)

        return step

    for module, names in (
        (generations, ["write_durably", "sync_folder", "checksum"]),
        (
            embedded_writer,
            [
                "link_or_copy", "write_vectors", "write_segments", "sync_file", "checksums",
            ],
        ),
    ):  # fmt: skip
        for name in names:
            monkeypatch.setattr(module, name, watched(getattr(module, name)))
    for kind, name in ((Path, "replace"), (Path, "unlink"), (Path, "mkdir")):
        monkeypatch.setattr(kind, name, watched(getattr(kind, name)))
    return lambda: count


def change(store: EmbeddedStore) -> None:
    with write(store) as writer:
        put(writer, "b", "甲乙")
        writer.remove("a")
        writer.publish({})


def test_a_writer_stopped_at_any_step_leaves_the_old_or_the_new_generation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        store = EmbeddedStore(tmp_path / "counted")
        fill(store, "a", "甲")
        total = steps(patch, None)
        change(store)
        last = total()
    assert last > 20
    for stop in range(1, last + 1):
        store = EmbeddedStore(tmp_path / str(stop))
        fill(store, "a", "甲")
        with monkeypatch.context() as patch:
            # Without the tidying that a killed process would not do either.
            patch.setattr(EmbeddedWriter, "abort", EmbeddedWriter._release)
            steps(patch, stop)
            with suppress(Killed):
                change(store)
        assert found(store) in (["a"], ["b"])
        fill(store, "c", "甲丙")
        assert found(store) in (["a", "c"], ["b", "c"])
        left = [p.name for p in store.folder.iterdir() if p.name.startswith("generation-")]
        assert left == [store.current()]


def test_a_killed_process_leaves_no_lock_behind(tmp_path: Path) -> None:
    script = f"""
        import os
        from pathlib import Path
        from qa_engine.adapters.embedded import EmbeddedStore
        store = EmbeddedStore(Path({str(tmp_path / "index")!r}))
        store.write(encoder="e", dimension=4, analyser="a")
        os.kill(os.getpid(), 9)
    """
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False)
    assert ended.returncode != 0
    store = EmbeddedStore(tmp_path / "index")
    assert not store.exists()
    fill(store, "a", "甲")
    assert found(store) == ["a"]


def test_a_second_writer_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    with write(store), pytest.raises(IndexLocked, match=str(os.getpid())):
        write(store)


def test_old_generations_go_once_nobody_reads_them(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    fill(store, "a", "甲")
    reader = store.open()
    first = store.current()
    fill(store, "b", "甲乙")
    assert (tmp_path / str(first)).is_dir()
    reader.close()
    fill(store, "c", "甲丙")
    assert not (tmp_path / str(first)).exists()


def test_files_that_did_not_change_are_shared(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    fill(store, "a", "甲")
    reader = store.open()
    before = tmp_path / str(store.current())
    fill(store, "b", "甲乙")
    after = tmp_path / str(store.current())
    shared = [p for p in (before / "vectors").iterdir() if p.stat().st_nlink > 1]
    assert shared
    assert shared[0].samefile(after / "vectors" / shared[0].name)
    reader.close()


def test_nothing_of_a_removed_document_stays_on_disk(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    fill(store, "a", "甲")
    fill(store, "b", "甲绝密事项")
    with write(store) as writer:
        writer.remove("b")
        writer.publish({})
    wanted = ["绝密".encode(), "绝密".encode("utf-16-le"), "密".encode(), json.dumps("密").encode()]
    for path in tmp_path.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not any(w in data for w in wanted), path


def test_a_flipped_bit_is_found(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    fill(store, "a", "甲")
    assert store.problems() == []
    file = next((tmp_path / str(store.current()) / "postings").iterdir())
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    assert [p.what for p in store.problems()] == [f"文件缺失或已损坏：postings/{file.name}"]


def test_a_missing_file_is_named_when_the_index_is_opened(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    fill(store, "a", "甲")
    (tmp_path / str(store.current()) / "passages.sqlite").unlink()
    with pytest.raises(IndexDamaged, match=r"passages\.sqlite") as caught:
        store.open()
    assert "doctor" in caught.value.hint


@pytest.mark.parametrize("content", ["../elsewhere", "generation-000001-/etc", "\xff", ""])
def test_a_pointer_that_leads_elsewhere_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "CURRENT").write_text(content, encoding="utf-8")
    with pytest.raises(IndexDamaged):
        Generations(tmp_path).current()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexError_, match="file") as caught:
        write(EmbeddedStore(tmp_path / "file" / "index"))
    assert caught.value.hint


def test_a_full_disk_leaves_the_old_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = EmbeddedStore(tmp_path)
    fill(store, "a", "甲")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(embedded_writer, "write_vectors", full)
        with pytest.raises(IndexError_, match="No space left"):
            fill(store, "b", "甲乙")
    assert found(store) == ["a"]
    assert [p.name for p in tmp_path.glob("generation-*")] == [store.current()]
