"""What a set question fixes: bodies in their roles, and dates."""

from __future__ import annotations

import pytest

from qa_engine.answering.set_filters import (
    CHARGED,
    EITHER,
    asks_past,
    asks_set,
    bodies_named,
    periods_asked,
    periods_of,
)
from qa_engine.models import COOPERATE, LEAD

BODIES = ["市水务局", "市教育局", "市发展和改革委员会", "县教育局"]
SYNONYMS = [("发改委", "发展和改革委员会")]


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("市水务局牵头哪些任务？", {"市水务局": LEAD}),
        ("需要水务局协办的事项有哪些", {"水务局": COOPERATE}),
        ("水务局牵头或者配合的任务有哪些？", {"水务局": EITHER}),
        ("哪些工作由水务局负责？", {"水务局": CHARGED}),
        ("水务局牵头、发改委配合的任务有哪些", {"水务局": LEAD, "发改委": COOPERATE}),
        ("水务局要配合发改委做哪些工作", {"水务局": COOPERATE, "发改委": LEAD}),
        ("水务局和发改委共同牵头的有哪些", {"水务局": LEAD, "发改委": LEAD}),
        ("配合单位是水务局的任务有哪些", {"水务局": COOPERATE}),
        ("水务局都有哪些任务", {"水务局": None}),
    ],
)
def test_each_body_has_the_role_that_the_words_around_it_say(
    text: str, roles: dict[str, str | None]
) -> None:
    """Also the one who is helped, and one of two who share a verb."""
    found = bodies_named(text, BODIES, SYNONYMS)
    assert {body.form: body.role for body in found} == roles


def test_another_level_is_another_body() -> None:
    """市教育局 is not 县教育局; without a level both may be meant."""
    (city,) = bodies_named("市教育局牵头哪些任务", BODIES)
    assert city.names == {"市教育局"}
    (either,) = bodies_named("教育局牵头哪些任务", BODIES)
    assert either.names == {"市教育局", "县教育局"}


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("10月底前要完成的有哪些？", "01-01", "10-31"),
        ("截止到2023年6月15日应完成的任务有哪些", "2023-01-01", "2023-06-15"),
        ("3月要完成哪些任务", "03-01", "03-31"),
        ("9月以后完成的任务有哪些", "09-31", "12-31"),
        ("赶在年底前完成的工作有哪些", "01-01", "12-31"),
        ("第三季度要完成的任务有哪些", "07-01", "09-31"),
    ],
)
def test_when_tasks_are_due(text: str, first: str, last: str) -> None:
    """By, in and from a date; by season."""
    (period,) = periods_asked(text)
    assert (period.first, period.last) == (first, last)


def test_what_happened_in_a_month_is_no_deadline() -> None:
    """Nor is what was done a task."""
    assert periods_asked("2023年8月有哪些活动") == []
    assert asks_past("水务局8月开展了哪些工作？")
    assert not asks_past("水务局要完成哪些工作？")


def test_the_date_of_a_document_is_no_deadline() -> None:
    """Neither in its title nor before 印发."""
    assert periods_asked("2023年3月印发的方案里水务局牵头哪些任务") == []
    assert periods_asked("《2023年3月行动方案》里水务局牵头哪些任务") == []


@pytest.mark.parametrize(
    ("written", "holds"),
    [("2023.6", True), ("6月底前", True), ("2022年5月", False), ("2023年11月", False),
     ("上半年", True), ("全年", False), ("2023年", False), ("长期坚持", False), ("", False)],
)  # fmt: skip
def test_a_deadline_falls_into_the_period_or_not(written: str, holds: bool) -> None:
    """Years count where both say one; what is open is due at no date."""
    (asked,) = periods_asked("2023年7月底前要完成的任务有哪些")
    assert any(asked.holds(own) for own in periods_of(written, "2023")) is holds


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("列出市水务局的全部任务", True),
        ("市水务局牵头的任务总共有多少个？", True),
        ("哪些是由市水务局牵头的工作", True),
        ("内河清淤这项工作由哪个部门牵头？", False),
        ("这项任务什么时候完成？", False),
        ("水务局如何开展工作？", False),
        ("水务局牵头的清淤项目完成率要达到多少？", False),
    ],
)
def test_only_tasks_make_a_set(text: str, asks: bool) -> None:
    """A field of one task, a date or a manner is another question."""
    assert asks_set(text) is asks
