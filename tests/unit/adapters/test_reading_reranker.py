"""The reader as reranker."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from qa_engine.adapters.reading_reranker import MOST, ReadingReranker
from qa_engine.errors import ModelError
from qa_engine.models import Hit, Passage
from qa_engine.ports import Reading, Reranker
from qa_engine.settings import settings
from qa_engine.wiring import make_reranker


class Knows:
    """Finds that texts with a word answer and others don't."""

    name = "knows"

    def __init__(self, word: str) -> None:
        self._word = word
        self.read_texts: list[str] = []

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        self.read_texts += texts
        return [Reading((), 0.0, 0.99 if self._word in text else 0.01) for text in texts]


def hits(*texts: str) -> list[Hit]:
    """Ranked in this order, each a little less likely."""
    return [
        Hit(0.6 - 0.05 * n, Passage(f"a#{n}", "a", "标题", text, "paragraph"))
        for n, text in enumerate(texts)
    ]


def order(reranker: Reranker, ranked: Sequence[Hit]) -> list[int]:
    scores = reranker.scores("多少？", ranked)
    return sorted(range(len(scores)), key=lambda at: -scores[at])


def test_a_passage_that_answers_goes_before_one_that_only_looks_alike() -> None:
    assert order(ReadingReranker(lambda: Knows("三成")), hits("甲", "占三成", "乙")) == [1, 0, 2]


def test_where_one_passage_leads_clearly_nothing_is_read() -> None:
    reader = Knows("三成")
    ranked = [Hit(0.9, hits("甲")[0].passage), Hit(0.3, hits("占三成")[0].passage)]
    assert order(ReadingReranker(lambda: reader), ranked) == [0, 1]
    assert not reader.read_texts


def test_only_the_first_passages_are_read_and_the_others_stay_behind_them() -> None:
    reader = Knows("三成")
    texts = [f"第{n}段" for n in range(MOST)] + ["占三成", "最后"]
    assert order(ReadingReranker(lambda: reader), hits(*texts)) == list(range(len(texts)))
    assert reader.read_texts == texts[:MOST]


def test_without_a_reader_it_says_what_to_change() -> None:
    reranker = make_reranker(settings(reranker="reader"), lambda: None)
    assert isinstance(reranker, ReadingReranker)
    with pytest.raises(ModelError, match="--reader none"):
        reranker.scores("问", hits("甲", "乙"))
