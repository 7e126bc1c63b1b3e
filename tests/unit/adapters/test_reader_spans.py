"""Span scores from logits agree with the plain definition."""

import numpy as np
import pytest

from qa_engine.adapters.reader_spans import WindowLogits, best_spans
from qa_engine.adapters.reader_windows import TextTokens

WIDTH = 5
CONTEXT = 3


def logits(tokens: int, seed: int) -> WindowLogits:
    rng = np.random.default_rng(seed)
    shapes = ((tokens,), (tokens,), (tokens, 4), (tokens, 4))
    start, end, left, right = (rng.normal(size=shape).astype(np.float32) for shape in shapes)
    return WindowLogits(start, end, left, right, 0.25)


def text_of(count: int) -> TextTokens:
    return TextTokens(
        list(range(count)), list(range(count)), list(range(1, count + 1)), [False] * count
    )


def score(out: WindowLogits, bias: np.ndarray, i: int, j: int) -> float:
    pair = float(out.left[i] @ out.right[j]) / 2.0  # sqrt(4)
    return float(out.start[i] + out.end[j]) + pair + float(bias[j - i])


@pytest.mark.parametrize("seed", range(5))
def test_the_best_spans_are_those_of_a_full_search(seed: int) -> None:
    """Margins equal the written-out formula for every span short enough, in order."""
    count = 12
    out = logits(count + CONTEXT + 1, seed)
    bias = np.linspace(0.1, -0.5, WIDTH).astype(np.float32)
    null = score(out, bias, 0, 0)
    expected = {
        (i, j + 1): score(out, bias, i + CONTEXT, j + CONTEXT) - null
        for i in range(count)
        for j in range(i, min(i + WIDTH, count))
    }
    found = best_spans(out, bias, CONTEXT, text_of(count), (0, count), limit=8)
    best = sorted(expected, key=lambda span: -expected[span])[:8]
    assert [(span.start, span.end) for span in found.spans] == best
    for span in found.spans:
        assert span.margin == pytest.approx(expected[span.start, span.end], abs=1e-4)
    total = np.log(np.sum(np.exp(list(expected.values()))))
    assert found.log_odds == pytest.approx(float(total), abs=1e-4)


def test_a_window_in_the_middle_reports_places_of_the_whole_text() -> None:
    """Offsets are those of the text, wherever the window begins."""
    out = logits(9, 1)
    text = text_of(50)
    found = best_spans(out, np.zeros(WIDTH, np.float32), CONTEXT, text, (20, 25), limit=3)
    assert all(20 <= span.start < span.end <= 25 for span in found.spans)


def test_no_span_begins_or_ends_with_a_borrowed_place() -> None:
    """Lone word-start marks are never borders."""
    out = logits(10, 2)
    text = TextTokens(list(range(6)), [0, 0, 1, 2, 2, 3], [1, 1, 2, 3, 3, 4], [True, False] * 3)
    found = best_spans(out, np.zeros(WIDTH, np.float32), CONTEXT, text, (0, 6), limit=50)
    assert 0 < len(found.spans) <= 6


def test_an_empty_text_has_no_span() -> None:
    """Nothing to read: no span, certainly no answer."""
    found = best_spans(logits(5, 3), np.zeros(3, np.float32), 4, text_of(0), (0, 0))
    assert found.spans == []
    assert found.log_odds == -np.inf
