"""Bytes of every encoding that offices use come back as the text they were."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_engine.errors import UnreadableFile
from qa_engine.sources.decoding import decode

SIMPLIFIED = (
    "关于印发《青河县2024年重点工作任务分解表》的通知"
    "\r\n各乡镇人民政府，县政府各部门：\n一、总体要求。"
)
TRADITIONAL = (
    "關於印發《青河縣2024年重點工作任務分解表》的通知"
    "\r\n各鄉鎮人民政府，縣政府各部門：\n一、總體要求。"
)
COMMON = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就"
    "分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
)
COMMON_TRADITIONAL = (
    "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就"
    "分對成會可主發年動同工也能下過子說產種面而方後多定行學法所民得經"
)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_simplified_text_survives_every_encoding(encoding: str) -> None:
    """No character is lost or replaced, with or without a byte order mark."""
    decoded = decode(SIMPLIFIED.encode(encoding), "a.txt")
    assert decoded.text == SIMPLIFIED
    assert decoded.problems == ()


@pytest.mark.parametrize(
    "encoding", ["big5", "cp950", "big5hkscs", "gb18030", "utf-8", "utf-16-le"]
)
def test_traditional_text_survives_every_encoding(encoding: str) -> None:
    """Big5 is told from GBK by what the characters are."""
    decoded = decode(TRADITIONAL.encode(encoding), "a.txt")
    assert decoded.text == TRADITIONAL
    assert decoded.problems == ()


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.sampled_from(COMMON + "，。、：（）0123456789\n"), min_size=30, max_size=300),
    st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-16-be"]),
)
def test_any_chinese_text_round_trips(text: str, encoding: str) -> None:
    """Thirty characters are enough to tell the encoding."""
    if sum(character in COMMON for character in text) > 15:
        assert decode(text.encode(encoding), "a.txt").text == text


@settings(max_examples=40, deadline=None)
@given(st.text(st.sampled_from(COMMON_TRADITIONAL + "，。、：\n"), min_size=30, max_size=300))
def test_any_big5_text_round_trips(text: str) -> None:
    """Big5 comes back unchanged."""
    if sum(character in COMMON_TRADITIONAL for character in text) > 15:
        assert decode(text.encode("big5"), "a.txt").text == text


def test_invalid_bytes_are_reported_not_hidden() -> None:
    """A damaged byte is replaced, and the user is told how many and where."""
    data = (SIMPLIFIED * 20).encode("gb18030")
    decoded = decode(data[:300] + b"\xff\xff" + data[300:], "a.txt")
    assert decoded.encoding == "gb18030"
    assert "\ufffd" in decoded.text
    assert len(decoded.problems) == 1


def test_a_cut_last_character_is_reported() -> None:
    """A truncated file is read up to the cut."""
    decoded = decode((SIMPLIFIED * 5).encode()[:-1], "a.txt")
    assert decoded.encoding == "utf-8"
    assert decoded.problems


@pytest.mark.parametrize("data", [bytes(range(256)) * 40, b"\x7fELF\x02\x01\x01" + bytes(3000)])
def test_binary_data_is_refused(data: bytes) -> None:
    """What is no text in any encoding is an error that names the file."""
    with pytest.raises(UnreadableFile, match="photo"):
        decode(data, "photo.txt")


def test_a_byte_order_mark_is_not_part_of_the_text() -> None:
    """The mark tells the encoding and is gone."""
    assert decode(codecs.BOM_UTF8 + "甲".encode(), "a.txt").text == "甲"


def test_a_declared_encoding_breaks_a_tie() -> None:
    """Three characters that several encodings allow are read as the file says."""
    assert decode("通知".encode("gbk"), "a.html", declared="gb2312").text == "通知"
