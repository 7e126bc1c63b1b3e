"""Texts too long for a model: cut into windows, whose vectors are averaged."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from qa_engine.ports import Vectors


def windows(text: str, tokens: Callable[[str], int], limit: int) -> list[str]:
    """The fewest equal slices of ``text`` (in characters) that each fit in ``limit`` tokens.

    ``tokens`` counts the tokens of a slice with everything that the model adds to it.
    A slice of one character is never cut further.
    """
    parts = 1
    while True:
        size = math.ceil(len(text) / parts)
        slices = [text[at : at + size] for at in range(0, len(text), size or 1)] or [text]
        longest = max(map(tokens, slices))
        if longest <= limit or size <= 1:
            return slices
        # What the model adds makes this a little too few at worst, so it ends soon.
        parts = max(parts + 1, math.floor(parts * longest / limit))


def mean_direction(vectors: Vectors) -> Vectors:
    """The unit vector along the mean of the rows, shape (dimension,).

    Raises ValueError when the rows cancel out.
    """
    total = vectors.astype(np.float64).sum(axis=0)
    length = float(np.linalg.norm(total))
    if length == 0:
        raise ValueError("vectors cancel out")
    mean: Vectors = (total / length).astype(np.float32)
    return mean
