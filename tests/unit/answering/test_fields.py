"""Columns asked by their own names, and records chosen by what a column says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.answering.test_answers import engine_on

PROJECTS = """云泽新区2031年重点项目计划表

序号\t项目名称\t建设地点\t计划投资（万元）\t开工时间\t竣工时间\t牵头领导\t责任单位
1\t滨江体育公园\t望江街道\t8600\t2031年3月\t2032年9月\t副区长韦若兰\t区文体局
2\t第三水厂扩建\t金牛工业园\t15200\t2031年5月\t\t副区长郁长风\t区水务局
3\t智能装备园\t金牛工业园\t42000\t2030年8月\t2032年12月\t副区长韦若兰\t区经发局
"""

CONTACTS = """云泽新区项目联络表

序号\t单位\t联络人\t办公电话
1\t区文体局\t邱一诺\t0599-0117001
2\t区水务局\t米知行\t0599-0117002
3\t区经发局\t向南枝\t
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("滨江体育公园计划投资多少？", "8600万元"),
        ("智能装备园什么时候竣工？", "2032年12月"),
        ("第三水厂扩建什么时候开工", "2031年5月"),
        ("滨江体育公园建在哪里？", "望江街道"),
        ("牵头滨江体育公园的领导是谁？", "副区长韦若兰"),
        ("滨江体育公园由哪个单位负责？", "区文体局"),
        ("区水务局的联络人电话是多少？", "0599-0117002"),
        ("区文体局联络人是谁", "邱一诺"),
    ],
)
def test_a_column_is_asked_by_its_own_name(tmp_path: Path, question: str, answer: str) -> None:
    with engine_on(tmp_path, plan=PROJECTS, contacts=CONTACTS) as engine:
        assert engine.ask(question).text == answer


BUDGET = """# 芦笛市公共预算支出

| 科目名称 | 2031年执行数 | 2032年预算数 | 增长（%） |
|---|---|---|---|
| 教育支出 | 52100 | 54800 | 5.2 |
| 林业支出 | 8300 | 7900 | -4.8 |
| 支出合计 | 60400 | 62700 | 3.8 |

# 年度考核

| 名次 | 部门 | 总分 |
|---|---|---|
| 1 | 市林业局 | 96.1 |
| 2 | 市民政局 | 93.4 |

# 演练日程

| 时间 | 内容 | 地点 | 负责人 |
|---|---|---|---|
| 8:30—9:00 | 集结点名 | 市民广场 | 米知行 |
| 9:00—10:20 | 群众转移演示 | 荷塘村管理房 | 白露晞 |
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("2032年林业支出预算是多少？", "7900"),
        ("2031年教育支出执行数是多少万元？", "52100"),
        ("2032年支出合计是多少？", "62700"),
        ("市民政局年度考核排第几名？", "2"),
        ("群众转移演示几点开始？", "9:00—10:20"),
        ("群众转移演示在哪里？", "荷塘村管理房"),
    ],
)
def test_figures_are_taken_from_the_column_of_the_year_and_hours_from_an_agenda(
    tmp_path: Path, question: str, answer: str
) -> None:
    with engine_on(tmp_path, budget=BUDGET) as engine:
        assert engine.ask(question).text == answer


BENEFITS = """# 住院待遇

<table>
<tr><th rowspan="2">医疗机构等级</th><th colspan="3">职工医保</th><th colspan="2">居民医保</th></tr>
<tr><th>起付线（元）</th><th>在职支付比例</th><th>退休支付比例</th><th>起付线（元）</th><th>支付比例</th></tr>
<tr><td>三级</td><td>900</td><td>85%</td><td>91%</td><td>700</td><td>62%</td></tr>
<tr><td>二级</td><td>600</td><td>90%</td><td>94%</td><td>400</td><td>75%</td></tr>
</table>
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("三级医疗机构退休人员的支付比例是多少？", "91%"),
        ("三级医疗机构退休职工住院能报百分之几？", "91%"),
        ("二级医疗机构职工医保的起付线是多少？", "600元"),
        ("二级医疗机构居民医保的起付线是多少？", "400元"),
    ],
)
def test_of_columns_below_others_the_one_with_most_in_common_is_meant(
    tmp_path: Path, question: str, answer: str
) -> None:
    (tmp_path / "benefits.html").write_text(BENEFITS, encoding="utf-8")
    with engine_on(tmp_path) as engine:
        assert engine.ask(question).text == answer


