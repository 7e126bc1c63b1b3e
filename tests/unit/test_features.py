"""What a passage has in common with a question."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_engine.features import NAMES, Profile, Unit, expected, features, weight


def profile(question: str, **more: object) -> Profile:
    units = tuple(Unit(at, 1.0, (question[at : at + 2],)) for at in range(len(question) - 1))
    return Profile(units, {question: 1.0}, **more)  # type: ignore[arg-type]


def named(profile: Profile, text: str, above: str = "") -> Mapping[str, float]:
    return dict(zip(NAMES, features(profile, text, above, {}).tolist(), strict=True))


def test_a_text_that_says_the_question_covers_all_of_it() -> None:
    found = named(profile("质量强区"), "推进质量强区建设")
    for name in ("coverage", "word_coverage", "narrow", "wide", "run"):
        assert found[name] == pytest.approx(1.0)


def test_scattered_terms_cover_but_make_no_run() -> None:
    found = named(profile("质量强区"), "质量" + "，" * 50 + "强区")
    assert found["coverage"] == pytest.approx(2 / 3)
    assert found["narrow"] == found["run"] == pytest.approx(1 / 3)
    assert found["wide"] == pytest.approx(2 / 3)


def test_headings_cover_what_the_text_does_not_say() -> None:
    found = named(profile("质量强区"), "牵头部门", above="质量强区")
    assert found["coverage"] == 0
    assert found["above"] == found["above_run"] == pytest.approx(1.0)


def test_other_forms_of_a_term_count_as_the_term() -> None:
    units = (Unit(0, 2.0, ("人社", "人力资源")),)
    assert named(Profile(units, {}), "由人力资源部门负责")["coverage"] == 1.0


def test_numbers_stand_alone_or_not_at_all() -> None:
    asked = profile("数", numbers=(("5",), ("96%", "百分之九十六")))
    assert named(asked, "15家，百分之九十六")["numbers"] == 0.5
    assert named(asked, "5家，96%")["numbers"] == 1.0


def test_a_window_counts_as_typed_when_it_holds_what_is_asked_for() -> None:
    asked = profile("何时开业", expects=expected("何时开业"))
    assert named(asked, "2013年5月开业")["typed"] > 0
    assert named(asked, "门店开业")["typed"] == 0


@pytest.mark.parametrize("question", ["哪一年举办", "什么时候完成", "要多久"])
def test_questions_for_a_time_expect_one(question: str) -> None:
    pattern = expected(question)
    assert pattern is not None
    assert pattern.search("2013年")


def test_other_questions_expect_nothing_special() -> None:
    assert expected("由谁牵头") is None


def test_rare_terms_weigh_more() -> None:
    assert weight(100, 1) > weight(100, 50) > weight(100, 100) > 0


@given(st.text("质量强区12 ", min_size=2, max_size=12), st.text("质量强区12 ，", max_size=60))
def test_all_shares_lie_between_0_and_1(question: str, text: str) -> None:
    row = features(profile(question), text, text[:5], {"words": 1.0})
    assert np.isfinite(row).all()
    assert (row >= 0).all()
    assert (row <= 1 + 1e-6).all()
