"""Headers, roles and rows of tables, one peculiarity a test."""

from __future__ import annotations

import pytest

from qa_engine.models import COOPERATE, DEADLINE, GROUP, LEAD, TASK, Document
from qa_engine.sources.columns import load_vocabulary
from qa_engine.sources.compose import Composer, GridCell
from qa_engine.sources.raw import RawDocument, lines_of
from qa_engine.sources.understand import understand


def pasted(text: str) -> Document:
    return understand(RawDocument("d", text, tuple(lines_of(text)), name="d"))


def gridded(lines: list[list[str]], merges: bool = True) -> Document:
    composer = Composer()
    composer.table(
        [GridCell(r, c, text) for r, line in enumerate(lines) for c, text in enumerate(line)],
        merges=merges,
    )
    return understand(composer.build("d", "d", "xlsx"))


def rows(document: Document) -> list[dict[str, str]]:
    return [dict(block.record) for block in document.blocks if block.record]


def roles(document: Document) -> dict[str, str]:
    record = next(block.record for block in document.blocks if block.record)
    return {cell.header: cell.role for cell in record.cells}


@pytest.mark.parametrize(
    ("cell", "lead", "helpers"),
    [
        ("牵头：市教育局；配合：市公安局、市财政局", "市教育局", "市公安局、市财政局"),
        ("市教育局牵头，市公安局配合", "市教育局", "市公安局"),
        ("市教育局（牵头）、市公安局", "市教育局", "市公安局"),
        ("牵头单位：市教育局\n配合单位：市公安局", "市教育局", "市公安局"),
        ("市教育局、市公安局", "市教育局、市公安局", ""),
    ],
)
def test_a_cell_may_tell_who_leads_itself(cell: str, lead: str, helpers: str) -> None:
    """Labels, verbs and marks within a cell are roles; the cell stays as written."""
    document = gridded(
        [["序号", "任务", "责任单位"], ["1", "修路。", cell], ["2", "架桥。", "市水利局"]]
    )
    record = next(block.record for block in document.blocks if block.record)
    assert record["责任单位"].replace("、", "") == cell.replace("\n", "").replace("、", "")
    assert "、".join(cell.value for cell in record.by_role(LEAD)) == lead
    assert "、".join(cell.value for cell in record.by_role(COOPERATE)) == helpers
    for one in record.cells:
        if one.value and one.role in (LEAD, COOPERATE) and "、" not in one.value:
            assert document.text[one.start : one.end] == one.value


def test_a_header_may_say_that_the_first_leads() -> None:
    """“责任单位（第一位为牵头单位）” splits every cell below it."""
    header = "责任单位（排在第一位的为牵头单位）"
    document = gridded([["任务", header], ["修路。", "市交通局、市财政局"], ["架桥。", "市水利局"]])
    first, second = (block.record for block in document.blocks if block.record)
    assert [cell.value for cell in first.by_role(LEAD)] == ["市交通局"]
    assert [cell.value for cell in first.by_role(COOPERATE)] == ["市财政局"]
    assert [cell.value for cell in second.by_role(LEAD)] == ["市水利局"]


def test_years_over_figures_are_a_header() -> None:
    """“2021年” above numbers names a column; it is no data row."""
    document = gridded(
        [["地区", "2021年", "2022年"], ["东区", "95.6", "96.1"], ["西区", "90", "91.2"]]
    )
    assert rows(document) == [
        {"地区": "东区", "2021年": "95.6", "2022年": "96.1"},
        {"地区": "西区", "2021年": "90", "2022年": "91.2"},
    ]


def test_a_table_without_header_loses_no_row() -> None:
    """Where nothing names the columns, every row is data."""
    document = gridded([["1", "修订章程。", "2023.1"], ["2", "召开会议。", "2023.2"]])
    assert [list(row.values()) for row in rows(document)] == [
        ["1", "修订章程。", "2023.1"],
        ["2", "召开会议。", "2023.2"],
    ]


def test_equal_rows_are_all_kept() -> None:
    """Two rows with the same values are two rows."""
    document = gridded([["任务", "单位"], ["巡查", "一科"], ["巡查", "一科"], ["整改", "二科"]])
    assert len(rows(document)) == 3


def test_a_repeated_header_is_no_row() -> None:
    """The header again after a page break is dropped, and said to be."""
    head = ["任务", "牵头单位", "时限"]
    document = gridded([head, ["巡查。", "一科", "3月"], head, ["整改。", "二科", "4月"]])
    assert len(rows(document)) == 2
    assert [part.reason for part in document.dropped] == ["重复的表头"]


def test_titles_and_units_above_the_header_are_not_columns() -> None:
    """Title and unit rows stand outside the records, and are not lost."""
    document = gridded(
        [["某镇重点项目表", "", ""], ["单位：万元", "", ""], ["项目名称", "总投资", "责任单位"],
         ["新建泵站", "300", "水利站"], ["改造管网", "120", "住建办"]]
    )  # fmt: skip
    assert rows(document)[0] == {"项目名称": "新建泵站", "总投资": "300", "责任单位": "水利站"}
    shown = [block.text.text for block in document.blocks if not block.record]
    assert shown == ["某镇重点项目表", "单位：万元"]


