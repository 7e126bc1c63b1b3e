"""Characters split in two bytes by an inserted annotation."""

from __future__ import annotations

import random

import pytest
from pypinyin import Style, pinyin

from qa_engine.alignment import Aligned
from qa_engine.sources.damage import repair_split_bytes
from qa_engine.sources.noise import clean_inline
from qa_engine.sources.pinyin import readings, toneless

SENTENCES = (
    "本次活動由教育局牽頭，請各單位認真組織實施，確保取得實效",
    "企業營業收入穩步增長，產品質量不斷提升，服務水平顯著提高",
    "加強燃氣設備檢查，落實安全專項整治行動，維護群眾利益",
    "為了進一步優化營商環境，我們邀請專家開展技術培訓",
    "允許符合條件的單位申報，並對優秀項目給予資金支持",
)


def split(text: str, at: int, codec: str = "gbk") -> str | None:
    """``text`` as a site leaves it that annotates the pair of bytes across characters
    ``at - 1`` and ``at``; None when that pair is no character that it would know."""
    before, after = text[:at].encode(codec), text[at:].encode(codec)
    pair = before[-1:] + after[:1]
    try:
        seen = pair.decode(codec)
    except UnicodeDecodeError:
        return None
    if len(seen) != 1 or not "\u4e00" <= seen <= "\u9fff":
        return None
    reading = pinyin(seen, style=Style.TONE)[0][0]
    if toneless(reading) not in readings(seen):
        return None
    rest = after[1:].decode(codec, errors="replace")
    if "\ufffd" in rest or len(before) < 2:
        return None
    return f"{before.decode(codec)}?{reading}){rest}"


@pytest.mark.parametrize(
    ("damaged", "whole"),
    [
        ("首先,請?jiān)试S我代表主辦方", "首先,請允許我代表主辦方"),
        ("支柱產業之一,年?duì)I收達千億級", "支柱產業之一,年營收達千億級"),
        ("等領域?yàn)橹攸c(diǎn),聚焦案件", "等領域為重點,聚焦案件"),
        ("城鎮燃?xì)獍踩珜m?xiàng)整治行動", "城鎮燃氣安全專項整治行動"),
    ],
)
def test_real_damage_is_undone(damaged: str, whole: str) -> None:
    """The forms seen in the wild, one with two insertions in a row, come out whole."""
    assert clean_inline(Aligned.of(damaged))[0].text == whole


def test_generated_damage_is_undone_or_left_alone() -> None:
    """Of damage made by the same mechanism at least nine in ten come out whole, and none
    of the text outside the damaged stretch is touched."""
    cases = [
        (sentence, damaged)
        for sentence in SENTENCES
        for at in range(1, len(sentence) - 1)
        if (damaged := split(sentence, at)) is not None
    ]
    random.Random(0).shuffle(cases)
    assert len(cases) > 20
    results = [(s, repair_split_bytes(Aligned.of(d))[0].text) for s, d in cases]
    assert sum(whole == repaired for whole, repaired in results) >= 0.9 * len(cases)


@pytest.mark.parametrize(
    "text",
    ["這是真的嗎?好的)", "為什么?ma)", "費用?yi)个", "你好?hello)再見", "完成了嗎?是(shì)的"],
)
def test_question_marks_of_the_author_stay(text: str) -> None:
    """Where no byte gives plain Chinese the text is left as it stands."""
    assert repair_split_bytes(Aligned.of(text))[0].text == text


def test_a_repair_keeps_its_place() -> None:
    """The repaired characters map to the damaged stretch, the others to themselves."""
    text = "首先,請?jiān)试S我代表"
    repaired, (repair,) = repair_split_bytes(Aligned.of(text))
    start = repaired.text.index("允許")
    assert repaired.source_span(start, start + 2) == (repair.start, repair.end)
    for run in repaired.runs:
        if run.exact:
            assert repaired.text[run.start : run.end] == text[run.source_start : run.source_end]
