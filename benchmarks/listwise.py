"""Weights of a linear score that ranks candidates, fitted to questions with right ones.

The listwise loss (Cao et al. 2007, "ListNet", with one or more relevant candidates) is minimised
with an L2 penalty on how far each weight moves from where it starts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Floats = npt.NDArray[np.float64]
Choice = tuple[Floats, npt.NDArray[np.bool_]]  # features [candidates, features], which are right


def spread(data: Sequence[Choice]) -> Floats:
    """The standard deviation of each feature over all candidates."""
    deviation: Floats = np.concatenate([rows for rows, _ in data]).std(axis=0)
    return deviation


def drawn(data: Sequence[Choice], present: Floats, scale: Floats, penalty: float) -> Floats:
    """The new weights [features]; a weight's change is counted in ``scale`` of its feature.

    Every question has right and wrong candidates."""
    scaled = [(rows / scale, right) for rows, right in data]
    start = present * scale

    def loss(weights: Floats) -> tuple[float, Floats]:
        value, slope = 0.0, np.zeros(len(weights))
        for rows, right in scaled:
            scores = rows @ weights
            share = np.exp(scores - scores.max())
            share /= share.sum()
            held = max(float(share[right].sum()), 1e-12)
            value -= np.log(held)
            slope += (share - np.where(right, share / held, 0.0)) @ rows
        change = weights - start
        value = value / len(scaled) + penalty * float(change @ change)
        return value, slope / len(scaled) + 2 * penalty * change

    solved: Floats = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return solved / scale
