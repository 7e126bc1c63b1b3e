"""Indexing what lies behind URIs: as from folders, with the same ids, changes and deletions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest

from qa_engine.adapters.hashing_encoder import HashingEncoder
from qa_engine.adapters.memory import MemoryStore
from qa_engine.bulk.parts import Parts
from qa_engine.bulk.run import Done, PreparedEncoder, Task, bulk_update
from qa_engine.bulk.work import prepare
from qa_engine.engine import Engine
from qa_engine.errors import UsageError
from qa_engine.exporting import export_lines, import_lines
from qa_engine.indexing import remove, update
from qa_engine.intake import Report
from qa_engine.places import Listed, Place, Remote, place
from qa_engine.sources import objects
from qa_engine.sources.read import read_documents
from qa_engine.text.aliases import Aliases
from qa_engine.text.words import Cutter
from qa_engine_web.jobs import Job
from qa_engine_web.library import Library

CUTTER = Cutter()
BUCKET = "memory://test-remote"


@pytest.fixture
def bucket() -> Iterator[Any]:
    """A store with two documents and what is passed over."""
    store = fsspec.filesystem("memory")
    put(store, "docs/a.txt", "燃气管道由区住建局负责。")
    put(store, "docs/通知/b.txt", "绿化由园林局负责。")
    put(store, "docs/README.txt", "说明")
    put(store, "docs/.git/c.txt", "不是文件")
    put(store, "docs-other/z.txt", "别处的文件。")
    yield store
    store.rm("/test-remote", recursive=True)


def put(store: Any, name: str, text: str) -> None:
    store.pipe(f"/test-remote/{name}", text.encode())


def indexed(store: MemoryStore, *places: Place) -> Report:
    return update(store, HashingEncoder(), CUTTER, places)


def ids(store: MemoryStore) -> list[str]:
    return [info.id for info in store.open().documents()]


def test_ids_are_those_of_a_folder_of_that_name(bucket: Any, tmp_path: Path) -> None:
    """The same prefix copied to this machine gives the same ids."""
    for name in ("a.txt", "通知/b.txt"):
        path = tmp_path / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bucket.cat(f"/test-remote/docs/{name}"))
    remote, local = MemoryStore(), MemoryStore()
    indexed(remote, Remote(f"{BUCKET}/docs/"))
    indexed(local, tmp_path / "docs")
    assert ids(remote) == ids(local) == ["docs/a.txt", "docs/通知/b.txt"]
    for id in ids(remote):
        assert remote.open().document(id).text == local.open().document(id).text


def test_only_what_changed_is_read_and_what_is_gone_goes(
    bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for folders, and a refresh needs no address."""
    store = MemoryStore()
    indexed(store, Remote(f"{BUCKET}/docs"))
    fetched: list[str] = []
    real = objects.fetched
    monkeypatch.setattr(objects, "fetched", lambda uri: fetched.append(uri) or real(uri))
    assert len(indexed(store).skipped) == 2
    assert fetched == []
    put(bucket, "docs/a.txt", "燃气管道由区城管局负责。")
    put(bucket, "docs/c.txt", "又一份。")
    bucket.rm("/test-remote/docs/通知/b.txt")
    report = indexed(store)
    assert (report.added, report.changed) == (["docs/c.txt"], ["docs/a.txt"])
    assert report.removed == ["docs/通知/b.txt"]
    assert fetched == [f"{BUCKET}/docs/a.txt", f"{BUCKET}/docs/c.txt"]
    assert "城管局" in store.open().document("docs/a.txt").text


def test_a_part_of_a_known_address_is_refreshed_alone(bucket: Any) -> None:
    """The rest is not looked at, ids stay."""
    store = MemoryStore()
    indexed(store, Remote(f"{BUCKET}/docs"))
    put(bucket, "docs/a.txt", "改了。")
    put(bucket, "docs/通知/b.txt", "也改了。")
    assert indexed(store, Remote(f"{BUCKET}/docs/通知")).changed == ["docs/通知/b.txt"]
    assert place(store.open().manifest.roots[0]) == Remote(f"{BUCKET}/docs")


