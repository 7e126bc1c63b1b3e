"""xlsx is read as the sheet shows it: dates, merges, several tables and sheets."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest

from qa_engine.errors import UnreadableFile
from qa_engine.models import Document
from qa_engine.sources.columns import load_vocabulary
from qa_engine.sources.shown import show_date, show_number
from qa_engine.sources.understand import understand
from qa_engine.sources.xlsx import read_xlsx


def read(book: openpyxl.Workbook) -> Document:
    stream = io.BytesIO()
    book.save(stream)
    return understand(read_xlsx(stream.getvalue(), "a.xlsx", "a", load_vocabulary()))


def rows(document: Document, table: int = 1) -> list[dict[str, str]]:
    return [dict(b.record) for b in document.blocks if b.table == table and b.record]


def filled(lines: list[list[object]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    return book


def test_dates_and_numbers_are_as_shown() -> None:
    """A date by its format, a percentage with its sign, 2013.10 with its zero."""
    book = filled([["序号", "任务", "完成时间", "完成比例", "金额"],
                   [1, "修路", dt.datetime(2023, 6, 30), 0.965, 1234567.5],
                   [2, "架桥", 2013.1, 1, 80]])  # fmt: skip
    sheet = book.active
    sheet["C2"].number_format = 'yyyy"年"m"月"'
    sheet["C3"].number_format = "0.00"
    sheet["D2"].number_format = sheet["D3"].number_format = "0.0%"
    sheet["E2"].number_format = "#,##0.00"
    first, second = rows(read(book))
    assert first["完成时间"] == "2023年6月"
    assert first["完成比例"] == "96.5%"
    assert first["金额"] == "1,234,567.50"
    assert second["完成时间"] == "2013.10"
    assert second["完成比例"] == "100.0%"


def test_two_tables_on_a_sheet_are_two() -> None:
    """A blank row and a new header begin a new table; the title between is a heading."""
    document = read(
        filled(
            [
                ["一、工作目标"],
                ["序号", "目标", "指标值"],
                [1, "合格率", "95%"],
                [2, "覆盖率", "90%"],
                [],
                ["二、重点任务"],
                ["序号", "任务", "牵头单位"],
                [1, "巡查", "监察科"],
                [2, "整改", "工程科"],
            ]
        )
    )
    assert [row["目标"] for row in rows(document, 1)] == ["合格率", "覆盖率"]
    assert [row["牵头单位"] for row in rows(document, 2)] == ["监察科", "工程科"]
    headings = {block.table: block.headings for block in document.blocks if block.record}
    assert headings[2][-1] == "二、重点任务"


def test_a_blank_row_inside_a_table_divides_nothing() -> None:
    """Rows after a blank one stay under the header above."""
    document = read(
        filled([["序号", "任务", "牵头单位"], [1, "巡查", "监察科"], [], [2, "整改", "工程科"]])
    )
    assert [row["任务"] for row in rows(document)] == ["巡查", "整改"]


def test_tables_side_by_side_are_two() -> None:
    """A blank column divides tables that stand beside each other."""
    document = read(
        filled([["姓名", "电话", None, "科室", "地点"], ["张明", "111", None, "一科", "二楼"],
                ["李华", "222", None, "二科", "三楼"], ["王强", "333", None, "三科", "四楼"]])
    )  # fmt: skip
    assert rows(document, 1)[0] == {"姓名": "张明", "电话": "111"}
    assert rows(document, 2)[0] == {"科室": "一科", "地点": "二楼"}


def test_sheet_names_are_headings() -> None:
    """Rows of a named sheet stand under its name; hidden sheets are said to be left out."""
    book = filled([["任务", "牵头单位"], ["巡查", "监察科"], ["整改", "工程科"]])
    book.active.title = "安全生产"
    hidden = book.create_sheet("底稿")
    hidden.append(["任务", "单位"])
    hidden.sheet_state = "hidden"
    document = read(book)
    assert all(block.headings == ("安全生产",) for block in document.blocks if block.record)
    assert any("底稿" in problem for problem in document.problems)


def test_a_stray_cell_far_below_costs_nothing() -> None:
    """A value in the last row of the sheet does not make a million rows."""
    book = filled([["任务", "牵头单位"], ["巡查", "监察科"]])
    book.active.cell(1_048_576, 1, "尾")
    assert len(read(book).text) < 100


def test_formulas_without_results_are_reported() -> None:
    """A workbook that no program has calculated says so."""
    document = read(filled([["任务", "数量"], ["甲", "=1+1"], ["乙", 5]]))
    assert any("公式" in problem for problem in document.problems)


def test_merged_values_belong_to_every_row() -> None:
    """A merge says that the value holds for all its rows; a blank cell stays blank."""
    book = filled([["序号", "任务", "牵头单位", "配合单位"], [1, "甲。", "市教育局", "市财政局"],
                   [2, "乙。", None, None], [3, "丙。", None, "市公安局"]])  # fmt: skip
    book.active.merge_cells("C2:C3")
    assert [row["牵头单位"] for row in rows(read(book))] == ["市教育局", "市教育局", ""]


def test_damage_is_named() -> None:
    """A truncated workbook is an error with the file's name."""
    stream = io.BytesIO()
    filled([["a", "b"]]).save(stream)
    with pytest.raises(UnreadableFile, match="a"):
        read_xlsx(stream.getvalue()[:3000], "a.xlsx", "a.xlsx", load_vocabulary())


