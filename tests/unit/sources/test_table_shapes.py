"""Tables with remarks above their names, on their side, with breaks inside cells."""

from pathlib import Path

import openpyxl
import pytest

from qa_engine.models import Block
from qa_engine.sources.grid import clean_value
from qa_engine.sources.read import read_documents


def blocks(path: Path) -> list[Block]:
    return [block for document in read_documents(path, path.name) for block in document.blocks]


def records(path: Path) -> list[dict[str, str]]:
    found = [block.record for block in blocks(path) if block.record is not None]
    return [{cell.header: cell.value for cell in record.cells} for record in found]


def sheet(folder: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    path = folder / "a.xlsx"
    book.save(path)
    return path


def test_who_filled_a_table_in_and_its_unit_side_by_side_are_no_header(tmp_path: Path) -> None:
    path = sheet(
        tmp_path,
        [
            ["某县重点项目表"],
            ["填报单位：发改局", None, None, "单位：万元"],
            ["序号", "项目名称", "责任单位", "总投资"],
            [1, "水厂", "水务局", 500],
            [2, "学校", "教育局", 300],
        ],
    )
    first, second = records(path)
    assert first == {"序号": "1", "项目名称": "水厂", "责任单位": "水务局", "总投资": "500"}
    assert second["责任单位"] == "教育局"
    assert "单位：万元" in [block.text.text for block in blocks(path)]


def test_names_that_no_vocabulary_knows_are_the_header_below_such_remarks(tmp_path: Path) -> None:
    path = sheet(
        tmp_path,
        [
            ["某县公共支出表"],
            ["编制：财政局", None, None, "单位：万元"],
            ["科目", "2031年执行数", "2032年预算数", "增长（%）"],
            ["教育支出", 52100, 54800, 5.2],
            ["林业支出", 8300, 7900, -4.8],
        ],
    )
    first, second = records(path)
    assert first["2032年预算数"] == "54800"
    assert second == {
        "科目": "林业支出",
        "2031年执行数": "8300",
        "2032年预算数": "7900",
        "增长（%）": "-4.8",
    }


def test_a_table_on_its_side_gives_a_record_a_column(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "项目名称,城东水厂,城西学校\n建设单位,市水务集团,市教育局\n完成时限,6月底,9月底\n", "utf-8"
    )
    assert records(path) == [
        {"项目名称": "城东水厂", "建设单位": "市水务集团", "完成时限": "6月底"},
        {"项目名称": "城西学校", "建设单位": "市教育局", "完成时限": "9月底"},
    ]


def test_every_value_of_a_table_on_its_side_is_cited_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("项目名称,甲桥,乙路\n责任单位,交通局,住建局\n完成时限,6月,9月\n", "utf-8")
    (document,) = read_documents(path, "a.csv")
    cells = [cell for block in document.blocks if block.record for cell in block.record.cells]
    assert [document.text[cell.start : cell.end] for cell in cells] == [c.value for c in cells]


def test_figures_by_year_stay_as_they_lie(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("指标,2022年,2023年\n投资,12,15\n面积,8,9\n", "utf-8")
    assert records(path)[0] == {"指标": "投资", "2022年": "12", "2023年": "15"}


def test_bodies_parted_by_a_break_of_markdown_are_a_list(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "| 序号 | 任务 | 牵头 | 配合 |\n|---|---|---|---|\n"
        "| 1 | 修桥 | 市交通局 | 市财政局<br>市审计局 |\n",
        "utf-8",
    )
    assert records(path)[0]["配合"] == "市财政局、市审计局"


@pytest.mark.parametrize(
    ("cell", "value"),
    [("贺云松\n苗启航", "贺云松、苗启航"), ("贺云\n松", "贺云松"), ("石油\n安全", "石油安全")],
)
def test_persons_parted_by_a_break_are_a_list(cell: str, value: str) -> None:
    assert clean_value(cell, 0, len(cell)).text == value
