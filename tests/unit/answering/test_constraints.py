"""What a question fixes that a document does not have."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_engine.answering.constraints import missing_keys, other_parts, violations
from tests.unit.answering.test_answers import engine_on

PLAN = """云泽县冷链物流实施意见

一、县财政每年安排冷链物流专项资金3亿元，县商务局负责发放。
"""


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("西屏县冷链物流专项资金每年多少？", ["西屏县"]),
        ("在西屏县冷链物流专项资金每年多少？", ["西屏县"]),
        ("云泽县冷链物流专项资金每年多少？", []),
        ("除了市财政局，还有谁安排冷链物流资金？", []),
        ("菜市场的冷链物流专项资金每年多少？", []),
        ("冷链物流的司机每月工资多少？", ["工资"]),
        ("冷链物流的D2B指标是多少？", ["d2b"]),
        ("云泽县交通局的电话是多少？", ["云泽县交通局"]),
        ("云泽县商务局的联系电话是多少？", []),
    ],
)
def test_a_division_that_the_document_does_not_name_is_missing(
    tmp_path: Path, question: str, missing: list[str]
) -> None:
    with engine_on(tmp_path, plan=PLAN) as engine:
        evidence = engine.evidence(question)
        assert missing_keys(evidence, evidence.hits[0].passage) == missing


BUILDINGS = """云泽县加装电梯办法

一、2000年以后建成的住宅加装电梯，不享受财政补助。
"""


def test_years_from_one_on_hold_every_later_year(tmp_path: Path) -> None:
    with engine_on(tmp_path, buildings=BUILDINGS) as engine:
        later = engine.evidence("2005年建成的住宅加装电梯有财政补助吗？")
        earlier = engine.evidence("1998年建成的住宅加装电梯有财政补助吗？")
        passage = next(hit.passage for hit in later.hits if "不享受" in hit.passage.text)
        assert not violations(later, passage)
        assert violations(earlier, passage)


TALKS = """云泽县冷链物流政策宣讲安排

为做好宣讲工作，现将各场安排通知如下，请有关单位按时组织经营主体和项目负责人参加，并做好签到、会场布置和会后资料归档等工作。

一、3月24日在县会展中心讲项目申报，3月26日在石埠镇文化礼堂讲资金拨付。

二、县商务局派讲师6名，讲义由东埠镇统一印制，会后答疑。
"""


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("东埠镇的资金拨付宣讲在哪天？", ["东埠镇"]),
        ("石埠镇的资金拨付宣讲在哪天？", []),
        ("云泽县的资金拨付宣讲在哪天？", []),
        ("乡镇的资金拨付宣讲在哪天？", []),
    ],
)
def test_what_is_told_of_another_part_of_the_place_lacks_the_one_asked_about(
    tmp_path: Path, question: str, missing: list[str]
) -> None:
    with engine_on(tmp_path, talks=TALKS) as engine:
        evidence = engine.evidence(question)
        told = next(hit.passage for hit in evidence.hits if "3月26日" in hit.passage.text)
        assert other_parts(evidence, told) == missing
