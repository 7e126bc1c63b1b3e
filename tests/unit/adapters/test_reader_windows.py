"""Windows cover a text, and tokens know the characters they stand for."""

from hypothesis import given
from hypothesis import strategies as st

from qa_engine.adapters.reader_windows import (
    QUESTION_TOKENS,
    SPECIAL_TOKENS,
    TextTokens,
    join,
    question_ids,
    windows,
)


@given(st.integers(0, QUESTION_TOKENS), st.integers(0, 3000))
def test_windows_cover_every_token_and_fit(question: int, text: int) -> None:
    """Every token of the text is in a window, and no window is longer than allowed."""
    ranges = windows(question, text, 384, 128)
    covered = {token for first, last in ranges for token in range(first, last)}
    assert covered == set(range(text))
    assert all(last - first + question + SPECIAL_TOKENS <= 384 for first, last in ranges)
    assert len(ranges) == len(set(ranges))


@given(st.lists(st.integers(4, 9), max_size=200))
def test_a_long_question_keeps_its_two_ends(ids: list[int]) -> None:
    """Within the limit a question is whole; beyond it the middle goes."""
    kept = question_ids(ids)
    assert len(kept) == min(len(ids), QUESTION_TOKENS)
    assert kept[:5] == ids[:5]
    assert kept[-5:] == ids[-5:]


def test_a_window_is_question_then_text_with_the_model_s_own_marks() -> None:
    """``<s> question </s></s> text </s>``, and the place of the text in it."""
    ids, place = join([11, 12], [21, 22, 23])
    assert ids == [0, 11, 12, 2, 2, 21, 22, 23, 2]
    assert ids[place : place + 3] == [21, 22, 23]


def test_characters_are_found_in_the_last_token_that_begins_before_them() -> None:
    """A lone word-start mark borrows its neighbour's place and is passed over."""
    text = TextTokens(
        [1, 5, 6, 7], starts=[0, 0, 1, 3], ends=[1, 1, 3, 4], blank=[True, False, False, False]
    )
    assert text.tokens_of(0, 1) == (1, 1)
    assert text.tokens_of(1, 4) == (2, 3)
    assert text.tokens_of(2, 3) == (2, 2)
