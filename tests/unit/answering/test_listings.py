"""All that one column of a table lists."""

from __future__ import annotations

from pathlib import Path

import pytest

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


STORES = """# 芦笛镇防汛物资

| 物资名称 | 数量 | 存放地点 | 保管人 | 检查人 |
|---|---|---|---|---|
| 编织袋 | 9000 | 镇仓库 | 米知行 | 韦若兰 |
| 橡皮艇 | 3 | 荷塘管理房 | 韦若兰 | 米知行 |
| 救生圈 | 120 | 镇仓库 | 米知行 | 白露晞 |
"""


@pytest.mark.parametrize(
    ("question", "listed"),
    [
        ("米知行保管哪些物资？", ["编织袋", "救生圈"]),
        ("米知行是哪些物资的检查人？", ["橡皮艇"]),
        ("放在镇仓库的有哪几种物资？", ["编织袋", "救生圈"]),
    ],
)
def test_of_the_rows_that_hold_what_the_question_names_a_column_is_listed(
    tmp_path: Path, question: str, listed: list[str]
) -> None:
    with engine_on(tmp_path, stores=STORES) as engine:
        assert [item.text for item in engine.ask(question).items] == listed


def test_another_number_than_the_question_says_is_no_answer(tmp_path: Path) -> None:
    with engine_on(tmp_path, guide=GUIDE) as engine:
        assert "、" not in engine.ask("摊位经营许可要带哪五种材料？").text
