"""Possible answers in the passages that are read, each with the features it is ranked by.

With a reader they are its spans, and every date, quantity or place of the kind asked for;
without one, sentences. ``score`` is a weighted sum of the features; the weights
(``data/spans.json``) can be fitted by ``python -m benchmarks.answering.fit``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources

from qa_engine.answering.asking import CHANGE, EXCEPT, GIVES_REASON
from qa_engine.answering.contrasts import (
    contrary_clause,
    of_another_trade,
    only_aimed,
    only_reached,
    other_number,
    other_year,
)
from qa_engine.answering.evidence import Evidence, scope
from qa_engine.answering.kinds import contacts_for, fits, fits_any, quantities_for
from qa_engine.answering.labelled import Choice, choices, narrowed
from qa_engine.answering.mentions import (
    changed_to,
    end_of_range,
    events,
    grain_of,
    known_parts,
    whole_date,
    whole_quantity,
)
from qa_engine.answering.posts import of_another_body
from qa_engine.answering.question import (
    CONTACT,
    DATE,
    MANNER,
    ORGANISATION,
    PERSON,
    PLACE,
    QUANTITY,
    REASON,
    Question,
    content_words,
)
from qa_engine.answering.shapes import whole_chain
from qa_engine.models import Hit, Passage
from qa_engine.ports import Reading
from qa_engine.text.normalise import fold, normalise
from qa_engine.text.numbers import dates, han_value
from qa_engine.text.patterns import later
from qa_engine.text.places import find_places
from qa_engine.text.sentences import clauses, sentences

_AROUND = 24  # characters on each side of a span that are its surroundings
_SPANS = 10  # of the reader, in each passage
_TELLS_OF_ASKING = later(
    r"(?:询问|咨询|追问|请问|问到|问起|反映|想知道)[^。！？\n]{0,30}?"
    r"(?:为何|为什么|如何|怎[么样]|多少|哪[里些个儿]|是否|什么)"
)
_GOES_ON = later(r"(?:并|拟|将|已)*[于自从在]")
_REST = later(r"其[他它余]")
_CHANGES = later(rf"{CHANGE}|增|降|减|翻|[多少高低快慢]|[、和与及]$|分别")
_SO_MANY = later(r"哪([二两三四五六七八九十])[个家位]")
# What stands before it in a question is told, not asked.
ASKS_AFTER = later(r"[请請][问問]|想[了瞭]解|想[问問]")

FEATURES = (
    "margin",  # the reader's log-odds against no answer, -8..8
    "border",  # its distance to the passage's best span, ≤ 0
    "answerable",  # the reader's probability that the passage answers
    "hit",  # the passage's rank score by the best one's
    "scope",  # shares of the question's content that the passage, sentence, clause and
    "sentence",  # surroundings of the span cover
    "clause",
    "around",
    "misfit",  # not of any kind asked for
    "unlike",  # not of the first kind asked for
    "echo",  # says only what the question says, or what the heading does
    "asks",  # stands in a question
    "contrary",  # its clause speaks of an alternative to what is asked about
    "reasoned",  # a reason is asked for, and it says that it is one
    "grain",  # a date of another grain than asked (a year for a day)
    "labelled",  # 1 for the one of several values whose label is asked for, -1 for the others
    "precise",  # known parts of a date, 0..1
    "long",  # characters by 60, up to 1
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """``passage.text[start:end]`` as an answer; ``score`` is comparable across passages."""

    hit: Hit
    start: int
    end: int
    score: float
    features: Mapping[str, float] = field(default_factory=dict)

    @property
    def passage(self) -> Passage:
        return self.hit.passage

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


@cache
def _weights() -> dict[str, float]:
    text = resources.files("qa_engine").joinpath("data/spans.json").read_text(encoding="utf-8")
    loaded: dict[str, float] = json.loads(text)["weights"]
    return loaded


def score_of(features: Mapping[str, float]) -> float:
    """The weighted sum that candidates are ranked by."""
    return sum(weight * features.get(name, 0.0) for name, weight in _weights().items())


def from_reader(
    evidence: Evidence, pool: Sequence[Hit], readings: Sequence[Reading], content: str
) -> list[Candidate]:
    """The reader's spans and further mentions of the kind asked for, best first."""
    question = evidence.question
    matcher = evidence.matcher
    near_content = content
    if EXCEPT.search(question.text):
        near_content = content_words(replace(question, text=EXCEPT.sub(" ", question.text)))
    top = max(hit.score for hit in pool) or 1.0
    found: list[Candidate] = []
    for hit, reading in zip(pool, readings, strict=True):
        text = hit.passage.text
        coverage = matcher.coverage(content, scope(hit.passage))
        parts = [
            (start, end, matcher.coverage(near_content, fold(text[start:end])))
            for start, end in sentences(text)
        ]
        clause_parts = [
            (start, end, matcher.coverage(near_content, fold(text[first:end])))
            for first, start, end in _with_subjects(text)
        ]
        spans = _spans_of(question, text, reading)
        best = max(spans.values(), default=0.0)
        labelled = choices(question, text)
        labels: dict[tuple[int, int], float] = {}
        if labelled:
            spans, labels = _told_apart(question, text, spans, labelled)
        for (start, end), margin in spans.items():
            left, right = next(
                ((left, right) for left, right, _ in parts if left <= start < right), (start, end)
            )
            if _is_the_question(question, hit.passage, end):
                continue
            told = ASKS_AFTER.search(text, end, right)  # before what is asked
            if not told and _tells_of_asking(question, text, left, right):
                continue
            folded = fold(text[start:end])
            if question.wants(PERSON) and of_another_body(question.text, fold(text), folded):
                continue
            around = f"{text[max(0, start - _AROUND) : start]}\n{text[end : end + _AROUND]}"
            fitting = fits_any(question, folded)
            features = {
                "margin": margin,
                "border": max(-8.0, margin - best),
                "answerable": reading.answerable,
                "hit": hit.score / top,
                "scope": coverage,
                "sentence": _value_at(parts, start),
                "clause": _value_at(clause_parts, start),
                "around": matcher.coverage(near_content, fold(around)),
                "misfit": float(
                    not fitting
                    or not _as_many(question, text, start, end)
                    or _no_change(question, text, start, end)
                ),
                "unlike": float(fitting and not fits(question, question.types[0], folded)),
                "echo": float(
                    (echoes(folded, question.text) and not question.yes_no)
                    or _set_aside(folded, question.text)
                    or _only_heads(question, hit.passage, text[start:end])
                ),
                "asks": float(_asks_itself(text, parts, start)),
                "contrary": float(
                    contrary_clause(question.text, _clause_at(text, clause_parts, start))
                    or _of_the_rest(question, text, clause_parts, left, (start, end))
                    or (not question.wants(DATE) and other_year(question.years, text, start))
                    or only_reached(question.text, text, start)
                    or other_number(question.text, text, start, end)
                    or of_another_trade(question.text, text, start, end)
                    or (question.wants(QUANTITY) and only_aimed(question.text, text, end))
                ),
                "reasoned": float(_gives_reason(question, text, start, end)),
                "labelled": labels.get((start, end), 0.0),
                "long": min(1.0, (end - start) / 60),
                **_date_features(question, folded),
            }
            found.append(Candidate(hit, start, end, score_of(features), features))
    found.sort(key=lambda one: -one.score)
    return found


