"""What a term means, in the words of the document that defines it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.answering.test_answers import engine_on

RULES = """云泽区共享单车管理办法

第一条　为规范共享单车停放，制定本办法。共享单车企业应当每季度报告运营情况。

第二条　本办法所称共享单车，是指企业在道路上投放、供公众分时租用的自行车。

第三条　本办法所称“禁停区”，指医院、学校出入口两侧各二十米以内的人行道。

第四条　共享单车应当停放在划定的区域，禁停区内不得停放。
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "云泽区的办法里共享单车是指什么？",
            "本办法所称共享单车，是指企业在道路上投放、供公众分时租用的自行车",
        ),
        (
            "“禁停区”指哪些地方？",
            "本办法所称“禁停区”，指医院、学校出入口两侧各二十米以内的人行道",
        ),
    ],
)
def test_the_defining_sentence_answers(tmp_path: Path, question: str, answer: str) -> None:
    with engine_on(tmp_path, rules=RULES) as engine:
        assert engine.ask(question).text == answer
