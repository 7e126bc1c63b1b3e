"""Of several that are told in one breath, the one that is asked for."""

from __future__ import annotations

import pytest

from qa_engine.answering.respective import respective


@pytest.mark.parametrize(
    ("text", "asked", "value"),
    [
        ("对获评金牌、银牌、铜牌的分别奖励9万元、6万元、3万元。", "银牌奖多少", "6万元"),
        ("对获评金牌、银牌、铜牌的分别奖励9万元、6万元、3万元。", "金牌奖多少", "9万元"),
        ("甲类和乙类分别补助3万元和2万元。", "乙类补助多少", "2万元"),
        ("甲类和乙类分别补助3万元和2万元。", "甲类和乙类补助多少", None),
        ("大户、小户分别补助3万元、2万元、1万元。", "小户补助多少", None),
        ("甲类补助3万元、2万元。", "甲类补助多少", None),
    ],
)
def test_a_quantity_belongs_to_the_member_in_its_place(
    text: str, asked: str, value: str | None
) -> None:
    """分别 pairs two series of equal length; a question for several gets them all."""
    at = text.find("万元") - 1
    found = respective(text, at, at + 3, asked)
    assert (text[slice(*found)] if found else None) == value
