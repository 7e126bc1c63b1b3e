"""Cutting texts into index terms."""

from pathlib import Path

import pytest

from qa_engine.text.words import Cutter, term_counts


@pytest.fixture(scope="module")
def cutter() -> Cutter:
    return Cutter()


def test_long_words_come_with_the_words_in_them(cutter: Cutter) -> None:
    assert {"管理局", "管理"} <= set(cutter.words("市场监督管理局"))


def test_traditional_and_full_width_text_gives_the_same_terms(cutter: Cutter) -> None:
    assert cutter.words("燃氣安全ＡＢＣ１２") == cutter.words("燃气安全abc12")
    assert cutter.bigrams("燃氣安全ＡＢＣ１２") == cutter.bigrams("燃气安全abc12")


def test_bigrams_stay_within_a_run_of_han_characters(cutter: Cutter) -> None:
    assert cutter.bigrams("质量强区，3.5%达标A4纸") == [
        "质量", "量强", "强区", "3.5%", "达标", "a", "4", "纸",
    ]  # fmt: skip


def test_question_words_and_politeness_leave_a_query(cutter: Cutter) -> None:
    terms = cutter.query("请问垃圾分类培训由哪个部门牵头？")
    assert not {"请问", "哪个", "由"} & set(terms.words)
    assert {"垃圾", "培训", "部门", "牵头"} <= set(terms.words)
    assert "由哪" not in terms.bigrams


def test_a_query_of_question_words_only_keeps_them(cutter: Cutter) -> None:
    assert cutter.query("什么是什么").words


def test_a_query_of_marks_only_has_no_terms(cutter: Cutter) -> None:
    assert cutter.query("？！").words == ()
    assert cutter.query("").bigrams == ()


def test_learned_words_are_terms_beside_the_dictionarys(cutter: Cutter) -> None:
    learning = cutter.with_learned(["东川区质监分局", "局"])
    words = learning.words("由东川区质监分局牵头")
    assert "东川区质监分局" in words
    assert "分局" in words
    assert "东川区质监分局" not in cutter.words("由东川区质监分局牵头")


def test_a_user_dictionary_changes_the_cut_and_the_analysers_name(
    cutter: Cutter, tmp_path: Path
) -> None:
    dictionary = tmp_path / "words.txt"
    dictionary.write_text("质强办 100 n\n", encoding="utf-8")
    own = Cutter(dictionary)
    assert "质强办" in own.words("质强办牵头")
    assert "质强办" not in cutter.words("质强办牵头")
    assert own.analyser != cutter.analyser


def test_counts_keep_the_order_of_first_occurrence() -> None:
    assert list(term_counts(["b", "a", "b"]).items()) == [("b", 2.0), ("a", 1.0)]


@pytest.mark.parametrize(
    ("written", "digits"),
    [("百分之九十六", "96%"), ("十一个部门", "11"), ("1.6万元", "16000"), ("二〇一三年", "2013")],
)
def test_numbers_written_otherwise_are_terms_in_digits_too(
    cutter: Cutter, written: str, digits: str
) -> None:
    assert digits in cutter.words(written)
    assert digits in cutter.query(f"目标是{written}吗").words


def test_the_measure_of_a_question_word_leaves_with_it(cutter: Cutter) -> None:
    """Beside 哪 a measure word says nothing of what is asked for, and joins no other word."""
    assert "天集" not in cutter.query("新生哪天集合").bigrams
    assert "天集" in cutter.bigrams("新生哪天集合")