@pytest.mark.parametrize(
    ("number_format", "shown"),
    [
        ('yyyy"年"m"月"d"日"', "2013年4月5日"),
        ("mm-dd-yy", "2013/4/5"),
        ("yyyy.m", "2013.4"),
        ('[DBNum1][$-804]yyyy"年"m"月"', "二○一三年四月"),
        ("h:mm", "14:03"),
        ("General", "2013-04-05"),
        ("[$-F800]dddd\\,\\ mmmm\\ dd", "2013年4月5日"),
    ],
)
def test_date_formats(number_format: str, shown: str) -> None:
    """Dates come out as the number format says."""
    assert show_date(dt.datetime(2013, 4, 5, 14, 3), number_format) == shown


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (0.1 + 0.2, "General", "0.3"),
        (12, '0"个"', "12个"),
        (-3.2, "0.0;(0.0)", "(3.2)"),
        (123456789012, "0", "123456789012"),
        (1.5, "#.##", "1.5"),
        (3, "General", "3"),
    ],
)
def test_number_formats(value: float, number_format: str, shown: str) -> None:
    """Numbers come out as the number format says."""
    assert show_number(value, number_format) == shown


def test_years_in_the_second_header_row_are_names() -> None:
    """“2024年预算” below a merged header names a column; the row is no record."""
    book = filled(
        [
            ["序号", "工程", "资金（万元）", None, "责任分工", None],
            [None, None, "总额", "2024年预算", "牵头单位", "配合单位"],
            [1, "泵站改造", 820, 300, "水务科", "财务科"],
            [2, "管网更新", 460, 120, "工程科", None],
        ]
    )
    for area in ("A1:A2", "B1:B2", "C1:D1", "E1:F1"):
        book.active.merge_cells(area)
    found = rows(read(book))
    assert [row["工程"] for row in found] == ["泵站改造", "管网更新"]
    assert found[0]["资金（万元）/2024年预算"] == "300"
    assert found[0]["责任分工/牵头单位"] == "水务科"


def test_a_time_with_what_is_done_by_it_is_a_value() -> None:
    """“2023年6月底前出台” fills a cell: the first row of a table without header is a record."""
    book = filled(
        [
            ["泵站改造", "甲科", "2023年6月底前出台"],
            ["管网更新", "乙科", "2023年9月底前建成"],
            ["河道清淤", "丙科", "2023年10月启动建设"],
        ]
    )
    found = [list(row.values()) for row in rows(read(book))]
    assert [row[0] for row in found] == ["泵站改造", "管网更新", "河道清淤"]


def test_years_alone_below_a_merged_header_are_names() -> None:
    """资金 over 2023年 | 2024年: two columns of figures, not a first record."""
    book = filled(
        [
            ["工程", "资金（万元）", None, "牵头单位"],
            [None, "2023年", "2024年", None],
            ["泵站改造", 820, 300, "水务科"],
            ["管网更新", 460, 120, "工程科"],
        ]
    )
    for area in ("A1:A2", "B1:C1", "D1:D2"):
        book.active.merge_cells(area)
    found = rows(read(book))
    assert [row["资金（万元）/2023年"] for row in found] == ["820", "460"]
