"""Prose: titles, numbered headings and paragraphs; what every document is at least."""

from __future__ import annotations

from qa_engine.alignment import Aligned
from qa_engine.models import Block
from qa_engine.sources.layout import Parsed, fold_breaks
from qa_engine.sources.outline import is_heading, number_level
from qa_engine.sources.raw import Paragraph, RawDocument

_TITLE_LONGEST = 60
_NO_TITLE = ("附件", "附：", "附表", "附录")


def parse_prose(raw: RawDocument) -> Parsed:
    """Never None: the layout of last resort."""
    parsed = Parsed(kind="prose", title=raw.title, date=raw.date)
    path: list[tuple[int, str]] = []
    for paragraph in raw.paragraphs:
        if paragraph.form == "furniture":
            parsed.drop(paragraph.start, paragraph.end, "page furniture")
            continue
        text = fold_breaks(Aligned.of(raw.text, paragraph.start, paragraph.end)).strip()
        level = _level(paragraph, text.text)
        if level is not None:
            path = [(depth, name) for depth, name in path if depth < level]
            headings = tuple(name for _, name in path)
            path.append((level, text.text))
            parsed.blocks.append(Block("heading", text, headings, level=level, page=paragraph.page))
            continue
        if parsed.title is None and not path and _may_be_title(text.text):
            parsed.title = text.text
            parsed.blocks.append(Block("title", text, page=paragraph.page))
            continue
        headings = tuple(name for _, name in path)
        parsed.blocks.append(Block("paragraph", text, headings, page=paragraph.page))
    return parsed


def _level(paragraph: Paragraph, text: str) -> int | None:
    if paragraph.level is not None and paragraph.level > 0:
        return paragraph.level
    return number_level(text) if is_heading(text) else None


def _may_be_title(text: str) -> bool:
    return (
        4 < len(text) <= _TITLE_LONGEST
        and text[-1] not in "。：:；;，,！？"
        and not text.startswith(_NO_TITLE)
    )
