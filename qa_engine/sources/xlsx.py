"""xlsx: every sheet, its tables as shown: merges, dates and numbers by their formats."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qa_engine.errors import UnreadableFile
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.compose import Composer, GridCell
from qa_engine.sources.packages import check_size, open_package
from qa_engine.sources.raw import RawDocument
from qa_engine.sources.shown import show_value

_MOST_CELLS = 2_000_000
_UNCACHED = re.compile(rb"<f[^>]*?(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>")
_GENERAL_NAME = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.I)


@dataclass(frozen=True, slots=True)
class _Area:
    """A rectangle of a sheet: rows and columns from 1, ends inclusive."""

    top: int
    bottom: int
    left: int
    right: int


Cells = dict[tuple[int, int], str]
Spans = dict[tuple[int, int], tuple[int, int]]  # upper left corner → rows, columns


def read_xlsx(data: bytes, id: str, name: str, words: Vocabulary) -> RawDocument:
    """Raises UnreadableFile for damaged, encrypted or oversized workbooks."""
    problems = _check(data, name)
    book = _load(data, name)
    composer = Composer()
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    if hidden:
        problems.append(f"隐藏的工作表未读入：{'、'.join(hidden)}。")
    filled = 0
    for sheet in shown:
        values = _values(sheet)
        filled += len(values)
        if filled > _MOST_CELLS:
            raise UnreadableFile(
                f"{name}：单元格超过 {_MOST_CELLS} 个。", "请拆分成几个较小的工作簿。"
            )
        if not values:
            continue
        if not general_name(sheet.title):
            composer.paragraph(sheet.title, level=1)
        lay_out_sheet(composer, values, _merges(sheet), words)
    return composer.build(id, name, "xlsx", problems=problems)


def general_name(title: str) -> bool:
    """Does a sheet's name say nothing (Sheet1, 工作表2)?"""
    return _GENERAL_NAME.fullmatch(title.strip()) is not None


def lay_out_sheet(composer: Composer, values: Cells, spans: Spans, words: Vocabulary) -> None:
    """The tables of a sheet, and what stands beside them, in reading order."""
    by_row: dict[int, list[int]] = {}
    for row, column in sorted(values):
        by_row.setdefault(row, []).append(column)
    for area in _areas(values, spans, words):
        _lay_out(composer, values, spans, area, by_row)


def _load(data: bytes, name: str) -> Any:
    import openpyxl

    try:
        with warnings.catch_warnings():
            # The library warns of every extension that it passes over.
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except Exception as error:
        # Damaged workbooks surface as errors of every kind from its XML readers.
        raise UnreadableFile(
            f"{name}：工作簿已损坏，无法读取（{type(error).__name__}）。",
            "请用 Excel 或 WPS 打开并另存为 xlsx 后再试。",
        ) from error


def _check(data: bytes, name: str) -> list[str]:
    """Sizes before anything is unpacked; formulas that were never calculated."""
    package = open_package(data, name)
    uncached = 0
    for info in package.infolist():
        check_size(info, name)
        if info.filename.startswith("xl/worksheets/") and info.file_size < 100_000_000:
            try:
                uncached += len(_UNCACHED.findall(package.read(info)))
            except Exception:  # the workbook reader names the damage
                break
    if not uncached:
        return []
    return [f"有 {uncached} 个公式没有保存计算结果，读作空白；请用 Excel 或 WPS 打开并保存一次。"]


def _values(sheet: Any) -> Cells:
    values: Cells = {}
    # Only the cells that exist: a stray one far below must not make a million rows.
    for (row, column), cell in sheet._cells.items():
        text = show_value(cell.value, cell.number_format or "General").strip()
        if text:
            values[row, column] = text
    return values


def _merges(sheet: Any) -> Spans:
    """Upper left corner → (rows, columns) of each merged range."""
    return {
        (found.min_row, found.min_col): (
            found.max_row - found.min_row + 1,
            found.max_col - found.min_col + 1,
        )
        for found in sheet.merged_cells.ranges
    }


