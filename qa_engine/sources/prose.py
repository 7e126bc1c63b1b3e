"""Prose: titles, numbered headings and paragraphs; what every document is at least."""

from __future__ import annotations

from qa_engine.models import Block
from qa_engine.sources.layout import Parsed
from qa_engine.sources.lines import Line, clean
from qa_engine.sources.outline import is_heading, number_level
from qa_engine.sources.raw import RawDocument

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
    path: list[tuple[int, str]] = []
    titled = False
    for line in cleaned.lines:
        headings = tuple(name for _, name in path)
        if line.meta:
            parsed.blocks.append(Block("meta", line.aligned, headings, page=line.page))
            continue
        level = _level(line)
        if level is not None:
            path = [(depth, name) for depth, name in path if depth < level]
            headings = tuple(name for _, name in path)
            path.append((level, line.text))
            parsed.blocks.append(
                Block("heading", line.aligned, headings, level=level, page=line.page)
            )
            continue
        if (
            not titled
            and not path
            and _may_be_title(line.text)
            and parsed.title in (None, line.text)
        ):
            parsed.title, titled = line.text, True
            parsed.blocks.append(Block("title", line.aligned, page=line.page))
            continue
        parsed.blocks.append(Block("paragraph", line.aligned, headings, page=line.page))
    return parsed


def _level(line: Line) -> int | None:
    if line.level is not None and line.level > 0:
        return line.level
    return number_level(line.text) if is_heading(line.text) else None


def _may_be_title(text: str) -> bool:
    return (
        4 < len(text) <= _TITLE_LONGEST
        and text[-1] not in "。：:；;，,！？"
        and not text.startswith(_NO_TITLE)
        and not any(mark in text for mark in "。：")
        and number_level(text) is None
    )
