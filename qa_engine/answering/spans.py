"""Answers from prose: a span of the reader or the best sentence, checked and trimmed."""

from __future__ import annotations

from collections.abc import Sequence

from qa_engine.answering.candidates import (
    ASKS_AFTER,
    Candidate,
    echoes,
    from_reader,
    from_sentences,
)
from qa_engine.answering.constraints import missing_keys, other_parts, violations
from qa_engine.answering.contrasts import contrary
from qa_engine.answering.evidence import Draft, Evidence, answers_to, scope
from qa_engine.answering.kinds import certainly_none, fits_any
from qa_engine.answering.question import LIST, POSITION, content_words
from qa_engine.answering.reading import read
from qa_engine.answering.respective import respective
from qa_engine.answering.shapes import SHORT, Shape, post_in, shaped
from qa_engine.answering.verdicts import (
    bare_verdict,
    brief_denial,
    forbidden,
    polarity,
    verdict,
    within_limit,
)
from qa_engine.answering.widening import widened
from qa_engine.models import Hit, Passage
from qa_engine.text.normalise import fold
from qa_engine.text.patterns import later
from qa_engine.text.sentences import sentences

_LONGEST_TITLE = 30  # characters
_LEAST_TOLD = 20  # characters of a question before it asks, to tell anything
_READ = 8  # passages that are read
_SEVERAL = later(r"[、；;]|以及")


def answer_span(evidence: Evidence, only: Passage | None = None) -> Draft | None:
    """The best supported span or sentence; None when no passage may be used.

    ``only`` keeps to one passage.
    """
    pool = passages_to_read(evidence) if only is None else [Hit(1.0, only)]
    if not pool:
        if evidence.hits:
            reasons = violations(evidence, evidence.hits[0].passage)
            return Draft("", "none", refusal="；".join(reasons))
        return None
    candidates = _candidates(evidence, pool)
    return draft_of(evidence, candidates[0], candidates) if candidates else None


def candidates_in(evidence: Evidence, passages: Sequence[Passage]) -> list[list[Candidate]]:
    """The possible answers in each of the passages, best first; they are read together."""
    pool = [Hit(1.0, passage) for passage in passages]
    content = content_words(evidence.question)
    readings = read(evidence, pool)
    if readings is None:
        return [from_sentences(evidence, [hit], content) for hit in pool]
    return [
        from_reader(evidence, [hit], [reading], content)
        for hit, reading in zip(pool, readings, strict=True)
    ]


def _candidates(evidence: Evidence, pool: Sequence[Hit]) -> list[Candidate]:
    content = content_words(evidence.question)
    readings = read(evidence, pool)
    if readings is None:
        return from_sentences(evidence, pool, content)
    return from_reader(evidence, pool, readings, content)


def passages_to_read(evidence: Evidence) -> list[Hit]:
    """The passages that are read: the best allowed ones; for a question that somebody
    else asked, the answers given to it, and itself where it tells something first."""
    pool: list[Hit] = []
    seen: set[str] = set()
    for hit in evidence.hits[: 2 * _READ]:
        if len(pool) >= _READ:
            break
        for one in _to_read(evidence, hit):
            if one.passage.id not in seen and not violations(evidence, one.passage):
                seen.add(one.passage.id)
                pool.append(one)
    return pool


def _to_read(evidence: Evidence, hit: Hit) -> list[Hit]:
    if hit.passage.kind != "question":
        return [hit]
    tells = ASKS_AFTER.search(hit.passage.text, _LEAST_TOLD)
    return [*answers_to(evidence, hit), *([hit] if tells else [])]


