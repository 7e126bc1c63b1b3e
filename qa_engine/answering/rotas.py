"""Rows chosen by a person's name: on which days somebody is on duty, and how often; what
somebody or an office looks after, and who looks after a matter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qa_engine.answering.asking import TIME_WORD, WHO
from qa_engine.answering.constraints import violations
from qa_engine.answering.evidence import Draft, Evidence
from qa_engine.answering.posts import POST
from qa_engine.answering.question import ORGANISATION, Question, content_words, task_words
from qa_engine.answering.records import own_text, rank_records
from qa_engine.answering.values import holding, says_column
from qa_engine.models import COOPERATE, LEAD, OTHER, PERSON, TASK, Cell, Citation, Item, Passage
from qa_engine.text.normalise import fold
from qa_engine.text.numbers import dates
from qa_engine.text.patterns import later

_DAYS = later(rf"{TIME_WORD}|哪[一二两三四五六七八九十几些]?(?:天|日|日子|个日期)")
_TIMES = later(r"(?:几|多少)(?:天|次|回|个?班|趟)")
_DUTY = later(r"值[^，。？]{0,6}班|值守|值日|带班|当班|轮[值岗班]|上岗")
_DAY_HEADER = later(r"日期|时间|日子|月日")
_DUTIES = later(r"分管|负责|职责|分工|主管|业务范围|工作内容")
_ASKS_DUTIES = later(
    r"(?:分管|负责|主管|管|做|干)(?:着|些|了|的)*(?:什么|啥|哪|何)|(?:什么|哪些|啥)(?:工作|业务|事)?(?:归|由)|"
    r"(?:职责|分工|分管(?:的)?工作|业务)(?:是|有)?(?:什么|哪些|啥)"
)
_ASKS_WHO = later(
    rf"(?:{WHO}|(?:哪|什么)一?[个位名]?(?:科室|处室|股室|部门|科|处|股|副?[\u4e00-\u9fff]{{1,3}}长|领导|同志))"
    r"(?:来|去)?(?:分管|主管|负责|管)|(?:分管|主管|负责|管)[^，。？]{1,20}?的(?:是|为)?"
    rf"(?:{WHO}|哪)|(?:归|由|找|该找)(?:{WHO}|哪[个位]?(?:科室|处室|领导|副?[\u4e00-\u9fff]{{1,3}}长))"
)
_OFFICE = later(r"科室|处室|股室|部门|单位|机构")
# What tells that a directory is meant: 分管, or a post or an office within a body.
_OF_DIRECTORY = later(
    r"分管|主管|归[^，。？]{0,8}管|(?:哪|什么)一?[个位名]?(?:科室?|处室?|股室?|副?[\u4e00-\u9fff]{1,3}长|领导|同志)"
)
_ENOUGH = 0.6  # of the matter, by weight, that a duty has to say


def on_duty(evidence: Evidence) -> Draft | None:
    """The days of a rota on which the person named is on duty, or how many they are."""
    text = evidence.question.text
    days, times = _DAYS.search(text), _TIMES.search(text)
    if evidence.question.role or not (days or times):
        return None
    rows = [row for row in evidence.records() if _day(row) and not violations(evidence, row)]
    name, chosen = holding(text, rows)
    if name is None:
        return None
    columns = dict.fromkeys(header for _, cells in chosen for header in (c.header for c in cells))
    asked = {header for header in columns if says_column(text, header)}
    if not asked and not _DUTY.search(text):
        return None  # 某人请了几天假 speaks of no duty
    found = [
        (row, cell)
        for row, cells in chosen
        if (not asked or any(one.header in asked for one in cells)) and (cell := _day(row))
    ]
    if not found:
        return None
    items = tuple(
        Item(cell.value.strip(), evidence.cite_source(row, cell.start, cell.end))
        for row, cell in found
        if cell.start >= 0
    )
    if not items:
        return None
    listed = "、".join(dict.fromkeys(item.text for item in items))
    unit = _TIMES.search(text)
    text = f"共{len(items)}{unit.group()[-1]}：{listed}" if unit else listed
    return _draft(text, "set", tuple(item.citation for item in items), f"按值班表查“{name}”", items)


def looks_after(evidence: Evidence) -> Draft | None:
    """What the one who is named looks after, or who looks after a matter, by a directory's
    column of duties."""
    question = evidence.question
    asks_what = _ASKS_DUTIES.search(question.text)
    asks_who = _ASKS_WHO.search(question.text)
    if question.yes_no or not (asks_what or asks_who):
        return None
    if question.role and not _OF_DIRECTORY.search(question.text) and _planned(evidence):
        return None  # who leads a task is told by plans
    rows = [
        (row, cell)
        for row in evidence.records()
        if (cell := _duty(row)) is not None and not violations(evidence, row)
    ]
    if asks_what and not asks_who:
        return _duties_of(evidence, rows)
    return _in_charge(evidence, rows)


def _planned(evidence: Evidence) -> bool:
    """Whether a plan has a task that the question speaks of."""
    matter = task_words(evidence.question)
    ranked = rank_records(evidence, matter, lambda record: bool(record.by_role(LEAD)))
    return any(
        evidence.matcher.coverage(matter, own_text(hit.passage)) >= _ENOUGH for _, hit in ranked
    )


def _duties_of(evidence: Evidence, rows: Sequence[tuple[Passage, Cell]]) -> Draft | None:
    by_row = {row.id: cell for row, cell in rows}
    name, chosen = holding(evidence.question.text, [row for row, _ in rows], offices=True)
    cells = [(row, by_row[row.id]) for row, _ in chosen]
    if name is None or not cells or len(cells) > 3:
        return None
    return _draft(
        "；".join(dict.fromkeys(cell.value.strip() for _, cell in cells)),
        "record",
        tuple(evidence.cite_source(row, cell.start, cell.end) for row, cell in cells),
        f"按“{cells[0][1].header}”一栏查“{name}”",
    )


def _in_charge(evidence: Evidence, rows: Sequence[tuple[Passage, Cell]]) -> Draft | None:
    question = evidence.question
    asked = _ASKS_WHO.sub(" ", question.text)
    matter = content_words(replace(question, text=_DUTIES.sub(" ", asked)))
    shares = [
        (evidence.matcher.coverage(matter, fold(cell.value)), row)
        for row, cell in rows
        if _post_fits(row, question)
    ]
    best = max((share for share, _ in shares), default=0.0)
    named = [(row, _called(row, question)) for share, row in shares if share >= best - 1e-9]
    if best < _ENOUGH or len(named) != 1 or named[0][1] is None:
        return None
    row, cell = named[0][0], named[0][1]
    post = _post(row)
    text = cell.value.strip()
    if cell.role == PERSON and post is not None:
        text = f"{text}（{post.value.strip()}）"
    citation = evidence.cite_source(row, cell.start, cell.end)
    return _draft(text, "record", (citation,), f"按分管或负责的工作查“{cell.header}”")


def _day(row: Passage) -> Cell | None:
    """The one date of a row that is no task: of a rota."""
    if row.record is None or any(c.role in (TASK, LEAD, COOPERATE) for c in row.record.cells):
        return None
    days = [
        cell
        for cell in row.record.cells
        if cell.start >= 0 and _DAY_HEADER.search(cell.header) and dates(fold(cell.value))
    ]
    return days[0] if len(days) == 1 else None  # of several, the question names one


def _duty(row: Passage) -> Cell | None:
    """What the one of a directory's row looks after."""
    if row.record is None or not row.record.by_role(PERSON):
        return None
    for cell in row.record.cells:
        if cell.role == OTHER and _DUTIES.search(cell.header) and cell.start >= 0:
            return cell
    return None


