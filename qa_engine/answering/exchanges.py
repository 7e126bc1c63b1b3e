"""Who asked a question at a conference or in an interview, who answered it, what was asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from qa_engine.answering.asking import ASKS_WHAT, WHO
from qa_engine.answering.constraints import violations
from qa_engine.answering.evidence import Draft, Evidence
from qa_engine.answering.participants import where_named
from qa_engine.answering.question import analyse, content_words
from qa_engine.models import Hit, Passage
from qa_engine.text.media import MEDIUM
from qa_engine.text.normalise import fold
from qa_engine.text.patterns import later

_ASKERS = r"(?:记者|媒体|报社|报纸|电视台|网站|网友|网民|市民|家长|观众|听众|代表|委员|提问者|单位)"
_ANSWERS = r"(?:回答|解答|答复|回应|作答|解释|(?<![问应])答(?![案卷题辩应]))"
_ASKS = r"(?:提问|追问|询问|问(?![题责政卷])|提出?了?(?=[^，。？]*(?:问题|疑问|提问)))"
# 由谁负责解释 asks who may interpret a rule, not who answered.
_WHO_ANSWERED = later(
    rf"{WHO}(?:(?!负责|有权)[^，。？]){{0,8}}?{_ANSWERS}|{_ANSWERS}[^，。？]{{0,24}}?(?:的|的人|者)?(?:是|为){WHO}"
)
_MEDIUM = r"(?:记者|媒体|报社|报纸|电视台|网站|报)"
_WHO_ASKED = later(
    # A medium is asked for as what asked, but for what it reports.
    rf"(?:哪|什么)一?[家个]?(?:新闻)?{_MEDIUM}(?![^，。？]{{0,12}}(?:报道|刊[登发]|发表|采访|曝光|转载|记者站))|"
    rf"(?:{WHO}|(?:哪|什么)一?[家个位名]?(?:新闻)?{_ASKERS})[^，。？]{{0,8}}?{_ASKS}|"
    rf"{_ASKS}[^，。？]{{2,30}}?的{_ASKERS}(?:是|叫|来自)*(?:谁|哪|什么)"
)
_RELATION = later(
    rf"{WHO}|(?:哪|什么)一?[家个位名]?(?:新闻)?{_ASKERS}|{_ANSWERS}|{_ASKS}|{_ASKERS}|"
    r"嘉宾|领导|同志|负责人|发言人|问题|(?:他|她)?是什么身份|身份|叫什么|这个|关于|有关|[来给做谁的了]"
)
_CALLED = later(rf"{_ASKERS}|[（(].*?[）)]|[“”\"\s]")
# The last characters of a medium's name, before its reporter.
_OF_MEDIUM = later(r"(?:(?![哪各几多么家])[\u4e00-\u9fffA-Za-z]){2,8}(?=记者)")
# What stands between an asker's name and what they asked.
_HAVING_ASKED = r"(?:的?记者)?(?:关于|[^，。？]{0,6}?(?:提问|追问|问[到及过]?)(?![题责政]))"
_ASKS_NAMED = later(rf"[\u4e00-\u9fffA-Za-z]{{2}}{_HAVING_ASKED}")
_SURE = 0.85
_LITTLE = 0.3  # of a subject, by weight: it isn't spoken of
_LOOKED_AT = 20


@dataclass(frozen=True)
class _Exchange:
    """A question with the passages that answer it, in order."""

    evidence: Evidence
    hit: Hit

    @property
    def asked(self) -> Passage:
        return self.hit.passage

    @property
    def asker(self) -> str:
        return (self.asked.asker or self.asked.speaker or "").strip()

    @cached_property
    def answers(self) -> list[Passage]:
        found: list[Passage] = []
        for passage in self.evidence.passages_of(self.asked.document):
            if passage.ordinal <= self.asked.ordinal or passage.turn is None:
                continue
            if passage.kind == "question":
                if passage.turn == self.asked.turn:
                    continue
                break
            if passage.question is None:
                break
            found.append(passage)
        return found


def who_exchanged(evidence: Evidence) -> Draft | None:
    """Who asked or answered what the question speaks of; None when neither is asked."""
    text = evidence.question.text
    if _WHO_ANSWERED.search(text):
        meant = _meant(evidence)
        if meant is not None and meant[1] < 0:
            return Draft("", "none", refusal="没有记录这个提问人问到所问的内容")
        return _answered_by(evidence, *meant) if meant else None
    if _WHO_ASKED.search(text):
        meant = _meant(evidence)
        return _asked_by(evidence, *meant) if meant else None
    return None


def asked_by_named(evidence: Evidence) -> Draft | None:
    """What an asker whom the question names asked; None when it doesn't ask for that."""
    if not ASKS_WHAT.search(evidence.question.text):
        return None
    named = [one for one in _exchanges(evidence) if _names(one, evidence.question.text)]
    if not named:
        return _nobody_of(evidence)
    chosen = max(named, key=lambda one: one.hit.score)
    of_turn = [
        one.asked
        for one in named
        if one.asked.turn == chosen.asked.turn and one.asked.document == chosen.asked.document
    ]
    of_turn.sort(key=lambda passage: passage.ordinal)
    return Draft(
        " ".join(passage.text.strip() for passage in of_turn),
        "turn",
        citations=tuple(evidence.cite(passage) for passage in of_turn),
        reasons=(f"按提问人“{chosen.asker}”查找",),
        features={"coverage": _SURE},
    )


