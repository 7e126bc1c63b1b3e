"""Who asked, who answered and what was asked at a conference."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_engine.answering.exchanges import answers_to_named, who_exchanged
from tests.unit.answering.test_answers import engine_on

RECORD = """云泽市有轨电车试运行新闻发布会

时间：2031年3月8日

出席人员：
米知行 市轨道公司总经理
白露晞 市交通局副局长

主持人：各位记者朋友，大家好，下面请提问。

云泽日报记者：请问有轨电车的票价怎么定？

米知行：全程票价3元，六岁以下儿童免费。

江湾电视台记者：早晚的首末班车几点发车？

白露晞：首班车6时，末班车22时30分。

晨风网记者：轮椅能上车吗？

米知行：每列车有两处轮椅停放区，站台和车厢齐平。
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("票价的问题是谁回答的？", "米知行（市轨道公司总经理）"),
        ("谁回答了江湾电视台记者的提问，他是什么身份？", "白露晞（市交通局副局长）"),
        ("哪家媒体的记者问了首末班车？", "江湾电视台记者"),
        ("提出轮椅上车问题的记者来自哪家媒体？", "晨风网记者"),
        ("哪家媒体关心首末班车几点发车？", "江湾电视台记者"),
        ("晨风网记者问了什么问题？", "轮椅能上车吗？"),
        ("云泽日报记者问的是有轨电车的什么", "请问有轨电车的票价怎么定？"),
    ],
)
def test_both_sides_of_a_question_are_named(tmp_path: Path, question: str, answer: str) -> None:
    with engine_on(tmp_path, record=RECORD) as engine:
        given = engine.ask(question)
        assert given.text == answer
        assert given.citations[0].passage.turn is not None


@pytest.mark.parametrize(
    "question",
    [
        "哪家媒体的记者问了房价？",
        "谁回答了远山周刊记者关于学区的提问？",
        "远山日报记者问了有轨电车的什么？",
        "晨风网记者问的票价怎么定是谁回答的？",
    ],
)
def test_a_question_that_nobody_asked_is_declined(tmp_path: Path, question: str) -> None:
    with engine_on(tmp_path, record=RECORD) as engine:
        assert not engine.ask(question).found


@pytest.mark.parametrize(
    "question", ["哪个单位提供车辆？", "票价办法由谁负责解释？", "谁提名了总经理？"]
)
def test_other_questions_for_somebody_are_none_about_a_conference(
    tmp_path: Path, question: str
) -> None:
    """提供 asks no question, 负责解释 answers none."""
    with engine_on(tmp_path, record=RECORD) as engine:
        assert who_exchanged(engine.evidence(question)) is None


def test_who_answered_is_cited_with_the_place_that_tells_the_post(tmp_path: Path) -> None:
    """The turn, and the line outside it that names the speaker with his post."""
    with engine_on(tmp_path, record=RECORD) as engine:
        turn, post = engine.ask("票价的问题是谁回答的？").citations
    assert turn.passage.speaker == "米知行"
    assert "总经理" in post.quote
    assert post.passage.id != turn.passage.id


def test_what_a_named_asker_was_told_is_read_alone(tmp_path: Path) -> None:
    """With the rest of the question, whoever else spoke of the same."""
    with engine_on(tmp_path, record=RECORD) as engine:
        told = answers_to_named(
            engine.evidence("江湾电视台记者问有轨电车首末班车，交通局说末班车几点？")
        )
    assert told is not None
    assert told.question.text == "有轨电车首末班车，交通局说末班车几点？"
    assert [hit.passage.text for hit in told.hits] == ["首班车6时，末班车22时30分。"]


@pytest.mark.parametrize(
    "question",
    [
        "远山日报记者问有轨电车首末班车，末班车几点？",
        "有轨电车的末班车几点？",
        "记者问到的末班车几点？",
    ],
)
def test_where_no_asker_is_named_all_passages_are_read(tmp_path: Path, question: str) -> None:
    with engine_on(tmp_path, record=RECORD) as engine:
        assert answers_to_named(engine.evidence(question)) is None
