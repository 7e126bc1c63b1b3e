"""Plain text → raw layout: one paragraph a line."""

from __future__ import annotations

from qa_engine.sources.decoding import decode
from qa_engine.sources.raw import RawDocument, lines_of


def read_plain(data: bytes, id: str, name: str) -> RawDocument:
    """Line ends stay as they are in the file. Raises UnreadableFile for binary data."""
    decoded = decode(data, name)
    return RawDocument(
        id=id,
        text=decoded.text,
        elements=tuple(lines_of(decoded.text)),
        name=name,
        encoding=decoded.encoding,
        encoding_confidence=decoded.confidence,
        problems=decoded.problems,
    )
