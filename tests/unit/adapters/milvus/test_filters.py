"""Filters as expressions: no value can be more than a value."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from milvus_lite.search.filter.tokens import TokenKind, tokenize

from qa_engine.adapters.milvus.filters import expression, marked, one_of, quoted, visible
from qa_engine.ports import Filters

SIGNS = st.text(st.sampled_from("\"'\\%_{}甲a \n\x00])"), max_size=12)


@given(SIGNS)
def test_a_value_is_one_string_whatever_it_holds(value: str) -> None:
    """No quote, escape, pattern sign or control character is left in a literal."""
    tokens = tokenize(f"title == {quoted(value)}")
    assert [t.kind for t in tokens[2:]] == [TokenKind.STRING, TokenKind.EOF]
    assert tokens[2].value == marked(value)
    assert not set(quoted(value)[1:-1]) & set("\"'\\%_{}\n\x00")


@given(SIGNS, SIGNS)
def test_marking_keeps_different_texts_different(one: str, other: str) -> None:
    """Two values are equal, or one part of the other, as they were before."""
    assert (marked(one) == marked(other)) == (one == other)
    assert (marked(one) in marked(other)) == (one in other)


def test_no_filters_still_ask_for_what_the_generation_sees() -> None:
    """Rows of other generations are never found."""
    assert expression(None, 3) == "born <= 3 and died > 3" == visible(3)


def test_alternatives_are_in_brackets() -> None:
    """One field's alternatives are one condition among the others."""
    made = expression(Filters(documents=("a/", "b"), kinds=("row",), date_to="2014"), 1)
    assert made == (
        'born <= 1 and died > 1 and (document like "a/%" or document == "b" or title like "%b%")'
        ' and (kind in ["row"] or document_kind in ["row"])'
        ' and date_low != "" and date_low <= "2014-12-31"'
    )


def test_keys_are_listed() -> None:
    """What ``in`` compares with."""
    assert one_of("owner", ["ab", "cd"]) == 'owner in ["ab", "cd"]'
