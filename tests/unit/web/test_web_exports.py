"""Exports open safely in a spreadsheet program and hold every character."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from qa_engine_web.exports import csv_bytes, xlsx_bytes


def test_formulas_stay_text() -> None:
    """A cell that begins like a formula is not run in either format."""
    rows = [['=HYPERLINK("http://x")', "+1", "@a", "-1", "正文"]]
    read = list(csv.reader(io.StringIO(csv_bytes(["甲"] * 5, rows).decode("utf-8-sig"))))
    assert read[1] == ['\'=HYPERLINK("http://x")', "'+1", "'@a", "'-1", "正文"]
    sheet = load_workbook(io.BytesIO(xlsx_bytes("表", ["甲"] * 5, rows))).worksheets[0]
    assert [cell.data_type for cell in sheet[2]] == ["s"] * 5
    assert sheet["A2"].value == rows[0][0]


@given(st.lists(st.lists(st.text(max_size=20), min_size=2, max_size=2), max_size=4))
def test_any_text_can_be_exported(rows: list[list[str]]) -> None:
    """Control characters and lone surrogates neither fail nor damage the file."""
    assert csv_bytes(["甲", "乙"], rows).startswith(b"\xef\xbb\xbf")
    sheet = load_workbook(io.BytesIO(xlsx_bytes("a/b:*?", ["甲", "乙"], rows))).worksheets[0]
    assert sheet.max_row == len(rows) + 1
