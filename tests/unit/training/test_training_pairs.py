"""Pieces of paragraphs, right and wrong ones, for training the retrieval model."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from training.corpora import Example
from training.pairs import Asked, Pieces, alike, cut, epoch_of

TEXT = "县局负责受理。" + "材料齐全的，当场出具回执。" * 8 + "五日内答复。"


def example(answer: str, text: str = TEXT) -> Example:
    return Example("1", "规程", "几天答复？", text, (answer,), text.index(answer))


@given(st.text("甲乙。；\n", max_size=400))
def test_every_sentence_stands_in_a_piece(text: str) -> None:
    pieces = cut(text)
    assert (0, len(text)) in pieces
    covered = {place for start, end in pieces[1:] or pieces for place in range(start, end)}
    assert all(place in covered for place, sign in enumerate(text) if sign in "甲乙")


def test_pieces_that_hold_the_whole_answer_are_right() -> None:
    pieces = Pieces()
    (one,) = pieces.asked([example("五日内")])
    right = [pieces.texts[n] for n in one.right]
    wrong = [pieces.texts[n] for n in one.paragraph if n not in one.right]
    assert right
    assert all("五日内" in text for text in right)
    assert wrong
    assert not any("五日内" in text for text in wrong)


def test_a_paragraph_is_cut_once_for_all_its_questions() -> None:
    pieces = Pieces()
    first, second = pieces.asked([example("五日内"), example("县局")])
    assert first.paragraph == second.paragraph


def test_the_name_of_the_article_stands_above_where_wanted() -> None:
    pieces = Pieces()
    pieces.asked([example("五日内")], titled=True)
    assert all(text.startswith("规程\n") for text in pieces.texts)


def test_wrong_pieces_alike_in_words_are_of_other_paragraphs() -> None:
    """Those that share rare pairs of characters come first."""
    texts = ["五日内答复", "三日内答复", "河道清淤", "五日内答复来信"]
    asked = [Asked("五日内答复吗", (0,), (0,))]
    assert alike(texts, asked)["五日内答复吗"][:2] == [3, 1]


def test_an_epoch_depends_on_seed_and_number_only() -> None:
    always = [Asked(str(n), (n,), (n,)) for n in range(20)]
    assert epoch_of(always, always, 1, 0) == epoch_of(always, always, 1, 0)
    assert epoch_of(always, always, 1, 0) != epoch_of(always, always, 1, 1)
