"""csv and tsv: one table; a very large one in portions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

from qa_engine.errors import UnreadableFile
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.compose import Composer, GridCell
from qa_engine.sources.decoding import decode
from qa_engine.sources.portions import MOST_CELLS, header_height, named, portions
from qa_engine.sources.raw import RawDocument

_DELIMITERS = ",\t;|，"
_MOST_CELL = 1_000_000  # characters; a longer one is a missing quote
_FIRST = 12  # rows that hold the header


def read_delimited(
    data: bytes, id: str, name: str, suffix: str, words: Vocabulary
) -> Iterator[RawDocument]:
    """Raises UnreadableFile when the file is no text or a cell is beyond all measure."""
    decoded = decode(data, name)
    text = decoded.text
    delimiter = "\t" if suffix == "tsv" else _delimiter(text)
    problems = list(decoded.problems)
    quoted = True
    try:
        cells = _count(text, delimiter, quoted)
    except csv.Error:
        # An open quote would swallow the rest of the file into one cell.
        problems.append("引号不成对，引号按普通字符读入。")
        quoted = False
        try:
            cells = _count(text, delimiter, quoted)
        except csv.Error as error:
            raise UnreadableFile(
                f"{id}：表格读不下去（{error}）。", "请检查分隔符，或另存为 xlsx。"
            ) from error
    head = 0
    if cells > MOST_CELLS:
        head = header_height(list(islice(_rows(text, delimiter, quoted), _FIRST)), words)
    for first, last, rows in portions(_rows(text, delimiter, quoted), head):
        whole = cells <= MOST_CELLS
        own, title, remark = (id, name, "") if whole else named(id, name, first, last)
        composer = Composer()
        composer.table(
            [GridCell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row)],
            merges=False,
        )
        yield composer.build(
            own,
            title,
            suffix,
            encoding=decoded.encoding,
            encoding_confidence=decoded.confidence,
            problems=[*problems, remark] if remark else problems,
        )


def _count(text: str, delimiter: str, quoted: bool) -> int:
    """The cells of all rows. Raises csv.Error where the rows cannot be read."""
    return sum(len(row) for row in _rows(text, delimiter, quoted))


def _rows(text: str, delimiter: str, quoted: bool) -> Iterator[list[str]]:
    stream = io.StringIO(text, newline="")
    limit = csv.field_size_limit(_MOST_CELL)
    try:
        if quoted:
            yield from csv.reader(stream, delimiter=delimiter, strict=True)
        else:
            yield from csv.reader(stream, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    finally:
        csv.field_size_limit(limit)


def _delimiter(text: str) -> str:
    """The one that divides the first lines most evenly."""
    lines = [line for line in text[:200_000].splitlines()[:20] if line.strip()]
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