def _with_subjects(text: str) -> Iterator[tuple[int, int, int]]:
    """Where what a clause says begins, and the clause: one that goes on with a time or place
    (…，于6月1日起施行) speaks of what the clause before it names."""
    before = (0, 0)
    for start, end in clauses(text):
        goes_on = text[before[1] - 1 : before[1]] in ("，", ",") and _GOES_ON.match(text, start)
        yield (before[0] if goes_on else start), start, end
        before = (start, end)


def _set_aside(folded: str, question: str) -> bool:
    """Whether a span names what the question leaves out (县水利局 for 除了水利局还有谁)."""
    aside = EXCEPT.search(question)
    named = re.sub(r"^[省市区县镇乡]", "", folded)
    return aside is not None and len(named) > 1 and named in aside.group()


def _only_heads(question: Question, passage: Passage, piece: str) -> bool:
    """Whether a span only heads its passage where it is asked how or why: that stands below."""
    asks_more = question.wants(MANNER) or question.wants(REASON)
    return asks_more and any(piece.strip("。 ") in heading for heading in passage.headings)


def _as_many(question: Question, text: str, start: int, end: int) -> bool:
    """Whether a span is one of as many bodies or persons as the question says there are."""
    asked = _SO_MANY.search(question.text)
    if asked is None or question.types[0] not in (ORGANISATION, PERSON):
        return True
    left, right = whole_chain(text, start, end)
    return len(re.split(r"[、和与及]", text[left:right])) >= int(han_value(asked.group(1)) or 0)


