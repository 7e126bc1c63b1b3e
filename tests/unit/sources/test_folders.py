"""Walking folders gives every document once, under a stable id."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_engine.errors import UnreadableFile
from qa_engine.sources.folders import walk


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", "utf-8")


def test_ids_are_paths_below_the_parent_of_the_folder(tmp_path: Path) -> None:
    """The folder's own name is the first part of an id."""
    make(tmp_path / "文件", "b.txt", "甲/a.txt")
    assert [file.id for file in walk([tmp_path / "文件"])] == ["文件/b.txt", "文件/甲/a.txt"]


def test_a_file_named_by_itself_has_its_name_as_id(tmp_path: Path) -> None:
    """A single file's id does not depend on where it lies."""
    make(tmp_path, "通知.txt")
    assert [file.id for file in walk([tmp_path / "通知.txt"])] == ["通知.txt"]


def test_readmes_dot_files_and_litter_are_passed_over(tmp_path: Path) -> None:
    """They are ignored at every level, folders too."""
    make(
        tmp_path / "c",
        "README.md",
        "readme.txt",
        ".x",
        ".git/a.txt",
        "d/README",
        "~$a.docx",
        "~WRL0003.tmp",
        "b.docx.crdownload",
        "Thumbs.db",
        "d/a.txt",
    )
    assert [file.id for file in walk([tmp_path / "c"])] == ["c/d/a.txt"]


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    """The error says which path does not exist."""
    with pytest.raises(UnreadableFile, match="nowhere"):
        list(walk([tmp_path / "nowhere"]))


def test_a_trailing_slash_or_dot_changes_nothing(tmp_path: Path) -> None:
    """The same folder written otherwise gives the same ids."""
    make(tmp_path / "c", "a.txt")
    assert [f.id for f in walk([tmp_path / "c" / ".." / "c"])] == ["c/a.txt"]
