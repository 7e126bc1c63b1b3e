"""Who presides, and which post somebody who takes part holds: from the participants that a
record of a conference, a hearing or a session lists or lets speak."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa_engine.answering.asking import WHO
from qa_engine.answering.constraints import violations
from qa_engine.answering.evidence import Draft, Evidence, scope
from qa_engine.answering.kinds import fits
from qa_engine.answering.posts import POST, post_of
from qa_engine.answering.question import FULL_NAME, PERSON, POSITION, content_words
from qa_engine.models import Citation, Document, Participant, Passage
from qa_engine.text.normalise import fold, normalise
from qa_engine.text.organisations import mentions, names_body
from qa_engine.text.patterns import later

_PRESIDES = later(rf"{WHO}(?:来|负责|在)?主持|主持(?:人|会议|的人|的|者)*(?:是|为|叫){WHO}")
_ATTENDS = later(
    rf"(?:是|由|派了?|有)?{WHO}(?:去|来|代表)*(?:参加|出席|列席|与会|到会|参会|开会)(?:的|了)?|"
    rf"(?:参加|出席|列席|与会|到会|参会)(?:会议|的人|的|者)*(?:是|有|为){WHO}"
)
_BELONGS = later(
    r"(?:是|来自|属于)(?:哪一?[个家]?|什么)(?:单位|部门|公司|机构|局)的?(?:人|领导)?[？?]*$"
)
_LOOKED_AT = 4  # ranked passages
_PRESIDING = later(r"主持|主席")
_NO_POST = later(r"^(?:主持人|主播|嘉宾|发言人|发布人|专家|主讲人)?$")
_LEAST_NAME = 2  # characters
_ON_LIST = 0.8  # how surely the only one of a body among those present is meant
_LEAST = 0.5  # of what the question says of the occasion, by weight, in the record's head
_HEAD = 600  # characters


def who_takes_part(evidence: Evidence) -> Draft | None:
    """The one who presides over the occasion that the question names, or the post of the
    participant whom it names; None where neither is asked or no record tells."""
    question = evidence.question
    if question.yes_no:
        return None
    if _PRESIDES.search(question.text) and (question.asks == 1 or question.wants(POSITION)):
        return _presides(evidence)
    if question.asks > 1:
        return None
    if question.types[0] == POSITION or _BELONGS.search(question.text):
        return _holds(evidence)
    if question.types[0] == PERSON and _ATTENDS.search(question.text):
        return _attends(evidence)
    return None


def _documents(evidence: Evidence) -> Iterator[Document]:
    """The ranked documents against which nothing of the question speaks."""
    seen: set[str] = set()
    for hit in evidence.hits:
        id = hit.passage.document
        if id not in seen and not violations(evidence, hit.passage):
            seen.add(id)
            yield evidence.document(id)


def _presides(evidence: Evidence) -> Draft | None:
    content = _PRESIDES.sub(" ", content_words(evidence.question))
    shares = [
        (_share(evidence, document, content), _whole_share(evidence, document, content), document)
        for document in _documents(evidence)
    ]
    if not shares:
        return None
    share, _, document = max(shares, key=lambda one: one[0] + one[1])
    chairs = [one for one in document.participants if _PRESIDING.search(fold(one.function))]
    if share < _LEAST or len(chairs) != 1:
        return None
    chair = chairs[0]
    named = f"{chair.name}（{chair.role}）" if not _NO_POST.match(chair.role) else chair.name
    return _draft(evidence, document, chair, named, share, "按参加人名单中的主持人回答")


def _holds(evidence: Evidence) -> Draft | None:
    text = evidence.question.text
    best: tuple[float, Document, Participant] | None = None
    for document in _documents(evidence):
        for one in document.participants:
            name = fold(one.name)
            if len(name) < _LEAST_NAME or name not in text or _NO_POST.match(one.role):
                continue
            share = _share(evidence, document, text.replace(name, " ")) + len(one.role) / 1000
            if best is None or share > best[0]:
                best = share, document, one
    if best is None:
        return None
    _, document, one = best
    return _draft(evidence, document, one, one.role, 1.0, "按参加人名单中的职务回答")


def _attends(evidence: Evidence) -> Draft | None:
    """Who took part for the body that the question names: the only participant whose post is of
    it, or whose name stands right behind its own in a list of those present (市财政局孔某某、)."""
    bodies = mentions(_ATTENDS.sub(" ", evidence.question.text))
    for document in _documents(evidence):
        own = [
            one
            for one in document.participants
            if any(names_body(fold(one.role), body, evidence.synonyms) for body in bodies)
        ]
        if len(own) == 1:
            reason = "按参加人名单查单位"
            return _draft(evidence, document, own[0], own[0].name, _ON_LIST, reason)
    for hit in evidence.hits[:_LOOKED_AT]:
        passage = hit.passage
        if violations(evidence, passage):
            continue
        form = normalise(passage.text)
        for body in bodies:
            for match in re.finditer(_present(body), form.text):
                place = form.source_span(*match.span("name"))
                if fits(evidence.question, FULL_NAME, match["name"]) and place is not None:
                    return Draft(
                        passage.text[slice(*place)],
                        "turn",
                        citations=(evidence.cite(passage, *place),),
                        reasons=("按参加人名单查单位",),
                        features={
                            "coverage": min(1.0, 0.5 + _share_of(evidence, passage)),
                            "unknown": 0.0,
                        },
                    )
    return None


def _present(body: str) -> str:
    """A pattern for a body in a list of those present with its post and name."""
    return (
        rf"(?:^|[、，：:；\s])[\u4e00-\u9fff]{{0,6}}{re.escape(body)}(?:{POST})?\s*"
        r"(?P<name>[\u4e00-\u9fff·]{2,4}?)(?=[、，。；（(\s]|$)"
    )


def _share_of(evidence: Evidence, passage: Passage) -> float:
    """How much of the occasion that the question names the passage's document speaks of."""
    content = _ATTENDS.sub(" ", content_words(evidence.question))
    return evidence.matcher.known_coverage(content, evidence.folded_document(passage.document))


