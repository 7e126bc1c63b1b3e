"""Figures of rankings."""

import numpy as np
import pytest

from benchmarks.retrieval.metrics import NAMES, figures, interval
from benchmarks.retrieval.run import Measured, above_single


def test_figures_of_a_right_passage_in_second_place() -> None:
    """Found within five and ten, half a reciprocal rank, 1/log2(3) of the gain."""
    found = dict(zip(NAMES, figures(["a", "b", "c"], frozenset({"b"})), strict=True))
    assert (found["R@1"], found["R@5"], found["R@10"], found["MRR@10"]) == (0, 1, 1, 0.5)
    assert found["nDCG@10"] == pytest.approx(0.6309, abs=1e-4)
    assert figures(["a"], frozenset({"b"})) == (0, 0, 0, 0, 0)


def test_an_interval_holds_the_mean_and_narrows_with_more_questions() -> None:
    few = np.tile([0.0, 1.0], 20)
    low, high = interval(few)
    assert low < few.mean() < high
    narrow_low, narrow_high = interval(np.tile(few, 50))
    assert narrow_high - narrow_low < high - low


def test_the_gain_is_over_the_best_single_lookup_question_by_question() -> None:
    def measured(*ranks: float) -> Measured:
        rows = np.zeros((len(ranks), len(NAMES)))
        rows[:, NAMES.index("MRR@10")] = ranks
        return Measured(rows, 1.0)

    gain = above_single(
        {"words": measured(0.5, 0.5), "bigrams": measured(0.5, 1.0), "hybrid": measured(1.0, 1.0)}
    )
    assert gain is not None
    assert gain[:2] == ("bigrams", 0.25)
