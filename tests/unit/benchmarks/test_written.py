"""Written questions as a gold file."""

from benchmarks.answering.written import gold
from training.corpora import Example


def test_the_evidence_is_the_sentence_that_answers() -> None:
    text = "甲县很大。受理后五日内答复。"
    asked = Example("office-1", "own-1", "多久答复", text, ("五日内",), text.index("五日内"))
    assert gold(asked) == {
        "id": "office-1",
        "kind": "span",
        "question": "多久答复",
        "answers": ["五日内"],
        "doc": "own-1.txt",
        "evidence": "受理后五日内答复。",
    }


def test_a_near_miss_is_unanswerable() -> None:
    made = gold(Example("office-2", "own-1", "谁答复", "甲县很大。", (), None))
    assert (made["kind"], made["answers"], made["evidence"]) == ("unanswerable", [], "")
