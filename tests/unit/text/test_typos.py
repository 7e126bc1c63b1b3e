"""Typed terms that a corpus lacks and the close ones that it has."""

from collections.abc import Mapping, Sequence

import pytest

from qa_engine.ports import BIGRAMS, WORDS, Codes
from qa_engine.text.codes import codes_of
from qa_engine.text.typos import Correction, Speller
from qa_engine.text.words import Cutter

CORPUS = "推进质量强区建设。开展燃气安全检查。特种设备监管由顾秋棠负责。召开联席会议。"


def known(pairs: Sequence[str]) -> Mapping[str, int]:
    return {pair: CORPUS.count(pair) for pair in pairs}


@pytest.fixture(scope="module")
def cutter() -> Cutter:
    return Cutter()


@pytest.fixture(scope="module")
def speller(cutter: Cutter) -> Speller:
    known = {WORDS: sorted(set(cutter.words(CORPUS))), BIGRAMS: sorted(set(cutter.bigrams(CORPUS)))}

    def terms(field: str, lengths: Sequence[int]) -> dict[int, Codes]:
        return {length: codes_of(known[field], length) for length in lengths}

    return Speller(terms, ["顾秋棠"])


@pytest.mark.parametrize(
    ("typed", "wrong", "right"),
    [
        ("燃汽安全检查", "燃汽", "燃气"),
        ("质量强取建设", "强取", "强区"),
        ("顾秋堂负责", "顾秋堂", "顾秋棠"),
    ],
)
def test_homophones_of_the_corpus_words_are_found(
    cutter: Cutter, speller: Speller, typed: str, wrong: str, right: str
) -> None:
    assert speller.corrections(cutter.pieces(typed), known) == [Correction(wrong, right, True)]


@pytest.mark.parametrize(
    "typed", ["质量强区建设", "燃气安全", "执行期限", "董事长是谁", "联系电话", "ABC 123", ""]
)
def test_what_the_corpus_or_the_dictionary_knows_is_left_alone(
    cutter: Cutter, speller: Speller, typed: str
) -> None:
    assert speller.corrections(cutter.pieces(typed), known) == []


def test_a_word_is_only_put_where_it_fits(cutter: Cutter, speller: Speller) -> None:
    """燃汽 sounds like 燃气, but the corpus has no 气味."""
    assert speller.corrections(cutter.pieces("燃汽味"), known) == []


def test_an_everyday_word_of_the_very_same_sound_fits_among_other_words(
    cutter: Cutter, speller: Speller
) -> None:
    """Nobody wrote 检查 between 上周 and 结果; 捡查 is pronounced as 检查 is, 间查 is not."""
    asked = cutter.pieces("上周捡查结果")
    assert speller.corrections(asked, known) == [Correction("捡查", "检查", False)]
    assert speller.corrections(cutter.pieces("上周间查结果"), known) == []
