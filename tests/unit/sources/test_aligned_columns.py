"""Tables set with spaces are read where the columns prove them, and nothing else is."""

from __future__ import annotations

import pytest

from qa_engine.models import Document
from qa_engine.sources.raw import RawDocument, lines_of
from qa_engine.sources.understand import understand


def read(text: str) -> Document:
    return understand(RawDocument("d", text, tuple(lines_of(text)), name="d"))


def records(text: str) -> list[dict[str, str]]:
    return [dict(block.record) for block in read(text).blocks if block.record is not None]


def test_unknown_names_over_figures_are_a_table() -> None:
    """Words over figures that end below each other, whatever the columns are called."""
    text = (
        "各乡产量如下\n乡名        稻谷（吨）      较上年\n东山乡           1,203        5.2%\n"
        "河口乡             980       -4.1%\n南坪乡              77           3%\n"
    )
    assert records(text) == [
        {"乡名": "东山乡", "稻谷（吨）": "1,203", "较上年": "5.2%"},
        {"乡名": "河口乡", "稻谷（吨）": "980", "较上年": "-4.1%"},
        {"乡名": "南坪乡", "稻谷（吨）": "77", "较上年": "3%"},
    ]


def test_two_columns_and_spaced_out_names() -> None:
    """Two columns suffice where one's name is known; 姓　名 is one name, 林　涛 one person."""
    text = "人员如下\n姓　名    职　务\n周远航    局长\n林　涛    副局长\n欧阳文    科长\n"
    assert records(text) == [
        {"姓名": "周远航", "职务": "局长"},
        {"姓名": "林涛", "职务": "副局长"},
        {"姓名": "欧阳文", "职务": "科长"},
    ]


def test_a_rule_below_the_header_tells_a_table() -> None:
    """Dashes below the names are evidence enough."""
    text = "花名      颜色\n--------------\n红梅      深红\n白菊      纯白\n"
    assert records(text) == [
        {"花名": "红梅", "颜色": "深红"},
        {"花名": "白菊", "颜色": "纯白"},
    ]


def test_blank_cells_stay_in_their_columns() -> None:
    """A row that lacks cells is placed by where its pieces stand."""
    text = (
        "序号  工作任务      牵头部门    完成时限\n1     推进改革      市民政局    6月底\n"
        "2     优化服务                  9月底\n3                   市水利局    12月底\n"
    )
    assert [list(record.values()) for record in records(text)] == [
        ["1", "推进改革", "市民政局", "6月底"],
        ["2", "优化服务", "", "9月底"],
        ["3", "", "市水利局", "12月底"],
    ]


def test_a_second_table_of_the_same_width_begins_anew() -> None:
    """Another row of column names ends the table above, whatever divides the cells."""
    rows = [
        ["事项", "联系电话", "备注"],
        ["开户", "87654321", "全年"],
        ["挂失", "87654322", ""],
        ["工作任务", "牵头部门", "完成时限"],
        ["推进改革", "市民政局", "6月底"],
        ["优化服务", "市水利局", "9月底"],
    ]
    for separator in ("\t", " | ", "        "):
        text = "\n".join(separator.join(row).rstrip() for row in rows) + "\n"
        if separator.isspace() and separator != "\t":
            text = "\n".join("".join(f"{cell:　<8}" for cell in row).rstrip("　") for row in rows)
        found = records("两张表\n\n" + text)
        assert [list(record) for record in found] == [rows[0]] * 2 + [rows[3]] * 2, separator
        assert found[3]["牵头部门"] == "市水利局"


@pytest.mark.parametrize(
    "text",
    [
        "王小明    李小红    张大伟\n赵一曼    钱学文    孙中明\n周树林    吴承志    郑成方\n",
        "一、总则            1\n二、主要任务        3\n三、保障措施        12\n",
        "目录\n总则            1\n任务            3\n措施            5\n附则            7\n",
        "春眠不觉晓  处处闻啼鸟\n夜来风雨声  花落知多少\n白日依山尽  黄河入海流\n",
        "主持人  周远航\n记录人  林涛\n参加人  江帆\n",
        "我们来到这里  看到很多  变化\n这里的人们  都说生活  好了\n大家都高兴  也很感谢  政府\n",
        "河桥市民政局      河桥市财政局\n2023年4月20日     2023年4月20日\n",
    ],
)
def test_lists_contents_and_verses_are_no_tables(text: str) -> None:
    """Lines that merely stand below each other, without a header that proves itself."""
    assert not [block for block in read(text).blocks if block.kind == "row"]


def test_a_cell_broken_over_two_lines_is_one_cell() -> None:
    """What goes on below a cell that fills its column belongs to that cell, and so quoted."""
    text = (
        "序号  任务名称      工作内容                      牵头单位    完成时限\n"
        "1     驿站“小哥    新建城市驿站24座，每座配齐饮  市总工会    6月底\n"
        "      之家”        水机和充电柜\n"
        "2     老街修缮      修缮老街三条                  市住建局    9月底\n"
        "3     公园改造      改造社区公园16个，增设儿童活  市园林局\n"
        "                    动区\n"
    )
    assert [list(record.values()) for record in records(text)] == [
        ["1", "驿站“小哥之家”", "新建城市驿站24座，每座配齐饮水机和充电柜", "市总工会", "6月底"],
        ["2", "老街修缮", "修缮老街三条", "市住建局", "9月底"],
        ["3", "公园改造", "改造社区公园16个，增设儿童活动区", "市园林局", ""],
    ]


def test_a_row_below_a_merged_number_is_a_row_of_its_own() -> None:
    """A task with a body of its own does not go on with the task above."""
    text = (
        "序号  类别      工作任务              牵头单位\n"
        "1     绿化      新增绿地三十公顷      市园林局\n"
        "                修建绿道四十公里      市交通局\n"
        "2     供水      改造水厂两座          市水务局\n"
    )
    tasks = [record["工作任务"] for record in records(text)]
    assert tasks == ["新增绿地三十公顷", "修建绿道四十公里", "改造水厂两座"]


def test_two_names_below_one_are_its_parts() -> None:
    """Names of a second line stand under the one above them, known or not."""
    text = (
        "指标      单位    2021年            2020年\n"
        "                  产量    增长%     产量    增长%\n"
        "早稻      万吨    31.5    2.0       30.9    -1.2\n"
        "晚稻      万吨    28.4    1.1       28.1    0.4\n"
        "玉米      万吨    9.6     3.0       9.3     1.5\n"
    )
    assert dict(records(text)[0]) == {
        "指标": "早稻",
        "单位": "万吨",
        "2021年/产量": "31.5",
        "2021年/增长%": "2.0",
        "2020年/产量": "30.9",
        "2020年/增长%": "-1.2",
    }
    assert len(records(text)) == 3
