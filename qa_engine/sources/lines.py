"""The lines of a document after cleaning: what every layout parser starts from.

``clean`` takes the paragraphs of a ``RawDocument`` and gives cleaned lines with their
alignment, the page's own data (source, date of publication), and what was dropped with
the reason. It is computed once for a document however many parsers look at it.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import dataclass, field, replace

from qa_engine.alignment import Aligned, Edit
from qa_engine.models import Dropped
from qa_engine.sources import furniture
from qa_engine.sources.layout import fold_breaks
from qa_engine.sources.markup import is_bold
from qa_engine.sources.noise import clean_inline, spaced_names
from qa_engine.sources.raw import Paragraph, RawDocument
from qa_engine.sources.wrapping import join_wrapped
from qa_engine.text.normalise import to_simplified
from qa_engine.text.numbers import dates

# A page that holds its text twice repeats much of it, or the line just above; laws and
# plans repeat single paragraphs and lists with good reason.
_REPEATED_SHARE = 0.25
_REPEATED_SHORTEST = 40
_TOP = 60  # lines among which navigation ends
_HEAD = 10  # lines among which a title stands again …
_FIRST = 4  # … that is one of the first


@dataclass(frozen=True, slots=True)
class Line:
    """A cleaned line or paragraph, ``raw.text[start:end]`` before cleaning.

    ``indent`` is the width of the white space before it (a full-width blank counts 2);
    ``gap`` the longest run of blanks inside it; ``meta`` tells that it only says where
    and when the page was published.
    """

    start: int
    end: int
    aligned: Aligned
    indent: int = 0
    gap: int = 0
    blank_before: int = 0
    level: int | None = None
    page: int | None = None
    form: str = "text"
    bold: bool = False
    meta: bool = False

    @property
    def text(self) -> str:
        return self.aligned.text


@dataclass(slots=True)
class Cleaned:
    """Lines in reading order, dropped parts, and the page's data (``source``, ``published``)."""

    lines: tuple[Line, ...] = ()
    dropped: list[Dropped] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    title: str | None = None


_memo = threading.local()


def clean(raw: RawDocument) -> Cleaned:
    """The cleaned lines of the document's paragraphs (tables are left alone)."""
    if getattr(_memo, "raw", None) is not raw:
        _memo.cleaned = _clean(raw)
        _memo.raw = raw
    result: Cleaned = _memo.cleaned
    return Cleaned(result.lines, list(result.dropped), dict(result.meta), result.title)


def _clean(raw: RawDocument) -> Cleaned:
    result = Cleaned()
    names = spaced_names(raw.of(part) for part in raw.paragraphs)
    lines: list[Line] = []
    for part in raw.paragraphs:
        if part.form == "furniture":
            result.dropped.append(Dropped(part.start, part.end, furniture.RUNNING_HEAD))
            continue
        line, dropped = _line(raw, part, names)
        result.dropped += dropped
        if line.aligned:
            lines.append(line)
    lines = _marked_headings(lines)
    lines = _without_furniture(lines, result)
    lines = _page_data(lines, result)
    lines = _without_repeats(lines, result)
    result.lines = tuple(join_wrapped(lines))
    return result


def _line(raw: RawDocument, part: Paragraph, names: frozenset[str]) -> tuple[Line, list[Dropped]]:
    text = fold_breaks(Aligned.of(raw.text, part.start, part.end))
    cleaned, dropped = clean_inline(text, names)
    written = raw.of(part)
    lead = written[: len(written) - len(written.lstrip())]
    line = Line(
        part.start,
        part.end,
        cleaned,
        indent=sum(4 if c == "\t" else 2 if c == "\u3000" else 1 for c in lead),
        gap=max(
            (len(run) for run in re.findall(r"[ \t\u3000\xa0]{2,}", written.strip())), default=0
        ),
        blank_before=part.blank_before,
        level=part.level,
        page=part.page,
        form=part.form,
        bold=part.bold or is_bold(written),
    )
    return line, dropped


_MARKED = re.compile(r"^(#{1,6})\s+(?=\S)")


def _marked_headings(lines: list[Line]) -> list[Line]:
    """``## 第一章`` in plain text is a heading; a single ``#`` at the top is the title."""
    marks = [_MARKED.match(line.text) for line in lines]
    depths = [len(mark.group(1)) for mark in marks if mark is not None]
    titled = bool(depths) and depths[0] == min(depths) and depths.count(depths[0]) == 1
    titled = titled and any(marks[:3])
    result: list[Line] = []
    for line, mark in zip(lines, marks, strict=True):
        if mark is not None and line.level is None:
            level = len(mark.group(1)) - min(depths) + (0 if titled else 1)
            text = line.aligned.slice(mark.end(), len(line.text))
            line = replace(line, aligned=text, level=level)
        result.append(line)
    return result