def test_how_far_a_building_has_come_is_no_date(tmp_path: Path) -> None:
    """A column 形象进度 tells what stands; when it will be done is another column."""
    plan = PROJECTS.replace("牵头领导", "形象进度").replace("副区长韦若兰", "场地平整")
    with engine_on(tmp_path, plan=plan) as engine:
        assert engine.ask("滨江体育公园打算什么时候完工？").text == "2032年9月"


def test_a_body_that_no_column_has_is_not_told(tmp_path: Path) -> None:
    plan = PROJECTS.replace("责任单位", "建设单位")
    with engine_on(tmp_path, plan=plan) as engine:
        assert engine.ask("滨江体育公园的建设单位是哪家？").text == "区文体局"
        assert "区文体局" not in engine.ask("滨江体育公园的监理单位是哪家？").text


DRILLS = """# 年度演练计划

| 序号 | 科目 | 地点 | 组织单位 | 负责人 |
|---|---|---|---|---|
| 1 | 尾矿库溃坝演练 | 石坳尾矿库 | 县应急局 | 米知行 |
| 2 | 水上搜救演练 | 雁湖码头 | 县交通局 | 白露晞 |
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("水上搜救演练 负责人", "白露晞"),
        ("水上搜救演练的负责人是谁？", "白露晞"),
        ("水上搜救演练谁负责？", "县交通局（负责人：白露晞）"),
        ("水上搜救演练由哪个单位组织？", "县交通局"),
    ],
)
def test_who_is_in_charge_is_the_body_or_the_person_of_its_own_column(
    tmp_path: Path, question: str, answer: str
) -> None:
    with engine_on(tmp_path, plan=DRILLS) as engine:
        assert engine.ask(question).text == answer


@pytest.mark.parametrize("question", ["第三水厂扩建什么时候竣工？", "区经发局的办公电话是多少？"])
def test_a_blank_cell_is_told_rather_than_filled_from_another_row(
    tmp_path: Path, question: str
) -> None:
    with engine_on(tmp_path, plan=PROJECTS, contacts=CONTACTS) as engine:
        answer = engine.ask(question)
    assert not answer.found
    assert "空白" in answer.note


@pytest.mark.parametrize(
    ("question", "tasks"),
    [
        ("金牛工业园有哪几个项目？", ["第三水厂扩建", "智能装备园"]),
        ("韦若兰副区长牵头哪些项目？", ["滨江体育公园", "智能装备园"]),
        ("区水务局负责的项目", ["第三水厂扩建"]),
    ],
)
def test_records_are_chosen_by_a_place_a_person_or_a_body(
    tmp_path: Path, question: str, tasks: list[str]
) -> None:
    with engine_on(tmp_path, plan=PROJECTS, contacts=CONTACTS) as engine:
        answer = engine.ask(question)
    assert [item.text for item in answer.items] == tasks


def test_of_leading_and_responsible_bodies_the_one_that_is_asked_is_named(tmp_path: Path) -> None:
    text = """云泽新区家政服务实施方案

一、扶持员工制家政企业。对员工制企业给予社保补贴。（牵头单位：区商务局；责任单位：区人社局、区财政局）
二、开展技能培训。每年培训家政人员两千人次。（牵头单位：区人社局；责任单位：区教育局）
"""
    with engine_on(tmp_path, plan=text) as engine:
        assert engine.ask("扶持员工制家政企业由哪个单位牵头？").text == "区商务局"


def test_a_sure_slip_of_the_pen_is_put_right_before_the_question_is_read(tmp_path: Path) -> None:
    with engine_on(tmp_path, plan=PROJECTS) as engine:
        assert engine.ask("智能装被园什么时候竣工？").text == "2032年12月"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("人才公寓申请的联系人和联系电话是什么？", "白露晞、0599-0117008"),
        ("人才公寓申请的联系电话是多少？", "0599-0117008"),
    ],
)
def test_contacts_in_running_text_are_fields_too(
    tmp_path: Path, question: str, answer: str
) -> None:
    text = (
        "关于人才公寓申请的通知\n\n符合条件的人员可于每月10日前提出申请。\n\n"
        "联系人：白露晞，联系电话：0599-0117008。\n"
    )
    with engine_on(tmp_path, notice=text, plan=PROJECTS) as engine:
        assert engine.ask(question).text == answer
