"""What a term means, in the words of the document that defines it."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_engine.answering.definitions import define
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


def test_a_body_that_guides_is_not_defined_by_it(tmp_path: Path) -> None:
    """指导 and 指定 define nothing."""
    text = "市交通局指导各区划定停放区。市交通局指定两处停车场。"
    with engine_on(tmp_path, text=text) as engine:
        assert define(engine.evidence("什么是市交通局？")) is None
