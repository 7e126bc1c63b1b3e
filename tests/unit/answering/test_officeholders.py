"""What stands beside a name tells which post its bearer holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.answering.test_answers import engine_on
from tests.unit.answering.test_candidates import reading

NEWS = """云泽市水利工作简报

5月6日，云泽市水利局局长柳青山、市委常委、常务副市长闻一舟到大坝察看。

闻一舟副市长要求加快施工。
"""


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("柳青山是水利局副局长吗？", "不是"),
        ("柳青山是不是水利局局长？", "是"),
        ("闻一舟是不是市委常委？", "是"),
        ("闻一舟是副市长吗？", "是"),
    ],
)
def test_a_post_is_confirmed_or_denied(tmp_path: Path, question: str, begins: str) -> None:
    with engine_on(tmp_path, news=NEWS) as engine:
        answer = engine.ask(question)
    assert answer.text.startswith(f"{begins}：")
    assert question[:3] in answer.text


def test_the_fullest_title_of_a_person_answers(tmp_path: Path) -> None:
    """Wherever the reader finds the short one."""
    with reading(tmp_path, NEWS, r"副市长(?=要求)") as engine:
        assert "常务副市长" in engine.ask("闻一舟担任什么职务？").text


def test_this_bulletin_is_the_one_that_says_to_whom_it_goes(tmp_path: Path) -> None:
    """No more of its name need be said."""
    text = NEWS + "\n发送：云泽市政府办公室，各县水利局\n编辑：常小满\n"
    with engine_on(tmp_path, news=text) as engine:
        assert "各县水利局" in engine.ask("这份简报发给了谁？").text


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("柳青山是什么职务？", "云泽市水利局局长"),
        ("到大坝察看的闻一舟当时任什么职务？", "市委常委、常务副市长"),
    ],
)
def test_the_title_beside_a_name_answers_without_a_reader(
    tmp_path: Path, question: str, title: str
) -> None:
    """Without what leads to it, with the body that it is of."""
    with engine_on(tmp_path, news=NEWS) as engine:
        answer = engine.ask(question)
    assert answer.text == title
    assert answer.citations[0].quote == title


def test_somebody_whom_no_text_names_holds_no_post(tmp_path: Path) -> None:
    with engine_on(tmp_path, news=NEWS) as engine:
        assert not engine.ask("何知远是什么职务？").found


STAFF = """云泽区市场监管简报

区质检中心新购检测设备12台。中心主任闻若谷介绍，设备7月启用。桥西所所长何知远参加调试。

区市场监管局党组书记、局长柳青山，副局长方知秋到中心察看。
"""


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("区质检中心的主任是谁？", "闻若谷"),
        ("云泽区市场监管局局长叫什么名字", "柳青山"),
    ],
)
def test_the_name_beside_a_post_answers_who_holds_it(
    tmp_path: Path, question: str, name: str
) -> None:
    with engine_on(tmp_path, staff=STAFF) as engine:
        answer = engine.ask(question)
    assert answer.text == name


@pytest.mark.parametrize("question", ["区质检中心的副主任是谁？", "区卫健局局长是谁？"])
def test_nobody_is_given_a_post_that_no_text_gives_him(tmp_path: Path, question: str) -> None:
    with engine_on(tmp_path, staff=STAFF) as engine:
        assert not engine.ask(question).found
