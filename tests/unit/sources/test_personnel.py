"""Appointments and dismissals become records, exact to the character."""

from __future__ import annotations

import pytest

from qa_engine.models import Document
from qa_engine.sources.raw import RawDocument, lines_of
from qa_engine.sources.understand import understand


def read(text: str) -> Document:
    return understand(RawDocument("d", text, tuple(lines_of(text)), name="d"))


def records(text: str) -> list[tuple[str, ...]]:
    return [tuple(block.record.values()) for block in read(text).blocks if block.record]


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("任命张海涛为市交通局副局长（试用期一年）；", ("张海涛", "市交通局副局长", "任命")),
        ("任命宋雨桐同志为市审计局总审计师。", ("宋雨桐", "市审计局总审计师", "任命")),
        ("免去卢建平的市交通局副局长职务；", ("卢建平", "市交通局副局长", "免去")),
        ("免去侯志强、李光同志的市信访局副局长职务。", ("侯志强、李光", "市信访局副局长", "免去")),
        ("聘任周明远为质量监督员。", ("周明远", "质量监督员", "聘任")),
        ("张海涛同志任市交通局副局长；", ("张海涛", "市交通局副局长", "任")),
    ],
)  # fmt: skip
def test_who_takes_or_leaves_which_post(clause: str, expected: tuple[str, ...]) -> None:
    """Name, post and verb are exact slices of the text."""
    text = f"关于职务任免的通知\n经研究决定：\n{clause}\n"
    assert records(text) == [expected]
    document = read(text)
    [record] = [block.record for block in document.blocks if block.record]
    assert all(document.text[cell.start : cell.end] == cell.value for cell in record.cells)


@pytest.mark.parametrize(
    "text",
    [
        "任命书由单位保存。",
        "免去手续费的客户可以享受优惠。",
        "要任用优秀人才为发展服务。",
        "行政任命制度为社会进步提供保障。",
    ],
)
def test_other_sentences_appoint_nobody(text: str) -> None:
    assert records(text) == []
