"""The encoder for tests ranks like strings above unlike ones."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qa_engine.adapters.hashing_encoder import HashingEncoder


def test_it_names_its_dimension() -> None:
    """The name changes with the dimension, so that an index notices."""
    assert HashingEncoder().name == "hashing-64"
    assert HashingEncoder(16).name == "hashing-16"
    assert HashingEncoder(16).encode_passages(["甲"]).shape == (1, 16)


def test_similar_texts_are_closer() -> None:
    """A question is closer to the passage that shares its characters."""
    encoder = HashingEncoder()
    passages = encoder.encode_passages(["质量培训由市场监管分局牵头", "道路夜间停车收费标准"])
    scores = passages @ encoder.encode_questions(["质量培训由谁牵头"])[0]
    assert scores[0] > scores[1]


@given(st.lists(st.text(), max_size=5), st.integers(1, 64))
def test_every_text_gets_a_unit_vector(texts: list[str], dimension: int) -> None:
    """Any text, also an empty one, gets a vector of length 1, always the same."""
    encoder = HashingEncoder(dimension)
    vectors = encoder.encode_passages(texts)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(vectors, HashingEncoder(dimension).encode_passages(texts))
