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
