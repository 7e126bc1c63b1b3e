"""csv and tsv: one table."""

from __future__ import annotations

import csv
import io

from qa_engine.errors import UnreadableFile
from qa_engine.sources.compose import Composer, GridCell
from qa_engine.sources.decoding import decode
from qa_engine.sources.raw import RawDocument

_DELIMITERS = ",\t;|，"
_MOST_CELL = 1_000_000  # characters; a longer one is a missing quote


def read_delimited(data: bytes, id: str, name: str, suffix: str) -> RawDocument:
    """Raises UnreadableFile when the file is no text or its quoting is broken."""
    decoded = decode(data, name)
    text = decoded.text
    delimiter = "\t" if suffix == "tsv" else _delimiter(text)
    composer = Composer()
    cells: list[GridCell] = []
    limit = csv.field_size_limit(_MOST_CELL)
    try:
        for r, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)):
            cells.extend(GridCell(r, c, value) for c, value in enumerate(row))
    except csv.Error as error:
        raise UnreadableFile(
            f"{id}：表格第 {r + 2 if cells else 1} 行读不下去（{error}）。",
            "请检查引号是否成对，或另存为 xlsx。",
        ) from error
    finally:
        csv.field_size_limit(limit)
    composer.table(cells, merges=False)
    return composer.build(
        id,
        name,
        suffix,
        encoding=decoded.encoding,
        encoding_confidence=decoded.confidence,
        problems=decoded.problems,
    )


def _delimiter(text: str) -> str:
    """The one that divides the first lines most evenly."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    best, most = ",", 0.0
    for mark in _DELIMITERS:
        counts = [line.count(mark) for line in lines]
        if not counts or not counts[0]:
            continue
        even = sum(1 for count in counts if count == counts[0]) / len(counts)
        score = even * min(counts[0], 20)
        if score > most:
            best, most = mark, score
    return best
