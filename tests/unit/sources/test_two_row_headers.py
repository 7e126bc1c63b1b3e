"""Headers of two rows whose merged cells left no blanks, or stand over names nobody knows."""

from pathlib import Path

import pytest

from qa_engine.sources.read import read_documents

DUES = [
    ["序号", "督查事项", "上半年落实", "下半年落实", "督查组"],
    ["立行立改", "持续整改", "立行立改", "持续整改"],
    ["1", "河道清淤慢", "已清淤3公里", "完成5公里", "已完成", "验收", "第一组"],
    ["2", "垃圾转运迟", "增配车辆6台", "增设站点2处", "已完成", "巡查", "第二组"],
    ["3", "工地未覆盖", "覆盖到位", "加装喷淋", "已完成", "抽查", "第一组"],
]
DUES_NAMES = [
    "序号", "督查事项", "上半年落实/立行立改", "上半年落实/持续整改", "下半年落实/立行立改",
    "下半年落实/持续整改", "督查组",
]  # fmt: skip
INVESTED = [
    ["序号", "项目名称", "投资规模（亿元）", "引进方"],
    ["总额", "当年到位", "对接单位", "联系人"],
    ["1", "电池生产基地", "12.5", "3.2", "市招商局", "赵磊"],
    ["2", "冷链物流园", "5.8", "1.6", "市商务局", "钱芳"],
    ["3", "医疗器械产业园", "8", "2.4", "高新区管委会", "孙涛"],
]
INVESTED_NAMES = [
    "序号", "项目名称", "投资规模（亿元）/总额", "投资规模（亿元）/当年到位", "引进方/对接单位",
    "引进方/联系人",
]  # fmt: skip
BUDGET = [
    ["科目", "2023年", "2024年"],
    ["预算数", "决算数", "预算数", "增减"],
    ["教育支出", "1200", "1188", "1300", "8.3%"],
    ["卫生健康支出", "900", "912", "950", "5.6%"],
    ["农林水支出", "600", "590", "640", "6.7%"],
]
BUDGET_NAMES = ["科目", "2023年/预算数", "2023年/决算数", "2024年/预算数", "2024年/增减"]
LESSONS = [
    ["节次", "上课时间", "课程", "授课安排"],
    ["授课教师", "教室"],
    ["第一节", "8:00—8:45", "公文写作", "周敏", "三号楼201"],
    ["第二节", "9:00—9:45", "应急管理", "吴刚", "三号楼202"],
    ["第三节", "10:00—10:45", "数据分析", "郑洁", "三号楼301"],
]
LESSONS_NAMES = ["节次", "上课时间", "课程", "授课安排/授课教师", "授课安排/教室"]
TABLES = {
    "督查": (DUES, DUES_NAMES),
    "招商": (INVESTED, INVESTED_NAMES),
    "预算": (BUDGET, BUDGET_NAMES),
    "课程": (LESSONS, LESSONS_NAMES),
}
BEFORE, AFTER = "某市2024年有关事项表\n\n", "\n\n以上事项请各单位抓好落实。\n"


def records(text: str, folder: Path) -> list[dict[str, str]]:
    path = folder / "a.txt"
    path.write_text(text, "utf-8")
    return [
        {cell.header: cell.value for cell in block.record.cells}
        for document in read_documents(path, "a.txt")
        for block in document.blocks
        if block.record is not None
    ]


def meant(rows: list[list[str]], names: list[str]) -> list[dict[str, str]]:
    return [dict(zip(names, row, strict=True)) for row in rows[2:]]


@pytest.mark.parametrize("domain", TABLES)
def test_rows_of_tabs_tell_by_their_width_which_names_stand_over_others(
    domain: str, tmp_path: Path
) -> None:
    rows, names = TABLES[domain]
    text = "\n".join("\t".join(row) for row in rows)
    assert records(BEFORE + text + AFTER, tmp_path) == meant(rows, names)


@pytest.mark.parametrize("domain", TABLES)
def test_cells_on_lines_of_their_own_tell_it_too(domain: str, tmp_path: Path) -> None:
    rows, names = TABLES[domain]
    text = "\n\n".join("\n".join(f"\t{cell}" for cell in row) for row in rows)
    assert records(BEFORE + text + "\n" + AFTER, tmp_path) == meant(rows, names)


@pytest.mark.parametrize("domain", ["督查", "招商"])
def test_numbered_rows_tell_it_where_nothing_parts_the_cells(domain: str, tmp_path: Path) -> None:
    rows, names = TABLES[domain]
    text = "\n".join(cell for row in rows for cell in row)
    assert records(BEFORE + text + AFTER, tmp_path) == meant(rows, names)


def test_a_sentence_below_the_last_row_is_no_part_of_its_last_cell(tmp_path: Path) -> None:
    cells = "序号 任务 牵头部门 完成时限 1 修路 市交通局 6月底前 2 植树 市林业局 年底前".split()
    found = records("任务表\n" + "\n".join(cells) + "\n\n请各单位落实。\n", tmp_path)
    assert [one["完成时限"] for one in found] == ["6月底前", "年底前"]


def test_blank_cells_lost_at_the_ends_of_rows_do_not_hide_a_header_of_unknown_names(
    tmp_path: Path,
) -> None:
    lines = [
        "序号\t整改问题\t谁来改\t\t改到哪\t\t备注",
        "\t\t责任单位\t责任人\t整改目标\t整改时限",
        "1\t台账不规范\t市水务局\t张伟\t建立电子台账\t2024年3月底",
        "2\t巡河频次不足\t市河长办\t李娜\t每周巡河1次\t2024年6月底\t长期",
        "3\t资料缺失\t市档案局\t王强\t补齐资料\t2024年5月底",
    ]
    first, *_, last = records(BEFORE + "\n".join(lines) + AFTER, tmp_path)
    assert (first["谁来改/责任单位"], first["改到哪/整改时限"]) == ("市水务局", "2024年3月底")
    assert (last["备注"], last["谁来改/责任人"]) == ("", "王强")
