"""Appointments and dismissals as records: “任命张三为某局局长”, “免去李四的某处处长职务”."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qa_engine.alignment import Aligned
from qa_engine.models import OTHER, PERSON, Block, Cell, Record
from qa_engine.sources.people import NAME, is_name
from qa_engine.text.normalise import to_simplified

_NAME = rf"{NAME.pattern}(?!志)"  # 同 of 同志 is no part of it
_WHO = rf"(?P<who>{_NAME}(?:[、，,]\s*{_NAME})*)(?:等)?(?:[两二三四五六七八九]人|同志)*"
_POST = r"(?P<post>[^，,。；;（）()：:]{3,50}?(?:（[^（）]{1,12}）[^，,。；;（）()：:]{1,20})?)"
_STOP = r"(?=\s*(?:[，,。；;（(]|$))"
_CLAUSES = (
    re.compile(rf"(?P<what>任命|聘任|任用|聘用)\s*{_WHO}(?:担任|为|任){_POST}{_STOP}"),
    re.compile(rf"(?P<what>免去|免除|解聘)\s*{_WHO}(?:兼任)?的?{_POST}(?:等?职务|一?职){_STOP}"),
    re.compile(rf"(?:^|(?<=[。；;\s])){_WHO}(?<=同志)(?P<what>(?:兼|担)?任){_POST}{_STOP}"),
)
_POST_END = re.compile(r"[长任记员师席事问官导理裁使监]$")
_LONGEST = 5_000  # characters of a paragraph


def with_personnel(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, a paragraph split so that each such clause is one with a record.

    The record has 姓名, 职务 and 任免 (the verb as written), each an exact slice.
    """
    result: list[Block] = []
    for block in blocks:
        free = block.kind == "paragraph" and block.record is None and block.turn is None
        if free and len(block.text.text) <= _LONGEST:
            result.extend(_split(block))
        else:
            result.append(block)
    return result


def _split(block: Block) -> list[Block]:
    text = block.text
    simple = to_simplified(text.text)
    found = sorted(
        (match for clause in _CLAUSES for match in clause.finditer(simple) if _told(match)),
        key=lambda match: match.start(),
    )
    parts: list[Block] = []
    done = 0
    for match in found:
        if match.start() < done:
            continue
        before = text.slice(done, match.start()).strip()
        if before.text:
            parts.append(replace(block, text=before))
        end = match.end()
        while end < len(simple) and simple[end - 1] not in "。；;":
            end += 1
        clause = text.slice(match.start(), end).strip()
        parts.append(replace(block, kind="clause", text=clause, record=_record(text, match)))
        done = end
    rest = text.slice(done, len(simple)).strip()
    if rest.text:
        parts.append(replace(block, text=rest))
    return parts


def _told(match: re.Match[str]) -> bool:
    """Names that are names, and a post that ends as posts do."""
    names = re.split(r"[、，,]\s*", match.group("who"))
    return all(map(is_name, names)) and _POST_END.search(match.group("post")) is not None


def _record(text: Aligned, match: re.Match[str]) -> Record:
    return Record(
        (
            _cell("姓名", PERSON, text, *match.span("who")),
            _cell("职务", OTHER, text, *match.span("post")),
            _cell("任免", OTHER, text, *match.span("what")),
        )
    )


def _cell(header: str, role: str, text: Aligned, start: int, end: int) -> Cell:
    span = text.source_span(start, end) or (-1, -1)
    return Cell(header, text.text[start:end], role, span[0], span[1])
