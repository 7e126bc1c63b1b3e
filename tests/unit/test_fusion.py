"""Ranked lists → one list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_engine.features import NAMES
from qa_engine.fusion import from_zero, min_max, reciprocal_rank, shipped_model, weighted
from qa_engine.ports import Scored

SCORED = st.lists(
    st.builds(Scored, st.sampled_from("abcdefgh"), st.floats(0, 50)), unique_by=lambda s: s.id
)


def test_scores_from_zero_are_shares_of_the_best() -> None:
    assert from_zero([Scored("a", 4.0), Scored("b", 1.0)]) == {"a": 1.0, "b": 0.25}
    assert from_zero([]) == {}
    assert from_zero([Scored("a", 0.0)]) == {}


def test_min_max_stretches_to_the_whole_range() -> None:
    found = min_max([Scored("a", 0.9), Scored("b", 0.85), Scored("c", 0.8)])
    assert found == pytest.approx({"a": 1.0, "b": 0.5, "c": 0.0})
    assert min_max([Scored("a", 0.9)]) == {"a": 1.0}


def test_a_list_that_found_nothing_takes_no_part() -> None:
    fused = weighted({"words": {}, "meaning": {"a": 1.0}}, {"words": 0.9, "meaning": 0.1})
    assert [(f.id, f.score) for f in fused] == [("a", 1.0)]


def test_equal_scores_are_ordered_by_id() -> None:
    fused = weighted({"words": {"b": 0.5, "a": 0.5}}, {"words": 1.0})
    assert [f.id for f in fused] == ["a", "b"]


@given(SCORED, SCORED)
def test_fused_scores_stay_between_0_and_1_and_nothing_is_lost(
    one: list[Scored], other: list[Scored]
) -> None:
    lists = {"words": from_zero(one), "meaning": min_max(other)}
    fused = weighted(lists, {"words": 0.7, "meaning": 0.3})
    assert {f.id for f in fused} == set(lists["words"]) | set(lists["meaning"])
    assert all(0 <= f.score <= 1 + 1e-9 for f in fused)
    scores = [round(f.score, 6) for f in fused]
    assert scores == sorted(scores, reverse=True)


def test_reciprocal_ranks_add_up() -> None:
    fused = reciprocal_rank({"x": [Scored("a", 9), Scored("b", 8)], "y": [Scored("b", 7)]}, k=1)
    assert [(f.id, pytest.approx(f.score)) for f in fused] == [("b", 1 / 3 + 1 / 2), ("a", 1 / 2)]


def test_the_shipped_model_knows_its_features_and_gives_a_probability() -> None:
    model = shipped_model()
    assert model.weights.shape == (len(NAMES),)
    assert 0 <= model.score(model.weights * 0) <= 1
    assert model.score(abs(model.weights) * 0 + 1) > model.score(model.weights * 0)
