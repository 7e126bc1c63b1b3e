"""Answers from prose: a span of the reader or the best sentence, checked and trimmed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa_engine.answering.constraints import missing_keys, violations
from qa_engine.answering.evidence import Draft, Evidence, scope
from qa_engine.answering.kinds import fits, fits_any, quantities_for
from qa_engine.answering.lists import enumerations, heads
from qa_engine.answering.posts import name_in, post_of
from qa_engine.answering.question import (
    DATE,
    DEFINITION,
    LIST,
    MANNER,
    ORGANISATION,
    PERSON,
    PLACE,
    POSITION,
    QUANTITY,
    REASON,
    Question,
    content_words,
)
from qa_engine.answering.verdicts import verdict
from qa_engine.models import Hit, Passage
from qa_engine.ports import Reading
from qa_engine.text.normalise import fold, normalise
from qa_engine.text.numbers import dates, numbers
from qa_engine.text.sentences import clauses, sentences

SHORT = 120  # characters of an answer outside lists
LONG = 300
_POOL = 8  # passages that are read
_WIDE = (LIST, DEFINITION, REASON, MANNER)
_NUMBERING = re.compile(
    r"^(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十\d]{1,3}[、．]|\d{1,2}\.(?!\d))\s*"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """``passage.text[start:end]`` as an answer; ``score`` is comparable across passages."""

    hit: Hit
    start: int
    end: int
    score: float
    reader: float = 0.0  # best span minus no-answer, logits; 0 without a reader
    answerable: float = 0.0

    @property
    def passage(self) -> Passage:
        return self.hit.passage

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


def answer_span(evidence: Evidence, only: Passage | None = None) -> Draft | None:
    """The best supported span or sentence; None when no passage may be used.

    ``only`` keeps to one passage.
    """
    pool = _pool(evidence) if only is None else [Hit(1.0, only)]
    if not pool:
        if evidence.hits:
            reasons = violations(evidence, evidence.hits[0].passage)
            return Draft("", "none", refusal="；".join(reasons))
        return None
    content = content_words(evidence.question)
    readings = _read(evidence, pool)
    candidates = (
        _from_reader(evidence, pool, readings, content)
        if readings is not None
        else _from_sentences(evidence, pool, content)
    )
    if not candidates:
        return None
    candidates.sort(key=lambda one: -one.score)
    best = candidates[0]
    return _draft(evidence, best, candidates, content)


def _pool(evidence: Evidence) -> list[Hit]:
    """The passages that are read: the best allowed ones; for a question that somebody
    else asked, the answers given to it."""
    pool: list[Hit] = []
    seen: set[str] = set()
    for hit in evidence.hits[: 2 * _POOL]:
        if len(pool) >= _POOL:
            break
        for one in _answers_to(evidence, hit) if hit.passage.kind == "question" else [hit]:
            if one.passage.id not in seen and not violations(evidence, one.passage):
                seen.add(one.passage.id)
                pool.append(one)
    return pool


def _answers_to(evidence: Evidence, hit: Hit) -> list[Hit]:
    """The passages that answer a question passage, with its score."""
    asked = hit.passage
    return [
        Hit(hit.score, passage, hit.parts)
        for passage in evidence.passages_of(asked.document)
        if passage.question is not None
        and passage.kind != "question"
        and asked.ordinal < passage.ordinal <= asked.ordinal + 6
        and fold(passage.question)[:20] == fold(asked.text)[:20]
    ]


def _read(evidence: Evidence, pool: Sequence[Hit]) -> list[Reading] | None:
    if evidence.comprehension is None:
        return None
    forms = [normalise(hit.passage.text) for hit in pool]
    readings = evidence.comprehension.read(evidence.question.text, [form.text for form in forms])
    moved: list[Reading] = []
    for form, reading in zip(forms, readings, strict=True):
        spans = []
        for span in reading.spans:
            place = form.source_span(span.start, span.end)
            if place is not None and place[1] > place[0]:
                spans.append(replace(span, start=place[0], end=place[1]))
        moved.append(replace(reading, spans=tuple(spans)))
    return moved


def _from_reader(
    evidence: Evidence, pool: Sequence[Hit], readings: Sequence[Reading], content: str
) -> list[Candidate]:
    question = evidence.question
    top = max(hit.score for hit in pool) or 1.0
    found: list[Candidate] = []
    for hit, reading in zip(pool, readings, strict=True):
        text = hit.passage.text
        coverage = evidence.matcher.coverage(content, scope(hit.passage))
        parts = [
            (start, end, evidence.matcher.coverage(content, fold(text[start:end])))
            for start, end in sentences(text)
        ]
        clause_parts = [
            (start, end, evidence.matcher.coverage(content, fold(text[start:end])))
            for start, end in clauses(text)
        ]
        for start, end, margin in _spans_of(question, text, reading):
            folded = fold(text[start:end])
            score = margin + 4.0 * hit.score / top + 3.0 * coverage
            score += 2.0 * _value_at(parts, start) + 2.0 * _value_at(clause_parts, start)
            if not fits_any(question, folded):
                score -= 6.0
            elif not fits(question, question.types[0], folded):
                score -= 1.0
            if _echoes(folded, question.text) and not question.yes_no:
                score -= 5.0
            if _asks_itself(text, parts, start):
                score -= 5.0
            found.append(Candidate(hit, start, end, score, margin, reading.answerable))
    return found


def _spans_of(question: Question, text: str, reading: Reading) -> list[tuple[int, int, float]]:
    """The reader's spans, and every date or quantity that fits, a little below the least."""
    spans = [
        (span.start, span.end, max(-8.0, min(8.0, span.score - reading.null_score)))
        for span in reading.spans[:8]
    ]
    floor = min((margin for _, _, margin in spans), default=-6.0) - 0.5
    mentions: list[tuple[int, int]] = []
    if question.types[0] == QUANTITY:
        mentions = [(one.start, one.end) for one in quantities_for(question, text)]
    elif question.types[0] == DATE:
        mentions = [(one.start, one.end) for one in dates(text)]
    taken = [(start, end) for start, end, _ in spans]
    spans.extend(
        (start, end, floor)
        for start, end in mentions
        if not any(left <= start and end <= right for left, right in taken)
    )
    return spans


