"""The parts of one question answered from one passage.

哪天办、在哪里办 asks two things of one event: what the passage about it says of both is likelier
meant than two answers from two documents, and two parts have two different answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from qa_engine.answering.assemble import judge
from qa_engine.answering.candidates import Candidate
from qa_engine.answering.confidence import threshold
from qa_engine.answering.constraints import violations
from qa_engine.answering.evidence import Evidence
from qa_engine.answering.spans import candidates_in, draft_of
from qa_engine.models import Answer, Passage
from qa_engine.text.normalise import fold

_LOOKED_AT = 3  # ranked passages of each part
_SPANS = 4  # of a passage that are weighed against those of the other parts
_LEAST = 0.15  # confidence of a part beside a surer one
_PARTS = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One thing asked, and what was answered to it by itself."""

    evidence: Evidence
    told: Answer


def in_one_passage(parts: Sequence[Part]) -> list[Answer]:
    """The answers to the parts: as they were told where they stand in one document and differ,
    else from the passage that answers them best together; as they were told where none does.
    """
    told = [part.told for part in parts]
    reads = all(part.evidence.comprehension is not None for part in parts)
    if not reads or not 1 < len(parts) <= _PARTS or _agree(told):
        return told
    best: tuple[float, list[Answer]] | None = None
    for passage in _places(parts):
        given = _given(parts, passage)
        if given is None:
            continue
        mean = sum(one.confidence for one in given) / len(given)
        if mean >= threshold() and (best is None or mean > best[0]):
            best = mean, given
    return best[1] if best is not None else told


def _agree(told: Sequence[Answer]) -> bool:
    """Whether all are answered, of one document, and no two by the same words of a passage."""
    if not all(one.found and one.citations for one in told):
        return False
    passages = [one.citations[0].passage for one in told]
    if len({passage.document for passage in passages}) > 1:
        return False
    return all(
        _differ([fold(t.text) for t, p in zip(told, passages, strict=True) if p.id == passage.id])
        for passage in passages
    )


def _differ(texts: Sequence[str]) -> bool:
    return not any(
        one in other
        for number, one in enumerate(texts)
        for place, other in enumerate(texts)
        if number != place
    )


def _places(parts: Sequence[Part]) -> Iterator[Passage]:
    seen: set[str] = set()
    cited = [part.told.citations[0].passage for part in parts if part.told.citations]
    ranked = [hit.passage for part in parts for hit in part.evidence.hits[:_LOOKED_AT]]
    for passage in [*cited, *ranked]:
        allowed = passage.kind != "question" and not any(
            violations(part.evidence, passage) for part in parts
        )
        if passage.id not in seen and allowed:
            seen.add(passage.id)
            yield passage


def _given(parts: Sequence[Part], passage: Passage) -> list[Answer] | None:
    """What the passage answers to each part, or None where it leaves one out."""
    kept = [
        part.told if part.told.found and part.told.citations[0].passage.id == passage.id else None
        for part in parts
    ]
    stay = [one for one in kept if one is not None]
    if not _differ([fold(one.text) for one in stay]):
        kept, stay = [None] * len(parts), []
    open_parts = [part for part, one in zip(parts, kept, strict=True) if one is None]
    found = _read(open_parts, passage, stay)
    if found is None:
        return None
    rest = iter(found)
    return [one if one is not None else next(rest) for one in kept]


def _read(parts: Sequence[Part], passage: Passage, stay: Sequence[Answer]) -> list[Answer] | None:
    """A span of the passage for each part, no two of them at one place."""
    ranked = [candidates_in(part.evidence, passage) for part in parts]
    best: tuple[float, tuple[Candidate, ...]] | None = None
    for chosen in product(*(candidates[:_SPANS] for candidates in ranked)):
        texts = [*(fold(one.text) for one in stay), *(fold(one.text) for one in chosen)]
        score = sum(one.score for one in chosen)
        if (best is None or score > best[0]) and _differ(texts):
            best = score, chosen
    if best is None:
        return None
    answers = []
    for part, candidates, one in zip(parts, ranked, best[1], strict=True):
        draft = draft_of(part.evidence, one, candidates)
        answer = judge(part.evidence, draft, least=_LEAST)
        if not answer.found or draft.refusal:
            return None
        answers.append(answer)
    return answers