def test_group_rows_head_the_rows_below() -> None:
    """A row with a text alone is in the headings of what follows, not a record."""
    document = gridded(
        [["序号", "任务", "单位"], ["一、城市建设", "", ""], ["1", "修路。", "住建局"],
         ["二、民生保障", "", ""], ["2", "助老。", "民政局"]]
    )  # fmt: skip
    paths = [block.headings[-1] for block in document.blocks if block.record]
    assert paths == ["一、城市建设", "二、民生保障"]


def test_a_form_is_one_record() -> None:
    """Names and values side by side make one record of the whole form."""
    document = gridded(
        [
            ["姓名", "张明", "职务", "科长"],
            ["联系电话", "12345", "地址", "二楼"],
            ["备注", "无", "级别", "正科"],
        ]
    )
    assert rows(document) == [
        {
            "姓名": "张明",
            "职务": "科长",
            "联系电话": "12345",
            "地址": "二楼",
            "备注": "无",
            "级别": "正科",
        }
    ]


def test_roles_come_from_names_and_place() -> None:
    """重点任务 that holds for several rows is a group; 部门 leads where nothing else does."""
    document = gridded(
        [
            ["重点任务", "具体举措", "部门", "时限要求"],
            ["强基础", "甲。", "一科", "3月"],
            ["", "乙。", "二科", ""],
        ],
        merges=False,
    )
    assert list(roles(document).values()) == [GROUP, TASK, LEAD, DEADLINE]
    assert rows(document)[1]["重点任务"] == "强基础"
    assert rows(document)[1]["时限要求"] == ""


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("牵头部门", LEAD), ("责任分工/配合单位", COOPERATE), ("完成时限（2023年）", DEADLINE),
        ("牵 头\n单 位", LEAD), ("主要責任單位", LEAD), ("2023年重点任务", TASK),
        ("整改时限", DEADLINE), ("协办单位", COOPERATE), ("责任领导", "other"),
        ("考核要点", "check"), ("年度目标", "target"),
        ("奇怪的列", "other"),
    ],
)  # fmt: skip
def test_the_role_of_a_header(header: str, role: str) -> None:
    """Spaces, brackets, years, traditional characters and joined names don't hide a role."""
    assert load_vocabulary().role(header) == role


def test_users_can_add_column_names(tmp_path: object) -> None:
    """A file of the same form extends the vocabulary; a bad one is named."""
    from pathlib import Path

    from qa_engine.errors import UsageError

    path = Path(str(tmp_path)) / "columns.toml"
    path.write_text('[lead]\nnames = ["扛旗单位"]\n', "utf-8")
    assert load_vocabulary(path).role("扛旗单位") == LEAD
    path2 = Path(str(tmp_path)) / "bad.toml"
    path2.write_text("[boss]\nnames = []\n", "utf-8")
    with pytest.raises(UsageError, match="boss"):
        load_vocabulary(path2)


def test_prose_with_tabs_or_bars_is_no_table() -> None:
    """Indented lists, addresses with bars and tables of contents stay text."""
    text = (
        "目录\n一、总则\t1\n二、职责\t3\n三、附则\t9\n\n首页 | 政务公开 | 办事服务\n\n"
        "\t各科室要认真落实。\n\t请按时报送材料。\n姓名：张明  电话：12345\n"
    )
    assert rows(pasted(text)) == []


def test_missing_trailing_cells_are_blank() -> None:
    """A pasted row that ends early has blank cells, and no other row takes their place."""
    text = "序号\t任务\t牵头单位\t时限\n1\t修路。\t住建局\t3月\n2\t架桥。\n3\t种树。\t林业局\n"
    assert [row["牵头单位"] for row in rows(pasted(text))] == ["住建局", "", "林业局"]


def test_a_row_broken_over_two_pages_is_one_row() -> None:
    """The rest of a row at the head of the next page joins its beginning."""
    head = ["序号", "任务", "牵头单位"]
    composer = Composer()
    first = [head, ["1", "修路。", "住建局"], ["2", "建设停车场，新增", "市交通"]]
    second = [["", "泊位三百个。", "运输局"], ["3", "种树。", "林业局"]]
    for page, lines in ((1, first), (2, second)):
        cells = [GridCell(r, c, t) for r, line in enumerate(lines) for c, t in enumerate(line)]
        composer.table(cells, merges=False, page=page)
    found = rows(understand(composer.build("d", "d", "pdf")))
    assert [row["任务"] for row in found] == [
        "修路。",
        "建设停车场，新增泊位三百个。",
        "种树。",
    ]
    assert found[1]["牵头单位"] == "市交通运输局"


def test_a_row_that_begins_with_its_number_is_not_moved() -> None:
    text = (
        "项目联络表\n\n序号\t单位\t联络人\t办公电话\n1\t区文体局\t邱一诺\t0599-1\n"
        "2\t区水务局\t米长安\t0599-2\n3\t区经发局\t向南枝\t\n"
    )
    assert rows(pasted(text))[-1] == {
        "序号": "3",
        "单位": "区经发局",
        "联络人": "向南枝",
        "办公电话": "",
    }
