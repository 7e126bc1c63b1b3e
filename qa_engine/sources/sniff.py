"""What kind of file it is: by its content where that is clear, else by its name."""

from __future__ import annotations

import io
import re
import zipfile

from qa_engine.errors import UnreadableFile, UnsupportedFormat
from qa_engine.sources.legacy import TARGETS
from qa_engine.sources.packages import DAMAGE

PLAIN = frozenset(("txt", "text", "log", "asc", ""))
_HTML = re.compile(rb"<(?:!doctype\s+html|html[\s>]|head[\s>]|body[\s>]|table[\s>]|meta\s)", re.I)
_TEXT_FORMATS = frozenset(("md", "markdown", "csv", "tsv", "jsonl", "ndjson", "html", "htm"))
_SAME = {"markdown": "md", "ndjson": "jsonl", "htm": "html", "xhtml": "html", "shtml": "html",
         "xlsm": "xlsx", "xltx": "xlsx", "docm": "docx", "dotx": "docx", "pptm": "pptx",
         "ppsx": "pptx", "mht": "eml", "mhtml": "eml", "text": "txt", "log": "txt"}  # fmt: skip
_MAGIC = (
    (b"\x89PNG", "图片"), (b"\xff\xd8\xff", "图片"), (b"GIF8", "图片"), (b"BM", "图片"),
    (b"II*\0", "图片"), (b"MM\0*", "图片"), (b"RIFF", "音视频"), (b"ID3", "音频"),
    (b"Rar!", "RAR 压缩包"), (b"7z\xbc\xaf", "7z 压缩包"), (b"\x1f\x8b", "gzip 压缩包"),
    (b"\x7fELF", "程序"), (b"MZ", "程序"), (b"SQLite format 3\0", "数据库"),
)  # fmt: skip
_HINTS = {
    "图片": "请先做文字识别（OCR），把文字存为 txt 或 docx 后再试。",
    "RAR 压缩包": "请解压，或改用 zip。",
    "7z 压缩包": "请解压，或改用 zip。",
    "gzip 压缩包": "请解压，或改用 zip。",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KNOWN = (
    "txt、md、html、docx、xlsx、pptx、pdf、csv、tsv、jsonl、eml、zip，"
    "以及（装有 LibreOffice 时）doc、xls、ppt、wps、rtf、odt"
)


def kind_of(data: bytes, suffix: str, name: str) -> str:
    """The format to read a file as, such as ``docx``; ``suffix`` is lower case, no dot.

    Raises UnreadableFile for empty and encrypted files, UnsupportedFormat for pictures,
    programs and the like.
    """
    given = _SAME.get(suffix, suffix)
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableFile(f"{name}：文件是空的。", "请删除，或换成完整的文件。")
    if data.startswith(b"%PDF-") or b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _package_kind(data, given, name)
    if data.startswith(_OLE):
        return _compound_kind(data, given, name)
    if data.lstrip()[:5] == b"{\\rtf":
        return "rtf"
    for magic, what in _MAGIC:
        if data.startswith(magic) and (given not in PLAIN or not _is_text(data)):
            raise UnsupportedFormat(
                f"{name}：{what}，没有可读的文字。", _HINTS.get(what, f"支持的格式：{_KNOWN}。")
            )
    return _text_kind(data, given, name)


def _text_kind(data: bytes, given: str, name: str) -> str:
    if given in _TEXT_FORMATS or given == "eml":
        return given
    head = data[:4096]
    if _HTML.search(head):
        # Pages saved as .doc or .xls by web systems.
        return "html"
    if re.match(rb"(?:[\w-]+: [^\n]*\r?\n)*MIME-Version:", head, re.I):
        return "eml"
    if given in PLAIN or given == "txt":
        return "txt"
    if not _is_text(data):
        if given in ("docx", "xlsx", "pptx", "pdf", "zip", *TARGETS):
            raise UnreadableFile(
                f"{name}：内容不是 {given} 格式，文件可能已损坏。", "请重新下载或导出后再试。"
            )
        raise UnsupportedFormat(f"{name}：不支持的格式 .{given}。", f"支持的格式：{_KNOWN}。")
    if given in ("docx", "xlsx", "pptx", "pdf", "zip", "json", "xml", *TARGETS):
        return "txt"
    return "txt"


def _is_text(data: bytes) -> bool:
    """No control characters but white space in the first part (UTF-16 has its own mark)."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    head = data[:8192]
    odd = sum(1 for byte in head if byte < 9 or (13 < byte < 32 and byte != 27))
    return odd * 200 < len(head)


def _package_kind(data: bytes, given: str, name: str) -> str:
    try:
        names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except DAMAGE as error:
        raise UnreadableFile(
            f"{name}：文件已损坏或不完整（{error}）。", "请重新下载或复制一份完整的文件。"
        ) from error
    for folder, kind in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx")):
        if any(entry.startswith(folder) for entry in names) and "[Content_Types].xml" in names:
            binary = kind == "xlsx" and any(entry.endswith("workbook.bin") for entry in names)
            return "xlsb" if binary else kind
    if "mimetype" in names and given in TARGETS:
        return given  # OpenDocument
    if given in ("docx", "xlsx", "pptx"):
        raise UnreadableFile(
            f"{name}：不是完整的 {given} 文件。", "请用 Office 或 WPS 打开确认，修复或另存后再试。"
        )
    return "zip"


def _compound_kind(data: bytes, given: str, name: str) -> str:
    """The old office container: doc, xls, ppt, wps; or a modern file with a password."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableFile(f"{name}：文件有打开密码。", "请去掉密码另存后再试。")
    if not _has_root(data):
        # LibreOffice would read the bytes of a broken one as text.
        raise UnreadableFile(f"{name}：文件已损坏或不完整。", "请重新下载或复制一份完整的文件。")
    if given in TARGETS:
        return given
    for stream, kind in (
        ("WordDocument", "doc"),
        ("Workbook", "xls"),
        ("PowerPoint Document", "ppt"),
    ):
        if stream.encode("utf-16-le") in data:
            return kind
    raise UnsupportedFormat(f"{name}：不支持的旧格式文件。", f"支持的格式：{_KNOWN}。")


def _has_root(data: bytes) -> bool:
    """Is the directory of the container where its header says ([MS-CFB] 2.2 and 2.6)?"""
    if len(data) < 512:
        return False
    shift = int.from_bytes(data[30:32], "little")
    sector = int.from_bytes(data[48:52], "little")
    at = (sector + 1) << shift if shift in (9, 12) else len(data)
    return data[at : at + 2] == "R".encode("utf-16-le") and len(data) >= at + 128
