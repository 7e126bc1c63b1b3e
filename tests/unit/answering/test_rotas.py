"""Rotas and directories: days on duty, who looks after what."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_engine.answering.constraints import violations
from qa_engine.answering.rotas import on_duty
from tests.unit.answering.test_answers import engine_on

ROTA = """# 云泽区水务局国庆值班表

| 日期 | 带班领导 | 值班长 | 值班员 |
|---|---|---|---|
| 10月1日 | 韦若兰 | 米知行 | 向南枝、白露晞 |
| 10月2日 | 韦若兰 | 邱一诺 | 向南枝、郁长风 |
| 10月3日 | 郁长风 | 米知行 | 白露晞、邱一诺 |

# 通讯录

| 姓名 | 科室 | 职务 | 办公电话 | 分管或负责工作 |
|---|---|---|---|---|
| 韦若兰 | 局领导 | 局长 | 0999-1000101 | 主持全面工作 |
| 郁长风 | 局领导 | 副局长 | 0999-1000102 | 供水安全、防汛抗旱 |
| 邱一诺 | 河道科 | 科长 | 0999-1000103 | 河道清淤、采砂许可 |
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("韦若兰是哪两天带班？", "10月1日、10月2日"),
        ("米知行哪几天任值班长？", "共2天：10月1日、10月3日"),
        ("郁长风哪天带班？", "10月3日"),
        ("向南枝一共要值几天班？", "共2天：10月1日、10月2日"),
        ("防汛抗旱由哪个副局长分管？", "郁长风（副局长）"),
        ("采砂许可归哪个科室管？", "河道科"),
        ("邱一诺分管哪些工作", "河道清淤、采砂许可"),
    ],
)
def test_rotas_and_directories_answer_both_ways(tmp_path: Path, question: str, answer: str) -> None:
    with engine_on(tmp_path, rota=ROTA) as engine:
        assert engine.ask(question).text == answer


def test_what_no_plan_speaks_of_is_looked_up_in_the_directory(tmp_path: Path) -> None:
    plan = "序号\t工作任务\t牵头单位\t完成时限\n1\t修缮泵站\t区水务局\t9月底\n"
    with engine_on(tmp_path, rota=ROTA, plan=plan) as engine:
        assert engine.ask("谁管采砂许可的？").text == "邱一诺（科长）"


def test_a_day_that_the_rota_does_not_have_is_nobodys(tmp_path: Path) -> None:
    with engine_on(tmp_path, rota=ROTA) as engine:
        assert engine.ask("10月2日的值班长是谁？").text == "邱一诺"
        assert not engine.ask("11月2日的值班长是谁？").found


RESERVOIRS = """# 芦笛镇水库责任人

| 水库名称 | 库容（万立方米） | 巡查员 |
|---|---|---|
| 听雨水库 | 31.5 | 米知行 |
| 望荷水库 | 8.2 | 白露晞 |
"""


def test_a_thing_that_no_document_names_is_not_another_of_its_kind(tmp_path: Path) -> None:
    with engine_on(tmp_path, list=RESERVOIRS) as engine:
        assert engine.ask("望荷水库的巡查员是谁？").text == "白露晞"
        given = engine.ask("翠屏水库的巡查员是谁？")
        assert not given.found
        assert "翠屏水库" in given.note


def test_every_day_on_duty_is_cited(tmp_path: Path) -> None:
    with engine_on(tmp_path, rota=ROTA) as engine:
        given = engine.ask("米知行哪几天任值班长？")
        assert [one.quote for one in given.citations] == ["10月1日", "10月3日"]
        assert [item.text for item in given.items] == ["10月1日", "10月3日"]


@pytest.mark.parametrize("question", ["米知行请了几天假？", "向南枝哪天入职？"])
def test_days_of_something_else_are_not_days_on_duty(tmp_path: Path, question: str) -> None:
    with engine_on(tmp_path, rota=ROTA) as engine:
        assert on_duty(engine.evidence(question)) is None


def test_who_leads_a_task_is_told_by_the_plan_not_by_a_directory(tmp_path: Path) -> None:
    plan = (
        "序号\t工作任务\t牵头单位\t完成时限\n1\t开展河道清淤12条\t区住建局\t6月底\n"
        "2\t修缮泵站\t区水务局\t9月底\n"
    )
    with engine_on(tmp_path, rota=ROTA, plan=plan) as engine:
        assert engine.ask("河道清淤由哪个部门牵头？").text == "区住建局"
        assert engine.ask("河道清淤由谁分管？").text == "邱一诺（科长）"


@pytest.mark.parametrize("day", ["12月31日", "1月1日"])
def test_a_row_may_go_on_into_the_next_year(tmp_path: Path, day: str) -> None:
    """12月30日至1月2日 holds both the last days of a year and the first of the next."""
    rota = (
        "序号\t值班日期\t值班人员\t值班电话\n1\t12月26日至12月29日\t米知行\t6120001\n"
        "2\t12月30日至1月2日\t向南枝\t6120002\n3\t1月3日至1月5日\t白露晞\t6120003\n"
    )
    with engine_on(tmp_path, rota=rota) as engine:
        evidence = engine.evidence(f"{day}由谁值班？")
        rows = [row for row in evidence.records() if not violations(evidence, row)]
        assert [row.record["值班人员"] for row in rows if row.record] == ["向南枝"]
