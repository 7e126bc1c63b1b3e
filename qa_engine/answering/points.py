"""The points of an enumeration that a question asks for: all of them, or one by its number.

An enumeration may go on over several passages of one turn or section; the sentence that
announces it, the question it answers and its heading say what it enumerates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa_engine.answering.evidence import Draft, Evidence, answers_to, scope
from qa_engine.answering.lists import Enumeration, enumerations, heads
from qa_engine.answering.question import (
    DATE,
    LIST,
    ORGANISATION,
    PERSON,
    PLACE,
    QUANTITY,
    Question,
    content_words,
)
from qa_engine.models import Hit, Item, Passage
from qa_engine.text.normalise import fold
from qa_engine.text.numbers import han_value
from qa_engine.text.patterns import later
from qa_engine.text.sentences import sentences

_SHORT = 120  # characters of one point
_LONG = 300
_LOOKED_AT = 6  # ranked passages
_MOST = 12  # passages of one section
_LEAST = 0.5  # of what is asked, by weight, that the announcement has to say
_LEAST_NAMED = 0.3  # … where it calls the points as the question does

_SAID_WITHIN = 0.8  # what is said in the points counts a little less than their announcement

_COUNT = later(
    r"哪([二两三四五六七八九十]|\d{1,2})(?!年|月|日|号|点钟|天|位|名|家|人|部)"
    r"|(?<!第)([二两三四五六七八九十]|\d{1,2})(?:大|个|项|点|条|类|种|方面|步|阶段|句)"
    r"(?=[^？?]{0,10}(?:是什么|是啥|是哪|指|有哪|包括|分别|都是))"
)
_NTH = later(
    r"第([一二三四五六七八九十]|\d{1,2})(?:个|大)?"
    r"(?:条|项|点|步|方面|种|类|原则|措施|要求|特点|任务|举措|意见|建议|条件|原因|阶段|部分|环节)"
)
# What is enumerated, as the question calls it; some words say nothing.
_NOUN = later(
    r"(?:哪(?:些|几)|哪?[二两三四五六七八九十]|(?<!是)什么)(?:大|个|项|点|条|类|种|步|份)?"
    r"(?:主要|具体|基本|重要)?"
    r"([\u4e00-\u9fff]{2})"
)
# Words for the same sort of thing: a document that tells of 困难 answers who asks for 难题.
_ALIKE = (
    "困难 难题 难点 问题 不足 短板",
    "举措 措施 办法 做法 手段 安排",
    "特点 特征 特色",
    "条件 要求 资格",
    "任务 工作 事项",
    "成效 成果 成绩 效果",
    "变化 调整 改动",
    "意义 作用 好处 优势",
)
_ANY = later(r"方面|内容|什么|是什|是哪|都有|事情|东西|问题|要求|措施|办法|做法|工作|地方")
_OTHERWISE = (PERSON, ORGANISATION, DATE, PLACE, QUANTITY)


@dataclass(frozen=True, slots=True)
class _Section:
    """Adjacent passages of one turn or section; ``starts`` is where each begins in ``text``."""

    passages: tuple[Passage, ...]
    text: str
    starts: tuple[int, ...]

    def place(self, at: int) -> tuple[Passage, int]:
        """The passage that holds a character, and where in it."""
        number = max(n for n, start in enumerate(self.starts) if start <= at)
        return self.passages[number], at - self.starts[number]


@dataclass(frozen=True, slots=True)
class _Found:
    hit: Hit
    section: _Section
    series: Enumeration
    coverage: float
    named: bool  # as many as asked for, or called as the question calls them


def asks_points(question: Question) -> bool:
    """Whether the points of an enumeration may answer it."""
    if _NTH.search(question.text):
        return not question.ordinal
    return question.wants(LIST) and question.types[0] not in _OTHERWISE and not question.role


def enumerate_points(evidence: Evidence) -> Draft | None:
    """The enumeration that the question names, or the one of its points asked for."""
    question = evidence.question
    if not asks_points(question):
        return None
    nth = _NTH.search(question.text)
    wanted = _number(nth.group(1)) if nth else 0
    found = list(_candidates(evidence, count_of(question), wanted))
    if not found:
        return None
    best = max(found, key=lambda one: one.coverage + 0.3 * one.named + 0.1 * one.hit.score)
    if best.coverage < (_LEAST_NAMED if best.named else _LEAST):
        return None
    members = best.series.members
    if wanted:
        members = members[wanted - 1 : wanted]
    items = tuple(_items(evidence, best.section, members))
    if not items:
        return None
    budget = _SHORT if wanted else _LONG
    return Draft(
        heads([item.text.rstrip("。，,") for item in items], budget),
        "points",
        citations=tuple(dict.fromkeys(item.citation for item in items)),
        items=() if wanted else items,
        reasons=(f"列举{len(best.series.members)}点，与所问相合 {best.coverage:.2f}",),
        features={
            "coverage": best.coverage,
            "fits": float(best.named),
            "hit": best.hit.score,
        },
    )


def points_content(question: Question) -> str:
    """What the points are of, without how many or which of them are asked for."""
    asked = _NTH.sub(" ", _COUNT.sub(" ", question.text))
    return content_words(replace(question, text=asked))


def _candidates(evidence: Evidence, count: int, nth: int) -> Iterator[_Found]:
    content = points_content(evidence.question)
    seen: set[str] = set()
    nouns, strict = nouns_of(evidence)
    for hit in _looked_at(evidence):
        if hit.passage.id in seen:
            continue
        section = _section(evidence, hit.passage)
        seen.update(passage.id for passage in section.passages)
        for series in enumerations(section.text):
            size = len(series.members)
            if (count and size != count) or size < nth:
                continue
            announced, near = _announcement(section, series)
            called = any(form in announced for form in nouns)
            if strict and not called:
                continue
            coverage = evidence.matcher.known_coverage(content, announced)
            if count:  # as many as asked for: what they are of may be said in the points
                whole = fold(f"{scope(hit.passage)}\n{section.text}")
                coverage = max(coverage, _SAID_WITHIN * evidence.matcher.coverage(content, whole))
            named = any(form in near for form in nouns)
            yield _Found(hit, section, series, coverage, bool(count or nth or named))


def nouns_of(evidence: Evidence) -> tuple[list[str], bool]:
    """What the question calls the points, with words for the same, and whether it tells them
    from others: no word of any question (内容) does, nor one that no document has."""
    noun = _NOUN.search(evidence.question.text)
    if noun is None:
        return [], False
    word = noun.group(1)
    forms = [form for group in _ALIKE if word in group.split() for form in group.split()] or [word]
    return forms, not _ANY.search(word) and any(evidence.matcher.stands(form) for form in forms)


def _looked_at(evidence: Evidence) -> list[Hit]:
    """The best passages, for a question that somebody else asked the answers given to it."""
    found: list[Hit] = []
    for hit in evidence.hits:
        found += answers_to(evidence, hit) if hit.passage.kind == "question" else [hit]
        if len(found) >= _LOOKED_AT:
            break
    return found[:_LOOKED_AT]


def _section(evidence: Evidence, passage: Passage) -> _Section:
    """The passages around one that belong to the same turn or stand under one heading."""
    if passage.record is not None:
        return _Section((passage,), passage.text, (0,))
    whole = evidence.passages_of(passage.document)
    at = next(n for n, one in enumerate(whole) if one.id == passage.id)
    first = last = at
    while first > 0 and at - first < _MOST and _together(whole[first - 1], passage):
        first -= 1
    while last + 1 < len(whole) and last - at < _MOST and _together(whole[last + 1], passage):
        last += 1
    text, starts = "", []
    for one in whole[first : last + 1]:
        text += "\n" if text else ""
        starts.append(len(text))
        text += one.text
    return _Section(tuple(whole[first : last + 1]), text, tuple(starts))


def _together(one: Passage, other: Passage) -> bool:
    return (one.kind, one.headings, one.speaker, one.question, one.turn) == (
        other.kind,
        other.headings,
        other.speaker,
        other.question,
        other.turn,
    )


def _announcement(section: _Section, series: Enumeration) -> tuple[str, str]:
    """Folded: title and headings above an enumeration with the sentences before its first
    point; what says what it enumerates: the question that it answers and those sentences."""
    passage, _ = section.place(series.start)
    before = section.text[: series.lead]
    parts = sentences(before)
    previous = before[slice(*parts[-1])] if parts else ""
    told = f"{previous}\n{section.text[series.lead : series.start]}"
    above = "\n".join([passage.title, *passage.headings, passage.question or "", told])
    return fold(above), fold(f"{passage.question or ''}\n{told}")


def _items(
    evidence: Evidence, section: _Section, members: Sequence[tuple[int, int]]
) -> Iterator[Item]:
    for start, end in members:
        passage, left = section.place(start)
        right = min(left + end - start, len(passage.text))
        piece = passage.text[left:right]
        right -= len(piece) - len(piece.rstrip(" \u3000\n\t；;"))
        yield Item(passage.text[left:right], evidence.cite(passage, left, right))


def count_of(question: Question) -> int:
    """How many points the question says there are; 0 if it doesn't."""
    match = _COUNT.search(question.text)
    return _number(match.group(1) or match.group(2)) if match else 0


def _number(text: str) -> int:
    """Of a numeral up to ten or of digits."""
    return int(text) if text.isdigit() else int(han_value(text) or 0)
