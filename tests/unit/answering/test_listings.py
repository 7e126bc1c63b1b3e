"""All that one column of a table lists."""

from __future__ import annotations

from pathlib import Path

from tests.unit.answering.test_answers import engine_on

GUIDE = """# 云泽区摊位经营许可办事指南

## 申请材料

| 序号 | 材料名称 | 原件 | 备注 |
|---|---|---|---|
| 1 | 摊位申请表 | 1份 | 现场填写 |
| 2 | 身份证明 | 1份 | 验原件 |
| 3 | 健康证 | 1份 | 食品摊位才要 |

## 奖励标准

| 等级 | 奖金 |
|---|---|
| 一等 | 3000元 |
| 二等 | 1000元 |
"""


def test_a_column_is_listed_with_every_cell_cited(tmp_path: Path) -> None:
    with engine_on(tmp_path, guide=GUIDE) as engine:
        given = engine.ask("办摊位经营许可要带哪些材料？")
        assert given.text == "摊位申请表、身份证明、健康证"
        assert [one.quote for one in given.citations] == ["摊位申请表", "身份证明", "健康证"]


def test_a_table_is_counted_where_no_text_says_how_many(tmp_path: Path) -> None:
    with engine_on(tmp_path, guide=GUIDE) as engine:
        assert engine.ask("摊位奖励标准一共分几个等级？").text == "共2个：一等、二等"


def test_another_number_than_the_question_says_is_no_answer(tmp_path: Path) -> None:
    with engine_on(tmp_path, guide=GUIDE) as engine:
        assert "、" not in engine.ask("摊位经营许可要带哪五种材料？").text