def _called(row: Passage, question: Question) -> Cell | None:
    """The cell that names who is asked for: the person, or the office when one is asked for."""
    assert row.record is not None
    people = [cell for cell in row.record.by_role(PERSON) if cell.start >= 0]
    offices = [cell for cell in row.record.cells if _OFFICE.search(cell.header) and cell.start >= 0]
    if question.wants(ORGANISATION) and offices:
        return offices[0]
    return people[0] if people else None


def _post(row: Passage) -> Cell | None:
    assert row.record is not None
    cells = (cell for cell in row.record.cells if "职务" in cell.header and cell.filled)
    return next(cells, None)


def _post_fits(row: Passage, question: Question) -> bool:
    """Whether the row is of the post that the question names, if it names one."""
    posts = re.findall(POST, question.text)
    own = _post(row)
    return own is None or not posts or any(post in fold(own.value) for post in posts)


def _draft(
    text: str,
    kind: str,
    citations: tuple[Citation, ...],
    reason: str,
    items: tuple[Item, ...] = (),
) -> Draft:
    return Draft(
        text,
        kind,
        citations=citations,
        items=items if len(items) > 1 else (),
        reasons=(reason,),
        features={"coverage": 1.0, "unknown": 0.0, "margin": 1.0, "rank": 1.0, "missing": 0.0},
    )
