"""Enumerations: all points, or one by its number."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.answering.test_answers import engine_on

TEXT = """关于推进街巷整治的说明

整治工作坚持三条原则：一是先急后缓。道路破损、排水不畅的街巷先动工，其余的列入下一年计划，逐年推进，不搞一刀切，也不搞形象工程。二是一巷一策。每条街巷单独设计，听取住户意见后再定方案，方案要在巷口公示七天，公示期间的意见要逐条答复。三是建管并重。完工的街巷当月移交社区，由社区确定管护人员，管护经费列入街道预算，每季度检查一次。

目前存在的问题主要有：一是管线老化；二是停车困难。
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("街巷整治坚持哪三条原则？", "一是先急后缓；二是一巷一策；三是建管并重"),
        ("街巷整治目前存在哪些问题？", "一是管线老化；二是停车困难"),
    ],
)
def test_all_points_are_given_each_by_its_first_sentence(
    tmp_path: Path, question: str, answer: str
) -> None:
    with engine_on(tmp_path, text=TEXT) as engine:
        given = engine.ask(question)
        assert given.text == answer
        assert len(given.items) == answer.count("；") + 1


def test_one_point_is_given_by_its_number(tmp_path: Path) -> None:
    with engine_on(tmp_path, text=TEXT) as engine:
        given = engine.ask("街巷整治的第二条原则是什么？")
        assert given.text.startswith("二是一巷一策")
        assert "先急后缓" not in given.text


def test_another_number_of_points_is_not_taken(tmp_path: Path) -> None:
    with engine_on(tmp_path, text=TEXT) as engine:
        assert "；" not in engine.ask("街巷整治坚持哪五条原则？").text


def test_points_are_found_by_another_word_for_what_they_are(tmp_path: Path) -> None:
    with engine_on(tmp_path, text=TEXT) as engine:
        assert engine.ask("街巷整治目前有哪些难题？").text == "一是管线老化；二是停车困难"


def test_what_principles_asks_for_all_of_them(tmp_path: Path) -> None:
    with engine_on(tmp_path, text=TEXT) as engine:
        given = engine.ask("街巷整治坚持什么原则？")
        assert given.text == "一是先急后缓；二是一巷一策；三是建管并重"


ASKED = """球场开放热点问答

1.申请夜间使用球场要具备哪些基本条件？
答：①年满十六周岁；②办理过健身卡；③有两名同伴。
2.夜间使用球场怎么收费？
答：每小时二十元，申请时一并缴纳，退订须提前一天。
"""


def test_points_that_answer_a_question_put_before_are_found_by_that_question(
    tmp_path: Path,
) -> None:
    with engine_on(tmp_path, text=ASKED) as engine:
        given = engine.ask("夜间用球场需要满足哪些条件？")
        assert given.text == "①年满十六周岁；②办理过健身卡；③有两名同伴"