def _value_at(parts: Sequence[tuple[int, int, float]], at: int) -> float:
    return next((value for start, end, value in parts if start <= at < end), 0.0)


def _asks_itself(text: str, parts: Sequence[tuple[int, int, float]], at: int) -> bool:
    """Whether the sentence at that place is a question."""
    return any(start <= at < end and text[end - 1] in "？?" for start, end, _ in parts)


def _echoes(answer: str, question: str) -> bool:
    """Whether the answer only says what the question says."""
    bare = re.sub(r"[^\w%‰]", "", answer)
    return bool(bare) and bare in re.sub(r"[^\w%‰]", "", question)


def _from_sentences(evidence: Evidence, pool: Sequence[Hit], content: str) -> list[Candidate]:
    """Sentences ranked by what they cover of the question, when there is no reader."""
    question = evidence.question
    top = max(hit.score for hit in pool) or 1.0
    found: list[Candidate] = []
    for hit in pool:
        text = hit.passage.text
        around = fold(
            "\n".join([hit.passage.title, *hit.passage.headings, hit.passage.question or ""])
        )
        for start, end in sentences(text):
            sentence = fold(text[start:end])
            score = evidence.matcher.coverage(content, sentence)
            score += 0.4 * evidence.matcher.coverage(content, f"{around}\n{sentence}")
            score += 0.5 * hit.score / top
            if fits_any(question, sentence):
                score += 0.3
            found.append(Candidate(hit, start, end, score))
    return found


def _draft(
    evidence: Evidence, best: Candidate, candidates: Sequence[Candidate], content: str
) -> Draft:
    question = evidence.question
    passage = best.passage
    start, end, text = _shape(evidence, best, content)
    coverage, unknown = evidence.matcher.shares(content, scope(passage))
    others = [one for one in candidates if one.passage.id != passage.id]
    features = {
        "coverage": coverage,
        "unknown": unknown,
        "near": evidence.matcher.coverage(content, fold(_sentence_of(passage, best))),
        "reader": best.reader,
        "answerable": best.answerable,
        "margin": best.score - (others[0].score if others else 0.0),
        "rank": float(_rank(evidence, passage)),
        "hit": best.hit.score,
        "fits": float(fits_any(question, fold(text))),
        "missing": float(len(missing_keys(evidence, passage))),
        "echo": float(_echoes(fold(text), question.text)),
        "yes_no": float(question.yes_no),
    }
    wide = start != best.start or end != best.end
    kind = "sentence" if wide or evidence.comprehension is None else "span"
    if question.yes_no and (told := verdict(question.text, fold(text))):
        text = f"{told}：{text}" if len(text) < SHORT - 4 else text
    return Draft(
        text,
        kind,
        citations=(evidence.cite(passage, start, end),),
        reasons=(f"内容匹配度 {coverage:.2f}",),
        features=features,
    )


def _rank(evidence: Evidence, passage: Passage) -> int:
    for number, hit in enumerate(evidence.hits, 1):
        if hit.passage.id == passage.id:
            return number
    return len(evidence.hits) + 1


