"""What a term means: the sentence that says so (所称…，是指…; …指的是…)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_engine.answering.constraints import violations
from qa_engine.answering.evidence import Draft, Evidence
from qa_engine.answering.question import DEFINITION
from qa_engine.answering.shapes import trimmed
from qa_engine.models import Passage
from qa_engine.text.normalise import normalise
from qa_engine.text.patterns import later
from qa_engine.text.sentences import sentences

_LOOKED_AT = 12
_LONGEST = 200  # characters of a sentence that defines
_QUOTED = later(r"[\"“『「]([^\"”』」]{2,20})[\"”』」]")
_ASKED = (
    re.compile(r"(?:什么是|何为|何谓|什么叫做?|所谓的?)(?P<term>[^，。？]{2,16}?)(?:[？?]|$|是)"),
    re.compile(
        r"(?:^|[的里中，\s])(?P<term>[^，。？的里中\s]{2,16}?)\s?(?:具体)?"
        r"(?:是什么意思|什么意思|的?(?:含义|定义)|是?指的?(?:是)?(?:什么|哪)|是什么$)"
    ),
)


def define(evidence: Evidence) -> Draft | None:
    """The defining sentence of the term that is asked for; None when none is, or none says so."""
    question = evidence.question
    if not question.wants(DEFINITION):
        return None
    for term in _terms(question.text):
        defines = re.compile(
            rf"(?:^|[，。；：、,;:\s称谓])[\"“「『]?{re.escape(term)}[\"”」』]?"
            r"(?:[,，]?是?指(?![导挥定出标数令示派引南向责望])的?(?:是)?|[:：]是?指|[,，]即|是一种)"
        )
        found = [*evidence.hits[:_LOOKED_AT], *evidence.search(f"{term}是指", (), _LOOKED_AT)]
        for hit in found:
            if hit.passage.kind == "question" or violations(evidence, hit.passage):
                continue
            place = _sentence(hit.passage, defines)
            if place is not None:
                start, end = trimmed(hit.passage.text, *place)
                return Draft(
                    hit.passage.text[start:end],
                    "turn",
                    citations=(evidence.cite(hit.passage, start, end),),
                    reasons=(f"原文解释了“{term}”",),
                    features={"coverage": 0.9, "unknown": 0.0},
                )
    return None


def _terms(text: str) -> Iterator[str]:
    """The term as the question marks it: in quotes, or beside 什么是 and 是指什么."""
    yield from (match.group(1) for match in _QUOTED.finditer(text))
    for pattern in _ASKED:
        match = pattern.search(text)
        if match and not re.search(r"哪|谁|几|多少", match.group("term")):
            yield match.group("term").strip('"“” ')


def _sentence(passage: Passage, defines: re.Pattern[str]) -> tuple[int, int] | None:
    form = normalise(passage.text)
    for start, end in sentences(passage.text):
        if end - start > _LONGEST:
            continue
        place = form.text_span(start, end)
        if place and defines.search(form.text[place[0] : place[1]]):
            return start, end
    return None
