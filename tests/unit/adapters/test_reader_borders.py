"""Answer borders: what a careful person would mark."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_engine.adapters.reader_borders import tidy


def marked(text: str, part: str) -> str:
    start = text.index(part)
    begin, end = tidy(text, start, start + len(part))
    return text[begin:end]


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("由李晓峰，王芳负责", "李晓峰，", "李晓峰"),
        ("共有1250人参加", "250", "1250人"),
        ("合格率为97.69%，提高", "97.6", "97.69%"),
        ("投入1,200万元。", "1,200", "1,200万元"),
        ("投入3.5亿美元用于", "3.5", "3.5亿美元"),
        ("提高了0.3个百分点", "0.3", "0.3个百分点"),
        ("于2013年10月完成", "2013", "2013年"),
        ("著有《山水》一书", "《山水", "《山水》"),
        ("著有《山水》一书", "山水》", "《山水》"),
        ("甲公司（简称甲）负责", "甲公司（", "甲公司"),
        ("甲公司（简称甲）负责", "甲公司（简称", "甲公司"),
        ("气温为-5℃左右", "-5", "-5℃"),
        ("是“一网通办”平台", "“一网通办”", "“一网通办”"),
    ],
)
def test_a_border_never_cuts_a_number_its_unit_or_a_pair_of_brackets(
    text: str, part: str, expected: str
) -> None:
    assert marked(text, part) == expected


def test_a_span_of_punctuation_alone_becomes_empty() -> None:
    assert tidy("甲，，乙", 1, 3)[0] == tidy("甲，，乙", 1, 3)[1]


@given(st.text("甲乙丙《》（）“”，。0123456789.%年-\n", max_size=40), st.data())
def test_borders_stay_inside_the_text(text: str, data: st.DataObject) -> None:
    """Whatever the text, the result is a range of it that neither begins nor ends loosely."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    begin, finish = tidy(text, start, end)
    assert 0 <= begin <= finish <= len(text)
    if begin < finish:
        assert text[begin] not in "，。\n"
        assert text[finish - 1] not in "，。\n"
