"""A sentence that joins as many things as the question counts lists them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.answering.test_answers import engine_on

PLAN = """云泽镇振兴方案

全镇要健全“保障、支撑、应用”三大体系、实施“强基、登高、惠民”三大工程，切实改善面貌。推动种植向加工转变、传统向智能转变、零散向集中转变。

镇里依照《云泽市集市条例》《云泽市摊点管理办法》的规定，对占道经营的摊主作了处罚。

全镇清理河道“四乱”，“四乱”指乱占、乱采、乱堆、乱建。方案建立三项制度：通报、督查、奖惩。排名看基础指标（即住所、就业、年龄三项指标）的分值。会议同意新增“茶艺”和“竹编”两个专业。学校另设刺绣（初级）和编织（高级）两门课程。
"""


@pytest.mark.parametrize(
    ("question", "members"),
    [
        ("云泽镇振兴的“三大工程”是指哪些？", ("强基", "登高", "惠民")),
        ("云泽镇推动哪三个转变？", ("种植向加工", "传统向智能", "零散向集中")),
        ("处罚占道经营的摊主依照的是哪两部法规？", ("集市条例", "摊点管理办法")),
        ("河道的“四乱”是指哪四种？", ("乱占", "乱采", "乱堆", "乱建")),
        ("方案建立了哪三项制度？", ("通报", "督查", "奖惩")),
        ("会议同意新增哪两个专业？", ("茶艺", "竹编")),
        ("学校另设哪两门课程？", ("刺绣（初级）", "编织（高级）")),
        ("云泽镇要在哪三个转变上使劲？", ("种植向加工", "传统向智能", "零散向集中")),
        ("方案说的“三项制度”，是哪三项？", ("通报", "督查", "奖惩")),
        ("排名看的基础指标是哪三项", ("住所、", "就业", "年龄三项指标")),
    ],
)
def test_the_joined_things_answer(tmp_path: Path, question: str, members: tuple[str, ...]) -> None:
    with engine_on(tmp_path, plan=PLAN) as engine:
        answer = engine.ask(question)
    assert all(member in answer.text for member in members), answer.text


def test_another_number_of_things_is_no_list(tmp_path: Path) -> None:
    """四大工程 are not told by three."""
    with engine_on(tmp_path, plan=PLAN) as engine:
        answer = engine.ask("云泽镇振兴的“四大工程”是指哪些？")
    assert answer.kind != "points"