def _no_change(question: Question, text: str, start: int, end: int) -> bool:
    """Whether by how much something changed is asked and a span tells how much there is."""
    if not question.change or question.types[0] != QUANTITY:
        return False
    clause = re.split(r"[，,。；;：:\n]", text[max(0, start - _AROUND) : start])[-1]
    return _CHANGES.search(clause + text[start:end]) is None


def _date_features(question: Question, folded: str) -> dict[str, float]:
    if question.types[0] != DATE:
        return {"grain": 0.0, "precise": 0.0}
    asked, known = grain_of(question.text), known_parts(folded)
    return {"grain": float(bool(asked) and asked not in known), "precise": len(known) / 3}


def _spans_of(question: Question, text: str, reading: Reading) -> dict[tuple[int, int], float]:
    """(start, end) → log-odds: the reader's spans, dates and quantities taken whole, and
    every mention of the kind asked for, a little below the least."""
    spans: dict[tuple[int, int], float] = {}
    for span in reading.spans[:_SPANS]:
        margin = max(-8.0, min(8.0, span.score - reading.null_score))
        place = (span.start, span.end)
        if question.types[0] in (DATE, QUANTITY) and not question.yes_no:
            place = _one_point(question, text, *_one_line(text, *place))
        if question.types[0] == DATE:
            place = end_of_range(text, *whole_date(text, *place), question.text)
        elif question.types[0] == QUANTITY:
            place = whole_quantity(text, *changed_to(text, *place, question.text), question.text)
        spans[place] = max(margin, spans.get(place, -9.0))
    floor = min(spans.values(), default=-6.0) - 0.5
    mentions: list[tuple[int, int]] = []
    if question.types[0] == QUANTITY:
        mentions = [
            whole_quantity(text, one.start, one.end, question.text)
            for one in quantities_for(question, text)
        ]
    elif question.types[0] == DATE:
        mentions = [*((one.start, one.end) for one in dates(text)), *events(text)]
    elif question.types[0] == PLACE:
        form = normalise(text)
        mentions = [
            found
            for name in dict.fromkeys(find_places(form.text))
            for match in re.finditer(re.escape(name), form.text)
            if (found := form.source_span(*match.span())) is not None
        ]
    elif question.types[0] == CONTACT:
        mentions = contacts_for(question, text)
    if question.types[0] == DATE:
        spans = {place: score for place, score in spans.items() if not _signs(text, *place)}
        mentions = [place for place in mentions if not _signs(text, *place)]
    taken = list(spans)
    for start, end in mentions:
        if not any(left <= start and end <= right for left, right in taken):
            spans[start, end] = floor
    return spans


def _told_apart(
    question: Question,
    text: str,
    spans: Mapping[tuple[int, int], float],
    labelled: Sequence[Choice],
) -> tuple[dict[tuple[int, int], float], dict[tuple[int, int], float]]:
    """Spans with their log-odds, each of several values cut to the one meant, and how the
    labels speak for them."""
    narrow: dict[tuple[int, int], float] = {}
    labels: dict[tuple[int, int], float] = {}
    for (start, end), margin in spans.items():
        left, right, label = narrowed(question, text, start, end, labelled)
        narrow[left, right] = max(margin, narrow.get((left, right), -9.0))
        labels[left, right] = label
    return narrow, labels


