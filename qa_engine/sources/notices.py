"""Official documents: notices, opinions, measures, laws.

Title (over one line or more), document number, addressee, numbered sections, attachments,
signature and date. Laws and regulations: chapters and articles (第X条).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa_engine.alignment import Aligned
from qa_engine.models import Block
from qa_engine.sources import fields
from qa_engine.sources.duty_text import bodies_share
from qa_engine.sources.layout import Parsed
from qa_engine.sources.lines import Line, clean
from qa_engine.sources.outline import number_level
from qa_engine.sources.raw import RawDocument
from qa_engine.sources.sections import Sections
from qa_engine.text.normalise import to_simplified
from qa_engine.text.numbers import dates

_NUMBER = re.compile(
    r"^[^\s，。：:]{0,20}?\s*[〔\[［（(【]\s*(?:19|20)\d{2}\s*[〕\]］）)】]\s*第?\s*\d{1,5}\s*号$"
)
_TITLE_END = re.compile(
    r"(?:通知|意见|决定|决议|办法|规定|方案|细则|条例|复函|函|通报|公告|通告|批复|纲要|规划|计划|要点|报告|请示|命令|令|法|准则|"
    r"规则|规程|制度|章程|措施|指南|标准|目录|清单|分工|安排|总结|公报|简则|解释|议案|讲话|纪要)"
    r"(?:（[^（）]{1,20}）|\([^()]{1,20}\))?$"
)
_ADDRESSEE = re.compile(
    r"^(?=.{4,200}[:：]$)(?:各|全|本|局|市|省|区|县|有关|国务院|[^，。；]{2,30}(?:局|部|委|办|厅|政府|公司|单位|院|校|处|室|会|中心))[^。；？！]*[:：]$"
)
_ATTACHMENT = re.compile(
    r"^附\s*(?:件|表|录)?\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})?\s*[:：]?$"
)
_ATTACHMENT_LIST = re.compile(r"^附\s*(?:件|表|录)?\s*(?:\d{1,2})?\s*[:：]\s*\S")
_LISTED = re.compile(r"^\d{1,2}\s*[.．、]\s*[^。；]{2,60}$")
_ARTICLE = re.compile(r"^第(?:[一二三四五六七八九十百千零〇两]+|\d+)条")
_SIGNED_DATE = re.compile(
    r"^(?:(?:19|20)\d{2}|[一二][〇○零一二三四五六七八九]{3})\s*年\s*\S{1,3}\s*月\s*\S{1,4}\s*[日号]$"
)
_REMARK = re.compile(r"^[（(].{2,40}[）)]$")
_FOOTER = re.compile(
    r"^(?:分送|抄送|抄报|主送|发送|印发|报送|呈报|签发|拟稿|校对|联系人|联系电话)\s*[:：]"
)
_NO_TITLE = re.compile(rf"{_NUMBER.pattern}|^签\s*发\s*人?\s*[：:]")
_ORDER = re.compile(r"^(?!.*关于).{2,30}令$")
_QUOTED = re.compile(r"《([^《》]{4,60})》")
_ORDER_LINES = 40  # among which the rules begin
_TITLE_LONGEST = 80
_HEAD_LINES = 15


@dataclass(slots=True)
class _Parts:
    """Line indices of what stands around the body."""

    title: list[int]
    number: int | None = None
    addressee: int | None = None
    signature: tuple[int, int] | None = None  # first line, line of the date


def parse_notice(raw: RawDocument) -> Parsed | None:
    """None when the document has neither the frame of an official document nor articles."""
    cleaned = clean(raw)
    lines = list(cleaned.lines)
    parts = _parts(lines)
    articles = sum(1 for line in lines if _ARTICLE.match(line.text))
    score = _score(parts, lines, articles)
    if score < 0.6:
        return None
    parsed = Parsed(kind="notice", score=score)
    parsed.dropped += cleaned.dropped
    parsed.meta.update(cleaned.meta)
    title = Aligned.join([lines[index].aligned for index in parts.title])
    parsed.title = title.text or cleaned.title or raw.title
    parsed.source = cleaned.meta.get("source")
    _read(lines, parts, title, parsed)
    held = dates(parsed.meta.get("time", ""))
    parsed.date = parsed.date or raw.date or (held[0].iso if held else None)
    parsed.date = parsed.date or cleaned.meta.get("published")
    return parsed


def _parts(lines: list[Line]) -> _Parts:
    parts = _Parts(_title(lines))
    for index, line in enumerate(lines[:15]):
        if parts.number is None and _NUMBER.match(line.text):
            parts.number = index
        elif parts.addressee is None and index not in parts.title and _is_addressee(line.text):
            parts.addressee = index
    for index in range(len(lines) - 1, max(0, len(lines) // 3), -1):
        if _SIGNED_DATE.match(to_simplified(lines[index].text)):
            first = index
            while first - 1 > 0 and _is_signature(lines[first - 1].text) and index - first < 12:
                first -= 1
            parts.signature = (first, index)
            break
    return parts


def _is_addressee(text: str) -> bool:
    return bool(_ADDRESSEE.match(to_simplified(text))) and number_level(text) is None


def _title(lines: list[Line]) -> list[int]:
    """The lines of the title: the first lines that together end as titles of documents do."""
    stated = [index for index, line in enumerate(lines[:6]) if line.level == 0]
    if stated:
        return stated[:1]
    for begin in range(min(6, len(lines))):
        text = ""
        for index in range(begin, min(begin + 4, len(lines))):
            line = lines[index]
            if line.meta or _NO_TITLE.match(line.text) or line.text[-1] in "。；，：:":
                break
            text += line.text
            if len(text) > _TITLE_LONGEST:
                break
            if _TITLE_END.search(to_simplified(text)) and len(text) >= 4:
                ordered = _ordered(lines) if _ORDER.match(text) else None
                return list(range(begin, index + 1)) if ordered is None else [ordered]
    return []


def _ordered(lines: list[Line]) -> int | None:
    """Where the title of the rules stands that an order (某市人民政府令) puts into force."""
    named = [name for line in lines[:6] for name in _QUOTED.findall(line.text)]
    return next(
        (index for index, line in enumerate(lines[:_ORDER_LINES]) if line.text in named[:1]), None
    )


def _is_signature(text: str) -> bool:
    return (
        2 <= len(text) <= 30
        and not re.search(r"[。；：:，,？！、]", text)
        and number_level(text) is None
    )


def _score(parts: _Parts, lines: list[Line], articles: int) -> float:
    score = 0.0
    if parts.title:
        score += 0.3
    if parts.number is not None:
        score += 0.4
    if parts.addressee is not None:
        score += 0.2
    if parts.signature is not None:
        score += 0.2
    if articles >= 3:
        score += 0.5
    stated = sum(1 for line in lines[:_HEAD_LINES] if fields.is_field(line) is not None)
    if stated >= 3:
        score += 0.3  # the head of minutes: 时间, 地点, 主持人, 出席 …
    numbered = sum(1 for line in lines if number_level(line.text) is not None)
    if numbered >= 3:
        score += 0.1
    return min(score, 0.88)


def _read(lines: list[Line], parts: _Parts, title: Aligned, parsed: Parsed) -> None:
    sections = Sections()
    head = fields.header_end(lines)
    parsed.participants = tuple(fields.listed(lines[:head]))
    signed = range(*(parts.signature[0], parts.signature[1] + 1)) if parts.signature else range(0)
    attached = listing = False
    for index, line in enumerate(lines):
        if index in parts.title:
            if index == parts.title[0]:
                parsed.blocks.append(Block("title", title, page=line.page))
            continue
        if index == parts.number:
            parsed.meta["number"] = line.text
        if index == parts.addressee and bodies_share(line.text.rstrip("：: ")) >= 0.5:
            parsed.addressee = line.text
        if index in signed:
            _sign(line, index == signed[-1], parsed)
        match = fields.is_field(line) if index < head else None
        if match is not None:
            fields.note(line.text, match, parsed)
        in_frame = match is not None or (index < head and fields.is_entry(lines, index))
        listing = not attached and (
            _ATTACHMENT_LIST.match(line.text) is not None
            or (listing and _LISTED.match(line.text) is not None)
        )
        in_frame = (
            in_frame
            or listing
            or line.meta
            or index in (parts.number, parts.addressee)
            or index in signed
        )
        if in_frame or _is_frame(line, attached):
            parsed.blocks.append(Block("meta", line.aligned, page=line.page))
            continue
        if _ATTACHMENT.match(line.text) and index > max([0, *parts.title]):
            attached = True
            sections = Sections()
            sections.path.append((0.5, line.text.rstrip("：:")))
            parsed.blocks.append(Block("heading", line.aligned, level=1, page=line.page))
            continue
        is_heading, level, headings = sections.place(line.text, line.level)
        kind = "heading" if is_heading else "paragraph"
        parsed.blocks.append(Block(kind, line.aligned, headings, level=level, page=line.page))


def _is_frame(line: Line, attached: bool) -> bool:
    """Remarks such as （此件公开发布） and the list of attachments."""
    if attached:
        return False
    if _FOOTER.match(line.text) and len(line.text) <= 120:
        return True
    remark = _REMARK.match(line.text) is not None and number_level(line.text) is None
    return remark or _ATTACHMENT_LIST.match(line.text) is not None


def _sign(line: Line, is_date: bool, parsed: Parsed) -> None:
    if is_date:
        for mention in dates(line.text):
            parsed.date = mention.iso
    else:
        parsed.source = f"{parsed.source}、{line.text}" if parsed.meta.get("signed") else line.text
        parsed.meta["signed"] = parsed.source or ""
