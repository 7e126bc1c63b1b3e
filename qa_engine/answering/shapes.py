"""A span as it is shown: whole dates and lists, the deciding clauses, no item numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa_engine.answering.asking import GIVES_REASON
from qa_engine.answering.evidence import Evidence
from qa_engine.answering.kinds import fits, fits_any, quantities_for
from qa_engine.answering.lists import NUMBERING, Enumeration, enumerations, heads, pieces
from qa_engine.answering.mentions import whole_date, whole_quantity
from qa_engine.answering.points import count_of
from qa_engine.answering.posts import POST, names_in, post_of
from qa_engine.answering.question import (
    DATE,
    DEFINITION,
    FULL_NAME,
    LIST,
    MANNER,
    ORGANISATION,
    PERSON,
    PLACE,
    POSITION,
    QUANTITY,
    REASON,
    Question,
)
from qa_engine.models import Passage
from qa_engine.text.normalise import fold, normalise
from qa_engine.text.patterns import later
from qa_engine.text.sentences import clauses, sentences

SHORT = 120  # characters of an answer outside lists
LONG = 300
_ANNOUNCED = 12  # characters between a span that announces points and the first of them
_IN_NAME = later(r"（[\u4e00-\u9fff、]{1,3}）")  # 各镇（街）
_CLEARLY = 0.2  # of what is asked, by weight
WIDE = (LIST, DEFINITION, REASON, MANNER)


@dataclass(frozen=True, slots=True)
class Shape:
    """``text`` is shown for ``passage.text[start:end]``; ``wide`` tells that the reader's
    span was widened to clauses or a list."""

    start: int
    end: int
    text: str
    wide: bool


def shaped(evidence: Evidence, passage: Passage, start: int, end: int, content: str) -> Shape:
    """The span as it is shown: widened for lists and reasons, cut to length, unnumbered."""
    question = evidence.question
    text = passage.text
    point: tuple[int, int] | None = None
    if question.wants(LIST) or question.each:
        count = count_of(question)
        series = [
            one
            for one in enumerations(text)
            if _belongs(one, start, end) and (not count or len(one.members) == count)
        ]
        if series:
            longest = max(series, key=lambda one: len(one.members))
            budget = LONG if question.wants(LIST) else SHORT
            point = _point_meant(evidence, passage, longest, start, content)
        if series and point is None:
            return Shape(longest.start, longest.end, heads(pieces(text, longest), budget), True)
    if question.wants(POSITION) and question.asks == 1:
        post = post_in(passage, content)
        if post is not None:
            return Shape(*post, text[post[0] : post[1]], False)
    wide = (
        evidence.comprehension is None
        or question.asks > 1
        or question.yes_no
        or _is_wide(question.types)
    )
    if wide:
        first, last = point or _cell_around(passage, start)
        if point is None:
            last = max(last, end)  # a span may go on over cells
        start, end = _widen(evidence, text[:last], (start, min(end, last)), first, SHORT, content)
        if question.wants(LIST):
            start, end = _whole_list(text, start, end)
    elif question.wants(LIST) and any(question.wants(kind) for kind in (PERSON, ORGANISATION)):
        start, end = whole_chain(text, start, end)
    elif question.types[0] == PERSON:
        start, end = _names_beside(question, text, start, end)
    elif question.wants(DATE):
        start, end = whole_date(text, start, end)
    elif question.wants(QUANTITY):
        start, end = whole_quantity(text, start, end, question.text)
    if not wide:
        start, end = _numbers_beside(text, start, end)
    start, end = trimmed(text, start, end)
    if not wide and (short := _IN_NAME.match(text, end)):
        end = short.end()
    return Shape(start, end, text[start:end], wide)


def _belongs(series: Enumeration, start: int, end: int) -> bool:
    """Whether a span is one of the points or just before them (分三步：)."""
    return start <= series.end and end >= max(series.lead, series.start - _ANNOUNCED)


def _point_meant(
    evidence: Evidence, passage: Passage, series: Enumeration, at: int, content: str
) -> tuple[int, int] | None:
    """The point that holds a span, where it says what is asked of and what leads to the points
    does not: then the others answer something else."""
    covers = evidence.matcher.coverage
    own = next((point for point in series.members if point[0] <= at < point[1]), None)
    if own is None:
        return None
    led = [*passage.headings, passage.question or "", passage.text[series.lead : series.start]]
    above = covers(content, fold("\n".join([passage.title, *led])))
    return own if covers(content, fold(passage.text[slice(*own)])) > above + _CLEARLY else None


def post_in(passage: Passage, content: str) -> tuple[int, int] | None:
    """The post of the person whom the question names, in this passage."""
    form = normalise(passage.text)
    for name in names_in(content, form.text):
        place = post_of(form.text, name)
        if place is not None:
            return form.source_span(*place)
    return None


def _names_beside(question: Question, text: str, start: int, end: int) -> tuple[int, int]:
    """A name with those that 、 joins to it (甲某、乙某), as far as they are names alone."""
    if not fits(question, FULL_NAME, fold(text[start:end])):
        return start, end
    while (one := _NEXT.match(text, end)) and fits(question, FULL_NAME, fold(one["name"])):
        end = one.end("name")
    while (one := _PREVIOUS.search(text[:start])) and fits(question, FULL_NAME, fold(one["name"])):
        start = one.start("name")
    return start, end


def _numbers_beside(text: str, start: int, end: int) -> tuple[int, int]:
    """A numbered place with those that 、 joins to it (3号、4号 of 3号、4号窗口)."""
    one = _NUMBERED.fullmatch(text, start, end)
    if one is None:
        return start, end
    joined = re.compile(rf"(?:[、和与及至~—-]\d+{one['unit']})+").match(text, one.end("unit"))
    return (start, max(end, joined.end())) if joined else (start, end)


_NUMBERED = later(r"\d+(?P<unit>[号层楼栋室路线])[\u4e00-\u9fff]{0,4}")
_NEXT = later(r"[、和与及](?P<name>[\u4e00-\u9fff·]{2,4})(?=[、，,。；;（(\s]|$)")
_PREVIOUS = later(r"(?:^|[、，,。；;）)\s：:])(?P<name>[\u4e00-\u9fff·]{2,4})[、和与及]$")
_MEMBER = r"[^，。；、？！：:\s“”]{1,30}"


def whole_chain(text: str, start: int, end: int) -> tuple[int, int]:
    """All members of a run joined by 、 that the span is one of."""
    # A title stands before a name, another member before the last one: 县长甲、局长乙和丙.
    before = re.search(
        rf"(?:{_MEMBER}、)+(?:[^，。；、？！：:\s“”]{{0,20}}(?:{POST})|{_MEMBER}(?:以及|[和与及]))?$",
        text[:start],
    )
    after = re.match(rf"(?:、{_MEMBER})+", text[end:])
    left = before.start() if before else start
    right = end + after.end() if after else end
    return (left, right) if right - left <= SHORT else (start, end)


def _whole_list(text: str, start: int, end: int) -> tuple[int, int]:
    """To the end of a run of members joined by 、 that was cut off."""
    tail = (
        re.match(r"[^。；;！？\n]*?(?=[。；;！？\n，,]|$)", text[end:])
        if text[end : end + 1] == "、"
        else None
    )
    if tail and end + tail.end() - start <= LONG:
        end += tail.end()
    return start, end


def _is_wide(types: Sequence[str]) -> bool:
    narrow = {PERSON, ORGANISATION, DATE, PLACE, QUANTITY, POSITION}
    return any(kind in types for kind in WIDE) and not any(kind in narrow for kind in types[:1])


def _widen(
    evidence: Evidence, text: str, span: tuple[int, int], first: int, limit: int, content: str
) -> tuple[int, int]:
    """The sentence around a span, no further back than ``first``; when too long, the run of
    clauses that covers most. Of several sentences that are too long together, the one that
    speaks of what is asked."""
    touched = [
        (max(left, first), right)
        for left, right in sentences(text)
        if left < span[1] and span[0] < right
    ]
    if not touched:
        return span[0], min(span[1], span[0] + limit)
    left, right = touched[0][0], max(touched[0][1], span[1])
    if right - left <= limit:
        return left, right
    covers = evidence.matcher.coverage
    left, right = max(touched, key=lambda part: covers(content, fold(text[slice(*part)])))
    span = max(span[0], left), min(span[1], right)
    if right - left <= limit:
        return left, right
    return _best_clauses(evidence, text, left, right, limit, content, span)


def _cell_around(passage: Passage, at: int) -> tuple[int, int]:
    """The place of the table cell that holds a character; the whole text outside tables."""
    if passage.record is not None:
        for cell in passage.record.cells:
            place = passage.aligned.text_span(cell.start, cell.end) if cell.start >= 0 else None
            if place is not None and place[0] <= at < place[1]:
                return place
    return 0, len(passage.text)


def _best_clauses(
    evidence: Evidence,
    text: str,
    left: int,
    right: int,
    limit: int,
    content: str,
    span: tuple[int, int],
) -> tuple[int, int]:
    question = evidence.question
    parts = [(a + left, b + left) for a, b in clauses(text[left:right])]
    best = (span[0], min(span[1], span[0] + limit))
    best_score = -1.0
    for first in range(len(parts)):
        for last in range(first, len(parts)):
            start, end = parts[first][0], parts[last][1]
            if end - start > limit:
                break
            piece = fold(text[start:end])
            score = evidence.matcher.coverage(content, piece) - 0.001 * (end - start)
            if fits_any(question, piece):
                score += 0.3
            if question.types[0] == REASON and GIVES_REASON.search(piece):
                score += 0.5
            if question.wants(QUANTITY) and not quantities_for(question, piece):
                score -= 0.3
            inside = span[1] - span[0] < right - left
            if inside and not (start <= span[0] and span[1] <= end):
                score -= 0.5
            if score > best_score:
                best, best_score = (start, end), score
    return best


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without a leading item number and loose punctuation."""
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip(" \u3000\n\t，,、；;。：:"))
    number = NUMBERING.match(piece[lead:])
    lead += number.end() if number else 0
    if lead < len(piece):
        start += lead
    while end > start and text[end - 1] in " \u3000\n\t，,、；;。：:":
        end -= 1
    return start, end
