"""Who said it: the one whom the text names with what is quoted, or whose turn it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.answering.test_answers import engine_on

REPORT = """云泽市集市改造座谈会侧记

“东门集市的顶棚要在入冬前换完，摊位一个也不能少。”市商务局局长柳青山说。
云泽电力公司副经理秦川表示，红线外的接线费用由公司承担，不向摊主收取。
"""


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("东门集市顶棚入冬前换完，这话是谁讲的？", "柳青山"),
        ("接线费用不向摊主收取，是谁表的态？", "秦川"),
    ],
)
def test_the_name_beside_the_words_is_the_speaker(tmp_path: Path, question: str, name: str) -> None:
    with engine_on(tmp_path, report=REPORT) as engine:
        assert name in engine.ask(question).text
