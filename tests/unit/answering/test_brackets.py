"""Values that hold from one number to another."""

from __future__ import annotations

import pytest

from qa_engine.answering.labelled import choices
from qa_engine.answering.question import analyse


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("85岁的老人每餐补几块钱", "60周岁以上每餐补贴3元，80周岁以上补贴5元", "5元"),
        ("七十五岁的老人每餐补几块钱", "60至79周岁补2元，80至89周岁补3元。", "2元"),
        ("坐15公里要多少钱", "6公里以内2元，6至11公里3元，11—17公里4元", "4元"),
        ("25岁的人门票多少钱", "未满18周岁的票价20元，满18周岁的票价40元", "40元"),
        ("300平方米的店补多少钱", "不超过100平方米的补3万元；超过100平方米的补10万元", "10万元"),
        (
            "投资3000万元的补多少",
            "1千万元以上5千万元以下补10万元，5千万元以上补50万元",
            "10万元",
        ),
        ("50平方米的店补多少钱", "面积100平方米以上的补10万元；不足100平方米的补3万元", "3万元"),
    ],
)
def test_the_closest_bracket_with_the_number_asked_about_is_meant(
    question: str, text: str, value: str
) -> None:
    (choice,) = choices(analyse(question, question), text)
    assert text[slice(*choice.value)] == value


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("85岁的老人每餐补几块钱", "60周岁以上老人每餐补贴3元。"),
        ("50岁的人每餐补几块钱", "60周岁以上每餐补贴3元，80周岁以上补贴5元"),
        ("3人的团队补多少钱", "不少于5人的补500元，不少于10人的补1000元"),
        ("2024年补几块钱", "2023年以上每餐补贴3元，2024年以上补贴5元"),
    ],
)
def test_without_two_brackets_of_which_one_holds_nothing_is_decided(
    question: str, text: str
) -> None:
    assert not choices(analyse(question, question), text)