def answers_to_named(evidence: Evidence) -> Evidence | None:
    """What the asker was told whom the question names (某报记者问停水，水务局说…), as the only
    evidence of the rest of the question; None where it names none, or one who did not ask that."""
    text = evidence.question.text
    meant = _meant(evidence) if _ASKS_NAMED.search(text) else None
    if meant is None or meant[1] < 0 or not _names(meant[0], text):
        return None
    exchange = meant[0]
    called = _CALLED.sub("", fold(exchange.asker))
    asks = re.search(rf"对?{re.escape(called)}{_HAVING_ASKED}", text)
    if asks is None or not exchange.answers:
        return None
    rest = (text[: asks.start()] + text[asks.end() :]).lstrip("，,：:")
    scores = {hit.passage.id: hit.score for hit in evidence.hits}
    hits = tuple(Hit(scores.get(one.id, 0.0), one) for one in exchange.answers)
    return replace(evidence, question=analyse(rest, rest), hits=hits)


def _nobody_of(evidence: Evidence) -> Draft | None:
    """A refusal where the question names a medium of which nobody asked on the occasions found;
    None where none is named or no questions are recorded."""
    text = evidence.question.text
    named = _OF_MEDIUM.search(text)
    if named is None or not MEDIUM.search(named.group()):
        return None
    recorded = [
        _Exchange(evidence, Hit(0.0, passage))
        for id in dict.fromkeys(hit.passage.document for hit in evidence.hits)
        for passage in evidence.passages_of(id)
        if passage.kind == "question"
    ]
    if not recorded or any(_names(one, text) for one in recorded):
        return None
    return Draft("", "none", refusal="没有记录这家媒体提问")


def _exchanges(evidence: Evidence) -> list[_Exchange]:
    found = evidence.search(evidence.question.text, ("question",), _LOOKED_AT)
    return [_Exchange(evidence, hit) for hit in found if not violations(evidence, hit.passage)]


def _names(exchange: _Exchange, text: str) -> bool:
    """Whether the text names the one who asked (the medium, a reader's name)."""
    called = _CALLED.sub("", fold(exchange.asker))
    return len(called) > 1 and called in _CALLED.sub("", text)


def _meant(evidence: Evidence) -> tuple[_Exchange, float] | None:
    """The exchange that the question speaks of, and how surely: by its asker's name, else by
    what was asked and answered; less than nothing where the one named did not speak of it,
    but others did."""
    found = _exchanges(evidence)
    named = [one for one in found if _names(one, evidence.question.text)]
    topic = _RELATION.sub(" ", content_words(evidence.question))
    for one in named:
        topic = topic.replace(_CALLED.sub("", fold(one.asker)), " ")
    if not found or (not named and len(topic.strip()) < 2):
        return None
    among = named or found
    top = max(hit.hit.score for hit in among) or 1.0
    shares = [_share(evidence, topic, one) for one in among]
    best = max(range(len(among)), key=lambda n: (shares[n] + 0.5 * among[n].hit.score / top, -n))
    if not named:
        return among[best], shares[best]
    others = max((_share(evidence, topic, one) for one in found if one not in named), default=0.0)
    strayed = (
        len(topic.strip()) > 1 and shares[best] < _LITTLE and others > 2 * shares[best] + _LITTLE
    )
    return among[best], -1.0 if strayed else _SURE


def _share(evidence: Evidence, topic: str, exchange: _Exchange) -> float:
    """What is said of the topic, of the part of it that any document speaks of."""
    said = [exchange.asked.text, *(passage.text for passage in exchange.answers)]
    return evidence.matcher.known_coverage(topic, fold("\n".join(said)))


def _answered_by(evidence: Evidence, exchange: _Exchange, sure: float) -> Draft | None:
    speakers = {one.speaker: one for one in reversed(exchange.answers) if one.speaker}
    if not speakers:
        return None
    first = list(reversed(speakers.values()))
    named = [f"{one.speaker}（{one.role}）" if one.role else str(one.speaker) for one in first]
    draft = _draft(
        evidence,
        "、".join(named),
        first,
        f"{exchange.asker or '提问'}的问题由其回答",
        sure,
    )
    posts = [place for one in first for place in where_named(evidence, one)]
    return replace(draft, citations=(*draft.citations, *posts))


def _asked_by(evidence: Evidence, exchange: _Exchange, sure: float) -> Draft | None:
    if not exchange.asker or _CALLED.sub("", fold(exchange.asker)) == "":
        return None
    return _draft(evidence, exchange.asker, [exchange.asked], "按提问内容查提问人", sure)


def _draft(
    evidence: Evidence, text: str, passages: Sequence[Passage], reason: str, sure: float
) -> Draft:
    return Draft(
        text,
        "turn",
        citations=tuple(evidence.cite(passage) for passage in passages),
        reasons=(reason, f"内容匹配度 {sure:.2f}"),
        features={"coverage": sure, "unknown": 0.0},
    )
