"""Which files an index is made of, and the public id of each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qa_engine.errors import UnreadableFile

# Left behind by office programs and file managers; never documents.
_LITTER = ("~$", ".~", "~wr", "thumbs.db", "desktop.ini")
_UNFINISHED = (".tmp", ".part", ".crdownload")


@dataclass(frozen=True, slots=True)
class FoundFile:
    """``id`` is public and unique within a root; ``root`` is what the user named."""

    id: str
    path: Path
    root: Path


def walk(paths: Iterable[Path]) -> Iterator[FoundFile]:
    """The files to index, sorted by id within each path.

    A file in a folder has its POSIX path below the folder's parent as id; a file named
    by itself has its name. ``README*``, dot files and folders, and what office programs
    leave behind are passed over, but not when named by themselves. Links to folders are
    not followed. Raises UnreadableFile for a path that does not exist.
    """
    for path in paths:
        root = Path(os.path.abspath(path))  # noqa: PTH100 (links are kept)
        if root.is_dir():
            yield from _files(root)
        elif root.exists():
            yield FoundFile(_printable(root.name), root, root)
        else:
            raise UnreadableFile(f"{path}：文件或文件夹不存在。", "请检查路径是否写对。")


def ignored(name: str) -> bool:
    """Is a file or folder of that name passed over in walking?"""
    low = name.lower()
    return low.startswith((".", "readme", *_LITTER)) or low.endswith(_UNFINISHED)


def _files(root: Path) -> Iterator[FoundFile]:
    found: list[FoundFile] = []
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not ignored(name)]
        for name in files:
            path = Path(folder, name)
            # Sockets and pipes would block a reader for ever.
            if ignored(name) or (not path.is_file() and not path.is_symlink()):
                continue
            below = path.relative_to(root.parent).as_posix()
            found.append(FoundFile(_printable(below), path, root))
    yield from sorted(found, key=lambda file: file.id)


def _printable(name: str) -> str:
    """A file name may hold bytes that are no UTF-8; an id never does."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
