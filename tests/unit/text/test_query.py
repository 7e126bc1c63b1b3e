"""Operators of a query."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_engine.errors import FilterError
from qa_engine.ports import Filters
from qa_engine.text.query import both, date_range, described, parse_query, read_filters


def test_a_plain_question_is_left_as_it_is() -> None:
    parsed = parse_query("燃气安全由谁牵头？")
    assert parsed.text == "燃气安全由谁牵头？"
    assert parsed.phrases == parsed.excluded == ()
    assert parsed.filters is None


@pytest.mark.parametrize("typed", ['"质量强区" 措施', "“质量强区” 措施", "「质量强区」措施"])
def test_quotes_ask_for_the_exact_phrase(typed: str) -> None:
    parsed = parse_query(typed)
    assert parsed.phrases == ("质量强区",)
    assert parsed.text == "质量强区 措施"


def test_a_minus_before_a_word_excludes_it_but_not_before_a_number_or_within_a_word() -> None:
    assert parse_query("培训 -首席").excluded == ("首席",)
    assert parse_query("培训 -首席").text == "培训"
    assert parse_query("增长 -5%").excluded == ()
    assert parse_query("Covid-19疫苗").excluded == ()


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("kind:table 燃气", Filters(kinds=("table",))),
        ("燃气 类型：表格", Filters(kinds=("table",))),
        ("发言人:王平 部门:教育局", Filters(speakers=("王平",), departments=("教育局",))),
        ('document:"a b.txt"', Filters(documents=("a b.txt",))),
        ("date:2013..2014", Filters(date_from="2013", date_to="2014")),
        ("日期:2013年8月", Filters(date_from="2013-08", date_to="2013-08")),
        ("document:a document:b/", Filters(documents=("a", "b/"))),
    ],
)
def test_fields_filter_in_both_languages(typed: str, wanted: Filters) -> None:
    assert parse_query(typed).filters == wanted


def test_a_colon_within_a_sentence_is_no_filter() -> None:
    assert parse_query("牵头部门：教育局").filters is None
    assert parse_query("8:30开会").filters is None


@pytest.mark.parametrize("typed", ["date:soon", "date:..", "date:2013..later", "日期:去年"])
def test_a_date_that_cannot_be_read_is_an_error_with_an_example(typed: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_query(typed)
    assert "date:" in caught.value.hint


def test_open_ranges_have_one_end() -> None:
    assert date_range("2013-08..") == ("2013-08", None)
    assert date_range("..2014年") == (None, "2014")


def test_unknown_filters_are_refused_with_the_known_ones() -> None:
    with pytest.raises(FilterError, match="colour"):
        read_filters({"colour": "red"})
    with pytest.raises(FilterError):
        read_filters({"kind": 3})


def test_filters_of_a_mapping_take_one_value_or_several() -> None:
    assert read_filters({"kind": ["table", "press"]}) == Filters(kinds=("table", "press"))
    assert read_filters({"kind": ""}) is None
    assert read_filters({}) is None
    assert read_filters(None) is None


def test_typed_filters_replace_those_of_the_call_field_by_field() -> None:
    given = Filters(kinds=("press",), speakers=("王平",))
    assert both(given, Filters(kinds=("table",))) == Filters(kinds=("table",), speakers=("王平",))
    assert both(None, given) == given
    assert both(None, None) is None


def test_filters_can_be_shown_and_read_again() -> None:
    filters = Filters(kinds=("table",), date_from="2013", date_to="2014-02")
    assert described(filters) == {"kind": "table", "date": "2013..2014-02"}
    assert read_filters(dict(described(filters))) == filters


@given(st.text(max_size=80))
def test_no_query_breaks_the_parser(text: str) -> None:
    with suppress(FilterError):  # the one answer besides a parse
        parse_query(text)
