"""What is said of one alternative answers nothing about another."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_engine.answering.contrasts import (
    contrary,
    contrary_clause,
    of_another_trade,
    only_aimed,
    only_reached,
    other_number,
    other_year,
)
from tests.unit.answering.test_candidates import reading


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("高级技工的培训费是多少", "中级技工培训费每人300元"),
        ("上半年出口多少", "下半年出口3亿元"),
        ("目前的入学率是多少", "工作目标：入学率达到95%"),
        ("非居民气价是多少", "居民气价每立方米3元"),
        ("城镇消费品零售额是多少", "乡村消费品零售额30亿元"),
    ],
)
def test_a_text_of_the_alternative_only_is_contrary(question: str, text: str) -> None:
    assert contrary(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("高级技工的培训费是多少", "中级每人300元，高级每人500元"),
        ("小学和初中各招多少人", "小学招300人"),
        ("入学率的目标是多少", "入学率达到95%"),
        ("非居民气价是多少", "居民和非居民气价都是3元"),
        ("非常困难的居民补多少", "居民补100元"),
    ],
)
def test_a_text_that_names_what_is_asked_is_not(question: str, text: str) -> None:
    """Nor one half of what is asked of both."""
    assert not contrary(question, text)


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        ("三孩家庭补多少", "二孩家庭补500元"),
        ("不达标的有几家", "达标30家"),
        ("十人以上的团队优惠多少", "十人以下九折"),
    ],
)
def test_numbers_bounds_and_denials_tell_clauses_apart(question: str, clause: str) -> None:
    assert contrary_clause(question, clause)
    assert not contrary_clause(question, question)


def test_a_number_is_the_same_in_either_writing() -> None:
    assert not contrary_clause("二孩家庭补多少", "2孩家庭补500元")
    assert contrary_clause("三孩家庭补多少", "2孩家庭补500元")


def test_the_clause_of_what_is_asked_is_preferred(tmp_path: Path) -> None:
    """Though another says more of the question's words."""
    text = "关于育儿补贴的通知\n\n生育二孩的家庭每月补贴500元，生育三孩的800元。\n"
    with reading(tmp_path, text, r"\d+元") as engine:
        assert engine.ask("生育三孩每月补贴多少元？").text == "800元"


@pytest.mark.parametrize(
    ("question", "clause", "other"),
    [
        ("地区生产总值是多少？", "人均地区生产总值9万元", True),
        ("人均地区生产总值是多少？", "人均地区生产总值9万元", False),
        ("新馆什么时候开放？", "新馆原定今年10月开放", True),
        ("新馆原定什么时候开放？", "新馆原定今年10月开放", False),
    ],
)
def test_a_share_or_a_former_plan_is_another_thing(question: str, clause: str, other: bool) -> None:
    assert contrary_clause(question, clause) is other


@pytest.mark.parametrize(
    ("question", "clause", "other"),
    [
        ("第二批消费券发多少", "消费券总共1200万元", True),
        ("每个街道能分到多少", "安排奖补资金总额300万元", True),
        ("消费券发多少", "消费券总共1200万元", False),
        ("第二批消费券发多少", "第二批消费券共计400万元", False),
    ],
)
def test_what_is_told_in_all_is_not_told_of_a_part(question: str, clause: str, other: bool) -> None:
    assert contrary_clause(question, clause) is other


def test_a_year_governs_what_follows_it_up_to_the_next() -> None:
    """Both ends of a span of years are meant; another paragraph has years of its own."""
    text = "2031年，零售额增长12%。到2032年底，建成街区3条。\n游客620万人次。"
    assert other_year(("2032",), text, text.index("12%"))
    assert not other_year(("2032",), text, text.index("3条"))
    assert not other_year(("2032",), text, text.index("620"))
    assert not other_year((), text, text.index("12%"))
    span = "2031年7月1日至2032年6月30日的上限为29580元"
    assert not other_year(("2031",), span, span.index("29580"))


def test_the_least_is_no_answer_to_the_most() -> None:
    assert contrary_clause("举报奖励最多多少", "最低300元")
    assert contrary_clause("至少来几个人", "不超过5人")
    assert not contrary_clause("举报奖励最多多少", "最高5万元")
    assert not contrary_clause("举报奖励多少", "最低300元")
    assert not contrary_clause("最低多少岁可以报名", "年满18周岁、不超过35周岁")
    assert not contrary_clause("最大的公园面积多少", "公园面积不低于3公顷")


def test_a_total_is_none_of_one_alone() -> None:
    assert contrary_clause("东湖水库单独加固要花多少钱", "三座水库总投资4260万元")


@pytest.mark.parametrize(
    ("question", "told", "aimed"),
    [
        ("目前已经装好多少台", "力争今年新开工40台", True),
        ("最终实际支持了几个项目", "明年计划支持项目70个", True),
        ("现在产业规模多大", "到2026年，要建成起降点120个，产业规模达到300亿元", True),
        ("目前已经装好多少台", "目前已装好17台，力争今年再装40台", False),
        ("今年力争开工多少台", "力争今年新开工40台", False),
        ("建了多少台", "全年建成投用17台", False),
    ],
)
def test_what_is_aimed_at_is_no_answer_to_what_has_been_reached(
    question: str, told: str, aimed: bool
) -> None:
    assert only_aimed(question, f"去年建成投用9台。{told}", len(told) + 10) is aimed


@pytest.mark.parametrize(
    ("question", "before", "other"),
    [
        ("大桥的监理单位是哪家", "建设单位：", True),
        ("大桥的建设单位是哪家", "建设单位：", False),
        ("大桥由哪家建", "建设单位：", False),
        ("大桥的监理单位是哪家", "大桥于5月开工，", False),
    ],
)
def test_a_body_is_asked_for_by_what_it_does(question: str, before: str, other: bool) -> None:
    text = f"{before}甲公司"
    assert of_another_trade(question, text, len(before), len(text)) is other


@pytest.mark.parametrize(("body", "other"), [("县城投公司", True), ("乙路桥公司", False)])
def test_a_body_is_told_by_what_it_is_said_to_do(body: str, other: bool) -> None:
    text = "该桥由县城投公司投资建设，乙路桥公司施工，全长90米"
    start = text.index(body)
    question = "新桥是哪家公司施工的"
    assert of_another_trade(question, text, start, start + len(body)) is other


@pytest.mark.parametrize(("amount", "other"), [("500元", True), ("300元", False), ("100元", True)])
def test_an_amount_is_of_the_grade_named_last_before_it(amount: str, other: bool) -> None:
    text = "一等奖1名，奖金500元；二等奖2名，各300元；三等奖若干，各100元。"
    start = text.index(amount)
    assert other_number("擂台赛2等奖奖金", text, start, start + len(amount)) is other


@pytest.mark.parametrize(("name", "other"), [("甲某", True), ("乙某", False)])
def test_the_grade_may_stand_behind_the_name(name: str, other: bool) -> None:
    text = "急诊科甲某获一等奖；内科乙某获三等奖。"
    start = text.index(name)
    assert other_number("三等奖获得者是谁", text, start, start + 2) is other


@pytest.mark.parametrize(
    ("question", "value", "wrong"),
    [
        ("今年平均住院日要压到几天", "9.4天", True),
        ("今年平均住院日要压到几天", "8.8天", False),
        ("去年平均住院日是几天", "9.4天", False),
    ],
)
def test_an_aim_is_not_what_has_been_reached(question: str, value: str, wrong: bool) -> None:
    text = "指标名称：平均住院日\n2024年完成值：9.4天\n目标值：8.8天"
    assert only_reached(question, text, text.index(value)) is wrong
