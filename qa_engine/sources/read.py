"""A file → its documents: the format reader is chosen by content and name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from qa_engine.errors import SourceError, UnreadableFile
from qa_engine.models import Document
from qa_engine.sources.columns import Vocabulary, load_vocabulary
from qa_engine.sources.legacy import TARGETS as LEGACY
from qa_engine.sources.raw import RawDocument
from qa_engine.sources.sniff import kind_of
from qa_engine.sources.understand import understand

# Told about a member of an archive (or a line of jsonl) that cannot be read; the other
# members are still given.
OnError = Callable[[str, SourceError], None]

MOST_BYTES = 1_000_000_000
_DEEPEST = 3  # archives and mails within each other


@dataclass(frozen=True, slots=True)
class _Source:
    data: bytes
    id: str
    depth: int = 0

    @property
    def path(self) -> PurePosixPath:
        return PurePosixPath(self.id)

    @property
    def suffix(self) -> str:
        return self.path.suffix.lower().lstrip(".")


def read_documents(
    path: Path, id: str, on_error: OnError | None = None, words: Vocabulary | None = None
) -> Iterator[Document]:
    """The documents in a file; most formats hold one, zip, jsonl and eml any number.

    ``id`` is the file's public id; members of archives are ``id/member``. Raises
    UnsupportedFormat or UnreadableFile (each names the file and the next step). A part
    that cannot be read is reported to ``on_error``, or raised when that is None.
    """
    for raw in read_raw(path, id, on_error, words):
        yield understand(raw, words)


def read_raw(
    path: Path, id: str, on_error: OnError | None = None, words: Vocabulary | None = None
) -> Iterator[RawDocument]:
    """The documents in a file as the format reader lays them out."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise UnreadableFile(
                f"{id}：文件有 {size // 1_000_000} MB，超过上限。", "请拆分后再试。"
            )
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            f"{id}：无法打开（{error.strerror}）。", "请检查路径和权限。"
        ) from error
    yield from _read(_Source(data, id), on_error, words or load_vocabulary())


def _read(source: _Source, on_error: OnError | None, words: Vocabulary) -> Iterator[RawDocument]:
    kind = kind_of(source.data, source.suffix, source.id)
    if kind == "zip":
        yield from _read_archive(source, on_error, words)
    elif kind == "eml":
        yield from _read_mail(source, on_error, words)
    elif kind == "jsonl":
        from qa_engine.sources.jsonl import read_jsonl

        yield from read_jsonl(source.data, source.id, source.path.stem, on_error)
    else:
        found = False
        for raw in _read_tables(source, kind, words):
            if raw.text.strip():
                found = True
                yield raw
        if not found:
            raise UnreadableFile(f"{source.id}：没有读到任何文字。", "请打开文件确认内容。")


def _read_tables(source: _Source, kind: str, words: Vocabulary) -> Iterator[RawDocument]:
    """Formats that hold one document, but for tables so large that they are several."""
    data, id, name = source.data, source.id, source.path.stem
    if kind in ("csv", "tsv"):
        from qa_engine.sources.delimited import read_delimited

        yield from read_delimited(data, id, name, kind, words)
        return
    if kind in LEGACY:
        from qa_engine.sources.legacy import convert

        data, kind = convert(data, kind, id)
        source = _Source(data, id, source.depth)
    if kind == "xlsx":
        from qa_engine.sources.xlsx_large import is_large, read_large_xlsx

        if is_large(data, name):
            yield from read_large_xlsx(data, id, name, words)
            return
    yield _read_one(source, kind, words)


def _read_one(source: _Source, kind: str, words: Vocabulary) -> RawDocument:
    """Formats that hold one document. Readers are loaded when first needed."""
    data, id, name = source.data, source.id, source.path.stem
    if kind == "docx":
        from qa_engine.sources.docx import read_docx

        return read_docx(data, id, name)
    if kind == "xlsx":
        from qa_engine.sources.xlsx import read_xlsx

        return read_xlsx(data, id, name, words)
    if kind == "pptx":
        from qa_engine.sources.pptx import read_pptx

        return read_pptx(data, id, name)
    if kind == "pdf":
        from qa_engine.sources.pdf import read_pdf

        return read_pdf(data, id, name, words)
    if kind == "html":
        from qa_engine.sources.html import read_html

        return read_html(data, id, name)
    if kind == "md":
        from qa_engine.sources.markdown import read_markdown

        return read_markdown(data, id, name, words)
    from qa_engine.sources.plain import read_plain

    return read_plain(data, id, name)


def _read_archive(
    source: _Source, on_error: OnError | None, words: Vocabulary
) -> Iterator[RawDocument]:
    from qa_engine.sources.archives import members

    for name, content in members(source.data, source.id):
        id = f"{source.id}/{name}"
        if isinstance(content, SourceError):
            _report(id, content, on_error)
            continue
        yield from _read_part(_Source(content, id, source.depth + 1), on_error, words)


def _read_mail(
    source: _Source, on_error: OnError | None, words: Vocabulary
) -> Iterator[RawDocument]:
    from qa_engine.sources.mail import read_mail

    message, attachments = read_mail(source.data, source.id, source.path.stem)
    if message.text.strip():
        yield message
    elif not attachments:
        raise UnreadableFile(f"{source.id}：邮件没有正文和附件。", "请用邮件程序打开确认。")
    for name, content in attachments:
        id = f"{source.id}/{PurePosixPath(name.replace(chr(92), '/')).name}"
        yield from _read_part(_Source(content, id, source.depth + 1), on_error, words)


def _read_part(
    source: _Source, on_error: OnError | None, words: Vocabulary
) -> Iterator[RawDocument]:
    try:
        if source.depth > _DEEPEST:
            raise UnreadableFile(
                f"{source.id}：压缩包嵌套超过 {_DEEPEST} 层。", "请解压后再放入资料文件夹。"
            )
        yield from _read(source, on_error, words)
    except SourceError as error:
        _report(source.id, error, on_error)


def _report(id: str, error: SourceError, on_error: OnError | None) -> None:
    if on_error is None:
        raise error
    on_error(id, error)
