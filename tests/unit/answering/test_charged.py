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


LONG = "云泽区2025年任务分解表\n\n| 序号 | 工作任务 | 牵头部门 |\n|---|---|---|\n" + "".join(
    f"| {n} | 完成{name}河段综合整治，清淤疏浚并修复两岸护坡，同步建设沿河步道和照明 | 区水利局 |\n"
    for n, name in enumerate(("东溪", "西溪", "南溪", "北溪", "柳溪"), 1)
)


def test_where_only_their_number_is_asked_the_first_of_the_tasks_are_named(tmp_path: Path) -> None:
    """All of them are items all the same."""
    with engine_on(tmp_path, plan=LONG) as engine:
        counted = engine.ask("区水利局牵头多少项任务？")
        listed = engine.ask("区水利局牵头哪些任务？")
    assert counted.text.startswith("共5项")
    assert len(counted.text) <= 120 < len(listed.text)
    assert len(counted.items) == len(listed.items) == 5


def test_how_many_there_are_of_something_else_is_not_looked_up_among_the_tasks(
    tmp_path: Path,
) -> None:
    told = LONG + "\n区水利局全年主导或参与制定行业标准9项、地方标准4项。\n"
    with engine_on(tmp_path, plan=told) as engine:
        assert "9项" in engine.ask("区水利局全年牵头制定多少项行业标准？").text
