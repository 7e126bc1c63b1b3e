"""Dates and quantities as whole mentions."""

import pytest

from qa_engine.answering.mentions import end_of_range, events, whole_date, whole_quantity

TEXT = (
    "自市政府批准设立园区之日起，企业可以享受优惠。自收到申请之日起10日内答复，2024年3月5日起施行。"
)


@pytest.mark.parametrize(
    ("span", "whole"),
    [
        ("日起", "自市政府批准设立园区之日起"),
        ("批准设立园区", "自市政府批准设立园区之日起"),
        ("3月5日", "2024年3月5日起"),
        ("享受优惠", "享受优惠"),
    ],
)
def test_a_day_told_by_an_event_is_taken_whole(span: str, whole: str) -> None:
    start = TEXT.index(span)
    left, right = whole_date(TEXT, start, start + len(span))
    assert TEXT[left:right] == whole


def test_every_event_is_found() -> None:
    assert [TEXT[a:b] for a, b in events(TEXT)] == [
        "自市政府批准设立园区之日起",
        "自收到申请之日起",
    ]
    for other in ("从自治区成立之日起", "自行车道通车之日起", "各自任职之日起"):
        assert events(other) == []


@pytest.mark.parametrize(
    ("question", "end"),
    [
        ("报名截止时间", "7月26日17:00"),
        ("报名从哪天开始", "2024年7月8日9:00"),
        ("报名时间", "7月26日"),
    ],
)
def test_the_end_of_a_range_that_is_asked_for(question: str, end: str) -> None:
    text = "报名：2024年7月8日9:00至7月26日17:00，逾期不候。"
    start = text.index("7月26日")
    left, right = end_of_range(text, start, start + len("7月26日"), question)
    assert text[left:right] == end


def test_a_term_is_told_with_its_limit() -> None:
    text = "自印发之日起30日内制定办法。"
    start = text.index("30日")
    assert text[slice(*whole_quantity(text, start, start + 3, "多少天"))] == "30日内"
