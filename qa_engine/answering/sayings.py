"""What somebody whom the question names said: only what stands in his own turns tells that.

某局长怎么谈某事 asks for the words of one speaker. The turns of others are set aside; where he
said nothing of the subject and others did, the question is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qa_engine.answering.constraints import violations
from qa_engine.answering.evidence import Draft, Evidence
from qa_engine.answering.posts import POST
from qa_engine.answering.question import (
    CONTACT,
    DATE,
    FULL_NAME,
    ORGANISATION,
    PERSON,
    PLACE,
    POSITION,
    QUANTITY,
    Question,
    content_words,
)
from qa_engine.models import Hit, Passage
from qa_engine.text.normalise import fold, normalise
from qa_engine.text.patterns import later
from qa_engine.text.plausible import is_word
from qa_engine.text.sentences import sentences

_SAYS = later(
    r"[说讲谈]|(?:怎么|如何|怎样)看|看[待法]|比作|比喻|比方|形容|概括|总结|归纳|评价|点评|回答|回应|答复|解释|认为|觉得|指出|表示|表态|"
    r"介绍|提出|提到|强调|透露|承认|坦言|承诺|列举|分析"
)
_VIEW = later(r"(?:怎么|如何|怎样)(?:[说讲谈看]|评价|回答|回应|解释)")
_WHOSE_VIEW = later(
    rf"(?P<name>[\u4e00-\u9fff·]{{2,4}}?)(?:是|又)?(?:对[^，。？]{{2,20}}?)?{_VIEW.pattern}"
)
_BODY = later(r"[局委部厅办院会处科室站所司校队镇乡县区市省]$")
_TOLD = "说|表示|认为|指出|介绍|坦言|强调|告诉|评价|谈|感慨|直言"
_LIKENS = later(r"比作|比喻|比方|形容")
_LIKENESS = later(
    r"好比|就像|好像|像[^，。；]{1,20}(?:一样|似的|一般)|犹如|如同|仿佛|宛如|比作|比喻|打个?比方|堪称|说成是|"
    r"(?:叫|称为?|叫作|叫做|总结为|概括为|归结为)\s*[“\"「]|是[^，。；“”\"]{0,12}[“\"「]"
)
_WORDS = later(
    r"比作|比喻成?|打(?:了个?|个|的)?比方|比方|形容成?|概括|总结|归纳|评价|点评|回答|回应|答复|解释|认为|觉得|指出|"
    r"表示|表态|介绍|提出|提到|强调|透露|说法|看法|看待|[说讲谈]到?|在?(?:发布会|会议?|记者会|专访|采访)上?|把|将|时|对|关于"
)
# The body and post before a name say who speaks, too; a subject (对电价局长甲怎么看) does not.
_OF_HIS = (
    r"(?:(?<![\u4e00-\u9fff])(?:(?![对就关于把将在])[\u4e00-\u9fff]){2,20}"
    rf"(?:[局委部厅办院会处科室站所司校队]|{POST})的?)"
)
_LITTLE = 0.4  # of the subject, by weight, below which he did not speak of it …
_OUTDONE = 0.5  # … if he says less than this share of what another says of it
_OF_HIMSELF = (DATE, QUANTITY, PLACE, ORGANISATION)  # kinds asked of a life as of a speech
_NAME = 2  # characters at least
_TURNS = ("speech", "question")
_LONGEST = 120  # characters of an answer


def own_words(evidence: Evidence) -> tuple[Evidence, str]:
    """The evidence kept to the turns of the speaker whom the question is about, with a
    reason to refuse where he did not speak of its subject ("" where he did)."""
    question = evidence.question
    name = _speaker(evidence) or _mentioned(evidence)
    if not name:
        return evidence, ""
    subject = _subject(question, name)
    allowed = [hit for hit in evidence.hits if not violations(evidence, hit.passage)]
    own = _own(evidence, allowed, name)
    if not own:
        return evidence, ""
    covers = evidence.matcher.known_coverage
    shares = [covers(subject, _said(hit.passage)) for hit in own]
    ids = {hit.passage.id for hit in own}
    others = [hit for hit in allowed if hit.passage.id not in ids]
    most = max((covers(subject, _said(hit.passage)) for hit in others), default=0.0)
    best = max(shares)
    says = _SAYS.search(question.text, question.text.find(name) + len(name))
    if says is None and (best < most or question.types[0] in _OF_HIMSELF):
        return evidence, ""  # what is told of him, maybe by others
    if best < _LITTLE and best < _OUTDONE * most:
        return evidence, f"没有记录{name}谈到所问的内容" if says else ""
    return replace(evidence, hits=own), ""


def likened(evidence: Evidence) -> Draft | None:
    """The sentence in which a thing is likened to another or put in a saying; None where that
    isn't asked or nobody does so."""
    question = evidence.question
    if not _LIKENS.search(question.text):
        return None
    subject = _subject(question, _speaker(evidence))
    best: tuple[float, Passage, int, int] | None = None
    for hit in evidence.hits[:8]:
        passage = hit.passage
        if passage.kind == "question" or violations(evidence, passage):
            continue
        form = normalise(passage.text)
        around = evidence.matcher.known_coverage(subject, _said(passage))
        before = 0
        for start, end in sentences(form.text):
            first, before = before, start
            if not _LIKENESS.search(form.text, start, end):
                continue
            near = evidence.matcher.known_coverage(subject, fold(form.text[first:end]))
            place = form.source_span(start, end)
            score = (near + around) / 2
            if place and (best is None or score > best[0]):
                best = score, passage, *place
    if best is None:
        return None
    score, passage, start, end = best
    start, end = _short(passage.text, start, end)
    return Draft(
        passage.text[start:end].strip(),
        "turn",
        citations=(evidence.cite(passage, start, end),),
        reasons=("原文的比喻或概括",),
        features={"coverage": score, "unknown": 0.0},
    )


