"""Numbers and dates as written in office texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_engine.text.numbers import canonical_numbers, dates, han_value, numbers, same_date


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("百分之九十六", "96%"),
        ("百分之六点五", "6.5%"),
        ("千分之一", "1‰"),
        ("两次", "2次"),
        ("十一部分", "11部分"),
        ("1.6万元", "16000元"),
        ("五百四十万户", "5400000户"),
        ("1,234元", "1234元"),
        ("0.98个百分点", "0.98个百分点"),
        ("97.69％", "97.69%"),
        ("十万零五百人", "100500人"),
    ],
)
def test_a_quantity_has_one_normal_form(written: str, form: str) -> None:
    """Numerals, percentages and scales come out as digits with their unit."""
    (quantity,) = numbers(written)
    assert quantity.form == form
    assert (quantity.start, quantity.end) == (0, len(written))


def test_round_numbers_are_marked() -> None:
    """一百余家 and 100多家 are about 100."""
    assert [(q.form, q.about) for q in numbers("一百余家，100多家")] == [
        ("100家", True),
        ("100家", True),
    ]


@pytest.mark.parametrize(
    "text", ["一是提高认识", "一些单位", "第一", "千万注意", "十分重要", "一定"]
)
def test_words_with_numerals_are_no_quantities(text: str) -> None:
    """Numerals inside words and enumerations are left alone."""
    assert numbers(text) == []


def test_canonical_text_has_digits() -> None:
    """The normal form of a sentence differs from it in its numbers only."""
    assert canonical_numbers("二〇一三年召开两次会议，共十一部分") == "2013年召开2次会议，共11部分"


@pytest.mark.parametrize(
    ("written", "iso", "bound"),
    [
        ("2013.12", "2013-12", ""),
        ("8月22日", "--08-22", ""),
        ("2023年9月1日-9月30日", "2023-09-01/2023-09-30", ""),
        ("9月1日至30日", "--09-01/--09-30", ""),
        ("年底前", "--12", "by"),
        ("10月底前", "--10", "by"),
        ("2013年10月底前", "2013-10", "by"),
        ("二〇一三年八月二十二日", "2013-08-22", ""),
        ("2018-09-07", "2018-09-07", ""),
        ("2020年底", "2020-12", "end"),
        ("2019年1月1日起", "2019-01-01", "from"),
        ("8月中旬", "--08", "about"),
        ("2009年", "2009", ""),
        ("去年8月", "--08", ""),
    ],
)
def test_a_date_is_read_as_written(written: str, iso: str, bound: str) -> None:
    """Every usual way of writing a date, deadlines and ranges included."""
    (mention,) = dates(written)
    assert (mention.iso, mention.bound, mention.written) == (iso, bound, written)


def test_a_missing_year_is_filled_in() -> None:
    """With a year given, 8月22日 is complete and 去年 counts back from it."""
    assert [m.iso for m in dates("8月22日和去年12月", year=2013)] == ["2013-08-22", "2012-12"]


@pytest.mark.parametrize("text", ["3个月", "三个月", "12.5%", "2013.5万元", "每月", "岁月如歌"])
def test_spans_of_time_and_decimals_are_no_dates(text: str) -> None:
    """Durations and decimals are not taken for dates."""
    assert dates(text) == []


@given(st.integers(min_value=1, max_value=99_999_999))
def test_numerals_are_read_back(value: int) -> None:
    """A number spelt out in Chinese has its value."""
    assert han_value(_spell(value)) == value


@given(st.text(alphabet="一二三十百千万亿零两0123456789.年月日前底-至%余家个第 ", max_size=30))
def test_offsets_always_fit(text: str) -> None:
    """Mentions are inside the text, in order, and say what they were read from."""
    last = 0
    for quantity in numbers(text):
        assert last <= quantity.start < quantity.end <= len(text)
        last = quantity.end
    for mention in dates(text):
        assert text[mention.start : mention.end] == mention.written


def _spell(value: int) -> str:
    """Chinese numeral of a positive integer below 10^8."""
    high, low = divmod(value, 10_000)
    if high:
        tail = _spell_small(low) if low else ""
        return _spell_small(high) + "万" + ("零" if 0 < low < 1000 else "") + tail
    return _spell_small(low)


def _spell_small(value: int) -> str:
    digits = "零一二三四五六七八九"
    out = ""
    zero = False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            out += ("零" if zero and out else "") + digits[digit] + name
            zero = False
        else:
            zero = True
    return out


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2023-08-15", "2023-08-15", True),
        ("2023-08", "2023-08-15", True),
        ("--08-15", "2023-08-15", True),
        ("--08", "2023-08-15", True),
        ("2023", "2023-08", True),
        ("--08", "2023-05-08", False),
        ("--08-15", "2023-08-16", False),
        ("2022-08-15", "2023-08-15", False),
        ("2023", "--08", False),
    ],
)
def test_dates_are_the_same_as_far_as_both_say(one: str, other: str, same: bool) -> None:
    assert same_date(one, other) is same
    assert same_date(other, one) is same
