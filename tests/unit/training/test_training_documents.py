"""Documents with questions: passages as they are indexed, right ones hold what answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.documents import TEXTS, load_documents
from training.pairs import Pieces

PLAN = """# 芦笛县2025年任务分解表

| 序号 | 工作任务 | 牵头部门 |
|---|---|---|
| 1 | 新增助餐点32个 | 县民政局 |
| 2 | 改造厕所18座 | 县城管局 |
"""


def folder_of(path: Path, run: str) -> Path:
    (path / TEXTS).mkdir()
    (path / TEXTS / "plan.md").write_text(PLAN, encoding="utf-8")
    row = {"doc": "plan.md", "q": "老人食堂开几家", "e": run}
    (path / "questions.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    return path


def test_the_row_that_answers_is_right_and_its_neighbours_are_wrong(tmp_path: Path) -> None:
    """With the title above and the names of columns, as in an index."""
    pieces = Pieces()
    train, held = load_documents(pieces, folder_of(tmp_path, "新增助餐点32个"))
    (asked,) = [*train, *held]
    (right,) = asked.right
    assert pieces.texts[right].startswith("芦笛县2025年任务分解表\n")
    assert "牵头部门:县民政局" in pieces.texts[right]
    others = [pieces.texts[n] for n in asked.paragraph if n != right]
    assert any("改造厕所18座" in text for text in others)


def test_a_run_that_no_passage_holds_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"plan\.md"):
        load_documents(Pieces(), folder_of(tmp_path, "新增助餐点33个"))


def test_every_question_of_the_repository_has_its_passage() -> None:
    pieces = Pieces()
    train, held = load_documents(pieces)
    assert held
    assert len(train) > len(held)
    assert all(set(one.right) <= set(one.paragraph) for one in [*train, *held])
