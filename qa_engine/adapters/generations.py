"""Generations of an index in a folder: whole, immutable, switched by one rename.

``CURRENT`` names the current generation, a folder beside it. A writer fills a new
folder, links the files that did not change, makes everything durable, and only then
replaces ``CURRENT``. Whatever stops it before leaves the old generation as it was; the
next writer removes what it left. A reader holds a shared lock on its generation, so that
no writer removes it underneath (on Windows open files cannot be removed anyway); the last
reader of an old generation removes it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import socket
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from qa_engine.compatibility import check_format
from qa_engine.errors import IndexDamaged, IndexError_, IndexLocked, IndexNotFound
from qa_engine.models import Manifest
from qa_engine.serialise import from_plain, to_plain

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

CURRENT = "CURRENT"
LOCK = "LOCK"
MANIFEST = "manifest.json"
IN_USE = "IN_USE"
_PREFIX = "generation-"


class Generations:
    """The folder of an index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> str | None:
        """The name of the current generation; None if nothing was published."""
        try:
            name = (self.folder / CURRENT).read_text("ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise IndexDamaged(f"读不了 {self.folder / CURRENT}：{error}", _DOCTOR) from error
        if not name.startswith(_PREFIX) or "/" in name or "\\" in name:
            raise IndexDamaged(f"{self.folder / CURRENT} 的内容不对：{name[:80]!r}", _DOCTOR)
        return name

    def hold(self) -> Held:
        """The current generation, kept from removal until released.

        Raises IndexNotFound, IndexDamaged."""
        for attempt in range(50):
            name = self.current()
            if name is None:
                raise IndexNotFound(
                    f"{self.folder} 里还没有索引。",
                    f"请先运行：qa-engine index 文件夹{self._option()}",
                )
            path = self.folder / name
            try:
                file = (path / IN_USE).open("rb")
            except FileNotFoundError:
                # Switched and removed since the pointer was read; otherwise damaged.
                if self.current() == name and attempt:
                    raise IndexDamaged(f"索引文件夹不完整：{path}", _DOCTOR) from None
                continue
            if _lock(file, exclusive=False) and path.joinpath(MANIFEST).exists():
                return Held(self, path, file)
            file.close()
            time.sleep(0.01)
        raise IndexDamaged(f"索引文件夹不完整：{self.folder / (name or '')}", _DOCTOR)

    def lock(self) -> IO[bytes]:
        """The writer's lock; close the file to let it go. Raises IndexLocked.

        The operating system lets go of the lock of a process that died, so that none is
        ever left behind; the file's content only says who holds it.
        """
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            file = (self.folder / LOCK).open("a+b")
        if not _lock(file, exclusive=True):
            file.seek(0)
            owner = file.read(1000).decode("utf-8", "replace").strip()
            file.close()
            raise IndexLocked(f"另一个进程正在写 {self.folder}（{owner}）。", "请等它结束后再试。")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        # The name is for people; a full disk must not keep anyone from tidying up.
        with contextlib.suppress(OSError):
            os.ftruncate(file.fileno(), 0)
            os.write(
                file.fileno(), f"pid {os.getpid()}, host {socket.gethostname()}, {now}\n".encode()
            )
        return file

    def tidy(self) -> None:
        """Remove what a killed writer left, unless another writer is at work just now."""
        with contextlib.suppress(IndexError_):
            file = self.lock()
            try:
                self.clean()
            finally:
                file.close()

    def begin(self) -> Path:
        """A new, empty generation folder. The caller holds the lock."""
        current = self._readable()
        number = int(current.split("-")[1]) + 1 if current else 1
        path = self.folder / f"{_PREFIX}{number:06d}-{secrets.token_hex(3)}"
        with writing(self.folder):
            path.mkdir()
            (path / IN_USE).write_bytes(b"readers of this generation lock this file\n")
        return path

    def publish(self, path: Path, manifest: Manifest) -> None:
        """Write the manifest, make everything durable and switch to the new generation."""
        write_durably(path / MANIFEST, json.dumps(to_plain(manifest), ensure_ascii=False, indent=1))
        for folder in (*(p for p in path.rglob("*") if p.is_dir()), path, self.folder):
            sync_folder(folder)
        temporary = self.folder / f"{CURRENT}.new"
        write_durably(temporary, path.name + "\n")
        _patiently(lambda: temporary.replace(self.folder / CURRENT))
        sync_folder(self.folder)

    def clean(self) -> None:
        """Remove generations that are neither current nor read. The caller holds the lock."""
        current = self._readable()
        if current is None and (self.folder / CURRENT).exists():
            return  # a damaged pointer: which generation it meant is for a person to say
        with contextlib.suppress(OSError):
            (self.folder / f"{CURRENT}.new").unlink(missing_ok=True)
        for path in self.folder.glob(f"{_PREFIX}*"):
            if path.name != current and path.is_dir():
                remove_generation(path)

    def others(self) -> list[str]:
        """The names of generations that are not current: still read, or left by a killed writer."""
        if not self.folder.is_dir():
            return []
        current = self._readable()
        return sorted(p.name for p in self.folder.glob(f"{_PREFIX}*") if p.name != current)

    def superseded(self, name: str) -> bool:
        """Whether another generation than this one is current."""
        current = self._readable()
        return current is not None and current != name

    def meta(self) -> dict[str, str]:
        """What the manifest of the current generation was told; empty if it cannot be read."""
        name = self._readable()
        if name is None:
            return {}
        try:
            found = json.loads((self.folder / name / MANIFEST).read_text("utf-8"))["meta"]
            return {str(key): str(value) for key, value in found.items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}

    def _readable(self) -> str | None:
        """The current generation; None also for a pointer that is damaged."""
        try:
            return self.current()
        except IndexDamaged:
            return None

    def _option(self) -> str:
        return "" if str(self.folder) == "index" else f" --index {self.folder}"


class Held:
    """A generation that stays until ``release``."""

    def __init__(self, generations: Generations, path: Path, file: IO[bytes]) -> None:
        self.path = path
        self._generations = generations
        self._file = file

    def manifest(self) -> Manifest:
        """Raises IndexDamaged."""
        return read_manifest(self.path)

    def release(self) -> None:
        """Let go. What is no longer current goes with its last reader: it may hold what
        was removed since. No writer builds on it, for a writer's base is current."""
        self._file.close()
        if self._generations.superseded(self.path.name):
            remove_generation(self.path)


def read_manifest(path: Path) -> Manifest:
    """The manifest of a generation folder, its files present.

    Raises IndexDamaged, and IndexMismatch for another format."""
    try:
        data = json.loads((path / MANIFEST).read_text("utf-8"))
        check_format(data["format"])  # another format may have other fields
        manifest = from_plain(Manifest, data)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise IndexDamaged(f"读不了 {path / MANIFEST}：{error}", _DOCTOR) from error
    for name in manifest.files:
        if not (path / name).is_file():
            raise IndexDamaged(f"索引缺少文件：{path / name}", _DOCTOR)
    return manifest


def remove_generation(path: Path) -> bool:
    """Remove a generation unless someone reads it; what cannot be removed stays for later."""
    try:
        file: IO[bytes] | None = (path / IN_USE).open("rb")
    except OSError:
        file = None
    try:
        if file is not None and not _lock(file, exclusive=True):
            return False
        if sys.platform == "win32" and file is not None:
            file.close()
        with contextlib.suppress(OSError):
            (path / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(path, ignore_errors=True)
        return not path.exists()
    finally:
        if file is not None:
            file.close()


def link_or_copy(source: Path, target: Path) -> None:
    """The same file under a second name; a copy where the file system has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def checksums(path: Path, known: Mapping[str, str]) -> dict[str, str]:
    """sha256 of every file of a generation, by POSIX path in it.

    ``known``: those of files that were taken over unchanged."""
    result: dict[str, str] = {}
    for file in sorted(p for p in path.rglob("*") if p.is_file()):
        name = file.relative_to(path).as_posix()
        if name in (MANIFEST, IN_USE):
            continue
        result[name] = known.get(name) or checksum(file)
    return result


def checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def damaged_files(path: Path, manifest: Manifest) -> list[str]:
    """The files of a generation whose content is not what the manifest says."""
    return [
        name
        for name, known in manifest.files.items()
        if not (path / name).is_file() or checksum(path / name) != known
    ]


def unlisted_files(path: Path, manifest: Manifest) -> list[str]:
    """Files in a generation that the manifest does not know."""
    found = (p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_file())
    return sorted(name for name in found if name not in {*manifest.files, MANIFEST, IN_USE})


def write_durably(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def sync_file(path: Path) -> None:
    """Ask the system to bring a file to the disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """The same for a folder's entries; Windows has no such call."""
    if sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_DOCTOR = "请运行 qa-engine doctor 查看，或用 qa-engine index --rebuild 重建。"


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """What the system refuses (full disk, no permission) as an IndexError_ with a next step."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        said = getattr(error, "strerror", None) or error
        raise IndexError_(
            f"写不了索引文件夹 {folder}：{said}",
            "原来的索引没有变。请检查磁盘空间和权限后再试，或用 --index 换一个文件夹。",
        ) from error


def _patiently(action: Callable[[], object]) -> None:
    """Windows refuses to replace a file while another process reads it: a moment later it may."""
    for wait in (0.01, 0.05, 0.2, 0.5, 1.0):
        try:
            action()
        except PermissionError:
            time.sleep(wait)
        else:
            return
    action()


def _lock(file: IO[bytes], *, exclusive: bool) -> bool:
    """Lock an open file without waiting; closing it (or dying) lets go."""
    if sys.platform == "win32":
        if not exclusive:
            return True  # an open file is protection enough there
        try:
            file.seek(1 << 30)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        file.seek(0)
        return True
    try:
        mode = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
        fcntl.flock(file.fileno(), mode | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
