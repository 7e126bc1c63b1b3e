"""Answers over pooled paragraphs: what is asked, and what the figures mean."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.answering.pooled import Asked, Outcome, chosen, figures, load

SET = {
    "data": [
        {
            "paragraphs": [
                {
                    "context": text,
                    "qas": [
                        {"id": f"{text}{n}", "question": "问？", "answers": answers}
                        for n, answers in enumerate(([{"text": "甲"}], []))
                    ],
                }
            ]
        }
        for text in ("甲乙", "丙丁", "甲乙", "戊己", "庚辛")
    ]
}


def test_equal_paragraphs_are_one_and_unanswerable_questions_are_left_out(tmp_path: Path) -> None:
    """A paragraph that stands twice would be a rival to itself."""
    path = tmp_path / "one.json"
    path.write_text(json.dumps(SET), encoding="utf-8")
    paragraphs, questions = load(path)
    assert sorted(paragraphs.values()) == ["丙丁", "庚辛", "戊己", "甲乙"]
    assert len(questions) == 5
    assert {one.document for one in questions} == set(paragraphs)


def test_the_parts_share_no_paragraph() -> None:
    """So that one may be looked at."""
    asked = [Asked(str(n), "问？", f"d{n // 3}", ("甲",)) for n in range(30)]
    parts = [{one.document for one in chosen(asked, part, 99, 1)} for part in ("fit", "test")]
    assert parts[0] | parts[1] == {one.document for one in asked}
    assert not parts[0] & parts[1]


def test_a_declined_question_counts_nothing() -> None:
    """But not among those that were given an answer."""
    asked = Asked("1", "问？", "d", ("甲",))
    right = Outcome(asked, "甲", "span", 0.9, 1, True, 1.0, 1.0)
    declined = Outcome(asked, "", "none", 0.1, 3, False, 0.0, 0.0)
    found = figures([right, declined])
    assert found["f1"] == 50
    assert found["f1 of given"] == 100
    assert found["declined"] == 50
    assert found["right paragraph first"] == 50
