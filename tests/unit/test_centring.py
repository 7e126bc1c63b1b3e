"""What all questions have in common is taken from a question's vector."""

from __future__ import annotations

import numpy as np
import pytest

from qa_engine.centring import centred

DIMENSION = 384


def test_a_centred_question_is_a_unit_vector_off_the_mean() -> None:
    vector = np.random.default_rng(1).normal(size=DIMENSION).astype(np.float32)
    vector /= np.linalg.norm(vector)
    moved = centred(vector, "multilingual-e5-small")
    assert np.linalg.norm(moved) == pytest.approx(1.0, abs=1e-5)
    assert not np.allclose(moved, vector)
    assert moved.dtype == vector.dtype


def test_an_encoder_without_a_known_mean_keeps_its_questions() -> None:
    vector = np.ones(DIMENSION, dtype=np.float32)
    assert centred(vector, "another") is vector
    short = vector[:10]
    assert centred(short, "multilingual-e5-small") is short
