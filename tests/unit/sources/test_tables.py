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


@pytest.mark.parametrize(
    "notes", [["填报单位：某局", "", "", "单位：万元"], ["2022年5月", "", "汇总稿", ""]]
)
def test_a_row_of_notes_above_the_header_names_no_columns(notes: list[str]) -> None:
    """Several short notes in one row stand above the header, which is surely one."""
    names = ["工作任务", "牵头单位", "完成时限", "经费"]
    lines = [["某县年度任务表", "", "", ""], notes, names, ["建桥", "县交通局", "6月底", "30"]]
    for merges in (True, False):
        assert rows(gridded(lines, merges)) == [
            {"工作任务": "建桥", "牵头单位": "县交通局", "完成时限": "6月底", "经费": "30"}
        ]


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
        ("牵头部门", LEAD), ("主责股室", LEAD), ("协作机构", COOPERATE), ("完成节点", DEADLINE),
        ("责任分工/配合单位", COOPERATE), ("完成时限（2023年）", DEADLINE),
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


def spanned(lines: list[list[str]]) -> Document:
    """A grid with merges: “<” goes on with the cell left of it, “^” with the one above."""
    composer = Composer()
    cells = []
    for r, line in enumerate(lines):
        for c, text in enumerate(line):
            if text in ("<", "^"):
                continue
            wide, high = 1, 1
            while c + wide < len(line) and line[c + wide] == "<":
                wide += 1
            while r + high < len(lines) and lines[r + high][c] == "^":
                high += 1
            cells.append(GridCell(r, c, text, high, wide))
    composer.table(cells, merges=True)
    return understand(composer.build("d", "d", "docx"))


def test_a_merged_header_of_unknown_names_is_a_header() -> None:
    """Merges tell where the header is, whatever its names are; equal names may stand below
    different ones, and years are names over what is below them."""
    document = spanned(
        [
            ["品种", "产地", "2021年", "<", "2020年", "<"],
            ["^", "^", "产量", "增长%", "产量", "增长%"],
            ["早稻", "东乡", "31.5", "2.0", "30.9", "-1.2"],
            ["晚稻", "西乡", "28.4", "1.1", "28.1", "0.4"],
        ]
    )
    assert rows(document)[0] == {
        "品种": "早稻",
        "产地": "东乡",
        "2021年/产量": "31.5",
        "2021年/增长%": "2.0",
        "2020年/产量": "30.9",
        "2020年/增长%": "-1.2",
    }
    assert len(rows(document)) == 2


def test_equal_names_stand_below_different_ones_without_merges_too() -> None:
    document = gridded(
        [["指标名称", "单位", "今年", "", "去年", ""], ["", "", "数量", "增速", "数量", "增速"],
         ["产值", "亿元", "12.5", "3.1", "12.1", "2.2"], ["税收", "亿元", "1.5", "4", "1.4", "2"]],
        merges=False,
    )  # fmt: skip
    assert rows(document)[1]["去年/增速"] == "2"
    assert list(rows(document)[0]) == [
        "指标名称", "单位", "今年/数量", "今年/增速", "去年/数量", "去年/增速",
    ]  # fmt: skip


def test_notes_below_the_rows_are_no_rows() -> None:
    """“注：1.…” and what is numbered on below it stand outside the records."""
    head = ["序号", "任务", "责任科室"]
    notes = [["注：1.排在前面的牵头。", "", ""], ["2.每季度报送进展。", "", ""]]
    document = gridded([head, ["1", "巡查。", "一科"], ["2", "整改。", "二科"], *notes], False)
    assert [row["序号"] for row in rows(document)] == ["1", "2"]
    shown = [block.text.text for block in document.blocks if block.kind == "paragraph"]
    assert shown == ["注：1.排在前面的牵头。", "2.每季度报送进展。"]


def test_blank_cells_of_merges_tell_that_no_row_is_moved() -> None:
    """Where merged cells are blank ones, a row with a blank end stands where it stands."""
    text = (
        "日期\t星期\t值班领导\t值班人员\t\t电话\n\t\t\t白班\t夜班\t\n"
        "5月1日\t三\t王立\t孙明\t李强\t8861\n5月2日\t四\t\t周平\t吴刚\t\n"
        "5月3日\t五\t赵军\t郑爽\t冯涛\t\n"
    )
    found = rows(pasted(text))
    assert [row["日期"] for row in found] == ["5月1日", "5月2日", "5月3日"]
    assert [row["值班人员/夜班"] for row in found] == ["李强", "吴刚", "冯涛"]


def test_pipes_between_cells_only_leave_the_first_cell_blank() -> None:
    """A pipe at the head of a line bounds the row only where the header begins so."""
    text = "类别|任务|牵头单位|时限\n道路|修路。|住建局|3月\n|架桥。|交通局|4月\n绿化|种树。||5月\n"
    assert [list(row.values()) for row in rows(pasted(text))] == [
        ["道路", "修路。", "住建局", "3月"],
        ["道路", "架桥。", "交通局", "4月"],
        ["绿化", "种树。", "", "5月"],
    ]


def test_single_spaces_divide_below_a_header_without_doubt() -> None:
    """Cells that one space divides are a table when all names of the header are names."""
    text = (
        "序号 工作任务 主办单位 协办单位 完成时限\n一、道路\n1 修路。 住建局 财政局、交警队 3月底\n"
        "2 架桥。 交通局 6月底\n二、绿化\n3 种树。 林业局 水利局 9月底\n"
    )
    found = rows(pasted(text))
    assert [row["主办单位"] for row in found] == ["住建局", "交通局", "林业局"]
    assert [row["协办单位"] for row in found] == ["财政局、交警队", "", "水利局"]
    assert rows(pasted("我们 在这里 工作\n大家 都 很好\n谢谢 各位 领导\n")) == []


