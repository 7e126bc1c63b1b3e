"""Set questions on made-up plans: the generator means what it says, and the engine answers."""

from __future__ import annotations

from itertools import chain

import pytest

from benchmarks.answering.sets.__main__ import run_corpus
from benchmarks.answering.sets.plans import make_corpus
from benchmarks.answering.sets.questions import SetQuestion, questions
from benchmarks.answering.sets.scores import score
from benchmarks.answering.sets.wordings import LAYOUTS, WORDINGS
from qa_engine.models import Answer

EVEN = list(range(0, len(LAYOUTS), 2))


def test_a_corpus_is_the_same_for_the_same_seed() -> None:
    """And no two of its tasks are called alike."""
    corpus = make_corpus(5, EVEN)
    assert corpus == make_corpus(5, EVEN)
    texts = [task.text for table in corpus for task in table.tasks]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("half", [0, 1])
def test_questions_keep_to_their_half_of_the_wordings(half: int) -> None:
    """So that rules may be written with the failures of one half in sight."""
    made = questions(make_corpus(5, EVEN), 5, half)
    assert made
    assert all(one.wording % 2 == half for one in made)
    assert {one.kind for one in made} <= set(WORDINGS)


def test_a_wrong_set_a_wrong_count_and_a_set_for_nothing_are_told() -> None:
    """The score is what it is worth only if it can fail."""
    said = Answer("共3项：甲", found=True, confidence=0.9, kind="set")
    wanted = SetQuestion("count", 0, "", frozenset({"甲", "乙"}), counts=True)
    assert score(wanted, said, ["甲", "乙"]).f1 == 0
    nothing = SetQuestion("lead", 0, "", frozenset())
    assert score(nothing, said, ["甲"]).f1 == 0
    assert score(nothing, Answer("", False, 0.1, "none"), ["甲"]).f1 == 1


def test_sets_are_exact_on_plans_and_wordings_that_no_rule_was_written_for() -> None:
    """On the held-out halves, for all kinds of questions together."""
    results = list(chain.from_iterable(run_corpus(seed, 1, (1,)) for seed in range(6)))
    assert len(results) > 80
    assert sum(result.f1 for result in results) / len(results) >= 0.95
