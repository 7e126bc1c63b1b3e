"""Two things asked of one event, answered from one passage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from qa_engine import open_engine
from qa_engine.answering.parted import Part, in_one_passage, settled
from qa_engine.engine import Engine
from qa_engine.settings import settings
from qa_engine.wiring import index

INSURANCE = """澜川市护理保险问答
问：发现有人骗取护理保险怎么举报，有奖励吗？
答：可以拨打举报电话6120393。经查实的给予奖励，最低300元，最高5万元。
问：上门评估来几个人？
答：现场评估至少2人到场，其中至少1人是评估专家。
"""
FIRES = """宁岭市火灾隐患举报奖励办法
一、举报护理机构火灾隐患的，查实后给予奖励，奖励最多2万元。
二、奖励由市消防救援支队发放。
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("parts")
    for name, text in (("insurance", INSURANCE), ("fires", FIRES)):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    where = tmp_path_factory.mktemp("index")
    assert not index(settings(where), [folder]).failed
    with open_engine(where) as engine:
        yield engine


def test_the_second_thing_is_answered_from_where_the_first_stands(engine: Engine) -> None:
    """Though another document, which says nothing of the first, answers it by itself, unless
    that is far surer."""
    questions = ("举报骗取护理保险打哪个电话", "奖励最多多少")
    fires = next(info.id for info in engine.documents() if "fires" in info.id)
    told = [engine.ask(questions[0]), engine.ask(questions[1], {"document": fires})]
    assert "2万元" in told[1].text
    evidence = [engine.evidence(question) for question in questions]
    unsure = replace(told[1], confidence=0.4)
    first, second = in_one_passage([Part(evidence[0], told[0]), Part(evidence[1], unsure)])
    assert "6120393" in first.text
    assert "5万元" in second.text
    assert told[1].confidence > 0.9
    kept = in_one_passage([Part(evidence[0], told[0]), Part(evidence[1], told[1])])
    assert kept == told


def test_answers_of_one_document_that_differ_stay(engine: Engine) -> None:
    told = [engine.ask("举报骗取护理保险打哪个电话"), engine.ask("护理保险现场评估至少几人到场")]
    assert settled(told)
    assert not settled([told[0], told[0]])


def test_two_things_have_two_answers(engine: Engine) -> None:
    answer = engine.ask("护理保险上门评估至少要来几个人？其中至少几个是专家？")
    assert "2人" in answer.text
    assert "1人" in answer.text
