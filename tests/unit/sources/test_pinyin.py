"""Pinyin annotations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_engine.alignment import Aligned
from qa_engine.sources.pinyin import remove_pinyin


def plain(text: str) -> str:
    return remove_pinyin(Aligned.of(text))[0].text


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("質(zhì)量強(qiáng)國", "質量強國"),
        ("嚴(yán)雪松", "嚴雪松"),
        ("女(nǚ)性", "女性"),
        ("銀行(háng)家", "銀行家"),
        ("重（zhòng）點(dian3)", "重點"),
        ("瞿丹(qú dān)同志", "瞿丹同志"),
    ],
)
def test_a_reading_of_the_character_before_it_goes(written: str, cleaned: str) -> None:
    """One or more syllables, with tone mark, tone number or none, in either width."""
    assert plain(written) == cleaned


@pytest.mark.parametrize(
    "text",
    ["指標(PH)值", "系統(APP)", "質量(liang)", "他(she)", "(yī)開頭", "見附件(a)", "強(一)"],
)
def test_brackets_of_the_author_stay(text: str) -> None:
    """A bracket that is no reading of the characters before it is text."""
    assert plain(text) == ("質量" if text == "質量(liang)" else text)


def test_what_goes_is_reported() -> None:
    """Each annotation is a dropped part with its place."""
    text = "質(zhì)量"
    _, dropped = remove_pinyin(Aligned.of(text))
    assert [text[d.start : d.end] for d in dropped] == ["(zhì)"]


@given(st.text(alphabet="質量強國甲(zhìliàn)（）a1 ", max_size=40))
def test_offsets_stay_exact(text: str) -> None:
    """Every kept character is the one at its place in the source."""
    cleaned = remove_pinyin(Aligned.of(text))[0]
    for run in cleaned.runs:
        assert run.exact
        assert cleaned.text[run.start : run.end] == text[run.source_start : run.source_end]
