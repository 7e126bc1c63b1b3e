"""Example questions and suggestions, drawn from what is indexed."""

from __future__ import annotations

from qa_engine.answering.sets import short_task
from qa_engine.models import COOPERATE, LEAD, Passage
from qa_engine.ports import Filters, IndexReader
from qa_engine.text.normalise import fold
from qa_engine.text.organisations import split_organisations

_LONGEST = 40


def examples(reader: IndexReader, limit: int) -> list[str]:
    """Up to ``limit`` questions, one of each form in turn: records, sets, reporters' questions."""
    records = reader.records()
    forms = [_lead_questions(records), _set_questions(records), _asked(reader)]
    chosen: list[str] = []
    for round_ in range(limit):
        for form in forms:
            if round_ < len(form) and form[round_] not in chosen:
                chosen.append(form[round_])
            if len(chosen) == limit:
                return chosen
    return chosen


def _lead_questions(records: list[Passage]) -> list[str]:
    found = []
    for row in records:
        if row.record is None or not any(cell.value for cell in row.record.by_role(LEAD)):
            continue
        task = short_task(row)
        if 6 <= len(task) <= 24:
            found.append(f"{task}由哪个部门牵头？")
    return _spread(found)


def _set_questions(records: list[Passage]) -> list[str]:
    counts: dict[str, int] = {}
    for row in records:
        if row.record is None:
            continue
        for cell in row.record.by_role(LEAD):
            for body in split_organisations(cell.value):
                counts[body] = counts.get(body, 0) + 1
    often = sorted(
        (body for body in counts if counts[body] > 1), key=lambda body: (-counts[body], body)
    )
    return [f"{body}牵头哪些任务？" for body in often]


def _asked(reader: IndexReader) -> list[str]:
    found = [
        passage.text.strip()
        for info in reader.documents()
        if info.kind in {"press", "interview", "faq"}
        for passage in reader.passages_of(info.id)
        if passage.kind == "question" and len(passage.text.strip()) <= _LONGEST
    ]
    return _spread(found)


def _spread(found: list[str]) -> list[str]:
    """A few of many, taken evenly, so that examples don't all come from one place."""
    step = max(1, len(found) // 4)
    return found[::step]


def suggestions(reader: IndexReader, prefix: str, limit: int) -> list[str]:
    """Titles, departments, tasks and questions that hold what was typed, beginnings first."""
    typed = fold(prefix.strip())
    if not typed:
        return []
    pool: dict[str, None] = {}
    for info in reader.documents():
        pool[info.title] = None
    for row in reader.records(Filters()):
        if row.record is None:
            continue
        for role in (LEAD, COOPERATE):
            for cell in row.record.by_role(role):
                pool.update(dict.fromkeys(split_organisations(cell.value)))
        pool[short_task(row)] = None
    for question in _asked(reader):
        pool[question] = None
    holding = [(fold(text).find(typed), text) for text in pool if text]
    matching = sorted((at, len(text), text) for at, text in holding if at >= 0)
    return [text for _, _, text in matching[:limit]]