def test_a_header_ends_where_the_numbers_begin() -> None:
    """One cell a line: names that no list has, up to the first number or the first group."""
    lines = (
        "序号 作品 参展单位 负责人 辅导教师 金奖（2项） 1 茶叶机 农学院 罗一鸣 谭志远 "
        "2 呼叫器 理工学院 贺婷 邓超 银奖（1项） 3 小推车 师范学院 唐明 曹莉"
    )
    found = rows(pasted("获奖名单\n" + "\n".join(lines.split(" ")) + "\n注：排名不分先后。\n"))
    assert [row["作品"] for row in found] == ["茶叶机", "呼叫器", "小推车"]
    assert [row["辅导教师"] for row in found] == ["谭志远", "邓超", "曹莉"]


def test_empty_lines_may_be_blank_cells() -> None:
    """One cell a line, as text exports write it: every empty line is a blank cell."""
    table = [
        ["类别", "任务", "牵头单位", "配合单位", "时限"],
        ["道路", "修路。", "住建局", "财政局", "3月"],
        ["", "架桥。", "交通局", "", "4月"],
        ["绿化", "种树。", "林业局", "", "5月"],
        ["", "植草。", "园林局", "水利局", "6月"],
    ]
    text = "\n".join("\n".join(row) for row in table)
    found = rows(pasted(f"分工表\n{text}\n"))
    assert [list(row.values())[1:] for row in found] == [row[1:] for row in table[1:]]
    assert [row["类别"] for row in found] == ["道路", "道路", "绿化", "绿化"]


def test_the_next_number_begins_a_row() -> None:
    """Blank last cells do not draw the number of the next row into them."""
    text = (
        "序号\n任务\n牵头单位\n时限\n备注\n1\n修路。\n住建局\n3月\n2\n架桥。\n交通局\n4月\n重点\n"
        "3\n种树。\n林业局\n5月\n4\n植草。\n园林局\n6月\n"
    )
    found = rows(pasted(f"分工表\n{text}"))
    assert [row["序号"] for row in found] == ["1", "2", "3", "4"]
    assert [row["备注"] for row in found] == ["", "重点", "", ""]


def test_half_a_row_alone_on_the_next_page_is_no_title() -> None:
    head = ["序号", "任务", "牵头单位"]
    composer = Composer()
    first = [head, ["1", "修路。", "住建局"], ["2", "建设停车场，新增", "交通局"]]
    second = [["", "泊位三百个。", ""], ["3", "种树。", "林业局"]]
    for page, lines in ((1, first), (2, second)):
        cells = [GridCell(r, c, t) for r, line in enumerate(lines) for c, t in enumerate(line)]
        composer.table(cells, merges=False, page=page)
    found = rows(understand(composer.build("d", "d", "pdf")))
    assert found[1]["任务"] == "建设停车场，新增泊位三百个。"
    assert len(found) == 3


@pytest.mark.parametrize("mark", ["续表", "（续上表）", "表1（续）", "续表2："])
@pytest.mark.parametrize("headed", [True, False])
def test_a_continued_table_keeps_its_columns(mark: str, headed: bool) -> None:
    """What stands below “续表” are rows of the table above, with its header or without."""
    head = ["序号", "任务", "责任科室"]
    composer = Composer()
    for lines in (
        [head, ["1", "修路。", "一科"], ["2", "架桥。", "二科"]],
        [*([head] if headed else []), ["3", "种树。", "三科"], ["4", "植草。", "四科"]],
    ):
        cells = [GridCell(r, c, t) for r, line in enumerate(lines) for c, t in enumerate(line)]
        composer.table(cells, merges=True)
        composer.paragraph(mark)
    document = understand(composer.build("d", "d", "docx"))
    assert [row["任务"] for row in rows(document)] == ["修路。", "架桥。", "种树。", "植草。"]
    assert {block.table for block in document.blocks if block.record} == {1}


def test_what_is_to_be_known_of_one_thing_is_a_record_each() -> None:
    """The left column of a service guide names, it is no first row of a header; each value
    keeps what the thing is called, and a time limit of the service is no task's deadline."""
    document = gridded(
        [
            ["事项名称", "旧车过户"],
            ["受理机构", "青禾县车管所"],
            ["办结时限", "2个工作日"],
            ["收费标准", "不收费"],
            ["结果有效期", "长期"],
            ["咨询电话", "0100-7654321"],
            ["监督投诉", "0100-7654322"],
        ]
    )
    assert rows(document)[2:4] == [
        {"事项名称": "旧车过户", "办结时限": "2个工作日"},
        {"事项名称": "旧车过户", "收费标准": "不收费"},
    ]
    assert not any(
        cell.role == DEADLINE
        for block in document.blocks
        if block.record
        for cell in block.record.cells
    )


def test_a_table_of_figures_below_a_header_is_read_row_by_row() -> None:
    """Names of figures end as names of columns do, but a header stands above them."""
    lines = [
        ["统计指标", "目标值"],
        ["种植面积", "3万亩"],
        ["工业投资", "2亿元"],
        ["参保人数", "9万人"],
    ]
    assert rows(gridded(lines))[1] == {"统计指标": "工业投资", "目标值": "2亿元"}
