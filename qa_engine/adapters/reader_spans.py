"""From the reader's logits to scored character spans (numpy only).

A window's joint score of the span from token i to token j is
``start[i] + end[j] + left[i]·right[j] / sqrt(rank) + length_bias[j - i]``; the span (0, 0),
the first token, stands for "no answer". A span's margin is its score minus that one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_engine.adapters.reader_windows import TextTokens

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class WindowLogits:
    """The network's output for one window of ``tokens`` tokens.

    ``start``, ``end``: [tokens]; ``left``, ``right``: [tokens, rank]; ``verify``: the
    verifier's logit that the window answers.
    """

    start: Floats
    end: Floats
    left: Floats
    right: Floats
    verify: float


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """Characters [start, end) of the text, with the margin over "no answer"."""

    start: int
    end: int
    margin: float


@dataclass(frozen=True, slots=True)
class WindowSpans:
    """Best spans of a window, the log-odds of any span against none, the verifier's logit."""

    spans: list[ScoredSpan]
    log_odds: float
    verify: float
    null: float


def best_spans(
    logits: WindowLogits,
    length_bias: Floats,
    context: int,
    text: TextTokens,
    part: tuple[int, int],
    limit: int = 10,
) -> WindowSpans:
    """The ``limit`` spans with the largest margin.

    ``context``: place of the text's first token in the window; ``part``: which tokens of
    the text the window holds.
    """
    first, last = part
    count = last - first
    rank = logits.left.shape[1]
    scale = np.float32(rank**-0.5)
    null = float(
        logits.start[0]
        + logits.end[0]
        + float(logits.left[0] @ logits.right[0]) * scale
        + length_bias[0]
    )
    if count <= 0:
        return WindowSpans([], -np.inf, logits.verify, null)
    here = slice(context, context + count)
    width = min(len(length_bias), count)
    pair = (logits.left[here] @ logits.right[here].T) * scale
    pair += logits.start[here, None] + logits.end[None, here]
    # banded[i, k] is the span of k + 1 tokens that begins at i.
    rows = np.arange(count)[:, None]
    columns = rows + np.arange(width)[None, :]
    inside = columns < count
    banded = pair[rows, np.minimum(columns, count - 1)] + length_bias[None, :width]
    blank = np.array(text.blank[first:last], bool)
    usable = inside & ~blank[rows] & ~blank[np.minimum(columns, count - 1)]
    margins = np.where(usable, banded - null, -np.inf).ravel()
    top = np.argpartition(-margins, min(limit, margins.size - 1))[:limit]
    top = top[np.argsort(-margins[top], kind="stable")]
    spans = []
    for place in top:
        margin = float(margins[place])
        if np.isfinite(margin):
            begin = first + int(place) // width
            finish = begin + int(place) % width
            spans.append(ScoredSpan(text.starts[begin], text.ends[finish], margin))
    peak = float(margins.max())
    log_odds = peak + float(np.log(np.exp(margins - peak).sum())) if np.isfinite(peak) else -np.inf
    return WindowSpans(spans, log_odds, logits.verify, null)
