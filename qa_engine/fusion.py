"""Ranked lists → one list. Pure functions; every score is larger-is-better."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from qa_engine.features import NAMES, Features
from qa_engine.ports import Scored


@dataclass(frozen=True, slots=True)
class Fused:
    """A passage id, its fused score and what each list gave it (0 where it is absent)."""

    id: str
    score: float
    parts: Mapping[str, float]


def from_zero(ranked: Sequence[Scored]) -> dict[str, float]:
    """Scores as shares of the best one: for scores whose zero means "nothing in common"."""
    best = max((s.score for s in ranked), default=0.0)
    return {s.id: s.score / best for s in ranked} if best > 0 else {}


def min_max(ranked: Sequence[Scored]) -> dict[str, float]:
    """Scores stretched to 0..1 between the last and the first of the list: for cosines,
    whose zero says little."""
    if not ranked:
        return {}
    low = min(s.score for s in ranked)
    high = max(s.score for s in ranked)
    if high <= low:
        return {s.id: 1.0 for s in ranked}
    return {s.id: (s.score - low) / (high - low) for s in ranked}


def weighted(
    lists: Mapping[str, Mapping[str, float]],
    weights: Mapping[str, float],
    limit: int | None = None,
) -> list[Fused]:
    """The weighted mean of normalised lists; best first, ties by id; ``limit`` of them.

    Lists that found nothing take no part, so that a query without known words is not
    held down by them.
    """
    present = {name: scores for name, scores in lists.items() if scores}
    total = sum(weights[name] for name in present) or 1.0
    sums: dict[str, float] = {}
    for name, scores in present.items():
        weight = weights[name]
        for id, score in scores.items():
            sums[id] = sums.get(id, 0.0) + weight * score
    ranked = sorted([(-round(score / total, 6), id, score / total) for id, score in sums.items()])
    named = list(lists.items())
    return [
        Fused(id, score, {name: scores.get(id, 0.0) for name, scores in named})
        for _, id, score in ranked[:limit]
    ]


def reciprocal_rank(lists: Mapping[str, Sequence[Scored]], k: int = 60) -> list[Fused]:
    """Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): the sum of 1/(k + rank)."""
    parts: dict[str, dict[str, float]] = {}
    for name, ranked in lists.items():
        for rank, scored in enumerate(ranked, 1):
            parts.setdefault(scored.id, {})[name] = 1.0 / (k + rank)
    fused = [Fused(id, sum(part.values()), part) for id, part in parts.items()]
    return sorted(fused, key=lambda f: (-round(f.score, 9), f.id))


@dataclass(frozen=True, slots=True)
class Model:
    """A linear model over ``features.NAMES``; its logistic is the fused score."""

    weights: Features
    bias: float

    def value(self, row: Features) -> float:
        """The linear score, rounded so that how an index grew cannot decide an order."""
        return round(float(self.weights @ row) + self.bias, 5)

    def score(self, row: Features) -> float:
        """The logistic of the value."""
        return logistic(self.value(row))


def logistic(value: float) -> float:
    """A linear score as one of 0..1."""
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, value))))


@cache
def shipped_model() -> Model:
    """The weights in ``data/fusion.json``, which says what they were learned from."""
    text = resources.files("qa_engine").joinpath("data/fusion.json").read_text("utf-8")
    data = json.loads(text)
    weights = np.array([data["weights"].get(name, 0.0) for name in NAMES], dtype=np.float32)
    return Model(weights, float(data["bias"]))
