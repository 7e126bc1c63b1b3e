"""The files in a place: what an update has to look at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from qa_engine.errors import QAEngineError, UnreachableSource, UnreadableFile, UsageError
from qa_engine.places import Listed, Place, Remote, within
from qa_engine.sources import objects
from qa_engine.sources.folders import ignored, walk
from qa_engine.sources.read import MOST_BYTES


@dataclass(frozen=True, slots=True)
class SourceFile:
    """``root`` is the text of the root that gives the file its id. ``size`` (bytes) and
    ``mark`` (see `objects.Object`) are known of remote files; ``problem``: why they are not."""

    path: Path | Remote
    id: str
    root: str
    named: bool  # given itself, not found in a folder
    size: int = 0
    mark: str = ""
    problem: QAEngineError | None = None


def existing(named: Place) -> Place:
    """The place, absolute. Raises UsageError if nothing is there, or nothing can be told."""
    if isinstance(named, Remote):
        remote = Remote(objects.checked(named.uri))
        try:
            found = objects.there(remote.uri)
        except UnreachableSource as error:
            raise UsageError(error.message, error.hint) from error
        if not found:
            raise UsageError(f"找不到 {remote}。", "请检查地址。")
        return remote
    path = named.file if isinstance(named, Listed) else named
    absolute = path.expanduser().resolve()
    if not absolute.exists():
        raise UsageError(f"找不到 {path}。", "请检查路径。")
    return Listed(absolute) if isinstance(named, Listed) else absolute


def there(root: Place) -> bool:
    """Whether it can be looked into now."""
    if isinstance(root, Remote):
        try:
            return objects.there(root.uri)
        except QAEngineError:
            return False
    return (root.file if isinstance(root, Listed) else root).exists()


def files_of(path: Place, root: Place) -> Iterator[SourceFile]:
    """The files at or below a path, in the order of their ids, which are relative to the
    root's parent; those of a list have host or bucket and path as ids. Links that lead
    out of the root are left out.

    Raises UnreachableSource when the path is not there or does not answer."""
    if isinstance(path, Remote) and isinstance(root, Remote):
        yield from _remote(path, root)
    elif isinstance(path, Listed):
        yield from _listed(path)
    elif isinstance(path, Path) and isinstance(root, Path):
        yield from _local(path, root)


def _local(path: Path, root: Path) -> Iterator[SourceFile]:
    if not path.exists():
        raise UnreachableSource(f"找不到 {path}。")
    if path.is_file():
        yield SourceFile(path, path.relative_to(root.parent).as_posix(), str(root), True)
        return
    for found in walk([root]):
        leads_out = found.path.is_symlink() and not within(found.path.resolve(), root)
        if within(found.path, path) and not leads_out:
            yield SourceFile(found.path, found.id, str(root), False)


def _remote(path: Remote, root: Remote) -> Iterator[SourceFile]:
    start = objects.path_of(root.uri)
    found: list[SourceFile] = []
    for one in objects.listed(path.uri):
        if any(ignored(part) for part in one.below.split("/") if part):
            continue
        id = objects.name_of(root.uri) + objects.path_of(one.uri)[len(start) :]
        found.append(SourceFile(Remote(one.uri), id, str(root), not one.below, one.size, one.mark))
    yield from sorted(found, key=lambda file: file.id)


def _listed(root: Listed) -> Iterator[SourceFile]:
    try:
        lines = root.file.read_text("utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise UnreachableSource(f"找不到 {root.file}。") from error
    except (OSError, UnicodeDecodeError) as error:
        hint = "要 UTF-8 文本，一行一个地址。"
        raise UnreachableSource(f"读不了 {root.file}：{error}。", hint) from error
    uris: list[str] = []
    found: list[SourceFile] = []
    for line in dict.fromkeys(line.strip() for line in lines):
        if not line or line.startswith("#"):
            continue
        try:
            uris.append(objects.checked(line))
        except UsageError as error:
            shown = objects.public(line)
            found.append(SourceFile(Remote(shown), shown, str(root), False, problem=error))
    for uri, one in zip(uris, objects.looked_at(uris), strict=True):
        file = (Remote(uri), objects.path_of(uri), str(root), False)
        if isinstance(one, QAEngineError):
            found.append(SourceFile(*file, problem=one))
        else:
            found.append(SourceFile(*file, one.size, one.mark))
    yield from sorted(found, key=lambda file: file.id)


def size(file: SourceFile) -> int:
    """In bytes; 0 if it cannot be read."""
    if isinstance(file.path, Remote):
        return file.size
    try:
        return file.path.stat().st_size
    except OSError:
        return 0


def digest(file: SourceFile) -> str:
    """What changes with a file's content: its store's mark, or its sha256.

    Raises OSError, UnreachableSource."""
    if file.problem is not None:
        raise file.problem
    if file.mark:
        return file.mark
    with fetched(file.path, file.id) as path, path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


@contextmanager
def fetched(path: Path | Remote, id: str) -> Iterator[Path]:
    """The file on this machine: itself, or a copy for as long as it is needed.

    Raises UnreachableSource, and UnreadableFile for one that no reader would take."""
    if isinstance(path, Path):
        yield path
        return
    size = objects.size_of(path.uri)
    if size > MOST_BYTES:
        raise UnreadableFile(f"{id}：文件有 {size // 1_000_000} MB，超过上限。", "请拆分后再试。")
    with objects.fetched(path.uri) as copy:
        yield copy
