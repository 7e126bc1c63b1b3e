"""Who wrote an article of a newsletter."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.answering.test_answers import engine_on

ISSUE = """云泽教育简报
第7期

云泽市教育局办公室编 2031年3月8日

湖滨小学建成屋顶花房
三月五日，湖滨小学的屋顶花房建成，面积三百平方米，由各班轮流照看，孩子们在这里认识了四十种植物。
（湖滨小学 白露晞）

全市校车检查结束
三月六日，全市校车检查结束，共检查校车六十辆，发现问题九个，已经全部整改完毕，没有发现超员。
（市教育局安全科）

报：市政府办公室
编辑：米知行
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("湖滨小学建成屋顶花房那篇文章是谁写的？", "湖滨小学 白露晞"),
        ("校车检查结束这则消息是哪个单位供稿的？", "市教育局安全科"),
    ],
)
def test_an_article_is_by_whom_its_byline_names(tmp_path: Path, question: str, answer: str) -> None:
    with engine_on(tmp_path, issue=ISSUE) as engine:
        assert engine.ask(question).text == answer
