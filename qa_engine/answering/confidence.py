"""From a draft's features to one probability that it is right.

A logistic model (weights in ``data/confidence.json``, one set for each kind of draft),
fitted by ``python -m benchmarks.answering.calibrate`` on questions other than those that
report figures. What may be answered at all is a threshold on that probability.
"""

from __future__ import annotations

import json
import math
from functools import cache
from importlib import resources
from typing import Any

from qa_engine.answering.evidence import Draft

# What each kind of draft is judged by. ``span`` is prose read by the reader, ``wide`` the
# sentence around such a span, ``points`` an enumeration, ``sentence`` prose without a reader.
# ``unlisted``: a list is asked for and the text names one thing only.
_PROSE = ("coverage", "unknown", "near", "fits", "missing", "parts", "echo", "rank", "yes_no")
_READ = (*_PROSE, "reader", "answerable", "margin")
FEATURES = {
    "record": ("coverage", "unknown", "margin", "rank", "missing"),
    "set": ("coverage",),
    "turn": ("coverage", "unknown"),
    "points": ("coverage", "fits", "hit"),
    "span": _READ,
    "wide": (*_READ, "unlisted"),
    "sentence": _PROSE,
}


@cache
def _model() -> dict[str, Any]:
    text = resources.files("qa_engine").joinpath("data/confidence.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def threshold() -> float:
    """Drafts less likely than this are not given as answers."""
    return float(_model()["threshold"])


def kind_of(draft: Draft, *, reader: bool) -> str:
    """Which set of weights a draft is judged by."""
    if draft.kind in {"record", "set", "turn", "points"}:
        return draft.kind
    if not reader:
        return "sentence"
    return "span" if draft.kind == "span" else "wide"


def confidence(draft: Draft, *, reader: bool) -> float:
    """A probability in [0, 1]."""
    kind = kind_of(draft, reader=reader)
    weights: dict[str, float] = _model()["kinds"][kind]
    total = weights["bias"] + sum(
        weights.get(name, 0.0) * squash(name, draft.features.get(name, 0.0))
        for name in FEATURES[kind]
    )
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def squash(feature: str, value: float) -> float:
    """Bound what has no natural scale."""
    if feature == "rank":
        return 1.0 / max(value, 1.0)
    if feature in {"margin", "reader"}:
        return max(-10.0, min(10.0, value))
    return value
