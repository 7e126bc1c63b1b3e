"""Uploaded files: names that are safe on every system, and a bin with an undo time."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from qa_engine.errors import UsageError
from qa_engine.places import Remote, given

UNDO_SECONDS = 600.0
_LONGEST_NAME = 180  # bytes
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)
_KEY = re.compile(r"^[A-Za-z0-9_-]{8,32}$")


def safe_name(given: str) -> str:
    """The last part of a path, without what a file system or a terminal could trip over.

    Raises UsageError when nothing usable is left, or the name is one that is not indexed.
    """
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", given)[-1])
    name = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    name = _FORBIDDEN.sub("_", name).strip().lstrip(".").rstrip(". ")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    while len(name.encode()) > _LONGEST_NAME and stem:
        stem = stem[:-1]
        name = f"{stem}{dot}{ending}"
    if not stem.strip() or _DEVICES.match(stem) or len(name.encode()) > _LONGEST_NAME:
        raise UsageError(f"这个文件名不能用：{given[:80]!r}", "请改名后再上传。")
    if name.upper().startswith("README"):
        raise UsageError(f"{name}：README 文件不会被索引。", "请改名后再上传。")
    return name


@dataclass(frozen=True, slots=True)
class Binned:
    """A document in the bin. ``file`` is its former path; ``moved`` if it lies in the bin."""

    key: str
    document: str
    title: str
    file: str
    moved: bool
    at: float

    def seconds_left(self) -> int:
        """Until it is purged."""
        return max(0, round(self.at + UNDO_SECONDS - time.time()))


class Uploads:
    """The folder of uploaded files and the bin beside it."""

    def __init__(self, state: Path) -> None:
        self.folder = state / "uploads"
        self._bin = state / "bin"

    def save(self, name: str, data: IO[bytes]) -> tuple[Path, Path | None]:
        """Write a file; returns its path and a copy of what it replaced, if anything."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / safe_name(name)
        part = self.folder / f".{secrets.token_hex(8)}.part"
        try:
            with part.open("wb") as out:
                shutil.copyfileobj(data, out)
                out.flush()
                os.fsync(out.fileno())
            before: Path | None = None
            if path.exists():
                before = self.folder / f".{secrets.token_hex(8)}.before"
                shutil.copyfile(path, before)  # so that there is a file at every moment
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return path, before

    def tidy(self) -> None:
        """Delete what a killed server left half-written or half-replaced."""
        for pattern in (".*.part", ".*.before"):
            for path in self.folder.glob(pattern):
                with contextlib.suppress(OSError):
                    path.unlink()

    def holds(self, path: Path) -> bool:
        """Whether a file was uploaded here (and so may be deleted here)."""
        try:
            return path.resolve().parent == self.folder.resolve()
        except OSError:
            return False

    def put_in_bin(self, document: str, title: str, file: Path | Remote | None) -> Binned:
        """Remember a removed document; its uploaded file moves to the bin."""
        key = secrets.token_urlsafe(12)
        folder = self._bin / key
        folder.mkdir(parents=True)
        moved = isinstance(file, Path) and self.holds(file) and file.exists()
        entry = Binned(key, document, title, str(file) if file else "", moved, time.time())
        (folder / "entry.json").write_text(
            json.dumps(
                {name: getattr(entry, name) for name in entry.__slots__}, ensure_ascii=False
            ),
            encoding="utf-8",
        )
        if moved and isinstance(file, Path):
            file.replace(folder / "file")
        return entry

    def binned(self) -> list[Binned]:
        """What can still be brought back, the latest first."""
        found: list[Binned] = []
        for path in self._bin.glob("*/entry.json"):
            try:
                found.append(Binned(**json.loads(path.read_text(encoding="utf-8"))))
            except (OSError, ValueError, TypeError):
                shutil.rmtree(path.parent, ignore_errors=True)
        return sorted(found, key=lambda entry: -entry.at)

    def entry(self, key: str) -> Binned:
        """Raises UsageError when it is no longer there."""
        if _KEY.match(key):
            for entry in self.binned():
                if entry.key == key:
                    return entry
        raise UsageError("这份文档已经清除，不能撤销。", "请重新上传。")

    def bring_back(self, entry: Binned) -> Path | Remote | None:
        """Move the file back; returns where it lies, None if it is gone."""
        path = given(entry.file) if entry.file else None
        if isinstance(path, Remote):
            self.drop(entry)
            return path
        if entry.moved and path is not None:
            if path.exists():
                raise UsageError(f"{path.name} 已有同名文件。", "请先删除新的那一份。")
            (self._bin / entry.key / "file").replace(path)
        self.drop(entry)
        return path if path is not None and path.exists() else None

    def drop(self, entry: Binned) -> None:
        """Delete an entry of the bin for good."""
        shutil.rmtree(self._bin / entry.key, ignore_errors=True)

    def expired(self) -> list[Binned]:
        """Whose undo time is over."""
        return [entry for entry in self.binned() if entry.seconds_left() == 0]
