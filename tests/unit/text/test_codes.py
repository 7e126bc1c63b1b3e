"""Words of Han characters as numbers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qa_engine.text.codes import codes_of, distinct, without, words_of

WORDS = st.lists(st.text("一丁丂龥鿿ab1", max_size=4))
PAIRS = st.lists(st.text("一丁龥鿿", min_size=2, max_size=2))


@given(WORDS, st.integers(1, 4))
def test_words_of_one_length_come_back_in_their_order(words: list[str], length: int) -> None:
    wanted = [w for w in words if len(w) == length and not set(w) & set("ab1")]
    assert words_of(codes_of(words, length)) == wanted


@given(PAIRS, PAIRS)
def test_each_word_is_once_among_the_distinct_ones_of_several(
    one: list[str], other: list[str]
) -> None:
    found = distinct(2, [codes_of(one, 2), codes_of(other, 2)])
    assert words_of(found) == sorted({*one, *other})
    assert words_of(distinct(2, [])) == []


@given(PAIRS, PAIRS)
def test_what_is_taken_out_is_gone_and_the_rest_stays(one: list[str], other: list[str]) -> None:
    left = words_of(without(codes_of(one, 2), codes_of(other, 2)))
    assert left == [word for word in one if word not in other]


def test_codes_are_a_row_a_place() -> None:
    assert codes_of(["一丁", "龥一"], 2).tolist() == [[0x4E00, 0x9FA5], [0x4E01, 0x4E00]]
    assert codes_of([], 3).shape == (3, 0)
    assert codes_of(["一"], 1).dtype == np.uint32
