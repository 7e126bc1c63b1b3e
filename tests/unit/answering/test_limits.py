"""Numbers that are limits, and which side of one a value is on."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_engine.answering.limits import is_least, is_most, limit_told
from qa_engine.text.numbers import numbers


@pytest.mark.parametrize(
    ("text", "below", "there", "above"),
    [
        ("不超过50岁", True, True, False),
        ("不得超过50岁", True, True, False),
        ("低于50岁", True, False, False),
        ("不满50岁", True, False, False),
        ("50岁以下", True, True, False),
        ("50岁（含）以下", True, True, False),
        ("50岁以内", True, True, False),
        ("超过了50岁", False, False, True),
        ("不低于50岁", False, True, True),
        ("不得少于50岁", False, True, True),
        ("年满50岁", False, True, True),
        ("50岁及以上", False, True, True),
    ],
)
def test_the_words_beside_a_number_say_what_is_on_its_right_side(
    text: str, below: bool, there: bool, above: bool
) -> None:
    (one,) = numbers(text)
    limit = limit_told(text, one)
    assert limit is not None
    assert [limit.holds(Decimal(n)) for n in (49, 50, 51)] == [below, there, above]


@pytest.mark.parametrize("text", ["50岁", "今年50岁的职工", "补贴50元"])
def test_a_number_without_such_words_is_none(text: str) -> None:
    assert limit_told(text, numbers(text)[0]) is None


@given(st.integers(1, 900), st.integers(1, 900))
def test_a_limit_and_its_opposite_part_all_values(bound: int, value: int) -> None:
    told = [limit_told(text, numbers(text)[0]) for text in (f"超过{bound}元", f"不超过{bound}元")]
    assert [one is not None and one.holds(Decimal(value)) for one in told].count(True) == 1


def test_the_most_and_the_least_are_told_in_their_clause() -> None:
    text = "每户不超过每月300元，最低60元，另发20元"
    places = [(one.start, one.end) for one in numbers(text)]
    assert [is_most(text, *place) for place in places] == [True, False, False]
    assert [is_least(text, *place) for place in places] == [False, True, False]
