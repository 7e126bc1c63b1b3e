"""A question's vector less what all questions have in common.

Some passages lie near every question, whatever it asks ("hubs"). Taking a share of the mean
question vector from the question takes from each passage's score what any question would give
it (Suzuki et al. 2013, "Centering Similarity Measures to Reduce Hubs").
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

import numpy as np

from qa_engine.ports import Vectors


def centred(vector: Vectors, encoder: str) -> Vectors:
    """The unit vector [dimension] of one question, centred where the mean is known for
    ``encoder``, else as it is."""
    mean = _means().get(encoder)
    if mean is None or mean.shape != vector.shape:
        return vector
    moved = vector - mean
    length = float(np.linalg.norm(moved))
    return vector if length == 0.0 else (moved / length).astype(vector.dtype)


@cache
def _means() -> dict[str, Vectors]:
    """The share of the mean question vector that is taken away, by the encoder's name."""
    text = resources.files("qa_engine").joinpath("data/question_mean.json").read_text("utf-8")
    data = json.loads(text)
    return {data["encoder"]: data["share"] * np.array(data["mean"], dtype=np.float32)}
