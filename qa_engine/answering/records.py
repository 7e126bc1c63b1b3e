"""One field of one record: who leads, who cooperates, by when."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from qa_engine.answering.asking import BESIDE, DONE_BY, EXCEPT, LEAD_VERB, PLURAL
from qa_engine.answering.charged import charged
from qa_engine.answering.constraints import missing_keys, violations
from qa_engine.answering.evidence import Draft, Evidence, scope
from qa_engine.answering.labelled import choices
from qa_engine.answering.matching import terms
from qa_engine.answering.question import DATE, Question, task_words
from qa_engine.models import (
    COOPERATE,
    DEADLINE,
    GROUP,
    LEAD,
    NUMBER,
    TASK,
    Cell,
    Citation,
    Hit,
    Passage,
    Record,
)
from qa_engine.text.normalise import fold
from qa_engine.text.numbers import dates, same_date
from qa_engine.text.organisations import NameFinder, split_organisations
from qa_engine.text.patterns import later

ROLE_NAMES = {LEAD: "牵头（责任）部门", COOPERATE: "配合部门", DEADLINE: "完成时间"}
_RECORD_KINDS = ("row", "clause")
# How much more of the question prose must cover before a record is passed over.
_CLEARLY = 0.25
_SHORT_VALUES = range(2, 9)  # characters
_ANSWERING = {LEAD, COOPERATE, DEADLINE, NUMBER}
# 谁负责 and 找谁, not 谁牵头, which asks for a body.
_ASKS_WHO = later(r"(?:谁|哪位)(?:来|去|具体|主要)*(?:负责|管|抓)|负责的?(?:人)?是谁|找谁")
_IN_CHARGE = later(r"(?:负责人|责任人|责任领导)$")


def task_text(passage: Passage) -> str:
    """The matching form of what a record is about: all cells but those that answer."""
    if passage.record is None:
        return fold(passage.text)
    cells = [cell.value for cell in passage.record.cells if cell.role not in _ANSWERING]
    return fold("\n".join([*passage.headings, *cells]))


def own_text(passage: Passage) -> str:
    """Like ``task_text`` without headings and what is carried down from a group."""
    if passage.record is None:
        return fold(passage.text)
    cells = [
        cell.value
        for cell in passage.record.cells
        if cell.role not in _ANSWERING and cell.role != GROUP and not cell.carried
    ]
    return fold("\n".join(cells))


def rank_records(
    evidence: Evidence,
    content: str,
    has: Callable[[Record], bool],
    kinds: tuple[str, ...] = _RECORD_KINDS,
) -> list[tuple[float, Hit]]:
    """Records that have what is asked, best match of the task first; score about 0..2.

    ``content`` lacks what asks for the column; what ranks high for the whole question counts too,
    since a row may be told by few characters (二级, 三级)."""
    hits = evidence.search(content or evidence.question.text, kinds, 50)
    having = [hit for hit in hits if hit.passage.record is not None and has(hit.passage.record)]
    if not having:
        return []
    top = max(hit.score for hit in having) or 1.0
    whole = {hit.passage.id: hit.score for hit in evidence.hits}
    most = max(whole.values(), default=0.0) or 1.0
    ranked = [
        (
            0.6 * evidence.matcher.coverage(content, own_text(hit.passage))
            + 0.4
            * evidence.matcher.coverage(content, task_text(hit.passage) + fold(hit.passage.title))
            + 0.5 * hit.score / top
            + 0.3 * whole.get(hit.passage.id, 0.0) / most
            + 0.3 * _says_a_value(evidence.question.text, hit.passage),
            hit,
        )
        for hit in having
    ]
    ranked.sort(key=lambda pair: (-pair[0], pair[1].passage.document, pair[1].passage.ordinal))
    return ranked


def _says_a_value(text: str, passage: Passage) -> bool:
    """Whether the question says what a short cell holds that tells this row (三级, not 二级)."""
    assert passage.record is not None
    return any(
        cell.role not in _ANSWERING
        and len(cell.value.strip()) in _SHORT_VALUES
        and fold(cell.value).strip() in text
        for cell in passage.record.cells
    )


@dataclass(frozen=True, slots=True)
class Meant:
    """The record that a question means, and what speaks for it."""

    passage: Passage
    record: Record
    features: Mapping[str, float]


def meant_record(
    evidence: Evidence,
    content: str,
    has: Callable[[Record], bool],
    kinds: tuple[str, ...] = _RECORD_KINDS,
) -> Meant | Draft | None:
    """The record meant; a refusal when all contradict the question; None when prose speaks
    of it more clearly, or no record has what is asked. No ``kinds`` are all kinds."""
    ranked = rank_records(evidence, content, has, kinds)
    allowed = [(score, hit) for score, hit in ranked if not violations(evidence, hit.passage)]
    if not allowed:
        if ranked:
            passage = ranked[0][1].passage
            return Draft("", "none", refusal="；".join(violations(evidence, passage)))
        return None
    score, hit = allowed[0]
    passage = hit.passage
    assert passage.record is not None
    coverage, unknown = evidence.matcher.shares(content, scope(passage))
    best_other = max(
        (
            evidence.matcher.coverage(content, scope(other.passage))
            for other in evidence.hits[:5]
            if other.passage.record is None
        ),
        default=0.0,
    )
    if best_other > coverage + _CLEARLY:
        return None  # the documents speak of it elsewhere, in prose
    silent = _meant_without(evidence, content, has, passage)
    if silent is not None:
        return Draft(
            "",
            "none",
            citations=(evidence.cite(silent),),
            note="原文说到的这一项没有写明所问的内容。",
            reasons=("该项没有这一栏",),
            features={"coverage": coverage},
            blank=True,
        )
    # The same task in another table is no rival.
    task = own_text(passage)
    runner_up = next((one for one, other in allowed[1:] if own_text(other.passage) != task), 0.0)
    features = {
        "coverage": coverage,
        "unknown": unknown,
        "margin": score - runner_up,
        "score": score,
        "rank": float(_rank(evidence, passage)),
        "missing": float(len(missing_keys(evidence, passage))),
    }
    return Meant(passage, passage.record, features)


def _meant_without(
    evidence: Evidence, content: str, has: Callable[[Record], bool], chosen: Passage
) -> Passage | None:
    """The record of the same document that lacks what is asked, where it is far more clearly
    meant than the chosen one."""
    coverage = evidence.matcher.coverage
    least = coverage(content, own_text(chosen)) + _CLEARLY
    return next(
        (
            hit.passage
            for hit in evidence.hits[:3]
            if hit.passage.record is not None
            and hit.passage.document == chosen.document
            and not has(hit.passage.record)
            and hit.passage.record.by_role(TASK)
            and coverage(content, own_text(hit.passage)) > least
        ),
        None,
    )


def look_up(evidence: Evidence) -> Draft | None:
    """The cell of the role that the question asks for; None when no record is meant."""
    question = evidence.question
    role = question.role
    if role is None:
        return None
    meant = meant_record(evidence, task_words(question), lambda record: bool(charged(record, role)))
    if not isinstance(meant, Meant):
        return meant
    if role == LEAD and _told_in_words(question.text, fold(meant.passage.text)):
        return None
    if role == DEADLINE and _dated_within(question, meant.record, meant.passage.text):
        return None
    cells = _cells(meant.record, role, question.text)
    draft = field_draft(evidence, meant, cells, ROLE_NAMES[role])
    if draft.blank:
        return draft
    text = draft.text
    if role == LEAD and BESIDE.search(question.text):
        text = _without_named(evidence, [cell for cell in cells if cell.filled])
        if not text and EXCEPT.search(question.text):
            return None  # prose may tell of others
        text = text or draft.text
    if question.yes_no:
        text = _verdict(evidence, meant.passage, role, text)
    elif role == LEAD and _ASKS_WHO.search(question.text):
        return _with_person(evidence, meant, replace(draft, text=text))
    return replace(draft, text=text)


def _dated_within(question: Question, record: Record, text: str) -> bool:
    """Whether the task itself gives other dates, and the question names what happens on one of
    them: of several (6月底前起草，8月底前报批), or beside what else the record says
    (游泳场所7月20日前抽完)."""
    bare = replace(question, text=_DUE.sub("", question.text), types=(DATE,))
    if choices(bare, text):
        return True
    asked = _pairs(question.text)
    due = {fold(cell.value) for cell in record.by_role(DEADLINE)}
    parts = [part for part in re.split(r"[，,；;。\n]", fold(text)) if part]
    for n, part in enumerate(parts):
        if dates(part) and not any(value in part for value in due):
            others = "\n".join([*parts[:n], *parts[n + 1 :]])
            if (_pairs(part) & asked) - _pairs(others):
                return True
    return False


def _pairs(text: str) -> set[str]:
    """Pairs of characters, those that tell of dates and ends left aside."""
    bare = re.sub(r"\d|[年月日底前]|" + _DUE.pattern, " ", text)
    return {term for term in terms(bare) if len(term) > 1}


_DUE = later(r"(?:全部|全面|基本)?(?:完成|办结|办完|做完|落实|完工|到位|搞定)")


def _with_person(evidence: Evidence, meant: Meant, draft: Draft) -> Draft:
    """With the person whom another column of the record holds to account: 谁负责 asks for the
    body or for him."""
    cells = [
        cell
        for cell in meant.record.cells
        if cell.filled and cell.role not in _ANSWERING and _IN_CHARGE.search(cell.header)
    ]
    if len(cells) != 1 or fold(cells[0].value).strip() in fold(draft.text):
        return draft
    told = f"{draft.text}（{cells[0].header.split('/')[-1]}：{cells[0].value.strip()}）"
    cited = _citations(evidence, meant.passage, cells)
    return replace(draft, text=told, citations=(*draft.citations, *cited))


def field_draft(
    evidence: Evidence, meant: Meant, cells: Sequence[Cell], unnamed: str = ""
) -> Draft:
    """The values of some cells of one record; what is blank there is said to be blank."""
    filled = [cell for cell in cells if cell.filled]
    citations = _citations(evidence, meant.passage, filled)
    name = " / ".join(dict.fromkeys(cell.header for cell in cells)) or unnamed
    reasons = (f"按记录查“{name}”一栏", f"任务匹配度 {meant.features['coverage']:.2f}")
    if not filled:
        return Draft(
            "",
            "none",
            citations=citations,
            note=f"原文该项的“{name}”一栏是空白，文件没有写明。",
            reasons=(*reasons, "该单元格为空"),
            features=meant.features,
            blank=True,
        )
    mark = "、" if len({cell.role for cell in filled}) > 1 else "；"
    text = mark.join(dict.fromkeys(cell.value.strip() for cell in filled))
    return Draft(text, "record", citations=citations, reasons=reasons, features=meant.features)


def _cells(record: Record, role: str, asked: str) -> Sequence[Cell]:
    """The cells that answer: of the role, of all who are charged, or of those beside one."""
    own = record.by_role(role)
    if role != LEAD:
        return charged(record, role)
    word = re.search(r"牵头|主责|主办|挑头|责任(?=单位|部门|主体)", BESIDE.sub("", asked))
    if word:
        # Of 牵头单位 and 责任单位 in one record, the one that is asked by name.
        return [cell for cell in own if word.group() in cell.header] or charged(record, LEAD)
    others = [cell for cell in record.by_role(COOPERATE) if cell.filled]
    if BESIDE.search(asked):
        return others or own
    if PLURAL.search(asked):
        return [*own, *(cell for cell in others if "负责" in cell.header)]
    return own


def _told_in_words(asked: str, text: str) -> bool:
    """Whether the task itself tells by whom that is done which is asked of (由地方承担)."""
    asks = DONE_BY.search(asked)
    verb = asks.group()[-2:] if asks else ""
    if not verb or re.match(LEAD_VERB, verb):
        return False
    return re.search(rf"由[^此，。；：、]{{2,16}}{verb}", text) is not None


def _without_named(evidence: Evidence, cells: Sequence[Cell]) -> str:
    """The bodies of the cells that the question doesn't name."""
    finder = NameFinder(fold(evidence.question.text), evidence.synonyms)
    bodies = [body for cell in cells for body in split_organisations(cell.value)]
    return "、".join(body for body in bodies if not finder.find(fold(body)))


