"""Markdown's marks taken out of text that is shown: **bold**, `code`, [text](address)."""

from __future__ import annotations

import re
from dataclasses import replace

from qa_engine.alignment import Aligned, Edit
from qa_engine.models import Block, Cell, Record

_BOLD = re.compile(r"\*\*(?=[^\s*])([^*\n]*[^\s*])\*\*")
_MARKS = re.compile(
    r"(?P<strong>\*\*|__|~~)(?=\S)|(?P<close>(?<=\S)(?:\*\*|__|~~))|(?P<code>`)"
    r"|(?P<escape>\\)(?=[\\`*_{}\[\]()#+.!|~-])|(?P<open>!?\[)(?=[^\[\]\n]*\]\([^()\n]*\))"
    r"|(?P<link>\]\([^()\n]*\))|(?P<tag></?(?:b|i|u|em|strong|sup|sub|span|font)\b[^<>]*>)"
    r"|(?P<break><br\s*/?>)",
    re.I,
)


def without_marks(block: Block) -> Block:
    """The block as it would be rendered; the record's values too."""
    text = plain(block.text)
    record = block.record
    if record is not None:
        record = Record(tuple(_cell(cell) for cell in record.cells))
    return replace(block, text=text, record=record)


def plain(text: Aligned) -> Aligned:
    """Text without marks; what they stood around keeps its place in the source."""
    return text.edit(_edits(text.text))


def bold_marks(text: str) -> list[Edit]:
    """The marks of **bold** taken out: any text may have been copied out of Markdown."""
    return [
        Edit(start, start + 2)
        for match in _BOLD.finditer(text)
        for start in (match.start(), match.end() - 2)
    ]


def is_bold(written: str) -> bool:
    """Whether a whole paragraph stands between marks of bold type."""
    return _BOLD.fullmatch(written.strip()) is not None


def _cell(cell: Cell) -> Cell:
    value = Aligned(cell.value).edit(_edits(cell.value)).text
    return cell if value == cell.value else replace(cell, value=value)


def _edits(text: str) -> list[Edit]:
    edits = []
    for match in _MARKS.finditer(text):
        space = " " if match.lastgroup == "break" else ""
        edits.append(Edit(match.start(), match.end(), space))
    return edits
