"""Confidence weights: a kind that is not asked for keeps its own, and some signs are given."""

from benchmarks.answering.calibrate import FEWEST, SIGNS, Example, fit
from qa_engine.answering.confidence import FEATURES


def test_only_the_kinds_that_are_named_are_fitted() -> None:
    names = FEATURES["span"]
    data: list[Example] = [
        (kind, {name: float(number % 2) for name in FEATURES[kind]}, bool(number % 2), str(number))
        for kind in ("span", "record")
        for number in range(2 * FEWEST)
    ]
    old = {kind: {"bias": 0.0, **dict.fromkeys(FEATURES[kind], 0.0)} for kind in FEATURES}
    found = fit(data, {"kinds": old}, ["span"])["kinds"]
    assert found["record"] == old["record"]
    assert any(found["span"][name] for name in names)


def test_what_is_missing_speaks_against_an_answer_even_where_right_ones_had_it_missing() -> None:
    names = FEATURES["wide"]
    data: list[Example] = [
        (
            "wide",
            {name: float(right if name in ("coverage", "missing") else 0) for name in names},
            right,
            str(number),
        )
        for number in range(2 * FEWEST)
        for right in (bool(number % 2),)
    ]
    old = {kind: {"bias": 0.0, **dict.fromkeys(FEATURES[kind], 0.0)} for kind in FEATURES}
    found = fit(data, {"kinds": old}, ["wide"])["kinds"]["wide"]
    assert SIGNS["missing"] == (None, -1.0)
    assert found["missing"] <= -1.0
    assert found["coverage"] > 0
