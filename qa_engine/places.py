"""Where indexed files lie, and which place lies within another.

A root is a folder or a file of this machine, one of an object store (`Remote`), or a list
of such addresses (`Listed`). In the index each is a text: a path, a URI, ``list:`` and the
path of the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qa_engine.sources.objects import is_uri

_LIST = "list:"


@dataclass(frozen=True, slots=True)
class Remote:
    """A file or folder by its URI, which holds no secret."""

    uri: str

    def __str__(self) -> str:
        return self.uri


@dataclass(frozen=True, slots=True)
class Listed:
    """The files that a text file names: a URI a line, lines with ``#`` in front left out."""

    file: Path

    def __str__(self) -> str:
        return f"{_LIST}{self.file}"


Place = Path | Remote | Listed


def place(text: str) -> Place:
    """What a text of the index stands for."""
    return Listed(Path(text.removeprefix(_LIST))) if text.startswith(_LIST) else given(text)


def given(text: str | Path) -> Path | Remote:
    """What an argument names."""
    return Remote(text) if isinstance(text, str) and is_uri(text) else Path(text)


def merge_roots(known: Sequence[Place], named: Sequence[Place]) -> list[Place]:
    """The known roots and the named ones; none lies within another."""
    roots = list(dict.fromkeys([*known, *named]))
    return [r for r in roots if not any(r != other and within(r, other) for other in roots)]


def root_of(path: Place, roots: Sequence[Place]) -> Place:
    """The root that a path lies in."""
    return next(root for root in roots if within(path, root))


def within(path: Place, folder: Place) -> bool:
    """Whether a path is the folder or lies below it."""
    if isinstance(path, Path) and isinstance(folder, Path):
        return path == folder or folder in path.parents
    if isinstance(path, Remote) and isinstance(folder, Remote):
        return path == folder or path.uri.startswith(f"{folder.uri.rstrip('/')}/")
    return path == folder


def holds(scope: Place, path: str, root: str) -> bool:
    """Whether what was indexed from ``path`` belongs to a root or a part of one."""
    return root == str(scope) or within(place(path), scope)
