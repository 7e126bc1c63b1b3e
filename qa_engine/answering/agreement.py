"""Other places that state the fact which was answered: cited too, and whether they agree.

Precision first: another place counts only when it speaks of the same thing in nearly the
same words, with the same years, places and aims, and its value has the same unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from qa_engine.alignment import Aligned
from qa_engine.answering.constraints import violations
from qa_engine.answering.evidence import Evidence
from qa_engine.answering.kinds import quantities_for
from qa_engine.answering.question import DATE, LIST, QUANTITY, content_words
from qa_engine.answering.records import own_text
from qa_engine.models import COOPERATE, DEADLINE, LEAD, Answer, Citation, Passage
from qa_engine.text.normalise import fold, normalise
from qa_engine.text.numbers import DateMention, Quantity, dates, numbers
from qa_engine.text.organisations import core, split_organisations
from qa_engine.text.patterns import later
from qa_engine.text.places import find_places
from qa_engine.text.sentences import clauses, sentences

EQUAL, ROUNDED, DIFFERENT = "equal", "rounded", "different"
_LOOKED_AT = 20  # passages
_MOST = 4  # other places that are cited
# How much of the one's words the other must have, both ways, to be the same thing said: less
# where the value speaks for it as well.
_ALIKE = {EQUAL: 0.5, ROUNDED: 0.55, DIFFERENT: 0.7}
_SAME_TASK = 0.9
_YEAR = later(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
# What makes another fact of the same words: a period, an aim, a change, a part.
_PERIODS = later(
    r"去年|上年|前年|今年|明年|同期|上月|本月|当月|[上下]半年|第?[一二三四1-4]季度|\d+月份?|截[至止]|累计"
)
_ASPECTS = later(
    r"目标|力争|计划|预计|确保|不低于|不少于|不超过|不高于|以上|以下|以内|超过|突破|至少|最多|"
    r"同比|环比|增长|提高|上升|下降|降低|减少|增加|新增|其中|人均|每|"
    r"第[一二三四五六七八九十\d]+|[一二三四]期|初|原|拟|改为|调整|变更|推迟|延期|提前|报名|结束|开始|截止"
)
_DISTRICT = later(r"[\u4e00-\u9fff]{2}(?:[区县镇乡村市]|街道)")


@dataclass(frozen=True, slots=True)
class Stated:
    """A value at ``start:end`` of the document that ``passage`` (or a heading above it)
    states. Folded: ``clause`` holds it, ``before`` is the sentence as far as that clause,
    both without numbers and dates; ``sentence`` is the whole."""

    passage: Passage
    start: int
    end: int
    value: Quantity | DateMention
    written: str
    sentence: str
    before: str
    clause: str


def with_other_places(evidence: Evidence, answer: Answer) -> Answer:
    """The answer with the other places that state its fact cited, and what they say told in
    ``note`` and ``reasons``; unchanged when there are none."""
    question = evidence.question
    if not answer.citations or question.asks > 1 or question.each or question.wants(LIST):
        return answer
    if answer.kind == "record" and question.role in (LEAD, COOPERATE, DEADLINE):
        return _told(answer, list(_other_records(evidence, answer, question.role)))
    if answer.kind in {"span", "sentence"} and question.types[0] in (QUANTITY, DATE):
        return _told(answer, list(_other_statements(evidence, answer)))
    return answer


def _told(answer: Answer, others: list[tuple[str, str, Citation]]) -> Answer:
    if not others:
        return answer
    own = {(one.passage.document, one.start, one.end) for one in answer.citations}
    added = [c for _, _, c in others if (c.passage.document, c.start, c.end) not in own]
    notes: list[str] = []
    for how, form in (
        (DIFFERENT, "各处不一致：另一处写作“{}”。"),
        (ROUNDED, "另一处写作“{}”，一致，精度不同。"),
    ):
        said = list(dict.fromkeys(written for kind, written, _ in others if kind == how))
        if said:
            notes.append(form.format("”和“".join(said)))
    equal = sum(kind == EQUAL for kind, _, _ in others)
    reasons = [*notes, *([f"另有{equal}处写明，内容一致"] if equal else [])]
    return replace(
        answer,
        citations=(*answer.citations, *added),
        note="".join(notes) if not answer.note else answer.note + "".join(notes),
        reasons=(*answer.reasons, *reasons),
    )


# --- prose ---------------------------------------------------------------------------------


def _other_statements(evidence: Evidence, answer: Answer) -> Iterator[tuple[str, str, Citation]]:
    cited = answer.citations[0]
    document = cited.passage.document
    there = [
        one
        for one in _statements(evidence, cited.passage, cited.passage.aligned)
        if cited.start < one.end and one.start < cited.end
    ]
    if len(there) != 1:
        return
    own = there[0]
    content = content_words(evidence.question)
    covered = evidence.matcher.coverage(content, own.sentence)
    seen = [(document, cited.start, cited.end)]
    for other in _all_statements(evidence):
        if evidence.matcher.coverage(content, other.sentence) < 0.8 * covered:
            continue
        how = compare(own.value, other.value)
        if how is None or not _same_thing(evidence, own, other, _ALIKE[how]):
            continue
        if how == DIFFERENT and _of_another_part(evidence, cited.passage, other.passage, content):
            continue
        id = other.passage.document
        if any(d == id and a < other.end and other.start < b for d, a, b in seen):
            continue
        seen.append((id, other.start, other.end))
        yield how, other.written, evidence.cite_source(other.passage, other.start, other.end)
        if len(seen) > _MOST:
            return


def _of_another_part(evidence: Evidence, own: Passage, other: Passage, content: str) -> bool:
    """Whether another value stands in a part of the same document that the question means less
    than the one answered from: limits of other services contradict nothing."""
    if own.document != other.document or own.headings == other.headings:
        return False
    covers = evidence.matcher.coverage
    asked, beside = (covers(content, fold("\n".join(one.headings))) for one in (own, other))
    return asked > beside


def _all_statements(evidence: Evidence) -> Iterator[Stated]:
    """Those of the passages that may be meant and of the headings above them."""
    headed: set[tuple[str, str]] = set()
    for hit in evidence.hits[:_LOOKED_AT]:
        passage = hit.passage
        if violations(evidence, passage):
            continue
        yield from _statements(evidence, passage, passage.aligned)
        for heading in passage.headings:
            if (passage.document, heading) in headed or not re.search(r"\d", heading):
                continue
            headed.add((passage.document, heading))
            for block in evidence.document(passage.document).blocks:
                if block.kind in {"heading", "title"} and block.text.text == heading:
                    yield from _statements(evidence, passage, block.text)
                    break


def _statements(evidence: Evidence, passage: Passage, aligned: Aligned) -> Iterator[Stated]:
    """The values of the kind asked for that are the only ones of their unit in a sentence."""
    for start, end in sentences(aligned.text):
        form = normalise(aligned.text[start:end])
        text = form.text
        dated = dates(text)
        found: Sequence[Quantity | DateMention] = dated
        if evidence.question.types[0] != DATE:
            found = [
                one
                for one in quantities_for(evidence.question, text)
                if one.unit and not any(d.start <= one.start < d.end for d in dated)
            ]
        for value in found:
            alone = sum(_unit(one) == _unit(value) for one in found) == 1
            place = form.source_span(value.start, value.end)
            source = aligned.source_span(start + place[0], start + place[1]) if place else None
            if not alone or place is None or source is None:
                continue
            left, right = next(
                (part for part in clauses(text) if part[0] <= value.start < part[1]),
                (0, len(text)),
            )
            yield Stated(
                passage,
                *source,
                value,
                aligned.text[start + place[0] : start + place[1]],
                fold(text),
                _without_values(text[:right]),
                _without_values(text[left:right]),
            )


def _unit(value: Quantity | DateMention) -> str:
    return value.unit if isinstance(value, Quantity) else "date"


def _without_values(text: str) -> str:
    said = [(one.start, one.end) for one in numbers(text)]
    said += [(one.start, one.end) for one in dates(text)]
    for start, end in sorted(said, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return fold(text)


def compare(one: Quantity | DateMention, other: Quantity | DateMention) -> str | None:
    """Whether two values of a unit are equal, one a rounding (or a part) of the other, or
    different; None when they cannot be compared."""
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        if one.unit != other.unit:
            return None
        if one.value == other.value:
            return EQUAL
        if one.about or other.about:
            return ROUNDED if _near(one, other) else None
        return ROUNDED if _rounds(one.value, other.value) else DIFFERENT
    if isinstance(one, DateMention) and isinstance(other, DateMention):
        return _compare_dates(one, other)
    return None


def _rounds(one: Decimal, other: Decimal) -> bool:
    """97.7 and 97.69: the one with fewer places is the other, rounded."""
    left, right = (-int(value.as_tuple().exponent) for value in (one, other))
    if left == right:
        return False
    fewer = min(left, right)
    return round(one, fewer) == round(other, fewer)


def _near(one: Quantity, other: Quantity) -> bool:
    """100多家 and 128家: not far from what 余 and 多 leave open."""
    low, high = sorted((one.value, other.value))
    return low > 0 and high / low <= Decimal("1.3")


def _compare_dates(one: DateMention, other: DateMention) -> str | None:
    if "/" in one.iso or "/" in other.iso:
        return EQUAL if one.iso == other.iso else None
    left, right = _parts(one.iso), _parts(other.iso)
    shared = [(a, b) for a, b in zip(left, right, strict=True) if a and b]
    if not shared:
        return None
    if any(a != b for a, b in shared):
        # Another year is another occasion, until somebody says that it is the same.
        years_differ = bool(left[0] and right[0] and left[0] != right[0])
        return None if years_differ else DIFFERENT
    return EQUAL if one.iso == other.iso else ROUNDED


def _parts(iso: str) -> tuple[str, str, str]:
    match = re.match(r"(?:(\d{4})|-)(?:-(\d{2}))?(?:-(\d{2}))?", iso)
    year, month, day = match.groups() if match else ("", "", "")
    return year or "", month or "", day or ""


def _same_thing(evidence: Evidence, one: Stated, other: Stated, alike: float) -> bool:
    """Whether the shorter of two statements says what the longer does, and the clause with
    the value is in the shorter one's words."""
    if _years(one) != _years(other) or _periods(one) != _periods(other):
        return False
    if set(_ASPECTS.findall(one.clause)) != set(_ASPECTS.findall(other.clause)):
        return False
    for names in (find_places, _DISTRICT.findall):
        left, right = set(names(one.before)), set(names(other.before))
        if left and right and not left & right:
            return False
    short, long = sorted((one, other), key=lambda stated: len(stated.before))
    cover = evidence.matcher.coverage
    both = min(cover(short.before, long.before), cover(short.clause, long.before))
    return both >= alike and cover(long.clause, short.before) >= alike - 0.1


