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
    """Raises UnreadableFile when the file is no text or a cell is beyond all measure."""
    decoded = decode(data, name)
    text = decoded.text
    delimiter = "\t" if suffix == "tsv" else _delimiter(text)
    problems = list(decoded.problems)
    try:
        rows = _rows(text, delimiter, quoted=True)
    except csv.Error:
        # An open quote would swallow the rest of the file into one cell.
        problems.append("引号不成对，引号按普通字符读入。")
        try:
            rows = _rows(text, delimiter, quoted=False)
        except csv.Error as error:
            raise UnreadableFile(
                f"{id}：表格读不下去（{error}）。", "请检查分隔符，或另存为 xlsx。"
            ) from error
    composer = Composer()
    cells = [GridCell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row)]
    composer.table(cells, merges=False)
    return composer.build(
        id,
        name,
        suffix,
        encoding=decoded.encoding,
        encoding_confidence=decoded.confidence,
        problems=problems,
    )


def _rows(text: str, delimiter: str, quoted: bool) -> list[list[str]]:
    limit = csv.field_size_limit(_MOST_CELL)
    try:
        stream = io.StringIO(text, newline="")
        if quoted:
            return list(csv.reader(stream, delimiter=delimiter, strict=True))
        return list(csv.reader(stream, delimiter=delimiter, quoting=csv.QUOTE_NONE))
    finally:
        csv.field_size_limit(limit)


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
