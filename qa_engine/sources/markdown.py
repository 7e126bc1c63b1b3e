"""Markdown: headings, lists, paragraphs, pipe tables; the text stays as in the file."""

from __future__ import annotations

import re

from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.decoding import decode
from qa_engine.sources.pasted import Found, Line, split_lines
from qa_engine.sources.raw import Element, Paragraph, RawDocument
from qa_engine.sources.separated import find_separated_tables

_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+(?=\S)")
_QUOTE = re.compile(r"\s{0,3}>\s?")
_UNDERLINE = re.compile(r"\s{0,3}(=+|-+)\s*$")
_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_ENDS = tuple("。；！？：:;!?")
_LABEL = re.compile(r"\s*(?:\*\*)?[\w（）()]{2,12}[：:]")
_RULE = re.compile(r"\s{0,3}([-*_])(?:\s*\1){2,}\s*$")


def read_markdown(data: bytes, id: str, name: str, words: Vocabulary) -> RawDocument:
    """One paragraph for lines that follow each other. Raises UnreadableFile."""
    decoded = decode(data, name)
    text = decoded.text
    lines = split_lines(text)
    found = find_separated_tables(text, lines, words)
    elements: list[Element] = [table.table for table in found]
    elements.extend(_paragraphs([line for line in lines if not _inside(line, found)]))
    elements.sort(key=lambda element: element.start)
    return RawDocument(
        id=id,
        text=text,
        elements=tuple(elements),
        name=name,
        suffix="md",
        encoding=decoded.encoding,
        encoding_confidence=decoded.confidence,
        problems=decoded.problems,
    )


def _inside(line: Line, found: list[Found]) -> bool:
    return any(item.table.start <= line.start < item.table.end for item in found)


def _apart(above: str, line: str) -> bool:
    """Whether a line of a paragraph begins anew: below a hard break or an end of a sentence,
    or with a label (电话：…)."""
    return above.endswith(("  ", "\\")) or above[-1:] in _ENDS or bool(_LABEL.match(line))


def _paragraphs(lines: list[Line]) -> list[Paragraph]:
    result: list[Paragraph] = []
    fenced = False
    previous = ""
    for line in lines:
        if _FENCE.match(line.text):
            fenced = not fenced
            continue
        start, end = line.start, line.end
        if fenced:
            result.append(Paragraph(start, end, blank_before=line.blank_before))
            continue
        heading = _HEADING.match(line.text)
        if heading:
            begin, stop = heading.span(2)
            if stop > begin:
                level = len(heading.group(1))
                result.append(Paragraph(start + begin, start + stop, level, bold=True))
            continue
        follows = bool(result) and line.blank_before == 0 and result[-1].end >= start - 2
        if follows and _UNDERLINE.match(line.text) and result[-1].level is None:
            above = result[-1]
            level = 1 if "=" in line.text else 2
            result[-1] = Paragraph(above.start, above.end, level, bold=True)
            continue
        if _RULE.match(line.text):
            continue
        quote = _QUOTE.match(line.text)
        shift = quote.end() if quote else 0
        item = _ITEM.match(line.text, shift)
        bulleted = item is not None and not item.group().strip()[0].isdigit()
        if item is not None and bulleted:
            shift = item.end()
        goes_on = follows and item is None and not quote and result[-1].level is None
        if goes_on and not _apart(previous, line.text):
            previous = line.text
            above = result[-1]
            result[-1] = Paragraph(
                above.start, end, None, None, above.form, False, above.blank_before
            )
            continue
        previous = line.text
        form = "item" if item else "text"
        result.append(Paragraph(start + shift, end, form=form, blank_before=line.blank_before))
    return result
