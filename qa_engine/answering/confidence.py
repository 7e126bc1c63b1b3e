"""From a draft's features to one probability that it is right.

A logistic model (weights in ``data/confidence.json``, one set for each kind of draft),
fitted by ``benchmarks/answering/calibrate.py`` on questions other than those that
report figures. What may be answered at all is a threshold on that probability.
"""

from __future__ import annotations

import json
import math
from functools import cache
from importlib import resources
from typing import Any

from qa_engine.answering.evidence import Draft


@cache
def _model() -> dict[str, Any]:
    text = resources.files("qa_engine").joinpath("data/confidence.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def threshold() -> float:
    """Drafts less likely than this are not given as answers."""
    return float(_model()["threshold"])


def confidence(draft: Draft, *, reader: bool) -> float:
    """A probability in [0, 1]."""
    name = (
        draft.kind
        if draft.kind in {"record", "set", "turn"}
        else ("span" if reader else "sentence")
    )
    weights: dict[str, float] = _model()["kinds"][name]
    total = weights.get("bias", 0.0)
    for feature, weight in weights.items():
        if feature == "bias":
            continue
        value = draft.features.get(feature, 0.0)
        total += weight * _squash(feature, value)
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def _squash(feature: str, value: float) -> float:
    """Bound what has no natural scale."""
    if feature == "rank":
        return 1.0 / max(value, 1.0)
    if feature in {"margin", "reader"}:
        return max(-10.0, min(10.0, value))
    return value
