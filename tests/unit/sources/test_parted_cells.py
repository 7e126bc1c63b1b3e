"""Tables with one cell a line and blank lines between the rows."""

from __future__ import annotations

from test_tables import pasted, rows


def rows_of(text: str) -> list[dict[str, str]]:
    return rows(pasted(text))


PASTED = """序号
任务名称
牵头单位
完成时限
绿化专员

河岸补绿
区园林局
6月底
米知行

口袋公园
区住建局
9月底
——

行道树修剪
区城管局
11月底
向南枝
"""


def test_groups_of_lines_are_rows_though_their_numbers_are_left_out() -> None:
    """A last column of a name that nobody knows keeps its own cells."""
    found = rows_of(PASTED)
    assert [row["绿化专员"] for row in found] == ["米知行", "——", "向南枝"]
    assert [row["牵头单位"] for row in found] == ["区园林局", "区住建局", "区城管局"]
    assert [row["序号"] for row in found] == ["", "", ""]


def test_boxes_drawn_around_cells_tell_the_header() -> None:
    found = rows_of(
        "┌──┬──────┬────┐\n│序号│材料名称    │份数│\n├──┼──────┼────┤\n"
        "│1   │申请表      │2份 │\n│2   │身份证      │1份 │\n└──┴──────┴────┘\n"
    )
    assert [row["材料名称"] for row in found] == ["申请表", "身份证"]


SPACED = """因管网改造，下列线路临时改道：
线路    取消站点    改经道路    首末班    票价
4路    县医院、鼓楼    建设路    6:20—19:30    1元
9路    南关    滨河路    6:40—18:50    1元
12路    无    不变    6:30—19:00    2元
"""


def test_cells_set_apart_by_spaces_are_a_table_whatever_the_columns_are_called() -> None:
    """Names above and numbers below them show it; a list of names has none."""
    found = rows_of(SPACED)
    assert [row["首末班"] for row in found] == ["6:20—19:30", "6:40—18:50", "6:30—19:00"]
    assert rows_of("参加人员：\n米知行    向南枝    卢静怡\n甲文山    邵明远    乙小满\n") == []


def test_a_blank_line_a_row_and_a_rule_begin_another_table() -> None:
    text = (
        "| 景区 | 等级 |\n|---|---|\n| 望荷园 | 4A |\n| 听雨园 | 3A |\n\n"
        "| 产品 | 产量 |\n|---|---|\n| 小麦 | 310 |\n| 蚕茧 | 41 |\n"
    )
    assert [row["产品"] for row in rows_of(text) if "产品" in row] == ["小麦", "蚕茧"]


def test_a_row_that_begins_with_a_date_as_others_do_stays_where_it_is() -> None:
    """Though its last cell is blank."""
    text = (
        "| 日期 | 时间 | 内容 | 地点 | 主讲人 |\n|---|---|---|---|---|\n"
        "| 8月17日 | 14:00—18:00 | 培训班报到 | 一楼大厅 | 米知行 |\n"
        "| 8月18日 | 8:30—11:30 | 政策解读 | 报告厅 | 向南枝 |\n"
        "| 8月20日 | 14:00—16:00 | 模拟测试与答疑 | 机房A | |\n"
        "| 9月11日 | 19:00 | 领队会 | 会议室 | 卢静怡 |\n"
    )
    found = rows_of(text)[2]
    assert (found["内容"], found["地点"], found["主讲人"]) == ("模拟测试与答疑", "机房A", "")


FIGURES = """附表 各县主要指标
地区
产值（亿元）
增速（%）
人口（万人）
苇湾区
412.6
6.1
58.7
荻溪县
176.3
4.8

蒲塘县
211.2
6.3
36.3
注：数据为初步统计数。
"""


def test_figures_one_a_line_are_a_table_whatever_the_columns_are_called() -> None:
    """An empty line among them is a blank cell."""
    found = rows_of(FIGURES)
    assert [row["地区"] for row in found] == ["苇湾区", "荻溪县", "蒲塘县"]
    assert [row["增速（%）"] for row in found] == ["6.1", "4.8", "6.3"]
    assert [row["人口（万人）"] for row in found] == ["58.7", "", "36.3"]


def test_a_total_is_a_row_of_its_own() -> None:
    text = (
        "| 项目 | 金额 | 部门 |\n|---|---|---|\n| 望荷桥 | 4320 | 区交通局 |\n"
        "| 苇湾路 | 980 | 区住建局 |\n| | **小计** | |\n"
    )
    assert [row["项目"] for row in rows_of(text)][:2] == ["望荷桥", "苇湾路"]
