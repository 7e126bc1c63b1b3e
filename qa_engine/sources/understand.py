"""From the raw layout to a ``Document``: pick the layout, put tables and duties in place."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

from qa_engine.models import Block, Document
from qa_engine.sources.columns import Vocabulary, load_vocabulary
from qa_engine.sources.contacts import with_contacts
from qa_engine.sources.duties import with_duties
from qa_engine.sources.duty_text import first_leads
from qa_engine.sources.facts import document_facts
from qa_engine.sources.flattened import with_tables
from qa_engine.sources.heading_labels import with_heading_labels
from qa_engine.sources.layout import Parsed, source_start
from qa_engine.sources.markup import without_marks
from qa_engine.sources.parsers import PARSERS
from qa_engine.sources.personnel import with_personnel
from qa_engine.sources.prose import parse_prose
from qa_engine.sources.raw import Paragraph, RawDocument, Table
from qa_engine.sources.records import TableReading, read_table
from qa_engine.sources.rosters import with_rosters
from qa_engine.sources.services import with_services

# A document is a table when at least this share of its characters stands in tables.
_TABLE_SHARE = 0.5
# What stands above the rest of a table: 续表, （续上表）, 表2（续）.
_CONTINUED = re.compile(
    r"[（(]?\s*(?:续\s*(?:上|前)?\s*表|接上[页表]|表\s*[\d一二三四五六七八九十.\-]*\s*[（(]?\s*续\s*[）)]?)"
    r"\s*[\d一二三四五六七八九十.\-]*\s*[）)]?[：:]?$"
)
# Formats in which a table may stand as text only.
_PASTED = ("txt", "jsonl", "md", "html", "docx", "pdf", "rtf", "eml", "pptx")


def understand(raw: RawDocument, words: Vocabulary | None = None) -> Document:
    """The document with its kind, blocks, records and what was dropped.

    ``words`` is the vocabulary of column names (the built-in one by default).
    """
    vocabulary = words or load_vocabulary()
    if raw.suffix in _PASTED:
        raw = with_tables(raw, vocabulary)
    parsed = _parse(raw)
    blocks = with_heading_labels(_with_rows(parsed, raw, vocabulary), vocabulary)
    blocks = with_rosters(blocks)
    blocks = with_duties(with_contacts(with_personnel(with_services(blocks))), vocabulary)
    if raw.suffix == "md":
        blocks = [without_marks(block) for block in blocks]
    if raw.ocr:
        blocks = [_marked(block, raw) for block in blocks]
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
        facts=document_facts(blocks, parsed.addressee, parsed.meta.get("signed")),
    )


def _marked(block: Block, raw: RawDocument) -> Block:
    """A block of a scanned page says that it was read by OCR, and how surely."""
    sure = raw.ocr.get(block.page or 0)
    return block if sure is None else replace(block, note=f"OCR {sure:.2f}")


def _parse(raw: RawDocument) -> Parsed:
    found = [parsed for parser in PARSERS if (parsed := parser(raw)) is not None]
    return max(found, key=lambda parsed: parsed.score, default=None) or parse_prose(raw)


def _table_share(raw: RawDocument) -> float:
    inside = sum(cell.end - cell.start for table in raw.tables for cell in table.cells)
    outside = sum(part.end - part.start for part in raw.paragraphs)
    return inside / (inside + outside) if inside else 0.0


def _with_rows(parsed: Parsed, raw: RawDocument, words: Vocabulary) -> list[Block]:
    """The blocks with the rows of every table at its place, under the headings above."""
    blocks: list[Block] = []
    waiting = list(parsed.blocks)
    before: TableReading | None = None
    previous: Table | None = None
    number = 0
    ordered = first_leads(raw.text)
    for table in raw.tables:
        while waiting and (_start(waiting[0], blocks) < table.start):
            blocks.append(waiting.pop(0))
        continued = previous is not None and _continues(raw, previous, table)
        number += 0 if continued else 1
        above = before if continued else None
        headings = _headings(blocks)
        reading = read_table(raw.text, table, number, words, headings, above, ordered)
        if reading.amended is not None:
            at = max(i for i, block in enumerate(blocks) if block.record is not None)
            blocks[at] = replace(reading.amended, page=blocks[at].page)
        blocks.extend(reading.blocks)
        parsed.dropped.extend(reading.dropped)
        before, previous = reading, table
    return blocks + waiting


def _start(block: Block, done: list[Block]) -> int:
    """Where a block begins; a synthetic one stands with the block before it."""
    start = source_start(block)
    if start is not None:
        return start
    return next((at for done_block in reversed(done) if (at := source_start(done_block))), 0)


def _headings(blocks: list[Block]) -> tuple[str, ...]:
    """The headings above a table: those of the last block that is no row."""
    for block in reversed(blocks):
        if block.table is None:
            return (*block.headings, block.text.text) if block.kind == "heading" else block.headings
    return ()


def _continues(raw: RawDocument, above: Table, table: Table) -> bool:
    """The same table on the next page, or below “续表”: as many columns and nothing but page
    furniture between."""
    first = bisect_left(raw.elements, above.end, key=lambda part: part.start)
    between: list[Paragraph] = []
    for at in range(first, len(raw.elements)):
        part = raw.elements[at]
        if part.start >= table.start:
            break
        if isinstance(part, Paragraph) and part.form != "furniture":
            between.append(part)
    said = bool(between) and all(_CONTINUED.match(raw.of(part).strip()) for part in between)
    pages = above.page is not None and table.page is not None and table.page == above.page + 1
    return above.columns == table.columns and (said or (pages and not between))
