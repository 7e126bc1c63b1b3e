"""Whether somebody holds a post (某某是副局长吗), by what a text calls him beside his name."""

from __future__ import annotations

from qa_engine.answering.constraints import violations
from qa_engine.answering.evidence import Draft, Evidence
from qa_engine.answering.posts import POST, post_of
from qa_engine.models import Passage
from qa_engine.text.normalise import fold, normalise
from qa_engine.text.patterns import later

_ASKED = later(
    r"^(?P<name>[\u4e00-\u9fff·]{2,4}?)(?:同志)?(?:是不是|是否(?:是|为|担任)?|现?在?是|现任|担任|任)"
    rf"(?:了|不是|着)?(?P<office>[^，。？]{{0,24}}?(?P<post>{POST}))(?:吗|么)?[？?]?$"
)
_LOOKED_AT = 8
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


def _is_that(told: str, asked: str) -> bool:
    """党组书记 is a 书记; 副书记 is none."""
    return told.endswith(asked) and not told.removesuffix(asked).endswith("副")


def _draft(evidence: Evidence, passage: Passage, span: tuple[int, int], told: str) -> Draft:
    said = passage.text[span[0] : span[1]]
    return Draft(
        f"{told}：{said}",
        "turn",
        citations=(evidence.cite(passage, *span),),
        reasons=("原文在姓名旁写明职务",),
        features={"coverage": 0.9, "unknown": 0.0},
    )
