"""Tables as CSV and xlsx files that open safely in a spreadsheet program."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, send_file

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = ("csv", "xlsx")

# Characters that XML 1.0 forbids; openpyxl refuses them.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST_CELL = 32_767  # characters, Excel's limit


def csv_bytes(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a byte order mark, without which Excel guesses another encoding.

    A cell that a spreadsheet would run as a formula gets a leading apostrophe.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_harmless(header) for header in headers])
    for row in rows:
        writer.writerow([_harmless(value) for value in row])
    return ("\ufeff" + out.getvalue()).encode("utf-8", errors="replace")


def _harmless(value: str) -> str:
    return f"'{value}" if value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


def xlsx_bytes(title: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """One sheet with a frozen header row; every cell is text, never a formula."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet: Any = book.active
    sheet.title = re.sub(r"[\\/*?:\[\]]", " ", _FORBIDDEN.sub("", title))[:31].strip() or "qa"
    widths = [0] * len(headers)
    for number, row in enumerate([headers, *rows], 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            cell.value = _FORBIDDEN.sub("", value)[:_LONGEST_CELL]
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
            if column <= len(widths):
                longest = max(map(len, value.split("\n")), default=0)
                widths[column - 1] = max(widths[column - 1], longest)
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = min(60, max(8, width * 2 + 2))
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def table_file(
    form: str, name: str, headers: Sequence[str], rows: Iterable[Sequence[str]]
) -> Response:
    """The table as a download; ``form`` is one of FORMS."""
    whole = csv_bytes(headers, rows) if form == "csv" else xlsx_bytes(name, headers, rows)
    # send_file names the file in ASCII and, as RFC 6266 wants it, in UTF-8: headers are latin-1.
    response = send_file(
        io.BytesIO(whole),
        mimetype="text/csv" if form == "csv" else XLSX,
        as_attachment=True,
        download_name=f"{name}.{form}",
    )
    response.headers["Cache-Control"] = "no-store"
    return response
