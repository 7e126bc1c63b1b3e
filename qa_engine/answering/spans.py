"""Answers from prose: a span of the reader or the best sentence, checked and trimmed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa_engine.answering.constraints import missing_keys, violations
from qa_engine.answering.evidence import Draft, Evidence, scope
from qa_engine.answering.kinds import fits, fits_any, must_fit, quantities_for
from qa_engine.answering.question import DATE, QUANTITY, Question, content_words
from qa_engine.answering.shapes import SHORT, shaped
from qa_engine.answering.verdicts import verdict
from qa_engine.models import Hit, Passage
from qa_engine.ports import Reading
from qa_engine.text.normalise import fold, normalise
from qa_engine.text.numbers import dates
from qa_engine.text.sentences import clauses, sentences

_POOL = 8  # passages that are read
# What counts beside the reader's log-odds: the passage's rank score, and how much of the
# question the passage, the sentence and the clause cover.
_HIT, _SCOPE, _SENTENCE, _CLAUSE = 4.0, 3.0, 2.0, 2.0


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
            score = margin + _HIT * hit.score / top + _SCOPE * coverage
            score += _SENTENCE * _value_at(parts, start) + _CLAUSE * _value_at(clause_parts, start)
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
    shape = shaped(evidence, passage, best.start, best.end, content)
    start, end, text = shape.start, shape.end, shape.text
    if must_fit(question) and not fits_any(question, fold(text)):
        return Draft("", "none", refusal="原文没有写明所问的姓名或联系方式")
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
    kind = "sentence" if shape.wide or evidence.comprehension is None else "span"
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
