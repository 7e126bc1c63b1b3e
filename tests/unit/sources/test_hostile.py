"""Three hundred broken and hostile files: each ends in documents or a clear message."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest
from hostile import hostile_files

from qa_engine.errors import SourceError
from qa_engine.sources.read import read_documents

_MOST_MEMORY = 1_500_000  # kilobytes, of the whole process


def outcome(path: Path, name: str) -> tuple[list[str], list[SourceError]]:
    """The texts of the documents in a file, and the errors of it and its parts."""
    errors: list[SourceError] = []
    texts: list[str] = []
    try:
        found = read_documents(path, name, lambda _, error: errors.append(error))
        texts.extend(document.text for document in found)
    except SourceError as error:
        errors.append(error)
    return texts, errors


@pytest.mark.long
def test_no_file_does_harm(tmp_path: Path) -> None:
    """No exception but SourceError, always a name and a next step, memory bounded."""
    count = 0
    for name, data in hostile_files(tmp_path):
        count += 1
        path = tmp_path / name
        path.write_bytes(data)
        texts, errors = outcome(path, name)
        assert texts or errors, f"{name} ended in nothing"
        assert all(text.strip() for text in texts), name
        for error in errors:
            assert error.message, name
            assert error.hint, name
        path.unlink()
    assert count >= 300
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < _MOST_MEMORY


def test_nothing_is_written_outside(tmp_path: Path) -> None:
    """Members that point out of an archive are read under plain names, nothing else."""
    from hostile import zipped

    inner = tmp_path / "inner"
    inner.mkdir()
    path = inner / "a.zip"
    path.write_bytes(zipped({"../../outside.txt": "甲乙丙丁，戊己庚辛。".encode()}))
    [document] = read_documents(path, "a.zip")
    assert document.id == "a.zip/outside.txt"
    assert [entry.name for entry in tmp_path.iterdir()] == ["inner"]
