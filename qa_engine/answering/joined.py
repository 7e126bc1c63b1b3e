"""As many things as the question counts, joined in a sentence: A、B和C三大工程; 三项制度：A、B、C;
A转变、B转变、C转变."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from qa_engine.alignment import Aligned
from qa_engine.answering.constraints import violations
from qa_engine.answering.evidence import Draft, Evidence, scope
from qa_engine.answering.question import DEFINITION, LIST, content_words
from qa_engine.models import Hit
from qa_engine.text.normalise import normalise
from qa_engine.text.numbers import han_value
from qa_engine.text.patterns import later
from qa_engine.text.sentences import sentences

_LOOKED_AT = 8  # ranked passages
_LEAST = 0.4  # of what is asked, by weight, that the passage has to say
_LEAST_FIRST = 0.15  # … the best one
_LONGEST = 160  # characters of the run
_MEASURE = r"(?:大|个|项|类|种|部|家|条|款|份|样|门|处|座|位|名|所|支|批|方面)"
_N = r"(?P<count>[二两三四五六七八九十]|\d{1,2})"
_IS = r"(?:分别|具体|都|指的|各)*(?:是|指|有|包括|叫|为)"
_ASKED = (
    re.compile(rf"哪{_N}{_MEASURE}?(?P<noun>[\u4e00-\u9fff]{{2,4}})"),
    re.compile(rf"{_N}{_MEASURE}[\"“”\s]*(?P<noun>[\u4e00-\u9fff]{{2,4}}?)[\"“”\s，,]*{_IS}"),
    re.compile(rf"(?P<noun>[\u4e00-\u9fff]{{2}}){_IS}(?:了|着)?哪{_N}{_MEASURE}[？?]*$"),
)
# 四乱, 五员: a number and what the members begin or end with.
_SHORT_NAME = later(
    r"(?<![第十周期一二三四五六七八九])(?P<count>[二两三四五六七八九十])"
    r"(?![大个项类种条点年月天日位名家级届次期批号人是五季])(?P<sign>[\u4e00-\u9fff])"
    r"[”\"]?\s*(?:$|[？?]|(?:分别|具体|都)?(?:指|是|包括|有哪))"
)
_PIECE = later(r"[^、，,；;：:。“”\"]+?(?=[、，,；;：:。“”\"]|[和与及]|$)")
_LEADING = later(
    r"^(?:[“\"]?[\u4e00-\u9fff]{1,3}[”\"]?)?(?:是指|包括|分别是|即|指|是|为)(?=.{2})|^[和与及](?=.{2})"
)
_NUMERALS = "二两三四五六七八九十"
_TITLES = later(r"^(?:法[规律]|文件|规定|办法|条例|标准|政策|意见|制度|作品|著作|书)")
_TITLE = later(r"《[^》]+》")
_APART = later(r"[”\"』」》]、?(?=[“\"『「《])|、|(?<=.)(?:以及|和|与|及)(?=.)")
_MARKS = '“"'
_THESE = later(r"(?:等|这|以上|上述)+$")
_BEFORE = later(r"[，,。；;：:！？\n]|[（(]即?(?=[^）)]*$)")  # a bracket that is still open
_LEADS = r"(?:[：:（(，,]|分别(?:是|为)|包括|即|是指?|为|指的是)+"


def joined_points(evidence: Evidence) -> Draft | None:
    """The run of things that the question counts; None where no sentence joins as many."""
    question = evidence.question
    if question.yes_no or not (question.wants(LIST) or question.wants(DEFINITION)):
        return None
    short = _SHORT_NAME.search(question.text)
    named = short["count"] + short["sign"] if short else ""
    counted = next((found for one in _ASKED if (found := one.search(question.text))), None)
    return (short and _listed(evidence, short, named, named)) or (
        counted and _listed(evidence, counted, counted["noun"], _beside(counted))
    )


def _beside(counted: re.Match[str]) -> str:
    """The noun in place of what counts it."""
    noun = counted["noun"]
    return noun if counted.start("noun") == counted.start() else f" {noun}"


def _listed(evidence: Evidence, counted: re.Match[str], noun: str, instead: str) -> Draft | None:
    """The best run of as many members as are counted; ``instead`` stands for the count in what
    the passage has to say."""
    question = evidence.question
    count = _value(counted["count"])
    content = content_words(replace(question, text=question.text.replace(counted.group(), instead)))
    best: tuple[float, float, Hit, tuple[int, int]] | None = None
    for hit in evidence.hits[:_LOOKED_AT]:
        passage = hit.passage
        if passage.kind == "question" or violations(evidence, passage):
            continue
        coverage = evidence.matcher.coverage(content, scope(passage))
        form = normalise(passage.text)
        for start, end in _runs(form, count, noun):
            place = form.source_span(start, end)
            if place and (best is None or coverage + hit.score > best[0] + best[1]):
                best = coverage, hit.score, hit, place
    if best is None:
        return None
    coverage, score, hit, (start, end) = best
    # The best passage says as many of what is asked for: other words for the rest will do.
    if coverage < (_LEAST_FIRST if hit is evidence.hits[0] else _LEAST):
        return None
    return Draft(
        hit.passage.text[start:end],
        "points",
        citations=(evidence.cite(hit.passage, start, end),),
        reasons=(f"原文并列{count}项{noun}",),
        features={"coverage": coverage, "fits": 1.0, "hit": score},
    )


def _runs(form: Aligned, count: int, noun: str) -> Iterator[tuple[int, int]]:
    """The places of runs of ``count`` members that the noun names."""
    for start, end in sentences(form.text):
        sentence = form.text[start:end]
        for left, right in _in_sentence(sentence, count, noun):
            if right - left <= _LONGEST:
                yield start + left, start + right


def _alike(text: str, count: int, sign: str) -> Iterator[tuple[int, int]]:
    """乱占、乱采、乱堆、乱建 for 四乱: so many pieces side by side that begin or end alike."""
    pieces = [one.span() for one in _PIECE.finditer(text)]
    bare = [_LEADING.sub("", text[start:end]) for start, end in pieces]
    for signed in (str.startswith, str.endswith):
        for first in range(len(pieces) - count + 1):
            run = bare[first : first + count]
            if all(len(one) > 1 and signed(one, sign) for one in run) and len(set(run)) == count:
                start, end = pieces[first][0], pieces[first + count - 1][1]
                yield start + len(text[slice(*pieces[first])]) - len(run[0]), end
                return


def _in_sentence(text: str, count: int, noun: str) -> Iterator[tuple[int, int]]:
    if len(noun) == 2 and noun[0] in _NUMERALS:
        yield from _alike(text, count, noun[1])
        return
    called = re.escape(noun[:2])
    for match in re.finditer(rf"{_N}{_MEASURE}?{called}", text):
        if _value(match["count"]) != count:
            continue
        # Behind, to the end of the clause, where something leads to them; else before.
        behind = re.compile(rf"[\u4e00-\u9fff”\"]{{0,4}}?{_LEADS}([^。；;！？\n，,]+)").match(
            text, match.end()
        )
        if behind and len(_members(behind.group(1))) == count:
            yield behind.span(1)
        before = text[: match.start()]
        first = max((one.end() for one in _BEFORE.finditer(before)), default=0)
        before = before[first:]
        # The last pair of marks, when it holds them all; else from the first mark.
        openings = max(0, *(before[:-1].rfind(mark) for mark in _MARKS)), _first_mark(before)
        for opening in openings:
            if len(_members(_THESE.sub("", before[opening:]))) == count:
                yield first + opening, match.end()
                break
    for clause in re.finditer(r"[^，,。；;：:！？\n]+", text):
        titles = [one.span() for one in _TITLE.finditer(clause.group())]
        if _TITLES.match(noun) and len(titles) == count:
            yield clause.start() + titles[0][0], clause.start() + titles[-1][1]
        members = _members(clause.group())
        if len(members) == count and all(
            member.rstrip('”"等').endswith(noun[:2]) for member in members
        ):
            yield clause.span()


def _first_mark(text: str) -> int:
    """Where the first quotation begins; 0 without any."""
    return min((at for mark in _MARKS if (at := text.find(mark)) >= 0), default=0)


def _members(run: str) -> list[str]:
    """What 、, quotation marks side by side and the last 和 join; no empty ones."""
    parts = [part for part in _APART.split(run) if part.strip()]
    listed = [part for part in re.split(r"[”\"』」》]、?(?=[“\"『「《])|、", run) if part.strip()]
    # 和 joins the last two only where marks part the others, or two in all.
    if len(listed) > 1 and not re.search(r"和|与|及", listed[-1]):
        return listed
    if len(listed) > 1:
        return listed[:-1] + [p for p in re.split(r"以及|和|与|及", listed[-1], maxsplit=1) if p]
    return parts if len(parts) == 2 else listed


def _value(text: str) -> int:
    return int(text) if text.isdigit() else int(han_value(text) or 0)
