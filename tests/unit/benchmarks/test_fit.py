"""Fitting what ranks possible answers."""

import numpy as np

from benchmarks.answering.fit import first_right, fit
from benchmarks.retrieval.adjust import bias
from qa_engine.answering.candidates import FEATURES


def test_what_tells_right_from_wrong_gains_weight_and_the_rest_stays() -> None:
    chance = np.random.default_rng(0)
    telling, data = FEATURES.index("clause"), []
    for _ in range(60):
        rows = np.zeros((5, len(FEATURES)))
        rows[:, FEATURES.index("hit")] = chance.random(5)
        right = np.arange(5) == chance.integers(5)
        rows[right, telling] = 1.0
        data.append((rows, right))
    present = np.ones(len(FEATURES))
    present[telling] = 0.0
    found = fit(data, present)
    assert found[telling] > 2
    assert first_right(data, found) > first_right(data, present)
    untold = [n for n in range(len(FEATURES)) if n not in (telling, FEATURES.index("hit"))]
    assert found[untold].tolist() == present[untold].tolist()


def test_the_score_of_a_first_candidate_says_how_often_it_is_right() -> None:
    chance = np.random.default_rng(0)
    data = []
    for number in range(400):
        rows = chance.normal(size=(6, 1)) - 8.0
        right = np.zeros(6, bool)
        right[int(np.argmax(rows)) if number % 4 else 0] = True
        data.append((rows, right))
    weights = np.ones(1)
    firsts = np.array([rows.max() for rows, _ in data]) + bias(data, weights)
    rights = np.mean([right[int(np.argmax(rows))] for rows, right in data])
    assert abs(float(np.mean(1 / (1 + np.exp(-firsts)))) - rights) < 0.01