def _rank(evidence: Evidence, passage: Passage) -> int:
    for number, hit in enumerate(evidence.hits, 1):
        if hit.passage.id == passage.id:
            return number
    return 50


def _citations(evidence: Evidence, passage: Passage, cells: list[Cell]) -> tuple[Citation, ...]:
    placed = [cell for cell in cells if cell.start >= 0]
    if not placed and passage.record is not None:
        # A blank cell stands nowhere: the row's own cells show which row it is. Carried
        # values stand in earlier rows, and a range from there would quote those too.
        own = [cell for cell in passage.record.cells if cell.start >= 0 and not cell.carried]
        placed = [cell for cell in own if cell.role == TASK] or own
    if not placed:
        return (evidence.cite(passage),)
    return tuple(evidence.cite_source(passage, cell.start, cell.end) for cell in placed)


def _verdict(evidence: Evidence, passage: Passage, role: str, value: str) -> str:
    """是 or 不是 and the fact, for a question such as “X是不是牵头单位”."""
    asked = fold(evidence.question.text)
    assert passage.record is not None
    if role == DEADLINE:
        wanted = dates(asked)
        actual = dates(fold(value))
        if wanted and actual:
            same = any(same_date(one.iso, other.iso) for one in wanted for other in actual)
            return f"{'是' if same else '不是'}，完成时间是{value}"
        return f"完成时间是{value}"
    name = {LEAD: "牵头", COOPERATE: "配合"}.get(role, "")
    finder = NameFinder(asked, evidence.synonyms)
    named = [body for body in split_organisations(fold(value)) if finder.find(body)]
    if named:
        return f"是，{name}部门是{value}"
    text = f"不是，{name}部门是{value}"
    other_role = COOPERATE if role == LEAD else LEAD
    for cell in charged(passage.record, other_role):
        for body in split_organisations(cell.value):
            if finder.find(fold(body)):
                return f"{text}；{body}是{'配合' if role == LEAD else '牵头'}部门"
    return text