def _areas(values: Cells, spans: Spans, words: Vocabulary) -> Iterator[_Area]:
    """The tables of a sheet: what blank rows and columns divide, in reading order.

    A blank row within a table divides nothing: what follows under the same columns
    without a header of its own goes on with the table.
    """
    taken = _taken(values, spans)
    rows = sorted(taken)
    bands: list[_Area] = []
    start = 0
    for at, row in enumerate(rows):
        if at + 1 == len(rows) or rows[at + 1] > row + 1:
            band = rows[start : at + 1]
            left = min(min(taken[r]) for r in band)
            right = max(max(taken[r]) for r in band)
            bands.append(_Area(rows[start], row, left, right))
            start = at + 1
    joined: list[_Area] = []
    for band_area in bands:
        above = joined[-1] if joined else None
        if (
            above is not None
            and above.bottom > above.top
            and band_area.left >= above.left
            and band_area.right <= above.right
            and band_area.right > band_area.left
            and not _begins_table(values, band_area, words)
        ):
            joined[-1] = _Area(above.top, band_area.bottom, above.left, above.right)
        else:
            joined.append(band_area)
    for area in joined:
        yield from _side_by_side(taken, area)


def _taken(values: Cells, spans: Spans) -> dict[int, set[int]]:
    """Row → columns with a value, or covered by a merged one (within measure)."""
    taken: dict[int, set[int]] = {}
    for row, column in values:
        taken.setdefault(row, set()).add(column)
    left = _MOST_CELLS
    for (row, column), (height, width) in spans.items():
        left -= height * width
        if (row, column) in values and height * width <= 100_000 and left > 0:
            for r in range(row, row + height):
                taken.setdefault(r, set()).update(range(column, column + width))
    return taken


def _begins_table(values: Cells, area: _Area, words: Vocabulary) -> bool:
    """Is there a header in its first rows?"""
    for row in range(area.top, min(area.top + 3, area.bottom + 1)):
        texts = [values[row, c] for c in range(area.left, area.right + 1) if (row, c) in values]
        known = sum(1 for text in texts if words.known(text))
        if known >= 2 and known * 2 >= len(texts):
            return True
    return False


def _side_by_side(taken: dict[int, set[int]], area: _Area) -> Iterator[_Area]:
    """Tables beside each other, divided by columns that are blank all the way down."""
    inside = (taken[r] for r in range(area.top, area.bottom + 1) if r in taken)
    columns = sorted(set().union(*inside))
    groups: list[list[int]] = [[columns[0]]]
    for column in columns[1:]:
        if column > groups[-1][-1] + 1:
            groups.append([column])
        else:
            groups[-1].append(column)
    if len(groups) == 1 or any(len(group) < 2 for group in groups) or area.bottom - area.top < 2:
        yield area
        return
    for group in groups:
        yield _Area(area.top, area.bottom, group[0], group[-1])


def _lay_out(
    composer: Composer,
    values: Cells,
    spans: Spans,
    area: _Area,
    by_row: dict[int, list[int]],
) -> None:
    inside = [
        (row, column)
        for row in range(area.top, area.bottom + 1)
        for column in by_row.get(row, ())
        if area.left <= column <= area.right
    ]
    rows = {row for row, _ in inside}
    columns = {column for _, column in inside}
    if len(rows) == 1 or len(columns) == 1:
        # No grid: a title, a note, a list.
        for row in sorted(rows):
            texts = [values[place] for place in inside if place[0] == row]
            composer.paragraph("\u3000".join(texts))
        return
    kept = {row: at for at, row in enumerate(sorted(_rows_with(inside, spans, area)))}
    cells: list[GridCell] = []
    for row, column in inside:
        height, width = spans.get((row, column), (1, 1))
        last = max((kept[r] for r in range(row, row + height) if r in kept), default=kept[row])
        across = min(width, area.right - column + 1)
        cells.append(
            GridCell(
                kept[row],
                column - area.left,
                values[row, column],
                last - kept[row] + 1,
                across,
            )
        )
    composer.table(cells, merges=bool(spans))


def _rows_with(inside: list[tuple[int, int]], spans: Spans, area: _Area) -> set[int]:
    """Rows that hold anything, merged values included."""
    rows = {row for row, _ in inside}
    for place in inside:
        height = spans.get(place, (1, 1))[0]
        rows.update(range(place[0], min(place[0] + height, area.bottom + 1)))
    return rows
