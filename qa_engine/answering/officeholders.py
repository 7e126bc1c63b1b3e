"""Who holds a post, which post somebody holds, and whether it is a certain one (某某是副局长吗), by
what a text calls them beside their name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa_engine.answering.asking import ASKS_POSITION
from qa_engine.answering.constraints import violations
from qa_engine.answering.evidence import Draft, Evidence, scope
from qa_engine.answering.posts import POST, holders, post_of
from qa_engine.answering.question import content_words
from qa_engine.models import Passage
from qa_engine.sources.people import introduction, is_name
from qa_engine.text.normalise import fold, normalise
from qa_engine.text.patterns import later

_ASKED = later(
    r"^(?P<name>[\u4e00-\u9fff·]{2,4}?)(?:同志)?(?:是不是|是否(?:是|为|担任)?|现?在?是|现任|担任|任)"
    rf"(?:了|不是|着)?(?P<office>[^，。？]{{0,24}}?(?P<post>{POST}))(?:吗|么)?[？?]?$"
)
_LOOKED_AT = 8
_OF_BODY = 0.6  # of the body's name, by weight, that must stand in or above a passage
# What may stand between a name and what asks for its post (张三现在担任|什么职务).
_IS = later(r"(?:同志|先生|女士)?(?:当时|现在|目前|如今|现)?(?:是|任|担任|的)?$")
_POSTS = later(POST)


def holds_post(evidence: Evidence) -> Draft | None:
    """Yes or no with the post that stands beside the name; None when none does."""
    question = evidence.question
    asked = _ASKED.search(question.text) if question.yes_no else None
    if asked is None:
        return None
    other: tuple[Passage, tuple[int, int]] | None = None
    for hit in evidence.hits[:_LOOKED_AT]:
        form = normalise(hit.passage.text)
        place = post_of(form.text, asked["name"])
        if place is None or violations(evidence, hit.passage):
            continue
        told = fold(form.text[place[0] : place[1]])
        posts = _POSTS.findall(told)
        at = form.text.find(asked["name"], max(0, place[0] - len(asked["name"]) - 2))
        first, end = (
            (min(place[0], at), max(place[1], at + len(asked["name"]))) if at >= 0 else place
        )
        span = form.source_span(first, end)
        if not posts or span is None:
            continue
        if any(_is_that(post, asked["post"]) for post in posts):
            body = asked["office"].removesuffix(asked["post"])
            same = not body or evidence.matcher.coverage(body, told) >= 0.5
            return _draft(evidence, hit.passage, span, "是") if same else None
        other = other or (hit.passage, span)
    return _draft(evidence, *other, "不是") if other else None


def post_beside(evidence: Evidence) -> Draft | None:
    """The fullest title that a ranked passage puts beside the name which the question asks about;
    of several passages the one that tells most of what is asked."""
    question = evidence.question
    asked = ASKS_POSITION.search(question.text)
    if asked is None or question.asks > 1 or question.yes_no:
        return None
    lead = _IS.sub("", question.text[: asked.start()])
    names = [name for length in (4, 3, 2) if is_name(name := lead[-length:])]
    content = content_words(question)
    found: list[tuple[float, int, Passage, tuple[int, int]]] = []
    for hit in evidence.hits[:_LOOKED_AT]:
        place = _title_in(hit.passage, names)
        if place is not None and not violations(evidence, hit.passage):
            told = evidence.matcher.coverage(content, scope(hit.passage))
            found.append((round(told, 1), place[1] - place[0], hit.passage, place))
    if not found:
        return None
    *_, passage, place = max(found, key=lambda one: one[:2])
    return _beside(evidence, passage, place, passage.text[slice(*place)])


def who_holds(evidence: Evidence) -> Draft | None:
    """The one person whom the passages about a body call the holder of the post asked for."""
    question = evidence.question
    found: dict[str, tuple[float, Passage, tuple[int, int]]] = {}
    for hit in evidence.hits[:_LOOKED_AT] if question.asks == 1 else ():
        form = normalise(hit.passage.text)
        near = scope(hit.passage)
        for body, start, end in holders(question.text, fold(form.text)):
            told = evidence.matcher.coverage(body, near)
            place = form.source_span(start, end)
            if told >= _OF_BODY and place is not None and not violations(evidence, hit.passage):
                found.setdefault(form.text[start:end], (told, hit.passage, place))
    best = max((told for told, *_ in found.values()), default=0.0)
    named = [one for one in found.values() if one[0] == best]
    if len(named) != 1:
        return None
    _, passage, place = named[0]
    return _beside(evidence, passage, place, passage.text[slice(*place)])


def _title_in(passage: Passage, names: Sequence[str]) -> tuple[int, int] | None:
    """Where the passage puts a title right before or behind the first of the names that it has."""
    form = normalise(passage.text)
    text = fold(form.text)
    name = next((name for name in names if name in text), None)
    title = introduction(name, text) if name is not None else ""
    if name is None or not title:
        return None
    beside = re.search(rf"{re.escape(title)}(?=\s*{name})|(?<={name}){re.escape(title)}", text)
    return form.source_span(*beside.span()) if beside is not None else None


def _is_that(told: str, asked: str) -> bool:
    """党组书记 is a 书记; 副书记 is none."""
    return told.endswith(asked) and not told.removesuffix(asked).endswith("副")


def _draft(evidence: Evidence, passage: Passage, span: tuple[int, int], told: str) -> Draft:
    return _beside(evidence, passage, span, f"{told}：{passage.text[slice(*span)]}")


def _beside(evidence: Evidence, passage: Passage, span: tuple[int, int], text: str) -> Draft:
    return Draft(
        text,
        "turn",
        citations=(evidence.cite(passage, *span),),
        reasons=("原文在姓名旁写明职务",),
        features={"coverage": 0.9, "unknown": 0.0},
    )
