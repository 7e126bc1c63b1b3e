"""Questions written for this project: every answer stands where it is said to."""

import json
from pathlib import Path

import pytest

from training.corpora import load_corpora
from training.written import load_encyclopaedia, load_office

PASSAGE = {"id": "a", "text": "县局负责受理，县局自收到之日起五日内答复。"}


def written(folder: Path, *rows: dict[str, object]) -> Path:
    (folder / "passages.jsonl").write_text(json.dumps(PASSAGE), "utf-8")
    lines = [json.dumps({"p": "a", "q": "谁？", **row}) for row in rows]
    (folder / "questions.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


def test_the_shipped_questions_can_be_read_and_keep_whole_paragraphs_apart() -> None:
    """No paragraph is both trained and measured on; both have questions of both kinds."""
    office = load_office(None)
    assert not {e.article for e in office.train} & {e.article for e in office.held}
    for part in (office.train, office.held):
        assert {e.answerable for e in part} == {True, False}
        for example in part:
            if example.start is not None:
                assert example.context[example.start : example.end] == example.answers[0]


def test_the_occurrence_that_proves_the_answer_is_taken(tmp_path: Path) -> None:
    office = load_office(None, written(tmp_path, {"a": "县局", "n": 1}))
    (example,) = [*office.train, *office.held]
    assert example.start == PASSAGE["text"].index("县局自")


def test_questions_on_statutes_wait_for_their_file(tmp_path: Path) -> None:
    folder = written(tmp_path, {"a": ""}, {"p": "law#1", "a": "乙"})
    office = load_office(None, folder)
    assert len(office.train) + len(office.held) == 1
    statutes = tmp_path / "laws.jsonl"
    text = "甲" * 400 + "\n" + "乙" * 200
    statutes.write_text(json.dumps({"id": "law", "text": text}), "utf-8")
    office = load_office(statutes, folder)
    assert len(office.train) + len(office.held) == 2


def test_an_answer_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="省局"):
        load_office(None, written(tmp_path, {"a": "省局"}))


def squad(*paragraphs: str) -> str:
    """A SQuAD-format file, an article a paragraph."""
    asked = [{"id": "1", "question": "谁？", "answers": [{"text": "甲", "answer_start": 0}]}]
    rows = [{"title": text, "paragraphs": [{"context": text, "qas": asked}]} for text in paragraphs]
    return json.dumps({"data": rows})


def test_questions_on_data_sets_name_a_paragraph_of_their_training_part(tmp_path: Path) -> None:
    """A paragraph that is only measured on must not be trained on by another question."""
    for name in ("cmrc2018_train", "cmrc2018_dev", "drcd_dev", "squad2_zh_dev"):
        (tmp_path / f"{name}.json").write_text(squad("甲一号", "甲二號"), "utf-8")
    corpora = load_corpora(tmp_path)
    assert set(corpora.train_paragraphs) == {
        "cmrc2018_train#0",
        "cmrc2018_train#1",
        "drcd_dev#0",
        "squad2_zh_dev#0",
    }
    lines = [{"p": "cmrc2018_train#1", "q": "谁？", "a": "甲"}]
    (tmp_path / "questions.jsonl").write_text(json.dumps(lines[0]), "utf-8")
    found = load_encyclopaedia(corpora, tmp_path)
    (example,) = [*found.train, *found.held]
    assert example.context == "甲二號"
    (tmp_path / "questions.jsonl").write_text(
        json.dumps({"p": "drcd_dev#1", "q": "谁？", "a": ""}), "utf-8"
    )
    with pytest.raises(KeyError):
        load_encyclopaedia(corpora, tmp_path)
