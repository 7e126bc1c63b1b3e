"""The parts of one question answered from one passage.

哪天办、在哪里办 asks two things of one event: what the passage about it says of both is likelier
meant than two answers from two documents, and two parts have two different answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

from qa_engine.answering.assemble import judge
from qa_engine.answering.candidates import Candidate
from qa_engine.answering.confidence import threshold
from qa_engine.answering.constraints import violations
from qa_engine.answering.evidence import Evidence
from qa_engine.answering.spans import candidates_in, draft_of
from qa_engine.models import Answer, Citation, Passage

_LOOKED_AT = 2  # ranked passages of each part
_PLACES = 4  # passages that are read
_SPANS = 4  # of a passage that are weighed against those of the other parts
_LEAST = 0.15  # confidence of a part beside a surer one
_NEARLY = 0.07  # how much less sure together than apart
_PARTS = 3
_PROSE = ("span", "sentence")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing asked, and what was answered to it by itself."""

    evidence: Evidence
    told: Answer


def settled(told: Sequence[Answer]) -> bool:
    """Whether the answers need not be looked for in one passage: all are given, from one
    document, and no two by the same words; or there are too many."""
    if not 1 < len(told) <= _PARTS:
        return True
    if not all(one.found and one.citations for one in told):
        return False
    documents = {one.citations[0].passage.document for one in told}
    return len(documents) == 1 and not _same_words([one.citations for one in told])


def in_one_passage(parts: Sequence[Part]) -> list[Answer]:
    """The answers to the parts: from the passage that answers them best together, or as they
    were told where none does, or far less surely."""
    told = [part.told for part in parts]
    if settled(told) or any(part.evidence.comprehension is None for part in parts):
        return told
    places = _places(parts)
    spans = [candidates_in(part.evidence, places) for part in parts]
    least = threshold()
    if all(one.found for one in told):
        least = max(least, sum(one.confidence for one in told) / len(told) - _NEARLY)
    best: tuple[float, list[Answer]] | None = None
    for number, passage in enumerate(places):
        given = _given(parts, passage, [one[number] for one in spans])
        if given is None:
            continue
        mean = sum(one.confidence for one in given) / len(given)
        if mean >= least and (best is None or mean > best[0]):
            best = mean, given
    return best[1] if best is not None else told


def _same_words(cited: Sequence[Sequence[Citation]]) -> bool:
    """Whether what two answers cite first overlaps."""
    firsts = [citations[0] for citations in cited]
    return any(
        one.passage.document == other.passage.document
        and one.start < other.end
        and other.start < one.end
        for one, other in combinations(firsts, 2)
    )


def _places(parts: Sequence[Part]) -> list[Passage]:
    """What the answers cite, then the best ranked passages, that may answer every part."""
    cited = [part.told.citations[0].passage for part in parts if part.told.citations]
    ranked = [part.evidence.hits[:_LOOKED_AT] for part in parts]
    found = {one.id: one for one in [*cited, *(hit.passage for hits in ranked for hit in hits)]}
    allowed = [
        passage
        for passage in found.values()
        if passage.kind != "question"
        and not any(violations(part.evidence, passage) for part in parts)
    ]
    return allowed[:_PLACES]


def _given(
    parts: Sequence[Part], passage: Passage, spans: Sequence[Sequence[Candidate]]
) -> list[Answer] | None:
    """What the passage answers to each part, or None where it leaves one out. What was told
    from it stays, unless two parts were told the same words."""
    here = [
        n
        for n, part in enumerate(parts)
        if part.told.found
        and part.told.citations
        and part.told.citations[0].passage.id == passage.id
    ]
    if _same_words([parts[n].told.citations for n in here]):
        here = [n for n in here if parts[n].told.kind not in _PROSE]
    stays = [n in here for n in range(len(parts))]
    if any(
        part.told.found and part.told.kind not in _PROSE and not stay
        for part, stay in zip(parts, stays, strict=True)
    ):
        return None  # a cell or a list is no span of another passage
    choice = _chosen(parts, spans, stays)
    if choice is None:
        return None
    answers = []
    for part, candidates, one in zip(parts, spans, choice, strict=True):
        if one is None:
            answers.append(part.told)
            continue
        draft = draft_of(part.evidence, one, candidates)
        answer = judge(part.evidence, draft, least=_LEAST)
        if draft.refusal or not answer.found:
            return None
        answers.append(answer)
    return answers


def _chosen(
    parts: Sequence[Part], spans: Sequence[Sequence[Candidate]], stays: Sequence[bool]
) -> tuple[Candidate | None, ...] | None:
    """A span for each part that does not keep its answer, no two of them at one place."""
    best: tuple[float, tuple[Candidate | None, ...]] | None = None
    options: list[list[Candidate | None]] = [
        [None] if stay else list(candidates[:_SPANS])
        for candidates, stay in zip(spans, stays, strict=True)
    ]
    for chosen in product(*options):
        score = sum(one.score for one in chosen if one is not None)
        if best is not None and score <= best[0]:
            continue
        cited = [
            part.told.citations if one is None else (_cited(part, one),)
            for part, one in zip(parts, chosen, strict=True)
        ]
        if not _same_words(cited):
            best = score, chosen
    return best[1] if best is not None else None


def _cited(part: Part, one: Candidate) -> Citation:
    return part.evidence.cite(one.passage, one.start, one.end)
