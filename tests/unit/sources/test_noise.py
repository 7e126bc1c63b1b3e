"""Stray spaces and invisible characters inside a paragraph."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_engine.alignment import Aligned
from qa_engine.sources.noise import clean_inline, spaced_names


def clean(text: str, names: frozenset[str] = frozenset()) -> str:
    return clean_inline(Aligned.of(text), names)[0].text


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("新 闻 发 布 会", "新闻发布会"),
        ("时 间：9月1日", "时间：9月1日"),
        ("　　瞿 丹 区某局副局长", "瞿丹 区某局副局长"),
        (
            "本 办法自 发布 之 日起施 行，由 市 局负责 解释",
            "本办法自发布之日起施行，由市局负责解释",
        ),
        ("质 量工作", "质量工作"),
        ("2023 年 9 月 1 日", "2023年9月1日"),
        ("共 3 人", "共3人"),
        ("主题： 工作会议", "主题：工作会议"),
        ("打印：甲某          编辑：乙某", "打印：甲某 编辑：乙某"),
        ("今年**改造五十六个小区**，**下月**开工", "今年改造五十六个小区，下月开工"),
        ("质\u200b量\ufeff强区", "质量强区"),
    ],
)
def test_spaces_that_separate_nothing_go(written: str, cleaned: str) -> None:
    """Letter spacing, scanned text, spaces beside marks and numbers, invisible characters."""
    assert clean(written) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "扶贫帮困 爱心助学",
        "推动质量变革 促进强区建设",
        "QC 课题",
        "1 总则",
        "甲某 摄",
        "中共中央 国务院",
        "米知行 市轨道公司总经理",
    ],
)
def test_spaces_that_separate_stay(text: str) -> None:
    """Couplets, names of bodies side by side, other scripts, item numbers."""
    assert clean(text) == text


def test_a_name_spaced_once_is_closed_everywhere() -> None:
    """“瞿 丹” in a list closes “瞿 丹局长” in a sentence."""
    names = spaced_names(["　　瞿 丹 区某局副局长", "时 间：9月"])
    assert clean("由瞿 丹局长介绍", names) == "由瞿丹局长介绍"


@given(st.text(alphabet="质量工作甲乙 \u3000\t\u200b，。1aA()", max_size=40))
def test_only_blanks_and_invisible_characters_are_lost(text: str) -> None:
    """Cleaning loses no visible character and keeps every offset exact."""
    cleaned = clean_inline(Aligned.of(text))[0]
    visible = [c for c in text if not c.isspace() and c != "\u200b"]
    assert [c for c in cleaned.text if not c.isspace()] == visible
    for run in cleaned.runs:
        if run.exact:
            assert cleaned.text[run.start : run.end] == text[run.source_start : run.source_end]
