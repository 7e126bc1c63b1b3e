"""Dates and quantities as whole mentions."""

import pytest

from qa_engine.answering.mentions import events, whole_date

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
