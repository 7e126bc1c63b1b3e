"""Long texts are cut into equal windows that together are the text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_engine.adapters.windows import mean_direction, windows


@given(st.text(max_size=300), st.integers(1, 20), st.integers(0, 5))
def test_windows_are_the_text_in_pieces_that_fit(text: str, limit: int, added: int) -> None:
    """Nothing is lost or doubled, and every piece fits or is a single character."""
    pieces = windows(text, lambda piece: len(piece) + added, limit)
    assert "".join(pieces) == text
    assert all(len(piece) + added <= limit or len(piece) <= 1 for piece in pieces)


def test_a_text_that_fits_is_not_cut() -> None:
    assert windows("甲乙丙", len, 3) == ["甲乙丙"]
    assert windows("", len, 3) == [""]


def test_windows_are_of_like_size() -> None:
    """No short rest at the end that would weigh as much as the others."""
    assert [len(piece) for piece in windows("字" * 101, len, 50)] == [34, 34, 33]


def test_mean_direction_has_length_one() -> None:
    """The mean is normalised; vectors that cancel out are an error."""
    np.testing.assert_allclose(
        mean_direction(np.array([[1, 0], [0, 1]], np.float32)), [0.5**0.5] * 2, atol=1e-6
    )
    with pytest.raises(ValueError, match="cancel"):
        mean_direction(np.array([[1, 0], [-1, 0]], np.float32))
