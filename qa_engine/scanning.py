"""Roots and the files in them: what an update has to look at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa_engine.errors import UsageError
from qa_engine.sources.folders import walk


@dataclass(frozen=True, slots=True)
class SourceFile:
    """``root`` is the indexed folder (or file) that gives the file its id."""

    path: Path
    id: str
    root: str
    named: bool  # given itself, not found in a folder


def existing(path: Path) -> Path:
    """The absolute path. Raises UsageError if nothing is there."""
    absolute = path.expanduser().resolve()
    if not absolute.exists():
        raise UsageError(f"找不到 {path}。", "请检查路径。")
    return absolute


def merge_roots(known: Sequence[Path], named: Sequence[Path]) -> list[Path]:
    """The known roots and the named ones; none lies within another."""
    roots = list(dict.fromkeys([*known, *named]))
    return [r for r in roots if not any(r != other and within(r, other) for other in roots)]


def root_of(path: Path, roots: Sequence[Path]) -> Path:
    """The root that a path lies in."""
    return next(root for root in roots if within(path, root))


def within(path: Path, folder: Path) -> bool:
    """Whether a path is the folder or lies below it."""
    return path == folder or folder in path.parents


def files_of(path: Path, root: Path) -> Iterator[SourceFile]:
    """The files at or below a path, in the order of their ids, which are relative to the
    root's parent. Links that lead out of the root are left out."""
    if path.is_file():
        yield SourceFile(path, path.relative_to(root.parent).as_posix(), str(root), True)
        return
    for found in walk([root]):
        leads_out = found.path.is_symlink() and not within(found.path.resolve(), root)
        if within(found.path, path) and not leads_out:
            yield SourceFile(found.path, found.id, str(root), False)


def size(path: Path) -> int:
    """In bytes; 0 if it cannot be read."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def digest(path: Path) -> str:
    """sha256 of a file's content. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
