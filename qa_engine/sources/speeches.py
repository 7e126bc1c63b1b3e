"""A speech: title, date and name above “同志们：”; all of it said by one person."""

from __future__ import annotations

import re

from qa_engine.models import Block, Participant
from qa_engine.sources.layout import Parsed
from qa_engine.sources.lines import Line, clean
from qa_engine.sources.people import Person, is_name, person
from qa_engine.sources.raw import RawDocument
from qa_engine.sources.sections import Sections
from qa_engine.text.normalise import to_simplified
from qa_engine.text.numbers import dates

_TITLE = re.compile(
    r"(?:讲话|致辞|致词|发言|演讲|报告|述职报告|动员讲话)(?:稿|摘要|提纲)?(?:[（(].{1,12}[）)])?$"
)
_ADDRESS = re.compile(
    r"^(?:同志们|各位|尊敬的|亲爱的|女士们|先生们|老师们|同学们|朋友们|大家)[^。；]{0,80}[:：，,！!]"
)
_HEAD = 8


def parse_speech(raw: RawDocument) -> Parsed | None:
    """None unless a title, a name and a form of address stand at the head."""
    cleaned = clean(raw)
    lines = list(cleaned.lines)
    address = next(
        (i for i, line in enumerate(lines[:_HEAD]) if _ADDRESS.match(to_simplified(line.text))),
        None,
    )
    if not address or not _TITLE.search(to_simplified(lines[0].text)) or len(lines[0].text) > 60:
        return None
    speaker = next((who for line in lines[1:address] if (who := _speaker(line)) is not None), None)
    if speaker is None:
        return None
    parsed = Parsed(kind="speech", score=0.85, title=lines[0].text)
    parsed.dropped += cleaned.dropped
    parsed.meta.update(cleaned.meta)
    parsed.source = cleaned.meta.get("source")
    parsed.participants = (Participant(speaker.name, speaker.role, "讲话人"),)
    parsed.blocks.append(Block("title", lines[0].aligned, page=lines[0].page))
    for line in lines[1:address]:
        parsed.blocks.append(Block("meta", line.aligned, page=line.page))
        for mention in dates(line.text):
            parsed.date = parsed.date or mention.iso
    parsed.date = parsed.date or raw.date or cleaned.meta.get("published")
    _read(lines[address:], speaker, parsed)
    return parsed


def _speaker(line: Line) -> Person | None:
    """A name, perhaps with a role, on a line of its own."""
    text = line.text.strip("（）()")
    if line.meta or len(text) > 40 or dates(text):
        return None
    who = person(text)
    return who if who is not None and is_name(who.name) else None


def _read(lines: list[Line], speaker: Person, parsed: Parsed) -> None:
    sections = Sections()
    for line in lines:
        if line.meta:
            parsed.blocks.append(Block("meta", line.aligned, page=line.page))
            continue
        is_heading, level, headings = sections.place(line.text, line.level)
        parsed.blocks.append(
            Block(
                "heading" if is_heading else "speech",
                line.aligned,
                headings,
                level=level,
                page=line.page,
                turn=1,
                speaker=speaker.name,
                role=speaker.role or None,
            )
        )
