"""What a question fixes that a document does not have."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_engine.answering.constraints import missing_keys
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
    ],
)
def test_a_division_that_the_document_does_not_name_is_missing(
    tmp_path: Path, question: str, missing: list[str]
) -> None:
    with engine_on(tmp_path, plan=PLAN) as engine:
        evidence = engine.evidence(question)
        assert missing_keys(evidence, evidence.hits[0].passage) == missing
