"""Who said it: the one whom the text names with what is quoted, or whose turn it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.answering.test_answers import engine_on

REPORT = """云泽市集市改造座谈会侧记

“东门集市的顶棚要在入冬前换完，摊位一个也不能少。”市商务局局长柳青山说。
云泽电力公司副经理秦川表示，红线外的接线费用由公司承担，不向摊主收取。
市建设局局长温知远在3月5日的调度会上指出：“雨棚先通后美。”副局长车以宁要求：“夜里不许施工。”
"""


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("东门集市顶棚入冬前换完，这话是谁讲的？", "柳青山"),
        ("接线费用不向摊主收取，是谁表的态？", "秦川"),
        ("“雨棚先通后美”这句话是谁讲的？", "温知远"),
    ],
)
def test_the_name_beside_the_words_is_the_speaker(tmp_path: Path, question: str, name: str) -> None:
    with engine_on(tmp_path, report=REPORT) as engine:
        assert name in engine.ask(question).text


TALKS = """云泽市集市改造访谈

嘉宾：
柳青山　市商务局局长
主持人：
孟可

孟可：
集市改造有什么好消息？

柳青山：
省商务厅总工程师秦川在会上点名夸奖了东门集市的雨棚，这是对我们的鼓励。

孟可：
雨棚什么时候再扩？

柳青山：
明年再扩两处。
"""


def test_of_another_body_is_not_the_speaker_but_whom_he_names(tmp_path: Path) -> None:
    with engine_on(tmp_path, talks=TALKS) as engine:
        assert "秦川" in engine.ask("省厅哪位领导点名夸奖了东门集市的雨棚？").text
