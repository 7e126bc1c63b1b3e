"""Ranking figures and how sure they are."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
NAMES = ("R@1", "R@5", "R@10", "MRR@10", "nDCG@10")


def figures(ranked: Sequence[str], relevant: frozenset[str]) -> tuple[float, ...]:
    """The figures of one question, in the order of ``NAMES``.

    R@k: whether one of the relevant is among the first k. nDCG@10 with gains of 0 and 1
    (Järvelin and Kekäläinen 2002).
    """
    places = [rank for rank, id in enumerate(ranked[:10], 1) if id in relevant]
    first = places[0] if places else 0
    gain = sum(1 / math.log2(rank + 1) for rank in places)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(10, len(relevant)) + 1))
    return (
        float(first == 1),
        float(0 < first <= 5),
        float(0 < first <= 10),
        1 / first if first else 0.0,
        gain / ideal if ideal else 0.0,
    )


def interval(values: Floats, rounds: int = 1000, seed: int = 1) -> tuple[float, float]:
    """The 95 % bootstrap interval of the mean (percentiles)."""
    if not len(values):
        return 0.0, 0.0
    chosen = np.random.default_rng(seed).integers(0, len(values), (rounds, len(values)))
    low, high = np.percentile(values[chosen].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)
