"""Office files are zip archives of XML: open them with limits, parse without entities."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from pathlib import PurePosixPath

from lxml import etree

from qa_engine.errors import UnreadableFile

MOST_BYTES = 300_000_000  # unpacked, of one part
MOST_RATIO = 300  # unpacked : packed, beyond which a large part is a bomb
_SMALL = 10_000_000  # parts below this are harmless at any ratio
# What zipfile and its decompressors raise on damaged archives, beside what they document.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    OverflowError,
    NotImplementedError,
)
_DAMAGED = "请用 Office 或 WPS 打开确认，修复或另存后再试。"


def open_package(data: bytes, name: str) -> zipfile.ZipFile:
    """Raises UnreadableFile when the archive is damaged."""
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except DAMAGE as error:
        raise UnreadableFile(f"{name}：文件已损坏或不完整（{error}）。", _DAMAGED) from error


def read_part(package: zipfile.ZipFile, part: str, name: str) -> bytes:
    """One part, unpacked. Raises UnreadableFile when damaged, encrypted or a zip bomb."""
    try:
        info = package.getinfo(part)
    except KeyError as error:
        raise UnreadableFile(f"{name}：文件内缺少 {part}，可能已损坏。", _DAMAGED) from error
    check_size(info, name)
    try:
        with package.open(info) as stream:
            data = stream.read(MOST_BYTES + 1)
    except DAMAGE as error:
        raise UnreadableFile(f"{name}：文件已损坏（{error}）。", _DAMAGED) from error
    except RuntimeError as error:  # zipfile's word for “a password is needed”
        raise UnreadableFile(f"{name}：文件有密码。", "请去掉密码另存后再试。") from error
    if len(data) > MOST_BYTES:
        raise UnreadableFile(f"{name}：解压后过大。", "请拆分后再试。")
    return data


def check_size(info: zipfile.ZipInfo, name: str) -> None:
    """Raises UnreadableFile for a part that would unpack beyond all measure."""
    ratio = info.file_size / max(1, info.compress_size)
    if info.file_size > MOST_BYTES or (info.file_size > _SMALL and ratio > MOST_RATIO):
        raise UnreadableFile(
            f"{name}：其中 {info.filename} 解压后有 {info.file_size // 1_000_000} MB"
            f"（压缩比 {ratio:.0f}），疑似压缩炸弹，未解压。",
            "若确认文件可信，请解压或拆分后再放入资料文件夹。",
        )


def parse_part(package: zipfile.ZipFile, part: str, name: str) -> etree._Element:
    """The XML tree of a part. Raises UnreadableFile."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(read_part(package, part, name), parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(f"{name}：{part} 内容损坏（{error}）。", _DAMAGED) from error


def relations(package: zipfile.ZipFile, part: str, name: str) -> dict[str, tuple[str, str]]:
    """Relation id → (type, target part) of a part; empty when it has none."""
    path = PurePosixPath(part)
    rels = str(path.parent / "_rels" / f"{path.name}.rels").removeprefix("./")
    if rels not in package.namelist():
        return {}
    result: dict[str, tuple[str, str]] = {}
    for node in parse_part(package, rels, name):
        if not isinstance(node.tag, str) or node.get("TargetMode") == "External":
            continue
        target = str(node.get("Target") or "")
        base = PurePosixPath("/") if target.startswith("/") else path.parent
        joined = _plain(base / target.lstrip("/"))
        result[str(node.get("Id"))] = (str(node.get("Type")).rsplit("/", 1)[-1], joined)
    return result


def main_part(package: zipfile.ZipFile, default: str, name: str) -> str:
    """The part that holds the document itself."""
    found = relations(package, "", name) if "_rels/.rels" in package.namelist() else {}
    for kind, target in found.values():
        if kind == "officeDocument":
            return target
    return default


def _plain(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            del parts[-1:]
        elif part not in ("/", "."):
            parts.append(part)
    return "/".join(parts)
