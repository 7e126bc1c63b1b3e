"""Question + evidence → Answer: which strategy speaks, and whether it may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from qa_engine.answering.agreement import with_other_places
from qa_engine.answering.asking import WHO
from qa_engine.answering.bylines import who_wrote
from qa_engine.answering.confidence import confidence, threshold
from qa_engine.answering.definitions import define
from qa_engine.answering.evidence import Draft, Evidence
from qa_engine.answering.exchanges import answers_to_named, asked_by_named, who_exchanged
from qa_engine.answering.extremes import extreme
from qa_engine.answering.fields import look_up_named
from qa_engine.answering.filtered import rows_by_class, rows_by_value, rows_due
from qa_engine.answering.joined import joined_points
from qa_engine.answering.listings import list_column, list_held
from qa_engine.answering.members import who_sits
from qa_engine.answering.officeholders import holds_post, post_beside, who_holds
from qa_engine.answering.outlines import enumerate_outline
from qa_engine.answering.participants import who_takes_part
from qa_engine.answering.particulars import ask_particulars
from qa_engine.answering.points import asks_points, enumerate_points
from qa_engine.answering.question import QUANTITY, Question
from qa_engine.answering.records import look_up
from qa_engine.answering.rotas import looks_after, on_duty
from qa_engine.answering.sayings import likened, own_words
from qa_engine.answering.sets import answer_set
from qa_engine.answering.shapes import SHORT
from qa_engine.answering.spans import answer_span
from qa_engine.answering.turns import (
    what_was_answered,
    what_was_asked,
    who_is_named,
    who_said,
)
from qa_engine.models import Answer
from qa_engine.text.normalise import fold
from qa_engine.text.organisations import names_body
from qa_engine.text.patterns import later

_SHOWN = {"points": "sentence"}  # kinds of drafts that go by another name in answers
_FINAL = (asked_by_named, who_exchanged, answer_set)  # whose refusal ends the search
_LEADS = 12  # characters between what announces points and the first of them
_TELLING = 12  # characters of a text that says more than a name or a number
_SURE = 0.6  # as likely as this, a speaker needs no rival
_WHOSE = later(
    rf"(?P<body>[\u4e00-\u9fff]{{1,12}}?(?:局|厅|委|(?<!举)办|(?<!全)部|院|公司|中心|集团))的?(?:{WHO}|哪个)"
)
NOT_FOUND = "未找到答案：文件里没有写明。"


def answer(evidence: Evidence) -> Answer:
    """The answer to one question, or a decline with the reason in ``note``."""
    best: Answer | None = None
    evidence, refusal = own_words(evidence)
    refusals = [refusal] if refusal else []
    for strategy in strategies(evidence.question) if not refusals else ():
        draft = strategy(evidence)
        if draft is None:
            continue
        if draft.refusal:
            refusals.append(draft.refusal)
            if strategy in _FINAL:
                break
            continue
        given = judge(evidence, draft)
        if given.found or draft.blank:
            return with_other_places(evidence, given)
        if best is None or given.confidence > best.confidence:
            best = given
    if best is not None and not refusals:
        return best
    note = NOT_FOUND if not refusals else f"未找到答案：{refusals[0]}。"
    return Answer(
        "",
        found=False,
        confidence=best.confidence if best else 0.05,
        kind="none",
        note=note,
        reasons=tuple(refusals),
        hits=tuple(evidence.hits),
    )


def strategies(question: Question) -> list[Callable[[Evidence], Draft | None]]:
    """What is tried, in order; the first that may answer does."""
    order: list[Callable[[Evidence], Draft | None]] = []
    counts = question.wants(QUANTITY)
    order.append(asked_by_named)
    if question.asked:
        order.append(what_was_asked)
    order += [
        who_exchanged,
        told_to_named,
        holds_post,
        who_takes_part,
        post_beside,
        who_holds,
        likened,
        who_wrote,
        ask_particulars,
        on_duty,
        looks_after,
        extreme,
        rows_by_value,
        answer_set,
        who_sits,
        list_held,
        rows_by_class,
        rows_due,
        look_up_named,
    ]
    if question.role:
        order.append(_field_and_quantity if _asks_both(question) else look_up)
    if question.said:
        order += [who_is_named, said_or_span]
    if question.answered:
        order.append(what_was_answered)
    # How many there are may be told in words; a table is counted where it isn't.
    prose = points_or_span if asks_points(question) else answer_span
    order += [define, prose, list_column] if counts else [define, list_column, prose]
    return order


def told_to_named(evidence: Evidence) -> Draft | None:
    """The answer that a named asker was given, from that exchange alone."""
    told = answers_to_named(evidence)
    if told is None:
        return None
    if told.question.answered:
        return what_was_answered(told)
    return points_or_span(told) if asks_points(told.question) else answer_span(told)


def points_or_span(evidence: Evidence) -> Draft | None:
    """An enumeration, an outline or a span of prose, whichever is likeliest to be right; of two
    that say the same the enumeration, which cites every point. So it is where no reader finds
    spans: a sentence is no list."""
    reads = evidence.comprehension is not None

    def sure(draft: Draft) -> float:
        return confidence(draft, reader=reads)

    found = (enumerate_points(evidence), enumerate_outline(evidence), joined_points(evidence))
    lists = sorted((one for one in found if one is not None), key=sure, reverse=True)
    span = answer_span(evidence)
    if not lists or span is None or span.refusal:
        return lists[0] if lists else span
    for points in lists:
        same = span.text in points.text or points.text in span.text or _announces(span, points)
        if (same or not reads) and sure(points) >= threshold():
            return points
        if same and sure(span) >= threshold():
            return replace(points, kind=span.kind, features=span.features)
    return lists[0] if sure(lists[0]) > sure(span) else span


def _announces(span: Draft, points: Draft) -> bool:
    """Whether a span stands right before the first of the points: it only leads to them."""
    led, first = span.citations[-1], min(points.citations, key=lambda one: one.start)
    return led.passage.document == first.passage.document and 0 <= first.start - led.end < _LEADS


def said_or_span(evidence: Evidence) -> Draft | None:
    """The speaker of the best passage, unless it is far from sure that he is meant and the
    text itself names somebody: who praised need not be who tells of the praise."""
    speaker = who_said(evidence)
    reads = evidence.comprehension is not None
    if speaker is None:
        return None
    other = _of_another_body(evidence, speaker)
    if confidence(speaker, reader=reads) >= _SURE and not other:
        return speaker
    span = answer_span(evidence)
    if span is None or span.refusal or not span.features.get("fits"):
        return speaker
    if span.citations[0].passage.id == speaker.citations[0].passage.id and not other:
        return speaker  # of whom he speaks in his own turn is another matter
    return span if confidence(span, reader=reads) >= _SURE else speaker


def _of_another_body(evidence: Evidence, speaker: Draft) -> bool:
    """Whether the question asks for somebody of a body (省厅哪位领导) that isn't the speaker's."""
    asked = _WHOSE.search(evidence.question.text)
    role = fold(speaker.citations[0].passage.role or "")
    if asked is None or not role:
        return False
    return not names_body(role, asked["body"], evidence.synonyms)


def _asks_both(question: Question) -> bool:
    """Who leads and how many: a field of a record and a quantity in its task."""
    return question.asks > 1 and question.wants(QUANTITY)


def _field_and_quantity(evidence: Evidence) -> Draft | None:
    field = look_up(evidence)
    if field is None or not field.text or not field.citations:
        return field
    passage = field.citations[0].passage
    narrow = replace(evidence, question=replace(evidence.question, types=(QUANTITY,), asks=1))
    quantity = answer_span(narrow, passage)
    if quantity is None or not quantity.features.get("fits"):
        return field
    return replace(
        field,
        text=f"{field.text}；{quantity.text}",
        citations=(*field.citations, *quantity.citations),
    )


def judge(evidence: Evidence, draft: Draft, least: float | None = None) -> Answer:
    """The draft as an answer, or as a decline where it is less likely right than ``least``
    (by default what an answer by itself must reach)."""
    probability = confidence(draft, reader=evidence.comprehension is not None)
    enough = probability >= (threshold() if least is None else least)
    found = enough and bool(draft.text.strip()) and not draft.blank
    reasons = list(draft.reasons)
    if not found and not draft.blank:
        reasons.append(f"把握 {probability:.2f} 低于 {threshold():.2f}")
    return Answer(
        draft.text if found else "",
        found=found,
        confidence=probability,
        kind=_SHOWN.get(draft.kind, draft.kind) if found else "none",
        citations=draft.citations if found or draft.blank else (),
        items=draft.items if found else (),
        note=draft.note if found or draft.blank else NOT_FOUND,
        reasons=tuple(reasons),
        hits=tuple(evidence.hits),
    )


def together(whole: Answer, parts: list[Answer]) -> Answer:
    """The answers to the aspects of one question, where each has one and the answer to the
    whole leaves one out; otherwise that to the whole."""
    if not all(part.found for part in parts):
        return whole
    said = fold(whole.text)
    if whole.found and all(fold(part.text) in said for part in parts):
        return whole
    joined = combine("", parts)
    if len(dict.fromkeys(part.text for part in parts)) < 2 or len(joined.text) > SHORT:
        return whole
    return replace(joined, hits=whole.hits, parts=())


def combine(raw: str, parts: list[Answer]) -> Answer:
    """One answer to a question with several parts; each keeps its own citations."""
    given = [part for part in parts if part.found]
    if not given:
        return replace(parts[0], parts=tuple(parts))
    text = "；".join(_told_once([part.text for part in given]))
    citations = tuple(dict.fromkeys(citation for part in given for citation in part.citations))
    missing = len(parts) - len(given)
    note = f"问题有{len(parts)}个部分，其中{missing}个没有找到答案。" if missing else ""
    return Answer(
        text,
        found=True,
        confidence=min(part.confidence for part in given),
        kind=given[0].kind,
        citations=citations,
        items=tuple(item for part in given for item in part.items),
        note=note or given[0].note,
        reasons=tuple(reason for part in given for reason in part.reasons),
        hits=parts[0].hits,
        parts=tuple(parts),
        phrased_by=next((part.phrased_by for part in given if part.phrased_by), ""),
    )


def _told_once(texts: list[str]) -> list[str]:
    """The texts without those that a longer one says; short ones (3家, 13家) are kept."""
    different = list(dict.fromkeys(texts))
    return [
        text
        for text in different
        if len(text) < _TELLING or not any(text in other for other in different if other != text)
    ]
