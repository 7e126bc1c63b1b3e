"""Of values that are dealt out to names, the one of the name that is asked."""

from __future__ import annotations

import pytest

from qa_engine.answering.respective import respective

LEVELS = "住进护理院，重度失能一级、二级、三级每月限额分别为1500元、1800元、2100元，基金支付七成。"
PRIZES = "比武设团体奖，对前三名分别奖励速测仪1台、试纸400条、试纸200条。"
SHARES = "费用由市级和区级分别承担四成、六成。"


@pytest.mark.parametrize(
    ("question", "text", "found", "meant"),
    [
        ("三级失能每月限额多少", LEVELS, "1500元", "2100元"),
        ("二级失能每月限额多少", LEVELS, "1500元", "1800元"),
        ("头名得到什么", PRIZES, "试纸200条", "速测仪1台"),
        ("区级承担几成", SHARES.replace("承担", "为"), "四成", "六成"),
        # No one of the names, more than one, or no value that is dealt out.
        ("失能每月限额多少", LEVELS, "1500元", None),
        ("一级和三级每月限额多少", LEVELS, "1500元", None),
        ("三级失能基金支付几成", LEVELS, "七成", None),
    ],
)
def test_the_value_of_the_name_that_is_asked(
    question: str, text: str, found: str, meant: str | None
) -> None:
    start = text.index(found)
    place = respective(question, text, start, start + len(found))
    assert (text[slice(*place)] if place else None) == meant