def _sentence_of(passage: Passage, candidate: Candidate) -> str:
    for start, end in sentences(passage.text):
        if start <= candidate.start < end:
            return passage.text[start:end]
    return passage.text


def _shape(evidence: Evidence, best: Candidate, content: str) -> tuple[int, int, str]:
    """The span as it is shown: widened for lists and reasons, cut to length, unnumbered."""
    question = evidence.question
    passage = best.passage
    text = passage.text
    if question.wants(LIST) or question.each:
        series = [
            one
            for one in enumerations(text)
            if one.lead <= best.start <= one.end or one.lead <= best.end <= one.end
        ]
        if series:
            longest = max(series, key=lambda one: len(one.members))
            budget = LONG if question.wants(LIST) else SHORT
            return longest.start, longest.end, heads(text, longest, budget)
    start, end = best.start, best.end
    if question.wants(POSITION) and question.asks == 1:
        post = _post(evidence, passage, content)
        if post is not None:
            return *post, text[post[0] : post[1]]
    if (
        evidence.comprehension is None
        or question.asks > 1
        or question.yes_no
        or _is_wide(question.types)
    ):
        start, end = _widen(evidence, text, start, end, SHORT, content)
        if question.wants(LIST):
            start, end = _whole_list(text, start, end)
    elif question.wants(LIST) and any(question.wants(kind) for kind in (PERSON, ORGANISATION)):
        start, end = _chain(text, start, end)
    elif question.wants(DATE):
        start, end = _whole_date(text, start, end)
    elif question.wants(QUANTITY):
        start, end = _with_qualifiers(text, start, end)
    start, end = _clean(text, start, end)
    return start, end, text[start:end]


def _post(evidence: Evidence, passage: Passage, content: str) -> tuple[int, int] | None:
    """The post of the person whom the question names, in this passage."""
    form = normalise(passage.text)
    name = name_in(content, form.text)
    place = post_of(form.text, name) if name else None
    return form.source_span(*place) if place else None


_MEMBER = r"[^，。；、？！：:\s“”]{1,30}"


def _chain(text: str, start: int, end: int) -> tuple[int, int]:
    """All members of a run joined by 、 that the span is one of."""
    before = re.search(rf"(?:{_MEMBER}、)+$", text[:start])
    after = re.match(rf"(?:、{_MEMBER})+", text[end:])
    left = before.start() if before else start
    right = end + after.end() if after else end
    return (left, right) if right - left <= SHORT else (start, end)


def _whole_date(text: str, start: int, end: int) -> tuple[int, int]:
    """The whole date that the span is a part of."""
    for one in dates(text):
        if one.start < end and start < one.end and end - start <= one.end - one.start + 2:
            return min(start, one.start), max(end, one.end)
    return start, end


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
    return any(kind in types for kind in _WIDE) and not any(kind in narrow for kind in types[:1])


def _widen(
    evidence: Evidence, text: str, start: int, end: int, limit: int, content: str
) -> tuple[int, int]:
    """The sentence around a span; when too long, the run of clauses that covers most."""
    for left, right in sentences(text):
        if left <= start < right:
            right = max(right, end)
            if right - left <= limit:
                return left, right
            return _best_clauses(evidence, text, left, right, limit, content, (start, end))
    return start, min(end, start + limit)


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
            if question.wants(QUANTITY) and not quantities_for(question, piece):
                score -= 0.3
            inside = span[1] - span[0] < right - left
            if inside and not (start <= span[0] and span[1] <= end):
                score -= 0.5
            if score > best_score:
                best, best_score = (start, end), score
    return best


_BEFORE = re.compile(
    r"(?:不少于|不低于|不超过|不高于|低于|高于|超过|超|少于|多于|达到|达|约|近|至少|最多|突破)$"
)
_AFTER = re.compile(r"(?:以上|以下|左右|以内|之内|上下)")


def _with_qualifiers(text: str, start: int, end: int) -> tuple[int, int]:
    """Take in 不少于 …, … 以上, and a measure word that the span leaves out."""
    for one in numbers(text):
        if one.start < end and start < one.end and end <= one.end + 1:
            start, end = min(start, one.start), max(end, one.end)
    before = _BEFORE.search(text[max(0, start - 4) : start])
    if before:
        start -= len(before.group())
    after = _AFTER.match(text[end : end + 8])
    if after:
        end += after.end()
    return start, end


def _clean(text: str, start: int, end: int) -> tuple[int, int]:
    """Without a leading item number and loose punctuation."""
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip(" \u3000\n\t，,、；;。：:"))
    number = _NUMBERING.match(piece[lead:])
    lead += number.end() if number else 0
    if lead < len(piece):
        start += lead
    while end > start and text[end - 1] in " \u3000\n\t，,、；;。：:":
        end -= 1
    return start, end
