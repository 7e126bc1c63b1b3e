"""Questions cut out of statutes."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from training.statutes import StatuteQuestions, asked

DUTIES = (
    "第三条 市园林主管部门负责城区公园绿地的养护管理。河道护栏的设置标准，由区水务主管部门制定。"
    "养护单位应当自接到报告之日起三个工作日内修复损坏护栏。"
)
FINES = (
    "第九条 违反本条例规定，擅自拆除公园护栏的，由园林主管部门责令改正，"
    "处二千元以上一万元以下罚款。本条例所称公园绿地，是指向公众开放、以游憩为主要功能的绿地。"
)


@pytest.fixture
def statutes(tmp_path: Path) -> StatuteQuestions:
    file = tmp_path / "statutes.jsonl"
    rows = [
        {"id": "a", "title": "公园条例(2031-01-01)", "text": f"# 公园条例\n{DUTIES}\n{FINES}"},
        {
            "id": "b",
            "title": "码头条例",
            "text": "第四条 港口管理局负责渡船码头的安全检查。本条例自2031年5月1日起施行。",
        },
    ]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return StatuteQuestions(file, titles=2)


def test_every_answer_stands_where_it_is_said_to_stand(statutes: StatuteQuestions) -> None:
    """The span is a slice of the paragraph, and the question does not give it away."""
    assert statutes.examples
    for _, example in statutes.examples:
        assert example.start is not None
        assert example.context[example.start : example.end] == example.answers[0]
        assert example.answers[0] not in example.question


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("duty", "市园林主管部门"),
        ("duty", "区水务主管部门"),
        ("period", "三个工作日"),
        ("fine", "二千元以上一万元以下"),
        ("meaning", "向公众开放、以游憩为主要功能的绿地"),
    ],
)
def test_each_form_gives_its_question(kind: str, answer: str) -> None:
    """Who, within what time, at what price, meaning what."""
    found = [(k, a) for k, _, _, a in asked("公园条例", DUTIES + FINES, random.Random(1))]
    assert (kind, answer) in found


def test_a_near_miss_states_the_same_kind_of_thing_without_the_answer(
    statutes: StatuteQuestions,
) -> None:
    """The paragraph beside the question states a duty, but another one."""
    duties = [example for kind, example in statutes.examples if kind == "duty"]
    made = [statutes.near_miss("duty", example, random.Random(3)) for example in duties]
    found = [(e, near) for e, near in zip(duties, made, strict=True) if near is not None]
    assert found
    for example, near in found:
        assert not near.answerable
        assert example.answers[0] not in near.context
        assert "负责" in near.context or "由" in near.context


def test_what_is_asked_of_a_whole_statute_has_no_near_miss(statutes: StatuteQuestions) -> None:
    """A paragraph does not say which statute it belongs to."""
    force = [example for kind, example in statutes.examples if kind == "force"]
    assert force
    assert statutes.near_miss("force", force[0], random.Random(1)) is None
