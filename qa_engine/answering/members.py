"""Who sits on a body, and in which capacity: look-ups in records of people.

A record of a person has a name, and beside it the body (机构), the function in it
(组内职务) and the post held elsewhere (职务), as far as the document says them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa_engine.answering.constraints import violations
from qa_engine.answering.evidence import Draft, Evidence, scope
from qa_engine.answering.posts import POST
from qa_engine.answering.question import (
    FULL_NAME,
    PERSON,
    POSITION,
    Question,
    content_words,
)
from qa_engine.models import GROUP, Cell, Passage
from qa_engine.models import PERSON as NAME
from qa_engine.text.normalise import fold
from qa_engine.text.organisations import NameFinder
from qa_engine.text.patterns import later

_NAMED = "姓名"
_FUNCTION = later(r"组内|职责|分工|岗位")
_POST = later(r"职务|职位")
_TITLE = later(rf"(?:{POST})$")
_DEPUTY = later(r"[副第][一二三]?$")
_BODIES = later(r"(?:哪|什么)[些几个]*(?:机构|组织|小组|领导小组|委员会|指挥部|专班|协会)")
_ENOUGH = 0.5  # of the rest of the question, covered by the body's name and what is above


@dataclass(frozen=True, slots=True)
class _Member:
    passage: Passage
    name: Cell
    body: Cell | None
    function: Cell | None
    post: Cell | None


def who_sits(evidence: Evidence) -> Draft | None:
    """The people of a function or post, or what a named one is; None when neither is asked."""
    question = evidence.question
    if question.role is not None or question.said or question.asked or question.yes_no:
        return None
    who = _asks_person(question)
    what = question.wants(POSITION) or _BODIES.search(question.text)
    if not (who or what):
        return None
    members = [one for row in evidence.records() if (one := _member(row)) is not None]
    named = [one for one in members if fold(one.name.value) in question.text]
    if named:
        return _what_is(evidence, named)
    return _who_is(evidence, members) if who and members else None


def _member(row: Passage) -> _Member | None:
    if row.record is None:
        return None
    name = next((c for c in row.record.cells if c.role == NAME and c.header == _NAMED), None)
    if name is None or len(name.value.strip()) < 2:
        return None
    others = [cell for cell in row.record.cells if cell.filled and cell is not name]
    function = next((cell for cell in others if _FUNCTION.search(cell.header)), None)
    return _Member(
        row,
        name,
        next((cell for cell in others if cell.role == GROUP), None),
        function,
        next((c for c in others if _POST.search(c.header) and c is not function), None),
    )


def _asks_person(question: Question) -> bool:
    """Who, or a post alone (区气象局局长)."""
    if question.wants(PERSON) or question.wants(FULL_NAME):
        return True
    bare = re.sub(r"(?:名字)?(?:叫|是)(?:什么|啥)(?:名字)?$", "", question.text.rstrip("？?。"))
    if bare != question.text.rstrip("？?。"):
        return bool(_TITLE.search(bare))
    return question.types == ("text",) and bool(_TITLE.search(bare))


def _who_is(evidence: Evidence, members: Sequence[_Member]) -> Draft | None:
    text = evidence.question.text
    by_function: dict[str, list[_Member]] = {}
    for one in members:
        if one.function is not None and (what := _said(one.function.value, text)):
            by_function.setdefault(what, []).append(one)
    chosen: list[_Member] = []
    if by_function:
        what = max(by_function, key=len)
        rest = content_words(evidence.question).replace(what, " ")
        chosen = _of_body(evidence, by_function[what], rest)
    if not chosen:
        finder = NameFinder(text, evidence.synonyms)
        chosen = [one for one in members if one.post and _holds(one.post.value, text, finder)]
    chosen = [one for one in chosen if not violations(evidence, one.passage)]
    cells = list({fold(one.name.value): one for one in chosen}.values())
    return _draft(evidence, [(one.passage, one.name) for one in cells], len(cells) > 1)


def _what_is(evidence: Evidence, members: Sequence[_Member]) -> Draft | None:
    """The post, the function in a named body, or the bodies of a named person."""
    question = evidence.question
    if _BODIES.search(question.text):
        bodies = [(one.passage, one.body) for one in members if one.body is not None]
        return _draft(evidence, bodies, len(bodies) > 1)
    if not question.wants(POSITION):
        return None
    name = fold(members[0].name.value)
    rest = re.sub(r"担任|兼任|任|职务|职位|身份|在", " ", content_words(question))
    rest = rest.replace(name, " ").strip()
    inside = _of_body(evidence, members, rest) if len(rest) > 1 else []
    if inside and inside[0].function is not None:
        return _draft(evidence, [(inside[0].passage, inside[0].function)], False)
    one = members[0]
    cell = one.post or one.function
    return _draft(evidence, [(one.passage, cell)], False) if cell is not None else None


def _of_body(evidence: Evidence, members: Sequence[_Member], rest: str) -> list[_Member]:
    """The members of the body that the rest of the question names best."""
    shares = [evidence.matcher.coverage(rest, _above(one)) for one in members]
    best = max(shares, default=0.0)
    if best < _ENOUGH:
        return []
    return [one for one, share in zip(members, shares, strict=True) if share >= best - 1e-9]


def _above(member: _Member) -> str:
    body = member.body.value if member.body is not None else ""
    return fold("\n".join([member.passage.title, *member.passage.headings, body]))


def _said(value: str, text: str) -> str | None:
    """The function as the question says it, unless the question means the deputy."""
    function = fold(value).strip()
    for match in re.finditer(re.escape(function), text):
        if not _DEPUTY.search(text[: match.start()]):
            return function
    return None


def _holds(post: str, text: str, finder: NameFinder) -> bool:
    """Whether one of the posts (区发展和改革局局长、二级调研员) is the one asked for."""
    for one in re.split(r"[、，,；;\s]+", fold(post)):
        title = _TITLE.search(one)
        body = one[: title.start()] if title else ""
        # 局长, not 副局长; the body's own ending goes with it (水利局 + 局长).
        if title and len(body) > 1 and _said(title.group(), text) and finder.find(body):
            return True
    return False


def _draft(
    evidence: Evidence, cells: Sequence[tuple[Passage, Cell]], listing: bool
) -> Draft | None:
    if not cells or (len(cells) > 1 and not listing):
        return None
    passage = cells[0][0]
    coverage, unknown = evidence.matcher.shares(content_words(evidence.question), scope(passage))
    text = "、".join(dict.fromkeys(cell.value.strip() for _, cell in cells))
    return Draft(
        text,
        "record",
        citations=tuple(
            evidence.cite_source(row, cell.start, cell.end)
            for row, cell in cells
            if cell.start >= 0
        ),
        reasons=(f"按人员名单查“{cells[0][1].header}”一栏",),
        features={
            "coverage": max(coverage, _ENOUGH),
            "unknown": unknown,
            "margin": 1.0,
            "rank": 1.0,
            "missing": 0.0,
        },
    )
