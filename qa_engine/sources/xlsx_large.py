"""Very large workbooks: sheets read row by row, in portions of bounded size."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from qa_engine.errors import UnreadableFile
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.compose import Composer
from qa_engine.sources.packages import check_size, open_package
from qa_engine.sources.portions import MOST_CELLS, header_height, named
from qa_engine.sources.raw import RawDocument
from qa_engine.sources.shown import show_value
from qa_engine.sources.xlsx import Cells, Spans, general_name, lay_out_sheet

LARGE = 12_000_000  # bytes of the sheets, unpacked, from which on rows are read one by one
_MOST_MERGES = 200_000
_FIRST = 12  # rows that hold the header
_FARTHEST = 200  # rows further than wanted that a portion may end
_DAMAGED = "请用 Excel 或 WPS 打开并另存为 xlsx 后再试。"

Row = tuple[int, dict[int, str]]


def is_large(data: bytes, name: str) -> bool:
    """Raises UnreadableFile when the package is damaged."""
    package = open_package(data, name)
    return sum(info.file_size for info in package.infolist() if _is_sheet(info)) > LARGE


def read_large_xlsx(data: bytes, id: str, name: str, words: Vocabulary) -> Iterator[RawDocument]:
    """The sheets of a workbook, each as one document or several with rows in order.

    Raises UnreadableFile for damaged or oversized workbooks.
    """
    import openpyxl

    for info in open_package(data, name).infolist():
        check_size(info, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            for sheet in book.worksheets:
                if sheet.sheet_state == "visible":
                    yield from _sheet(sheet, id, name, words)
    except UnreadableFile:
        raise
    except Exception as error:  # its readers raise errors of every kind
        raise UnreadableFile(
            f"{name}：工作簿已损坏，无法读取（{type(error).__name__}）。", _DAMAGED
        ) from error


def _sheet(sheet: Any, id: str, name: str, words: Vocabulary) -> Iterator[RawDocument]:
    spans = _merges(sheet)
    title = sheet.title.strip()
    own = f"{id}/{title.replace('/', '_')}"
    heading = None if general_name(title) else title
    head: list[Row] = []
    for rows in _portions(_rows(sheet)):
        if not head:
            head = _head(rows, words)
            shown = rows
        else:
            shown = _renumbered(head, rows[0][0]) + rows
        first, last = rows[0][0], rows[-1][0]
        values: Cells = {(r, c): text for r, row in shown for c, text in row.items()}
        inside: Spans = {place: span for place, span in spans.items() if place in values}
        if shown is not rows:
            start = rows[0][0] - len(head)
            for at, (number, _) in enumerate(head):
                for place, span in spans.items():
                    if place[0] == number:
                        inside[start + at, place[1]] = span
        composer = Composer()
        if heading is not None:
            composer.paragraph(heading, level=1)
        lay_out_sheet(composer, values, inside, words)
        part, shown_name, remark = named(own, f"{name} {title}", first, last)
        yield composer.build(part, shown_name, "xlsx", problems=[remark])


def _rows(sheet: Any) -> Iterator[Row]:
    """Row number and texts by column (both from 1) of the rows that hold anything."""
    sheet.reset_dimensions()  # what a file says of its own size may be wrong
    for number, cells in enumerate(sheet.iter_rows(), 1):
        row: dict[int, str] = {}
        for cell in cells:
            if cell.value is not None:
                text = show_value(cell.value, cell.number_format or "General").strip()
                if text:
                    row[cell.column] = text
        if row:
            yield number, row


def _portions(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Rows of about as many cells; cut where a blank row or a first cell begins something."""
    held: list[Row] = []
    cells = 0
    for row in rows:
        gap = bool(held) and row[0] > held[-1][0] + 1
        begins = bool(held) and min(row[1]) <= min(held[0][1])
        over = cells - MOST_CELLS
        if over > 0 and (gap or begins or over > _FARTHEST * len(row[1])):
            yield held
            held, cells = [], 0
        held.append(row)
        cells += len(row[1])
    if held:
        yield held


def _head(rows: list[Row], words: Vocabulary) -> list[Row]:
    """The rows at the top of a sheet that stand above its data."""
    first = rows[:_FIRST]
    columns = range(1, max(max(row) for _, row in first) + 1)
    return first[: header_height([[row.get(c, "") for c in columns] for _, row in first], words)]


def _renumbered(head: list[Row], before: int) -> list[Row]:
    """The rows of a header right above row ``before``."""
    return [(before - len(head) + at, row) for at, (_, row) in enumerate(head)]


def _merges(sheet: Any) -> Spans:
    """Upper left corner → (rows, columns) of each merged range, which stand after the rows."""
    spans: Spans = {}
    with sheet._get_source() as source:
        for _, node in etree.iterparse(source, tag=("{*}row", "{*}mergeCell"), no_network=True):
            if node.tag.endswith("mergeCell") and len(spans) < _MOST_MERGES:
                left, top, right, bottom = _corners(str(node.get("ref")))
                spans[top, left] = (bottom - top + 1, right - left + 1)
            node.clear()
            while node.getprevious() is not None:
                del node.getparent()[0]
    return spans


def _corners(reference: str) -> tuple[int, int, int, int]:
    from openpyxl.utils.cell import range_boundaries

    left, top, right, bottom = range_boundaries(reference)
    return int(left or 1), int(top or 1), int(right or 1), int(bottom or 1)


def _is_sheet(info: zipfile.ZipInfo) -> bool:
    return info.filename.startswith("xl/worksheets/")
