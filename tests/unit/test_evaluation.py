"""Scoring: what counts as an answer, a citation, a decline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa_engine.errors import UsageError
from qa_engine.evaluation import (
    Prediction,
    answered,
    cited,
    contains,
    figures,
    rank,
    read_gold,
    strictly,
)

GOLD = {
    "id": "1",
    "kind": "lead_department",
    "question": "谁牵头？",
    "answers": ["水务局"],
    "all_of": [],
    "none_of": ["财政局"],
    "evidence": "河道清淤，保障行洪",
}


def said(answer: str, citation: str = "", passages: tuple[str, ...] = ()) -> Prediction:
    return Prediction(answer, not answer, citation, passages)


def test_an_answer_is_contained_after_normalising() -> None:
    """Width, script and punctuation do not matter."""
    assert contains("水务局", "区水務局。")
    assert contains("96%", "达９６％以上")


def test_numbers_do_not_run_on() -> None:
    """5个 is not in 15个, 2013.1 is not in 2013.12, and parted numbers don't fuse."""
    assert not contains("5个", "15个")
    assert not contains("2013.1", "2013.12")
    assert not contains("32013", "0.3。 2013.12")


def test_traps_only_spoil_the_strict_figure() -> None:
    """A neighbour named beside the answer."""
    both = said("水务局、财政局")
    assert answered(GOLD, both)
    assert not strictly(GOLD, both)


def test_over_long_answers_do_not_count() -> None:
    """120 characters, 300 for lists."""
    long = said("水务局" + "甲" * 120)
    assert not answered(GOLD, long)
    assert answered({**GOLD, "kind": "list"}, long)


def test_declining_counts_only_where_there_is_no_answer() -> None:
    """And the other way round."""
    nothing = said("")
    assert answered({**GOLD, "kind": "unanswerable"}, nothing)
    assert not answered(GOLD, nothing)


def test_citation_and_rank_look_for_the_evidence() -> None:
    """The evidence is compared as normalised text."""
    one = said("水务局", "1、河道清淤，保障行洪。", ("别的", "河道清淤,保障行洪安全"))
    assert cited(GOLD, one)
    assert rank(GOLD, one) == 2
    row = figures([GOLD], {"1": one})
    assert (row["answer"], row["recall@1"], row["recall@5"]) == (1.0, 0.0, 1.0)


def test_a_broken_gold_file_names_its_line(tmp_path: Path) -> None:
    """The line and what it lacks."""
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(GOLD) + "\n{}\n", encoding="utf-8")
    with pytest.raises(UsageError, match="第2行"):
        read_gold(path)
