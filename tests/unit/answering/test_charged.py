"""Who leads and who helps where a table names both a leader and those responsible."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.answering.test_answers import engine_on

PLAN = (
    "云泽新区道路整治清单\n\n序号\t工作任务\t牵头单位\t责任单位\t完成时限\n"
    "1\t修补破损路面40处\t区住建局\t区财政局、区城管局\t6月底\n"
    "2\t增设路灯600盏\t区城管局\t区住建局\t9月底\n"
    "3\t清理占道广告牌\t区城管局\t区公安局\t每季度\n"
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("区城管局牵头哪些任务？", "共2项：增设路灯600盏；清理占道广告牌"),
        ("区城管局配合哪些任务？", "修补破损路面40处"),
        ("修补破损路面由哪个部门牵头？", "区住建局"),
        ("修补破损路面由哪些部门配合？", "区财政局、区城管局"),
        ("增设路灯的责任单位是哪个？", "区住建局"),
    ],
)
def test_beside_a_column_of_leaders_those_responsible_help(
    tmp_path: Path, question: str, answer: str
) -> None:
    with engine_on(tmp_path, plan=PLAN) as engine:
        assert engine.ask(question).text == answer


def test_who_is_responsible_leads_where_no_column_says_who_else_does(tmp_path: Path) -> None:
    with engine_on(
        tmp_path, plan=PLAN.replace("牵头单位\t责任单位", "责任单位\t配合单位")
    ) as engine:
        assert engine.ask("区城管局牵头哪些任务？").text == "共2项：增设路灯600盏；清理占道广告牌"