def _signs(text: str, start: int, end: int) -> bool:
    """Whether a date is all of its line, below another one: it dates the document (which is
    asked for as such), unless a label stands above it."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    line = text[first : last if last >= 0 else len(text)]
    above = text[:first].rstrip().rpartition("\n")[2]
    alone = not line.replace(text[start:end], "").strip()
    return alone and len(above) > 4 and not above.endswith(("：", ":"))


def _one_line(text: str, start: int, end: int) -> tuple[int, int]:
    """A span as far as its line goes: what stands on the next says something else."""
    stop = text.find("\n", start, end)
    return start, stop if stop > start else end


def _one_point(question: Question, text: str, start: int, end: int) -> tuple[int, int]:
    """Of a span over several points or sentences the first that can answer (150分；（六）近5年)."""
    for part in re.finditer(r"[^；;。]+", text[start:end]):
        if fits(question, question.types[0], fold(part.group())):
            return start + part.start(), start + part.end()
    return start, end


def from_sentences(evidence: Evidence, pool: Sequence[Hit], content: str) -> list[Candidate]:
    """Sentences ranked by what they cover of the question, when there is no reader."""
    question = evidence.question
    top = max(hit.score for hit in pool) or 1.0
    found: list[Candidate] = []
    for hit in pool:
        text = hit.passage.text
        around = fold(
            "\n".join([hit.passage.title, *hit.passage.headings, hit.passage.question or ""])
        )
        for start, end in sentences(text):
            if _tells_of_asking(question, text, start, end):
                continue
            sentence = fold(text[start:end])
            score = evidence.matcher.coverage(content, sentence)
            score += 0.4 * evidence.matcher.coverage(content, f"{around}\n{sentence}")
            score += 0.5 * hit.score / top
            if fits_any(question, sentence):
                score += 0.3
            found.append(Candidate(hit, start, end, score))
    found.sort(key=lambda one: -one.score)
    return found


def _value_at(parts: Sequence[tuple[int, int, float]], at: int) -> float:
    return next((value for start, end, value in parts if start <= at < end), 0.0)


def _clause_at(text: str, parts: Sequence[tuple[int, int, float]], at: int) -> str:
    """The matching form of the clause at that place."""
    return next((fold(text[start:end]) for start, end, _ in parts if start <= at < end), "")


def _of_the_rest(
    question: Question,
    text: str,
    parts: Sequence[tuple[int, int, float]],
    first: int,
    span: tuple[int, int],
) -> bool:
    """Whether a span holds of a clause that tells of all others (其他报送乙局) where one before
    it in the sentence, which begins at ``first``, names more of what is asked."""
    if _REST.search(question.text):
        return False
    return any(
        _REST.match(text, left)
        and any(first <= start < left and value > covered for start, _, value in parts)
        for left, right, covered in parts
        if left < span[1] and span[0] < right
    )


def _asks_itself(text: str, parts: Sequence[tuple[int, int, float]], at: int) -> bool:
    """Whether the sentence at that place is a question, asked from there on."""
    return any(
        start <= at < end and text[end - 1] in "？?" and not ASKS_AFTER.search(text, at, end)
        for start, end, _ in parts
    )


def _gives_reason(question: Question, text: str, start: int, end: int) -> bool:
    """Whether a reason is asked for and a span, or what leads to it in its clause, gives one."""
    if question.types[0] != REASON:
        return False
    lead = re.split(r"[，。；！？：\n]", text[max(0, start - _AROUND) : start])[-1]
    return bool(GIVES_REASON.search(lead + fold(text[start:end])))


def _is_the_question(question: Question, passage: Passage, end: int) -> bool:
    """Whether a span goes on to where somebody asked, and what they asked isn't asked for."""
    if passage.kind != "question" or question.asked:
        return False
    asks = ASKS_AFTER.search(passage.text)
    return asks is not None and asks.end() <= end


def _tells_of_asking(question: Question, text: str, start: int, end: int) -> bool:
    """Whether a sentence only tells that somebody asked (市民询问为何停业)."""
    return not (question.asked or question.said) and bool(_TELLS_OF_ASKING.search(text, start, end))


def echoes(answer: str, question: str) -> bool:
    """Whether the answer only says what the question says."""
    bare = re.sub(r"[^\w%‰]", "", answer)
    return bool(bare) and bare in re.sub(r"[^\w%‰]", "", question)