def _short(text: str, start: int, end: int) -> tuple[int, int]:
    """A sentence, or its clauses from the likeness on when it is too long."""
    if end - start <= _LONGEST:
        return start, end
    likeness = _LIKENESS.search(text, start, end)
    if likeness is not None:
        begin = max(text.rfind(mark, start, likeness.start()) for mark in "，,；;：:") + 1
        start = max(start, begin)
    cut = max(text.rfind(mark, start, start + _LONGEST) for mark in "，,；;。")
    return start, min(end, cut if cut > start else start + _LONGEST)


def _speaker(evidence: Evidence) -> str:
    """The longest name of somebody who speaks in the ranked documents and whom the question
    is about, "" if none."""
    question = evidence.question
    kinds = (PERSON, POSITION, FULL_NAME, CONTACT)
    if question.asked or any(question.wants(kind) for kind in kinds):
        return ""
    if question.yes_no and not _VIEW.search(question.text):
        return ""
    speakers = {
        passage.speaker
        for id in {hit.passage.document for hit in evidence.hits if hit.passage.kind in _TURNS}
        for passage in evidence.passages_of(id)
        if passage.speaker and passage.kind == "speech"
    }
    named = [name for name in map(fold, speakers) if len(name) >= _NAME and name in question.text]
    return max(named, key=len, default="")


def _mentioned(evidence: Evidence) -> str:
    """Who a question for somebody's view begins with, where texts without turns name him."""
    asked = _WHOSE_VIEW.match(evidence.question.text)
    name = asked.group("name") if asked else ""
    if not name or is_word(name) or _BODY.search(name):
        return ""
    speaks = re.compile(rf"{re.escape(name)}[^。！？]{{0,16}}?(?:{_TOLD})")
    return name if any(speaks.search(fold(hit.passage.text)) for hit in evidence.hits) else ""


def _subject(question: Question, name: str) -> str:
    """What is spoken of, without who speaks and that he does."""
    text = _VIEW.sub(" ", question.text)
    if name:
        text = re.sub(rf"{_OF_HIS}?{re.escape(name)}(?:同志|先生|女士)?", " ", text)
    return _WORDS.sub(" ", content_words(replace(question, text=text)))


def _own(evidence: Evidence, allowed: Sequence[Hit], name: str) -> list[Hit]:
    """The ranked passages of that speaker's turns, then the others of them in these records;
    of somebody without turns those of the articles that name him."""
    ranked = [hit for hit in allowed if fold(hit.passage.speaker or "") == name]
    if not ranked:
        tell = {
            (hit.passage.document, hit.passage.headings)
            for hit in allowed
            if name in fold(hit.passage.text)
        }
        told = [hit for hit in allowed if (hit.passage.document, hit.passage.headings) in tell]
        if told and not any(fold(hit.passage.speaker or "") == name for hit in evidence.hits):
            return told
    seen = {hit.passage.id for hit in ranked}
    least = min((hit.score for hit in evidence.hits), default=0.0)
    documents = dict.fromkeys(hit.passage.document for hit in allowed)
    rest = [
        Hit(least, passage)
        for id in documents
        for passage in evidence.passages_of(id)
        if passage.kind == "speech"
        and passage.id not in seen
        and fold(passage.speaker or "") == name
        and not violations(evidence, passage)
    ]
    return [*ranked, *rest]


def _said(passage: Passage) -> str:
    return fold(f"{passage.question or ''}\n{passage.text}")
