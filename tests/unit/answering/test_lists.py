"""Enumerations in prose."""

from __future__ import annotations

import pytest

from qa_engine.answering.lists import enumerations, heads, pieces


@pytest.mark.parametrize(
    "text",
    [
        "要求有三点：一是修堤坝；二是清淤泥；三是种树木。此外还要宣传。",
        "第一，修堤坝。第二，清淤泥。第三，种树木。",
        "（一）修堤坝。（二）清淤泥。（三）种树木。",
        "1.修堤坝。2.清淤泥。3.种树木。",
        "①修堤坝；②清淤泥；③种树木。",
    ],
)
def test_every_series_of_markers_gives_its_members(text: str) -> None:
    """Three members, whatever the numbering."""
    series = enumerations(text)
    assert [len(one.members) for one in series] == [3]
    members = [text[start:end] for start, end in series[0].members]
    assert "修堤坝" in members[0]
    assert "清淤泥" in members[1]
    assert "种树木" in members[2]
    assert "宣传" not in members[2]


def test_decimals_and_lone_markers_are_no_enumeration() -> None:
    """1.5 and a single 一是 enumerate nothing."""
    assert enumerations("增长1.5个百分点，一是好事。") == []


def test_heads_fit_the_budget() -> None:
    """Long members are cut at clause ends."""
    text = "一是修好堤坝，保证安全度汛，不出问题；二是清理淤泥，改善水质，还河于民。"
    series = enumerations(text)[0]
    short = heads(pieces(text, series), 18)
    assert short == "一是修好堤坝；二是清理淤泥"
    assert len(short) <= 18


def test_an_enumeration_that_begins_a_text_is_led_to_by_nothing() -> None:
    (series,) = enumerations("①先登记。②再领卡。")
    assert series.lead == series.start == 0


def test_lines_below_a_colon_are_an_enumeration() -> None:
    """Without marks, when each but the last ends in a semicolon; a single line is none."""
    text = "有下列情形的不受理：\n材料不全的；\n逾期的；\n重复申请的。\n其他另行通知。"
    (series,) = enumerations(text)
    assert pieces(text, series) == ["材料不全的", "逾期的", "重复申请的"]
    assert series.lead == 0
    assert not enumerations("说明如下：\n材料不全的不受理。\n逾期的不受理。")
