"""What a heading says in brackets holds for the rows below it."""

from __future__ import annotations

from pathlib import Path

from qa_engine.models import Document, Record
from qa_engine.sources.read import read_documents

PLAN = """# 芦笛县2025年重点任务分解表

## 一、养老服务（分管领导：副县长 丁一）

| 序号 | 工作任务 | 牵头部门 |
|---|---|---|
| 1 | 新增助餐点32个 | 县民政局 |
| 2 | 培训护理员80名 | 县人社局 |

## 二、托育服务（分管领导：何知远；牵头部门：县卫健局）

| 序号 | 工作任务 | 完成时间 |
|---|---|---|
| 1 | 新增托位210个 | 6月底 |
"""


def read(folder: Path, text: str, name: str = "plan.md") -> Document:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    (document,) = read_documents(path, name)
    return document


def records(document: Document) -> list[Record]:
    return [b.record for b in document.blocks if b.record is not None and b.table is not None]


def test_rows_have_what_their_heading_says(tmp_path: Path) -> None:
    """Each with the place in the heading where it stands, as if the cell were merged."""
    document = read(tmp_path, PLAN)
    first, second, third = records(document)
    assert first["分管领导"] == second["分管领导"] == "副县长 丁一"
    assert third["分管领导"] == "何知远"
    cell = next(cell for cell in second.cells if cell.header == "分管领导")
    assert document.text[cell.start : cell.end] == "副县长 丁一"
    assert cell.carried


def test_a_column_of_the_table_is_not_overruled(tmp_path: Path) -> None:
    first, _, third = records(read(tmp_path, PLAN))
    assert first["牵头部门"] == "县民政局"
    assert third["牵头部门"] == "县卫健局"
    plan = PLAN.replace("分管领导：副县长 丁一", "牵头部门：县卫健局")
    assert records(read(tmp_path, plan))[0]["牵头部门"] == "县民政局"


def test_brackets_without_a_known_label_add_nothing(tmp_path: Path) -> None:
    plan = PLAN.replace("（分管领导：副县长 丁一）", "（共2项：含培训）")
    assert set(records(read(tmp_path, plan))[0]) == {"序号", "工作任务", "牵头部门"}


def test_a_heading_with_a_label_in_brackets_is_no_speaker(tmp_path: Path) -> None:
    """养老服务（分管领导：… looks like somebody who begins to speak."""
    flat = """芦笛县2025年重点任务分解表
一、养老服务（分管领导：县民政局副局长　丁一）
序号\n工作任务\n牵头部门\n完成时间
1\n新增助餐点32个\n县民政局\n6月底
2\n培训护理员80名\n县人社局\n8月底"""
    document = read(tmp_path, flat, "plan.txt")
    assert not any(block.kind == "speech" for block in document.blocks)
    assert [record["分管领导"] for record in records(document)] == ["县民政局副局长　丁一"] * 2