def _share(evidence: Evidence, document: Document, content: str) -> float:
    head = evidence.folded_document(document.id)[:_HEAD]
    return evidence.matcher.known_coverage(content, f"{head}\n{document.date or ''}")


def _whole_share(evidence: Evidence, document: Document, content: str) -> float:
    return evidence.matcher.known_coverage(content, evidence.folded_document(document.id))


def _draft(
    evidence: Evidence,
    document: Document,
    one: Participant,
    text: str,
    share: float,
    reason: str,
) -> Draft | None:
    place = _place(evidence, document, one)
    if place is None:
        return None
    passage, start, end = place
    return Draft(
        text,
        "turn",
        citations=(evidence.cite(passage, start, end),),
        reasons=(reason,),
        features={"coverage": min(1.0, share), "unknown": 0.0},
    )


def where_named(evidence: Evidence, turn: Passage) -> tuple[Citation, ...]:
    """The place outside the turn that tells which post its speaker holds, where one does."""
    if not turn.speaker or not turn.role:
        return ()
    place = _with_post(evidence.passages_of(turn.document), fold(turn.speaker), fold(turn.role))
    return (evidence.cite(*place),) if place is not None and place[0].id != turn.id else ()


def _place(
    evidence: Evidence, document: Document, one: Participant
) -> tuple[Passage, int, int] | None:
    """Where the record says that the participant presides or names the post, else where he
    first speaks."""
    name = fold(one.name)
    passages = evidence.passages_of(document.id)
    place = _presiding_named(passages, name) if _PRESIDING.search(fold(one.function)) else None
    place = place or _with_post(passages, name, fold(one.role))
    if place is not None:
        return place
    for passage in passages:
        if passage.speaker and fold(passage.speaker) == name:
            return passage, 0, len(passage.text)
    for passage in passages:
        at_name = scope(passage).find(name)
        if at_name >= 0 and one.name in passage.text:
            start = passage.text.find(one.name)
            return passage, start, start + len(one.name)
    return None


def _presiding_named(passages: Sequence[Passage], name: str) -> tuple[Passage, int, int] | None:
    """“由新闻发言人某某主持”, “主持人：某某”."""
    called = re.escape(name)
    pattern = re.compile(rf"主持[^，。；\n]{{0,20}}{called}|{called}[^，。；\n]{{0,8}}主持")
    for passage in passages:
        form = normalise(passage.text)
        match = pattern.search(form.text)
        place = form.source_span(*match.span()) if match else None
        if place is not None:
            return passage, *place
    return None


def _with_post(
    passages: Sequence[Passage], name: str, role: str
) -> tuple[Passage, int, int] | None:
    for passage in passages:
        form = normalise(passage.text)
        at = post_of(form.text, name)
        if at is None or fold(form.text[slice(*at)]) not in role:
            continue
        place = form.source_span(*at)
        if place is not None:
            return passage, *place
    return None
