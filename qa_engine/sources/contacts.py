"""Whom to ask: “联系人：…，联系电话：…，邮箱：…” as records, on one line or several.

A contact ends where one of its labels comes again. What else a paragraph says stays
text, and so do phone numbers inside speeches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa_engine.alignment import Aligned
from qa_engine.models import OTHER, PERSON, Block, Cell, Record
from qa_engine.sources.people import HAN, is_name

_PEOPLE = "联系人|联络人|联络员|咨询人|经办人"
_PHONES = (
    "(?:联系|咨询|办公|监督|举报|投诉|服务|值班|报名|受理)?电话|手机号码?|手机|"
    "(?:咨询|服务|监督|举报|投诉|值班)?热线|联系方式"
)
_OTHERS = (
    "传真|(?:电子|联系|投稿|报名|举报)?邮箱(?:地址)?|电子邮件|E-?mail|e-?mail|邮件地址|"
    "(?:联系|通讯|通信|办公|邮寄|受理)?地址|邮政编码|邮编|网址|微信公众号|微信号|QQ群?号?"
)
_LABEL = re.compile(
    rf"(?:^|(?<=[，,；;。、\s（(）)：:]))(?P<body>[{HAN}]{{0,14}}?)"
    rf"(?P<label>{_PEOPLE}|{_PHONES}|{_OTHERS})(?:（[^（）]{{1,8}}）)?\s*[：:]\s*"
)
_COLON = re.compile("[：:]")
_BODY = re.compile(r"(?:局|委|办|部|厅|院|处|科|室|中心|公司|学校|学院|镇|乡|街道|会|站|所)$")
_PHONE = re.compile(r"\d[\d\-－—() （）]{4,}\d")
_MAIL = re.compile(r"[\w.\-]+@[\w\-]+\.[\w.\-]+", re.ASCII)
_TRIM = " \t\r\n\u3000\xa0，,；;。、"
_STOP = re.compile(r"。|；|;")
_LONGEST = 80  # characters of a value
_LONGEST_TEXT = 3_000


@dataclass(frozen=True, slots=True)
class _Field:
    """A label and its value; ``start`` is where its wording begins (with the body's name)."""

    start: int
    body: tuple[int, int]
    label: tuple[int, int]
    value: tuple[int, int]


def with_contacts(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with every contact as a block of its own that holds a record."""
    result: list[Block] = []
    for block in _joined(blocks):
        if _free(block):
            result.extend(_split(block))
        else:
            result.append(block)
    return result


def _free(block: Block) -> bool:
    return (
        block.kind in ("paragraph", "meta")
        and block.record is None
        and block.speaker is None
        and block.turn is None
        and len(block.text.text) <= _LONGEST_TEXT
    )


def _joined(blocks: Sequence[Block]) -> Iterator[Block]:
    """Labels on lines of their own as one block, as far as none comes twice."""
    held: Block | None = None
    for block in blocks:
        fields = _fields(block.text.text) if _free(block) else []
        lone = bool(fields) and not fields[0].start
        if held is not None and lone and _beside(held, block):
            text = Aligned.join((held.text, block.text), "\n")
            if len(_records(_fields(text.text), text.text)) <= 1:
                held = replace(held, text=text)
                continue
        if held is not None:
            yield held
        held = block if lone else None
        if held is None:
            yield block
    if held is not None:
        yield held


def _beside(one: Block, other: Block) -> bool:
    """Under the same headings; lines of a document's frame stand under none."""
    return one.headings == other.headings or "meta" in (one.kind, other.kind)


def _fields(text: str) -> list[_Field]:
    marks = list(_LABEL.finditer(text)) if _COLON.search(text) else []
    if not marks:
        return []
    fields: list[_Field] = []
    stops = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, stop in zip(marks, stops, strict=True):
        end = mark.end()
        close = _STOP.search(text, end, stop)
        start, stop = _trimmed(text, end, close.start() if close else stop)
        body = mark.span("body")
        if body[0] < body[1] and not _BODY.search(mark.group("body")):
            continue
        if start < stop and stop - start <= _LONGEST:
            fields.append(_Field(mark.start(), body, mark.span("label"), (start, stop)))
    return fields


def _records(fields: list[_Field], text: str) -> list[list[_Field]]:
    """The fields of each contact: a new one begins where a label comes again."""
    groups: list[list[_Field]] = []
    seen: set[str] = set()
    for field in fields:
        label = text[slice(*field.label)]
        if not groups or label in seen:
            groups.append([])
            seen = set()
        seen.add(label)
        groups[-1].append(field)
    return [group for group in groups if any(_sure(field, text) for field in group)]


def _sure(field: _Field, text: str) -> bool:
    """A name of a person, a number that can be called, an address that can be written to."""
    label, value = text[slice(*field.label)], text[slice(*field.value)]
    if re.fullmatch(_PEOPLE, label):
        return all(is_name(part) for part in re.split(r"[、，,\s]+", value) if part)
    if label == "传真" or re.fullmatch(_PHONES, label):
        return _PHONE.search(value) is not None
    return _MAIL.search(value) is not None


def _split(block: Block) -> Iterator[Block]:
    text = block.text
    groups = _records(_fields(text.text), text.text)
    if not groups:
        yield block
        return
    done = 0
    for at, group in enumerate(groups):
        start = _sentence_start(text.text, group[0].start, done)
        before = text.slice(done, start).strip()
        if before.text:
            yield replace(block, text=before)
        following = groups[at + 1][0].start if at + 1 < len(groups) else len(text.text)
        end = group[-1].value[1]
        while end < following and text.text[end] in _TRIM + "）)":
            end += 1
        whole = text.slice(start, end).strip()
        yield replace(block, text=whole, record=_record(text, group))
        done = end
    rest = text.slice(done, len(text.text)).strip()
    if rest.text:
        yield replace(block, text=rest)


def _record(text: Aligned, group: list[_Field]) -> Record:
    cells: list[Cell] = []
    for field in group:
        if field.body[0] < field.body[1] and not any(cell.header == "单位" for cell in cells):
            cells.append(_cell(text, "单位", OTHER, field.body))
        label = text.text[slice(*field.label)]
        role = PERSON if re.fullmatch(_PEOPLE, label) else OTHER
        cells.append(_cell(text, label, role, field.value))
    return Record(tuple(cells))


def _cell(text: Aligned, header: str, role: str, span: tuple[int, int]) -> Cell:
    source = text.source_span(*span) or (-1, -1)
    return Cell(header, text.text[slice(*span)], role, source[0], source[1])


def _sentence_start(text: str, at: int, least: int) -> int:
    while at > least and text[at - 1] not in "。；;\n":
        at -= 1
    return at


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _TRIM:
        start += 1
    while end > start and (
        text[end - 1] in _TRIM
        or (
            (text[end - 1] in "（(" or text[start:end].count("（") < text[start:end].count("）"))
            and text[end - 1] in "（(）)"
        )
    ):
        end -= 1
    return start, end
