"""Feedback and unanswered questions stay on this machine and can be forgotten."""

from __future__ import annotations

import json
from pathlib import Path

from qa_engine_web.notebook import FILE, Notebook, gold_lines


def test_feedback_becomes_a_gold_set(tmp_path: Path) -> None:
    """What can be scored is exported: right answers, corrections, rightly declined ones."""
    book = Notebook(tmp_path)
    book.add("谁修堤？", "水务站", "right", documents=["a.txt"])
    book.add("谁种树？", "水务站", "wrong", "林业站", ["b.txt"])
    book.add("谁养鱼？", "", "right")
    book.add("谁放羊？", "村建办", "wrong")
    golds = [json.loads(line) for line in gold_lines(book.feedback())]
    assert [(gold["question"], gold["answers"], gold["kind"]) for gold in golds] == [
        ("谁修堤？", ["水务站"], "feedback"),
        ("谁种树？", ["林业站"], "feedback"),
        ("谁养鱼？", [], "unanswerable"),
    ]
    assert golds[0]["doc"] == "a.txt"


def test_what_came_from_a_document_is_forgotten_to_the_last_byte(tmp_path: Path) -> None:
    """After forget, the file holds nothing of the judgement."""
    book = Notebook(tmp_path)
    book.add("问题甲甲甲", "答案乙乙乙", "right", documents=["秘.txt"])
    book.add("问题丙", "答案丁", "right", documents=["b.txt"])
    book.forget(["秘.txt"])
    assert [entry.question for entry in book.feedback()] == ["问题丙"]
    data = (tmp_path / FILE).read_bytes()
    for gone in ("问题甲甲甲", "答案乙乙乙", "秘.txt"):
        assert gone.encode() not in data


def test_unanswered_questions_are_counted_and_leave_when_answered(tmp_path: Path) -> None:
    """The most frequent come first; an answer takes a question off the list."""
    book = Notebook(tmp_path)
    for question in ("甲？", "乙？", "乙？"):
        book.note_answer(question, False)
    assert [(entry.question, entry.times) for entry in book.unanswered()] == [
        ("乙？", 2),
        ("甲？", 1),
    ]
    book.note_answer("乙？", True)
    book.dismiss("甲？")
    assert book.unanswered() == []


def test_nothing_is_written_before_there_is_something_to_keep(tmp_path: Path) -> None:
    """Answered questions leave no file behind."""
    book = Notebook(tmp_path / "state")
    book.note_answer("甲？", True)
    assert book.feedback() == []
    assert book.unanswered() == []
    book.forget(["a"])
    assert not (tmp_path / "state").exists()