def _without_furniture(lines: list[Line], result: Cleaned) -> list[Line]:
    texts = [line.text for line in lines]
    first, last = _content_range(lines, result)
    reasons: list[str | None] = [None] * len(lines)
    for index, text in enumerate(texts):
        if index < first:
            reasons[index] = furniture.NAVIGATION
        if index >= last:
            reasons[index] = furniture.FOOTER
        edge = index in (0, len(lines) - 1)
        if not furniture.has_text(text):
            reasons[index] = furniture.NO_TEXT
        elif furniture.is_breadcrumb(text):
            reasons[index] = furniture.BREADCRUMB
        elif furniture.is_image_name(text):
            reasons[index] = furniture.IMAGE
        elif furniture.is_page_number(text):
            reasons[index] = furniture.PAGE_NUMBER
        elif furniture.is_control(text):
            reasons[index] = furniture.CONTROL
        elif furniture.may_be_spam(text, edge) and furniture.is_foreign(
            text, texts[:index] + texts[index + 1 :]
        ):
            reasons[index] = furniture.SPAM
    _running_heads(lines, reasons, result)
    kept: list[Line] = []
    for line, reason in zip(lines, reasons, strict=True):
        if reason is None:
            kept.append(line)
        else:
            result.dropped.append(Dropped(line.start, line.end, reason))
    return kept


