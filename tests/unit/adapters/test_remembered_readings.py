"""What was read is remembered, as much as was asked for, and without its words."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from qa_engine.adapters.remembered_readings import RememberingReader
from qa_engine.ports import Reading, Span


class Counting:
    """Reads a span as long as the question and counts what it has to read."""

    name = "counting"

    def __init__(self) -> None:
        self.read_: list[tuple[str, str]] = []

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        self.read_ += [(question, text) for text in texts]
        if "坏" in "".join(texts):
            raise ValueError("坏")
        return [Reading((Span(0, len(question), float(len(text))),), 0.0, 0.5) for text in texts]


def test_nothing_is_read_twice() -> None:
    """Only the texts that are new to a question are read, each once, in their order."""
    plain, inner = Counting(), Counting()
    reader = RememberingReader(inner, 100)
    for texts in (["甲", "乙二"], ["乙二", "丙三三", "甲", "丙三三"], []):
        assert reader.read("谁？", texts) == plain.read("谁？", texts)
    assert inner.read_ == [("谁？", "甲"), ("谁？", "乙二"), ("谁？", "丙三三")]


def test_question_and_text_are_not_confused() -> None:
    """The border between them counts, and lone surrogates do no harm."""
    inner = Counting()
    reader = RememberingReader(inner, 100)
    pairs = [("谁管", "河堤"), ("谁", "管河堤"), ("谁管\ud800", "河堤"), ("1 2", "3"), ("1", " 23")]
    for question, text in pairs:
        assert reader.read(question, [text])[0].spans[0].end == len(question)
    assert inner.read_ == pairs


def test_the_longest_unused_is_forgotten() -> None:
    """No more is kept than was asked for; a call larger than that is still answered."""
    inner = Counting()
    reader = RememberingReader(inner, 2)
    for text in ("甲", "乙", "甲", "丙", "甲", "乙"):
        reader.read("谁？", [text])
    assert [text for _, text in inner.read_] == ["甲", "乙", "丙", "乙"]
    assert len(reader.read("谁？", ["子", "丑", "寅", "卯"])) == 4


def test_a_call_that_fails_leaves_nothing_behind() -> None:
    """It fails again, and what was good in it is read anew."""
    reader = RememberingReader(Counting(), 100)
    for _ in range(2):
        with pytest.raises(ValueError, match="坏"):
            reader.read("谁？", ["好", "坏"])


def test_no_word_of_a_text_is_kept() -> None:
    """Removed documents don't live on in memory."""
    reader = RememberingReader(Counting(), 100)
    text = "只在这里出现的一句话" * 3
    reader.read("谁？", [text])
    assert text[:10] not in repr(vars(reader))
