"""Bringing an index up to date with folders and files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qa_engine.adapters.hashing_encoder import HashingEncoder
from qa_engine.adapters.memory import MemoryStore
from qa_engine.errors import DocumentNotFound, IndexMismatch, QAEngineError, UsageError
from qa_engine.indexing import remove, update
from qa_engine.intake import Report
from qa_engine.models import Document
from qa_engine.ports import Progress, Vectors
from qa_engine.sources.read import read_documents
from qa_engine.text.words import Cutter

CUTTER = Cutter()


class Counting(HashingEncoder):
    """Counts the texts that it encodes."""

    def __init__(self) -> None:
        super().__init__()
        self.texts = 0

    def _encode(self, texts: object, side: str) -> Vectors:
        self.texts += len(texts)  # type: ignore[arg-type]
        return super()._encode(texts, side)  # type: ignore[arg-type]


class Desk:
    """A folder, an index of it, and short ways to change both."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "papers"
        self.folder.mkdir()
        self.store = MemoryStore()
        self.encoder = Counting()

    def put(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def update(self, *paths: Path, **more: object) -> Report:
        return update(self.store, self.encoder, CUTTER, paths, **more)  # type: ignore[arg-type]

    def ids(self) -> list[str]:
        return [info.id for info in self.store.open().documents()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.put("a.txt", "云溪区开展安全检查。\n\n第二段讲培训安排。")
    desk.put("b.txt", "区教育局负责组织培训工作。")
    return desk


def test_a_folders_documents_are_named_by_their_place_in_it(desk: Desk) -> None:
    desk.put("sub/c.txt", "第三份文件的内容。")
    report = desk.update(desk.folder)
    assert report.added == desk.ids() == ["papers/a.txt", "papers/b.txt", "papers/sub/c.txt"]
    assert (report.documents, report.failed) == (3, [])
    assert report.passages == desk.store.open().manifest.passages > 0


def test_a_single_file_is_named_by_its_name(desk: Desk) -> None:
    desk.update(desk.folder / "a.txt")
    assert desk.ids() == ["a.txt"]


def test_what_did_not_change_is_neither_read_nor_encoded_again(desk: Desk) -> None:
    desk.update(desk.folder)
    before, generation = desk.encoder.texts, desk.store.current()
    report = desk.update(desk.folder)
    assert report.skipped == ["papers/a.txt", "papers/b.txt"]
    assert desk.encoder.texts == before
    assert desk.store.current() == generation


def test_changes_additions_and_removals_are_reported(desk: Desk) -> None:
    desk.update(desk.folder)
    desk.put("a.txt", "全新的内容在这里。")
    desk.put("c.txt", "又来了一份文件。")
    (desk.folder / "b.txt").unlink()
    report = desk.update()
    assert (report.changed, report.added, report.removed) == (
        ["papers/a.txt"], ["papers/c.txt"], ["papers/b.txt"],
    )  # fmt: skip
    assert desk.ids() == ["papers/a.txt", "papers/c.txt"]


def test_readmes_and_hidden_files_are_passed_over(desk: Desk) -> None:
    desk.put("README.md", "说明")
    desk.put(".hidden/x.txt", "隐藏")
    assert desk.update(desk.folder).failed == []
    assert desk.ids() == ["papers/a.txt", "papers/b.txt"]


def test_other_roots_stay_as_they_are(desk: Desk, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("另一个来源的文件。", encoding="utf-8")
    desk.update(other)
    desk.update(desk.folder)
    assert desk.ids() == ["other.txt", "papers/a.txt", "papers/b.txt"]


def test_a_path_within_a_known_root_refreshes_that_part_only(desk: Desk) -> None:
    desk.update(desk.folder)
    desk.put("a.txt", "甲文件变了。")
    desk.put("b.txt", "乙文件也变了。")
    report = desk.update(desk.folder / "b.txt")
    assert (report.changed, report.added, report.removed) == (["papers/b.txt"], [], [])
    assert desk.ids() == ["papers/a.txt", "papers/b.txt"]


def test_a_root_that_is_gone_for_now_keeps_its_documents(desk: Desk, tmp_path: Path) -> None:
    desk.update(desk.folder)
    desk.folder.rename(tmp_path / "unplugged")
    report = desk.update()
    assert report.removed == []
    assert len(report.failed) == 1
    assert len(desk.ids()) == 2


def test_a_removed_document_stays_out_until_it_is_named(desk: Desk) -> None:
    desk.update(desk.folder)
    remove(desk.store, desk.encoder, CUTTER, ["papers/b.txt"])
    assert desk.ids() == ["papers/a.txt"]
    desk.update()
    desk.update(desk.folder)
    assert desk.ids() == ["papers/a.txt"]
    assert desk.update(desk.folder / "b.txt").added == ["papers/b.txt"]
    assert desk.update().removed == []


def test_removing_an_unknown_document_removes_nothing(desk: Desk) -> None:
    desk.update(desk.folder)
    with pytest.raises(DocumentNotFound):
        remove(desk.store, desk.encoder, CUTTER, ["papers/a.txt", "nowhere"])
    assert len(desk.ids()) == 2


def test_an_unreadable_file_is_reported_and_the_rest_published(desk: Desk) -> None:
    desk.put("empty.txt", "")
    report = desk.update(desk.folder)
    assert len(report.failed) == 1
    assert "papers/empty.txt" in str(report.failed[0])
    assert desk.ids() == ["papers/a.txt", "papers/b.txt"]


def test_a_file_that_became_unreadable_goes(desk: Desk) -> None:
    desk.update(desk.folder)
    desk.put("b.txt", "")
    report = desk.update()
    assert report.removed == ["papers/b.txt"]
    assert len(report.failed) == 1


def test_a_parsers_mistake_on_one_file_does_not_lose_the_others(desk: Desk) -> None:
    def read(
        path: Path, id: str, on_error: Callable[[str, QAEngineError], None]
    ) -> Iterator[Document]:
        if path.name == "a.txt":
            raise ValueError("unexpected")
        yield from read_documents(path, id)

    report = desk.update(desk.folder, read=read)
    assert desk.ids() == ["papers/b.txt"]
    assert "papers/a.txt" in str(report.failed[0])


def test_one_id_claimed_twice_is_an_error_that_names_both(desk: Desk, tmp_path: Path) -> None:
    again = tmp_path / "elsewhere" / "papers"
    again.mkdir(parents=True)
    (again / "a.txt").write_text("同名的另一份文件。", encoding="utf-8")
    desk.update(desk.folder)
    report = desk.update(again)
    message = str(report.failed[0])
    assert str(again / "a.txt") in message
    assert str(desk.folder / "a.txt") in message
    assert desk.store.open().documents()[0].path == str(desk.folder / "a.txt")


def test_an_interrupted_update_leaves_the_index_as_it_was(desk: Desk) -> None:
    desk.update(desk.folder)
    desk.put("c.txt", "新文件的内容。")

    def interrupt(step: Progress) -> None:
        if step.stage == "encoding":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.update(desk.folder, progress=interrupt)
    assert desk.ids() == ["papers/a.txt", "papers/b.txt"]
    assert desk.update(desk.folder).added == ["papers/c.txt"]


def test_nothing_to_index_is_an_error_with_the_next_step(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="没有指定"):
        desk.update()
    with pytest.raises(UsageError, match="nowhere"):
        desk.update(tmp_path / "nowhere")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(UsageError, match="没有读到"):
        desk.update(empty)
    assert not desk.store.exists()


def test_another_encoder_is_refused_unless_rebuilding(desk: Desk) -> None:
    desk.update(desk.folder)
    other = HashingEncoder(8)
    with pytest.raises(IndexMismatch):
        update(desk.store, other, CUTTER, [])
    update(desk.store, other, CUTTER, [], rebuild=True)
    assert desk.store.open().manifest.encoder == other.name
    assert len(desk.ids()) == 2


def test_progress_tells_the_stages_in_order(desk: Desk) -> None:
    stages: list[str] = []
    desk.update(desk.folder, progress=lambda step: stages.append(step.stage))
    assert list(dict.fromkeys(stages)) == ["reading", "encoding", "writing", "publishing"]


def test_links_that_lead_out_of_the_folder_are_not_followed(desk: Desk, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("不该被索引的内容。", encoding="utf-8")
    (desk.folder / "link.txt").symlink_to(secret)
    desk.update(desk.folder)
    assert desk.ids() == ["papers/a.txt", "papers/b.txt"]
