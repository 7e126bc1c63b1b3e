"""What stands under a heading that a question names: the headings below it, or paragraphs
that each begin with the short sentence which the rest explains.

基本原则有哪些 is answered by an outline where no sentence announces the points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa_engine.answering.constraints import violations
from qa_engine.answering.evidence import Draft, Evidence
from qa_engine.answering.lists import NUMBERING
from qa_engine.answering.points import asks_points, count_of, nouns_of, points_content
from qa_engine.models import Citation, Hit, Item, Passage
from qa_engine.text.normalise import fold
from qa_engine.text.patterns import later

_LOOKED_AT = 20
_LONG = 300  # characters
_MOST = 20  # members of an outline that is told
_LEAST = 0.5  # of what is asked, by weight, that the heading with those above it has to say
_OWN = 0.4  # of what the headings above leave open, that the heading itself has to say
_CALLING = 8  # characters
_ALL = 0.9  # of what is asked: nothing is left open
_POINT = later(r"[^。！？\n]{4,30}。(?=.)")

_Member = tuple[str, Citation]


@dataclass(frozen=True, slots=True)
class _Outline:
    hit: Hit
    members: tuple[_Member, ...]
    coverage: float
    own: float


def enumerate_outline(evidence: Evidence) -> Draft | None:
    """The members of the outline whose heading says what is asked for."""
    question = evidence.question
    if not asks_points(question) or question.yes_no:
        return None
    count = count_of(question)
    best: _Outline | None = None
    for one in _outlines(evidence):
        if count and len(one.members) != count:
            continue
        if best is None or one.coverage + one.own > best.coverage + best.own:
            best = one
    if best is None:
        return None
    items = tuple(Item(text, citation) for text, citation in best.members)
    text = "；".join(item.text for item in items)
    return Draft(
        text if len(text) <= _LONG else text[: _LONG - 1] + "…",
        "points",
        citations=tuple(item.citation for item in items),
        items=items,
        reasons=(f"标题之下{len(items)}点，与所问相合 {best.coverage:.2f}",),
        features={"coverage": best.coverage, "fits": 1.0, "hit": best.hit.score},
    )


def _outlines(evidence: Evidence) -> Iterator[_Outline]:
    content = points_content(evidence.question)
    nouns, strict = nouns_of(evidence)
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for hit in evidence.hits[:_LOOKED_AT]:
        passage = hit.passage
        for depth in range(1, len(passage.headings) + 1):
            path = tuple(passage.headings[:depth])
            if (passage.document, path) in seen:
                continue
            seen.add((passage.document, path))
            if strict and not _calls(path[-1], nouns):
                continue
            coverage, own = _agreement(evidence, content, [passage.title, *path])
            if own < _OWN or coverage < _LEAST or violations(evidence, passage):
                continue
            members = _members(evidence, passage, path)
            if 2 <= len(members) <= _MOST:
                yield _Outline(hit, members, coverage, own)


def _calls(heading: str, nouns: Sequence[str]) -> bool:
    """Whether a heading is hardly more than what the question calls the points (基本原则);
    打造加工制造中心 heads what one centre needs, not centres."""
    bare = NUMBERING.sub("", heading).strip()
    return len(bare) <= _CALLING and any(noun in bare for noun in nouns)


def _agreement(evidence: Evidence, content: str, path: Sequence[str]) -> tuple[float, float]:
    """Of what is asked, the share that a heading with those above it says, and the share that
    only the heading says of what those above it leave open."""
    covers = evidence.matcher.known_coverage
    above = covers(content, fold("\n".join(path[:-1])))
    whole = covers(content, fold("\n".join(path)))
    if above > _ALL:
        return whole, covers(content, fold(path[-1]))
    return whole, (whole - above) / (1 - above)


def _members(evidence: Evidence, passage: Passage, path: tuple[str, ...]) -> tuple[_Member, ...]:
    under = [
        one
        for one in evidence.passages_of(passage.document)
        if tuple(one.headings[: len(path)]) == path
    ]
    return tuple(_headings(evidence, under, len(path)) or _paragraphs(evidence, under))


def _headings(evidence: Evidence, under: Sequence[Passage], depth: int) -> list[_Member]:
    """The headings one level below, each cited where it stands."""
    first = {one.headings[depth]: one for one in reversed(under) if len(one.headings) > depth}
    found: list[_Member] = []
    for heading, passage in reversed(first.items()):
        name = NUMBERING.sub("", heading).strip()
        at = passage.text.find(heading)
        if at >= 0:
            found.append((name, evidence.cite(passage, at, at + len(heading))))
            continue
        for block in evidence.document(passage.document).blocks:
            place = block.text.source_span(0, len(heading))
            if block.kind in {"heading", "title"} and block.text.text == heading and place:
                found.append((name, evidence.cite_source(passage, *place)))
                break
    return found


def _paragraphs(evidence: Evidence, under: Sequence[Passage]) -> list[_Member]:
    """The first sentences of the paragraphs, where each is a short point with more behind it."""
    found: list[_Member] = []
    for passage in under:
        for line in re.finditer(r"[^\n]+", passage.text):
            if line.group().strip().rstrip("。") in passage.headings:
                continue
            point = _POINT.match(passage.text, *line.span())
            if point is None:
                return []
            end = point.end() - 1
            found.append((point.group()[:-1], evidence.cite(passage, line.start(), end)))
    return found
