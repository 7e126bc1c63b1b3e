"""Logistic calibration of the reader's evidence: log-odds and verifier → a probability."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from training.predict import Prediction

Array = npt.NDArray[np.float64]


def features(predictions: Sequence[Prediction]) -> Array:
    """[predictions, 3]: log-odds (clipped), verifier's logit (clipped), 1."""
    rows = [[np.clip(p.log_odds, -20, 20), np.clip(p.verify, -20, 20), 1.0] for p in predictions]
    return np.array(rows, float)


def fit(
    answerable: Sequence[Prediction], impossible: Sequence[Prediction], ridge: float = 1e-3
) -> Array:
    """Weights of `features`, by Newton's method; both classes weigh the same in total."""
    x = np.concatenate([features(answerable), features(impossible)])
    y = np.concatenate([np.ones(len(answerable)), np.zeros(len(impossible))])
    balance = np.where(y > 0, 0.5 / len(answerable), 0.5 / len(impossible)) * len(y)
    weights = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (balance * (p - y)) + ridge * weights
        curvature = (x * (balance * p * (1 - p))[:, None]).T @ x + ridge * np.eye(len(weights))
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def probability(predictions: Sequence[Prediction], weights: Array) -> Array:
    """Calibrated probability that the paragraph answers, one a prediction."""
    return np.asarray(1 / (1 + np.exp(-features(predictions) @ weights)), float)


def calibration_error(probabilities: Array, truth: Array, bins: int = 10) -> float:
    """Expected calibration error with equal-width bins, both classes weighing the same."""
    balance = np.where(truth > 0, 0.5 / truth.sum(), 0.5 / (1 - truth).sum())
    place = np.minimum((probabilities * bins).astype(int), bins - 1)
    error = 0.0
    for number in range(bins):
        here = place == number
        if here.any():
            share = balance[here].sum()
            confident = (balance[here] * probabilities[here]).sum() / share
            right = (balance[here] * truth[here]).sum() / share
            error += share * abs(confident - right)
    return float(error)