def _content_range(lines: list[Line], result: Cleaned) -> tuple[int, int]:
    """Where the content begins (after the navigation) and ends (before the site's footer)."""
    first = 0
    for index, line in enumerate(lines[:_TOP]):
        if furniture.is_breadcrumb(line.text):
            if all(furniture.is_short_label(above.text, 60) for above in lines[:index]):
                first = index
            break
    if first:
        result.title = _site_title([line.text for line in lines[:first]])
        # The path may go on below: “当前位置：” / “首页 > 动态 > 公告”.
    last = len(lines)
    for index in range(max(first, len(lines) // 3), len(lines)):
        tail = lines[index:]
        if (
            (furniture.is_control(tail[0].text) or furniture.is_site_footer(tail[0].text))
            and any(furniture.is_site_footer(line.text) for line in tail)
            and all(furniture.is_short_label(line.text, 120) for line in tail)
        ):
            last = index
            break
    return first, last


_SITE_NAME = re.compile(
    r"\s*[-—_|–]+\s*[^-—_|–]{2,30}(?:网|网站|门户|平台|政府|官网|频道|在线|厅|局|委员会|部)$"
)


def _site_title(above: list[str]) -> str | None:
    """The title in the window's bar (“题目-某某网站”), which pages saved as text begin with."""
    for text in above[:3]:
        match = _SITE_NAME.search(text)
        if match is not None and match.start() >= 4:
            return text[: match.start()]
    return None


def _running_heads(lines: list[Line], reasons: list[str | None], result: Cleaned) -> None:
    """Short lines that only accompany page numbers, or stand on many pages."""
    counts = Counter(line.text for line in lines if len(line.text) <= 20)
    numbered = [i for i, reason in enumerate(reasons) if reason == furniture.PAGE_NUMBER]
    for index in numbered:
        for other in (index - 1, index + 1):
            if not 0 <= other < len(lines) or reasons[other] is not None:
                continue
            text = lines[other].text
            alone = other == len(lines) - 2 and index == len(lines) - 1
            short = len(text) <= 12 and furniture.is_short_label(text)
            if short and not re.search(r"[：:\d]", text) and (counts[text] > 1 or alone):
                reasons[other] = furniture.RUNNING_HEAD
                result.meta.setdefault("running_head", text)


# Labels of what a content system prints under a title (simplified script).
_SOURCE = r"(?:信息|文章|稿件|新闻|资料|消息)?来源|稿源|(?:信息)?发布(?:机构|单位)"
_PUBLISHED = r"(?:发布|发表|更新|录入)(?:时间|日期)"
_SWITCHES = (
    r"字[体号型]|浏览字号|视力保护色|浏览(?:次数|量)|点击(?:次数|[数量])|访问量|阅读(?:次数|[数量])"
)
_BUTTONS = r"分享到?|打印(?:本页)?|关闭(?:窗口)?"
_CLOCK = r"(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?\s*)?"
_PAGE_START = re.compile(rf"^[\[【(（]?{_CLOCK}(?:{_SOURCE}|{_PUBLISHED}|{_SWITCHES})\s*[:：]")
_LABELLED = re.compile(rf"({_SOURCE}|{_PUBLISHED}|作者|责任编辑|编辑|审核)\s*[:：]\s*")
_ONLY_LABEL = re.compile(rf"(?:{_SOURCE}|{_PUBLISHED})\s*[:：]")
_SWITCH = re.compile(
    rf"[\[【(（]?\s*(?:{_SWITCHES}|{_BUTTONS})\s*[:：]?\s*"
    r"(?:[\[【(（][\s大中小特]*[\]】)）]|[大中小特\s]+(?=$|\s|打|关|分)|[-—]?\d*\s*次?)?\s*[\]】)）]?\s*$"
)


def _page_data(lines: list[Line], result: Cleaned) -> list[Line]:
    """Lines of source and date of publication marked, their values kept, switches cut off."""
    kept: list[Line] = []
    pending: Line | None = None
    for line in lines:
        if pending is not None:
            line = _joined(pending, line)
            pending = None
        elif not (len(line.text) <= 150 and _PAGE_START.match(to_simplified(line.text))):
            kept.append(line)
            continue
        elif _ONLY_LABEL.fullmatch(to_simplified(line.text)) and line is not lines[-1]:
            pending = line
            continue
        line = _without_switches(line, result)
        if not line.aligned:
            continue
        _note_page_data(line.text, result)
        kept.append(replace(line, meta=True))
    if pending is not None:
        kept.append(replace(pending, meta=True))
    return kept


def _joined(first: Line, second: Line) -> Line:
    text = Aligned.join((first.aligned, second.aligned))
    return replace(first, end=second.end, aligned=text)


def _without_switches(line: Line, result: Cleaned) -> Line:
    """Font size, print and share controls at the end of the line cut off."""
    text = line.aligned
    while (match := _SWITCH.search(to_simplified(text.text))) and match.group().strip():
        span = text.source_span(match.start(), match.end())
        if span is not None:
            result.dropped.append(Dropped(*span, furniture.CONTROL))
        text = text.edit([Edit(match.start(), len(text.text))]).strip()
    return replace(line, aligned=text)


def _note_page_data(text: str, result: Cleaned) -> None:
    """Source, date of publication and author into ``meta``, as written."""
    clock = re.match(_CLOCK, text)
    for mention in dates(clock.group())[:1] if clock else []:
        result.meta.setdefault("published", mention.iso)
    labels = list(_LABELLED.finditer(to_simplified(text)))
    ends = [label.start() for label in labels[1:]] + [len(text)]
    for label, end in zip(labels, ends, strict=False):
        value = text[label.end() : end].strip().strip("[]【】()（）|｜ ")
        if not value:
            continue
        if re.fullmatch(_SOURCE, label.group(1)):
            result.meta.setdefault("source", value)
        elif re.fullmatch(_PUBLISHED, label.group(1)):
            for mention in dates(value)[:1]:
                result.meta.setdefault("published", mention.iso)
        elif label.group(1) == "作者":
            result.meta.setdefault("author", value)


def _without_repeats(lines: list[Line], result: Cleaned) -> list[Line]:
    """Text that stands twice is kept once: titles at the head, whole paragraphs anywhere."""
    seen: dict[str, int] = {}
    kept: list[Line] = []
    skip = -1
    keys = [re.sub(r"\s", "", line.text) for line in lines]
    for index, line in enumerate(lines):
        if index <= skip:
            continue
        key = keys[index]
        following = lines[index + 1] if index + 1 < len(lines) else None
        if index < _HEAD and not line.meta and key[-1] not in "：:）)。；;！？":
            heads = {re.sub(r"\s", "", one.text) for one in kept[:_FIRST]}
            pair = key + keys[index + 1] if following is not None else ""
            if len(key) >= 6 and key in heads:
                result.dropped.append(Dropped(line.start, line.end, furniture.REPEATED))
                continue
            if following is not None and len(pair) >= 10 and pair in heads:
                result.dropped.append(Dropped(line.start, following.end, furniture.REPEATED))
                skip = index + 1
                continue
        run = _repeated_run(keys, index, seen.get(key))
        if run:
            for again in lines[index : index + run]:
                result.dropped.append(Dropped(again.start, again.end, furniture.REPEATED))
            skip = index + run - 1
            continue
        seen.setdefault(key, index)
        kept.append(line)
    return kept


def _repeated_run(keys: list[str], index: int, first: int | None) -> int:
    """How many lines from ``index`` repeat those from ``first``; 0 when too few to matter."""
    if first is None:
        return 0
    length = 0
    while (
        index + length < len(keys)
        and first + length < index
        and keys[first + length] == keys[index + length]
    ):
        length += 1
    size = sum(len(key) for key in keys[index : index + length])
    if size < _REPEATED_SHORTEST:
        return 0
    adjacent = first + length == index
    return length if adjacent or size >= _REPEATED_SHARE * sum(map(len, keys)) else 0