def test_an_address_that_does_not_answer_keeps_its_documents(
    bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So does one file that cannot be fetched; both are told, and come with the next run."""
    store = MemoryStore()
    indexed(store, Remote(f"{BUCKET}/docs"))
    put(bucket, "docs/a.txt", "燃气管道由区城管局负责。")
    kind = type(bucket)
    with monkeypatch.context() as away:
        away.setattr(kind, "ls", lambda *_, **__: (_ for _ in ()).throw(OSError("no network")))
        report = indexed(store)
        assert "其中的文档保持原样" in report.failed[0].message
        assert len(ids(store)) == 2
    with monkeypatch.context() as away:
        away.setattr(
            kind, "get_file", lambda *_, **__: (_ for _ in ()).throw(OSError("no network"))
        )
        report = indexed(store)
        assert [failure.path for failure in report.failed] == ["docs/a.txt"]
        assert report.removed == []
        assert "住建局" in store.open().document("docs/a.txt").text
    assert indexed(store).changed == ["docs/a.txt"]


def test_a_list_names_files_of_any_store(bucket: Any, tmp_path: Path) -> None:
    """Ids are bucket and path; wrong lines are told by themselves; what is taken off the list,
    or is no longer there, goes."""
    other = tmp_path / "d.txt"
    other.write_text("本机的一份。", "utf-8")
    listing = tmp_path / "list.txt"
    lines = [f"{BUCKET}/docs/a.txt", "# 注释", "", other.as_uri(), f"{BUCKET}/docs/通知/b.txt"]
    wrong = ["docs/a.txt", "https://host/a.pdf?sign=secret", f"{BUCKET}/none.txt"]
    listing.write_text("\n".join([*lines, *wrong]), "utf-8")
    store = MemoryStore()
    report = indexed(store, Listed(listing))
    here = str(other).strip("/")
    assert sorted(report.added) == sorted(
        ["test-remote/docs/a.txt", "test-remote/docs/通知/b.txt", here]
    )
    assert len(report.failed) == 3
    assert "secret" not in str(report.failed)
    listing.write_text("\n".join(lines[:4]), "utf-8")
    other.unlink()
    assert sorted(indexed(store).removed) == sorted([here, "test-remote/docs/通知/b.txt"])
    listing.unlink()
    assert "其中的文档保持原样" in indexed(store).failed[0].message
    assert ids(store) == ["test-remote/docs/a.txt"]


def test_an_address_where_nothing_is_is_refused(bucket: Any) -> None:
    """As a path is, before anything begins."""
    with pytest.raises(UsageError, match="找不到"):
        indexed(MemoryStore(), Remote(f"{BUCKET}/none"))


def test_an_export_keeps_addresses(bucket: Any, tmp_path: Path) -> None:
    """An update after an import goes on with them."""
    listing = tmp_path / "list.txt"
    listing.write_text(f"{BUCKET}/docs-other/z.txt", "utf-8")
    first, second = MemoryStore(), MemoryStore()
    indexed(first, Remote(f"{BUCKET}/docs"), Listed(listing))
    import_lines(second, HashingEncoder(), CUTTER, export_lines(first.open()))
    bucket.rm("/test-remote/docs/通知/b.txt")
    assert indexed(second).removed == ["docs/通知/b.txt"]
    assert ids(second) == ["docs/a.txt", "test-remote/docs-other/z.txt"]


def test_a_removed_document_stays_out_until_it_is_named(bucket: Any, tmp_path: Path) -> None:
    """By its own address, or by a list that names it; not by a refresh."""
    listing = tmp_path / "list.txt"
    listing.write_text(f"{BUCKET}/docs-other/z.txt", "utf-8")
    store = MemoryStore()
    indexed(store, Remote(f"{BUCKET}/docs"), Listed(listing))
    both = ["docs/a.txt", "test-remote/docs-other/z.txt"]
    remove(store, HashingEncoder(), CUTTER, both)
    assert indexed(store).added == []
    assert indexed(store, Remote(f"{BUCKET}/docs/a.txt")).added == both[:1]
    assert indexed(store, Listed(listing)).added == both[1:]


def test_a_removal_on_the_web_page_can_be_undone(bucket: Any, tmp_path: Path) -> None:
    """A file of a folder comes back by its address; for one of a list the command is told."""
    listing = tmp_path / "list.txt"
    listing.write_text(f"{BUCKET}/docs-other/z.txt", "utf-8")
    store = MemoryStore()
    indexed(store, Remote(f"{BUCKET}/docs"), Listed(listing))
    engine = Engine(store, HashingEncoder(), CUTTER, Aliases.load(), lambda: None, None)
    library = Library(engine, tmp_path / "state", None)

    def outcome(job: Job) -> tuple[str, str]:
        assert library.jobs.wait(job, 20)
        return job.results[0].outcome, job.results[0].message

    for id, expected in (("docs/a.txt", "added"), ("test-remote/docs-other/z.txt", "failed")):
        assert outcome(library.remove(id))[0] == "removed"
        assert id not in ids(store)
        found, message = outcome(library.restore(library.uploads.binned()[0].key))
        assert found == expected
        assert (id in ids(store)) == (expected == "added")
    assert "--from-list" in message
    assert ids(store) == ["docs/a.txt", "docs/通知/b.txt"]


class Workers:
    """Prepares files in this process, by nothing but their URIs."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def __call__(self, tasks: Any, done: Done) -> None:
        for task in tasks:
            assert isinstance(task, Task)
            self.done.append(task.path)
            done(task, prepare(task.path, task.id, HashingEncoder(), read_documents).to_bytes())


def test_workers_fetch_files_themselves(
    bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writer fetches nothing; a second run prepares only what changed."""
    store, workers = MemoryStore(), Workers()

    def bulk() -> Report:
        prepared = PreparedEncoder(HashingEncoder())
        parts = Parts(tmp_path / "parts")
        places = [Remote(f"{BUCKET}/docs")]
        return bulk_update(store, prepared, prepared, CUTTER, places, parts, workers, ("m",))

    assert bulk().added == ["docs/a.txt", "docs/通知/b.txt"]
    assert workers.done == [f"{BUCKET}/docs/a.txt", f"{BUCKET}/docs/通知/b.txt"]
    put(bucket, "docs/a.txt", "改了。")
    workers.done.clear()
    assert bulk().changed == ["docs/a.txt"]
    assert workers.done == [f"{BUCKET}/docs/a.txt"]


def test_a_file_that_changes_while_others_are_prepared_is_prepared_again(
    bucket: Any, tmp_path: Path
) -> None:
    """What is published is what the mark that is kept stands for."""

    class Changing(Workers):
        def __call__(self, tasks: Any, done: Done) -> None:
            super().__call__(tasks, done)
            if len(tasks) > 1:
                put(bucket, "docs/a.txt", "换成了绿化工程。")

    store, prepared = MemoryStore(), PreparedEncoder(HashingEncoder())
    places, parts = [Remote(f"{BUCKET}/docs")], Parts(tmp_path / "parts")
    bulk_update(store, prepared, prepared, CUTTER, places, parts, Changing(), ("m",))
    assert store.open().document("docs/a.txt").text.startswith("换成了")
    assert len(indexed(store).skipped) == 2
