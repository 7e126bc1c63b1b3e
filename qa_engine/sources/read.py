"""A file → its documents: the format reader is chosen by suffix and by content."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from qa_engine.errors import SourceError, UnreadableFile
from qa_engine.models import Document
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.plain import read_plain
from qa_engine.sources.raw import RawDocument
from qa_engine.sources.understand import understand

# Told about a member of an archive (or a line of jsonl) that cannot be read; the other
# members are still given.
OnError = Callable[[str, SourceError], None]


def read_documents(
    path: Path, id: str, on_error: OnError | None = None, words: Vocabulary | None = None
) -> Iterator[Document]:
    """The documents in a file; most formats hold one, zip and jsonl any number.

    Raises UnsupportedFormat or UnreadableFile (each names the file and the next step).
    A part that cannot be read is reported to ``on_error``, or raised when that is None.
    """
    for raw in read_raw(path, id, on_error):
        yield understand(raw, words)


def read_raw(path: Path, id: str, on_error: OnError | None = None) -> Iterator[RawDocument]:
    """The documents in a file as the format reader lays them out."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            f"{id}：无法打开（{error.strerror}）。", "请检查路径和权限。"
        ) from error
    yield read_plain(data, id, path.stem)