def _periods(stated: Stated) -> set[str]:
    if isinstance(stated.value, DateMention):
        return set()
    return set(_PERIODS.findall(stated.sentence))


def _years(stated: Stated) -> frozenset[str]:
    """The years that the sentence says; those of its document when it says none."""
    if not isinstance(stated.value, DateMention) and (own := _YEAR.findall(stated.sentence)):
        return frozenset(own)
    return _document_years(stated.passage)


def _document_years(passage: Passage) -> frozenset[str]:
    title = fold(" ".join([passage.title, *passage.headings]))
    return frozenset(_YEAR.findall(title) or _YEAR.findall(passage.date or ""))


# --- records -------------------------------------------------------------------------------


def _other_records(
    evidence: Evidence, answer: Answer, role: str
) -> Iterator[tuple[str, str, Citation]]:
    """The same task in other tables: its cell of that role, where it is filled."""
    passage = answer.citations[0].passage
    if passage.record is None:
        return
    task = own_text(passage)
    value = _cell_value(passage, role)
    count = 0
    for hit in evidence.hits:
        other = hit.passage
        if other.id == passage.id or other.record is None or violations(evidence, other):
            continue
        if (other.document, other.table) == (passage.document, passage.table):
            continue
        said = _cell_value(other, role)
        if not said or not value or not _same_task(evidence, task, own_text(other)):
            continue
        if _document_years(passage) != _document_years(other):
            continue
        how = _compare_cells(role, value, said)
        placed = [cell for cell in other.record.by_role(role) if cell.start >= 0]
        if how is not None and placed:
            yield how, said, evidence.cite_source(other, placed[0].start, placed[0].end)
            count += 1
            if count == _MOST:
                return


def _same_task(evidence: Evidence, one: str, other: str) -> bool:
    cover = evidence.matcher.coverage
    if sorted(n.form for n in numbers(one)) != sorted(n.form for n in numbers(other)):
        return False
    return min(cover(one, other), cover(other, one)) >= _SAME_TASK


def _cell_value(passage: Passage, role: str) -> str:
    assert passage.record is not None
    cells = [cell.value.strip() for cell in passage.record.by_role(role) if cell.filled]
    return "；".join(cells)


def _compare_cells(role: str, one: str, other: str) -> str | None:
    left, right = fold(one), fold(other)
    if role != DEADLINE:
        bodies = [{core(name) for name in split_organisations(text)} for text in (left, right)]
        return EQUAL if bodies[0] == bodies[1] else DIFFERENT
    if left == right:
        return EQUAL
    first, second = dates(left), dates(right)
    if len(first) != 1 or len(second) != 1:
        return None
    return _compare_dates(first[0], second[0])
