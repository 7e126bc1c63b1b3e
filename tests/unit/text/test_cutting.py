"""The cutter that says the same words as jieba."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_engine.text.cutting import BlockCutter
from qa_engine.text.dictionary import load_jieba

CORPUS = Path(__file__).parents[3] / "corpus"
PIECES = st.sampled_from(
    (
        "质量 强区 质量强区 首席质量官 的 了 中华人民共和国 研究生命起源 结合成分子 "
        "AB c3 3.5% 2013年 ，。 \n _ - 𠮷 ☆"
    ).split(" ")
)


@cache
def tokenizer() -> Any:
    return load_jieba()


@cache
def cutter() -> BlockCutter:
    return BlockCutter(tokenizer())


@given(st.one_of(st.lists(PIECES).map("".join), st.text(max_size=60)))
def test_any_text_is_cut_as_jieba_cuts_it(text: str) -> None:
    """Word for word, in both ways of cutting, also when a block is remembered."""
    for _ in range(2):
        assert cutter().cut(text) == list(tokenizer().cut(text, HMM=False))
        assert cutter().cut_for_search(text) == list(tokenizer().cut_for_search(text, HMM=False))


@pytest.mark.parametrize("path", sorted(CORPUS.glob("0*")), ids=lambda path: path.name)
def test_real_documents_are_cut_as_jieba_cuts_them(path: Path) -> None:
    """Every line of the sample corpus gives the same words."""
    for line in path.read_text("utf-8").splitlines():
        assert cutter().cut_for_search(line) == list(tokenizer().cut_for_search(line, HMM=False))


def test_a_users_words_are_cut_whole() -> None:
    """A user dictionary counts as it does for jieba."""
    own = load_jieba("质监分局牵 50\n云台协调办 3 n\n".encode())
    for text in ("区质监分局牵头", "由云台协调办负责"):
        assert BlockCutter(own).cut(text) == list(own.cut(text, HMM=False))
    assert "云台协调办" in BlockCutter(own).cut("由云台协调办负责")
