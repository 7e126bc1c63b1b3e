"""zip: its members, each a document under ``archive.zip/member``; limits against bombs."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from qa_engine.errors import SourceError, UnreadableFile
from qa_engine.sources.folders import ignored
from qa_engine.sources.packages import open_package, read_part

MOST_MEMBERS = 10_000
MOST_TOTAL = 2_000_000_000  # bytes unpacked, of all members
_UTF8 = 0x800  # flag: the member's name is UTF-8


def members(data: bytes, id: str) -> Iterator[tuple[str, bytes | SourceError]]:
    """(name, content) of each member in order, or the error that it gives.

    Folders, dot files and READMEs are passed over, as in walking folders. Names are only
    names: nothing is written to disk. Raises UnreadableFile for a damaged archive or one
    beyond the limits.
    """
    archive = open_package(data, id)
    found = [info for info in archive.infolist() if not info.is_dir()]
    total = sum(info.file_size for info in found)
    if len(found) > MOST_MEMBERS or total > MOST_TOTAL:
        raise UnreadableFile(
            f"{id}：压缩包内有 {len(found)} 个文件、解压后 {total // 1_000_000} MB，超过上限。",
            "请解压后只把需要的文件放入资料文件夹。",
        )
    seen: set[str] = set()
    for info in found:
        name = _name(info)
        if any(ignored(part) for part in PurePosixPath(name).parts) or name in seen:
            continue
        seen.add(name)
        try:
            yield name, read_part(archive, info.filename, f"{id}/{name}")
        except SourceError as error:
            yield name, error


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name as its author saw it, without any way out of the archive.

    Chinese Windows writes GBK where the format says CP437.
    """
    name = info.filename
    if not info.flag_bits & _UTF8:
        try:
            name = name.encode("cp437").decode("gb18030")
        except (UnicodeEncodeError, UnicodeDecodeError):
            name = info.filename
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join(parts).encode("utf-8", "replace").decode("utf-8")
