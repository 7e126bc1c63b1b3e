"""Windows for training hold what they should; calibration finds a known truth."""

import random

import numpy as np

from qa_engine.adapters.reader_windows import TextTokens
from training.batches import NEW_TIMES, Epochs, Row, collate, cut_window
from training.calibrate import calibration_error, fit, probability
from training.corpora import Corpora, Example
from training.predict import Prediction

TEXT = TextTokens(list(range(100, 300)), list(range(200)), list(range(1, 201)), [False] * 200)
EXAMPLE = Example("1", "a", "?", "字" * 200, ("字字字",), 120)


def test_a_window_keeps_the_answer_wherever_it_is_cut() -> None:
    """The target points at the answer's tokens, and the window is no longer than asked."""
    row = Row(EXAMPLE, (120, 123))
    for seed in range(50):
        window = cut_window([5, 6], TEXT, row, 60, random.Random(seed))
        assert len(window.ids) <= 60
        assert window.target is not None
        first, last = window.target
        assert window.ids[first : last + 1] == [220, 221, 222]


def test_a_window_that_must_avoid_the_answer_does() -> None:
    for seed in range(50):
        row = Row(EXAMPLE, (120, 123), avoid=True, answerable=False)
        window = cut_window([5, 6], TEXT, row, 60, random.Random(seed))
        assert window.target is None
        assert not {220, 221, 222} & set(window.ids)


def test_a_batch_points_unanswerable_rows_at_the_first_token() -> None:
    rows = [Row(EXAMPLE, (120, 123)), Row(EXAMPLE, None, answerable=False)]
    batch = collate([cut_window([5], TEXT, row, 40, random.Random(0)) for row in rows])
    assert batch.end[1] == 0
    assert batch.start[0] > 0
    assert not batch.context[:, 0].any()
    assert bool((batch.context <= batch.mask).all())


def test_questions_that_the_start_has_not_seen_come_oftener() -> None:
    nothing = Corpora([], [], [], [], [], [], {})
    written = [Example(f"{n}", f"{n % 2}-p", "?", "字" * 50, (), None) for n in range(200)]
    rows = Epochs(nothing, 1, None, written, new=["1-"]).rows(0)
    seen = [row.example.article for row in rows]
    assert seen.count("1-p") == NEW_TIMES * 100
    assert 0 < seen.count("0-p") < 100


def test_calibration_recovers_probabilities() -> None:
    """Evidence drawn from two shifted normals: the error of the fit is small."""
    rng = np.random.default_rng(0)

    def draw(mean: float, count: int) -> list[Prediction]:
        return [Prediction("", 0.0, value, rng.normal()) for value in rng.normal(mean, 1, count)]

    weights = fit(draw(1, 4000), draw(-1, 2000))
    chances = probability([*draw(1, 3000), *draw(-1, 3000)], weights)
    truth = np.concatenate([np.ones(3000), np.zeros(3000)])
    assert calibration_error(chances, truth) < 0.03
    assert abs(weights[0] - 2) < 0.2  # the exact log-odds are 2x
