"""What is said of one alternative answers nothing about another."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_engine.answering.contrasts import contrary, contrary_clause
from tests.unit.answering.test_candidates import reading


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("高级技工的培训费是多少", "中级技工培训费每人300元"),
        ("上半年出口多少", "下半年出口3亿元"),
        ("目前的入学率是多少", "工作目标：入学率达到95%"),
        ("非居民气价是多少", "居民气价每立方米3元"),
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