def draft_of(evidence: Evidence, best: Candidate, candidates: Sequence[Candidate]) -> Draft:
    """The answer that one of the candidates makes, whole and with its features."""
    question = evidence.question
    content = content_words(question)
    passage = best.passage
    shape = shaped(evidence, passage, *widened(question, best, candidates), content)
    start, end, text = shape.start, shape.end, shape.text
    dealt = respective(question.text, passage.text, best.start, best.end)
    if dealt is not None and not question.each and not shape.wide:
        start, end = dealt
        text = passage.text[start:end]
    if certainly_none(question, fold(text)):
        return Draft("", "none", refusal="原文没有写明所问的名称、联系方式、日期或数量")
    coverage, unknown = evidence.matcher.shares(content, scope(passage))
    rivals, agreeing = _others(best, shape, candidates)
    features = {
        "coverage": coverage,
        "unknown": unknown,
        "near": evidence.matcher.coverage(content, fold(_sentence_of(passage, best))),
        "reader": best.features.get("margin", 0.0),
        "answerable": best.features.get("answerable", 0.0),
        "around": best.features.get("around", 0.0),
        "score": best.score,
        "margin": best.score - (rivals[0].score if rivals else 0.0),
        "agree": float(bool(agreeing)),
        "rank": float(_rank(evidence, passage)),
        "hit": best.hit.score,
        "fits": float(fits_any(question, fold(text))),
        "missing": float(
            len(missing_keys(evidence, passage))
            + max(
                len(contrary(question.text, scope(passage))),
                int(best.features.get("contrary", 0.0)),
            )
        ),
        "parts": float(len(other_parts(evidence, passage))),
        "echo": float(echoes(fold(text), question.text)),
        "yes_no": float(question.yes_no),
        "unlisted": float(question.wants(LIST) and _SEVERAL.search(text) is None),
    }
    kind = "sentence" if shape.wide or evidence.comprehension is None else "span"
    if question.wants(POSITION) and question.asks == 1:
        passage, start, end = _fuller_title(passage, start, end, candidates, content)
        text = passage.text[start:end]
    if question.yes_no:
        start, text = _decided(evidence, passage, start, end, text, content)
    return Draft(
        text,
        kind,
        citations=(evidence.cite(passage, start, end),),
        reasons=(f"内容匹配度 {coverage:.2f}",),
        features=features,
    )


def _fuller_title(
    passage: Passage, start: int, end: int, candidates: Sequence[Candidate], content: str
) -> tuple[Passage, int, int]:
    """The longest title that the document gives the person whose title this is: a text that
    calls somebody 副县长 has called him 县委常委、常务副县长 before."""
    best = passage, start, end
    for other in {one.passage.id: one.passage for one in candidates}.values():
        place = post_in(other, content) if other.document == passage.document else None
        if place is None:
            continue
        short, long = (fold(p.text[a:b]) for p, a, b in (best, (other, *place)))
        if short in long and len(short) < len(long) <= _LONGEST_TITLE:
            best = other, *place
    return best


def _decided(
    evidence: Evidence, passage: Passage, start: int, end: int, text: str, content: str
) -> tuple[int, str]:
    """Where the answer to a yes-no question begins and what it says: the verdict before
    the sentence that decides, or the one that the answer itself begins with."""
    question = evidence.question.text
    told = within_limit(question, fold(text), evidence.matcher.coverage)
    told = told or verdict(question, fold(text))
    if not told and passage.question and end <= SHORT:
        told, until = bare_verdict(question, fold(passage.text))
        until = until if told else brief_denial(passage.text)
        if 0 < until <= start:
            return 0, passage.text[:end].strip()
    told = told or forbidden(question, fold(passage.text[:start]))
    if not told:
        told = polarity(question, fold(text), content, scope(passage), evidence.matcher.coverage)
    if told and len(text) < SHORT - 4 and not text.startswith(told):
        return start, f"{told}：{text}"
    return start, text


def _others(
    best: Candidate, shape: Shape, candidates: Sequence[Candidate]
) -> tuple[list[Candidate], list[Candidate]]:
    """Candidates that say something else, and those of other passages that say the same."""
    said = fold(best.text)
    rivals: list[Candidate] = []
    agreeing: list[Candidate] = []
    for one in candidates:
        same_place = one.passage.id == best.passage.id
        if same_place and one.features.get("labelled", 0.0) < 0 < best.features.get(
            "labelled", 0.0
        ):
            continue  # another value than the one asked for is no rival
        if same_place and one.features.get("contrary", 0.0) > best.features.get("contrary", 0.0):
            continue  # nor what holds of others only
        if same_place and one.start < shape.end and shape.start < one.end:
            continue
        text = fold(one.text)
        if said in text or text in said:
            if not same_place:
                agreeing.append(one)
            continue
        rivals.append(one)
    return rivals, agreeing


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
