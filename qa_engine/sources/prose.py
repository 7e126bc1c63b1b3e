"""Prose: titles, numbered headings and paragraphs; what every document is at least."""

from __future__ import annotations

from qa_engine.models import Block
from qa_engine.sources.layout import Parsed
from qa_engine.sources.lines import Line, clean
from qa_engine.sources.member_text import people_line
from qa_engine.sources.outline import number_level
from qa_engine.sources.raw import RawDocument
from qa_engine.sources.sections import Sections

_TITLE_LONGEST = 60
_NO_TITLE = ("附件", "附：", "附表", "附录")


def parse_prose(raw: RawDocument) -> Parsed:
    """Never None: the layout of last resort."""
    cleaned = clean(raw)
    parsed = Parsed(kind="prose", title=cleaned.title or raw.title, date=raw.date)
    parsed.source = cleaned.meta.get("source")
    parsed.date = raw.date or cleaned.meta.get("published")
    parsed.meta.update(cleaned.meta)
    parsed.dropped += cleaned.dropped
    sections = Sections()
    titled = False
    for index, line in enumerate(cleaned.lines):
        following = cleaned.lines[index + 1] if index + 1 < len(cleaned.lines) else None
        if line.meta:
            parsed.blocks.append(Block("meta", line.aligned, sections.headings(), page=line.page))
        elif not titled and not sections.path and _is_title(line, following, parsed):
            parsed.title, titled = line.text, True
            parsed.blocks.append(Block("title", line.aligned, page=line.page))
        else:
            is_heading, level, headings = sections.place(line.text, line.level)
            kind = "heading" if is_heading else "paragraph"
            parsed.blocks.append(Block(kind, line.aligned, headings, level=level, page=line.page))
    return parsed


def _is_title(line: Line, following: Line | None, parsed: Parsed) -> bool:
    """Stated by the format, above the page's data, or short and no sentence."""
    if parsed.title not in (None, line.text):
        return False
    above_data = following is not None and following.meta and len(line.text) <= _TITLE_LONGEST
    return line.level == 0 or above_data or _may_be_title(line.text)


def _may_be_title(text: str) -> bool:
    return (
        4 < len(text) <= _TITLE_LONGEST
        and text[-1] not in "。：:；;，,！？"
        and not text.startswith(_NO_TITLE)
        and not any(mark in text for mark in "。：")
        and number_level(text) is None
        and not people_line(text)
    )
