"""Passages read for a question: the one that answers, and wrong ones that surely do not."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qa_engine import open_engine
from qa_engine.engine import Engine
from qa_engine.settings import settings
from qa_engine.wiring import index
from training.batches import Epochs
from training.corpora import Corpora
from training.indexed import WRONG, load_indexed, rows

PLAN = """# 芦笛县2025年任务分解表

| 序号 | 工作任务 | 牵头部门 | 补助标准 |
|---|---|---|---|
| 1 | 新增老年助餐点32个 | 县民政局 | 每餐3元 |
| 2 | 改造乡镇助餐点18个 | 县住建局 | 每餐2元 |
| 3 | 新建城区助浴点5个 | 县卫健局 | 每次3元 |
"""
OTHER = PLAN.replace("芦笛县", "桑洲县").replace("3元", "4元")
ASKED = {"doc": "芦笛县任务.md", "q": "芦笛县老年助餐点每餐补多少", "e": "新增老年助餐点32个"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("documents")
    (folder / "芦笛县任务.md").write_text(PLAN, encoding="utf-8")
    (folder / "桑洲县任务.md").write_text(OTHER, encoding="utf-8")
    made = tmp_path_factory.mktemp("index")
    index(settings(made), [folder])
    with open_engine(made) as opened:
        yield opened


def lines(engine: Engine, **asked: Any) -> list[dict[str, Any]]:
    return list(rows(engine, [{**ASKED, **asked}]))


def test_the_answer_stands_where_its_line_says(engine: Engine) -> None:
    right, *wrong = lines(engine, a="3元")
    assert right["text"][right["start"] :].startswith("3元")
    assert "新增老年助餐点32个" in right["text"]
    assert all(row["a"] == "" and row["start"] is None for row in wrong)


def test_a_passage_that_says_the_same_is_no_wrong_one(engine: Engine) -> None:
    """3元 a bath may answer too, as far as a program can tell."""
    _, *wrong = lines(engine, a="3元")
    assert wrong
    assert not any("3元" in row["text"] for row in wrong)


def test_other_documents_are_wrong_where_the_question_names_its_own(engine: Engine) -> None:
    def others(question: str) -> bool:
        _, *wrong = lines(engine, q=question, a="3元")
        return any("桑洲县" in row["text"] or "4元" in row["text"] for row in wrong)

    assert others("芦笛县老年助餐点每餐补多少")
    assert not others("老年助餐点每餐补多少")


def test_no_passage_answers_a_near_miss(engine: Engine) -> None:
    found = list(rows(engine, [{"doc": "芦笛县任务.md", "q": "芦笛县助餐点几点开门", "a": ""}]))
    assert found
    assert all(row["near"] and row["a"] == "" for row in found)


def test_answers_that_are_scattered_are_left_out(engine: Engine) -> None:
    assert lines(engine, a=None) == []


def test_an_epoch_has_the_right_passage_and_some_wrong_ones(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "passages.jsonl"
    made = lines(engine, a="3元")
    path.write_text("".join(json.dumps(row) + "\n" for row in made), encoding="utf-8")
    train, held = load_indexed(path)
    (one,) = [*train, *held]
    assert len(one.wrong) == len(made) - 1
    drawn = one.drawn(random.Random(0))
    assert one.right in drawn
    assert len(drawn) == 1 + min(WRONG, len(one.wrong))
    epoch = Epochs(Corpora([], [], [], [], [], [], {}), 1, indexed=[one]).rows(0)
    assert sorted(row.answerable for row in epoch) == [False] * (len(drawn) - 1) + [True]
