"""Set questions over all records: which tasks a body leads, or are due by a date."""

from __future__ import annotations

import re

from qa_engine.answering.asking import COOPERATE_VERB, LEAD_VERB, TASK_ASK
from qa_engine.answering.constraints import violations
from qa_engine.answering.evidence import Draft, Evidence
from qa_engine.answering.records import task_text
from qa_engine.answering.values import by_value
from qa_engine.models import (
    COOPERATE,
    DEADLINE,
    GROUP,
    LEAD,
    NUMBER,
    TASK,
    Item,
    Passage,
)
from qa_engine.text.normalise import fold
from qa_engine.text.numbers import DateMention, dates
from qa_engine.text.organisations import NameFinder, mentions, split_organisations

LIMIT = 300  # characters of an answer's text
_NUMBERING = re.compile(
    r"^\s*(?:[（(]?[一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十\d]+[、.．](?!\d))\s*"
)
_DUE = re.compile(r"(?:前|以前|之前|底前|止|内)")


def answer_set(evidence: Evidence) -> Draft | None:
    """All records that fit, complete in ``items``; None when no set is asked."""
    question = evidence.question
    due = _asks_due(question.text)
    listing = not question.yes_no and re.search(TASK_ASK, question.text)
    if question.set_role is None and not due and not listing:
        return None
    rows = evidence.records()
    rows = [row for row in rows if not violations(evidence, row)]
    if not rows:
        return None
    asks_body = question.set_role is not None or due
    name, matching = _by_department(evidence, rows) if asks_body else (None, [])
    if name is None and listing:
        name, matching = by_value(question.text, rows)
    if name is None and not asks_body:
        return None
    if name is None and not due:
        unknown = _unknown_body(question.text)
        if unknown:
            return Draft("", "none", refusal=f"记录里没有“{unknown}”")
        return None
    chosen = matching if name is not None else [(row, "") for row in rows]
    topic = _topic(evidence, name)
    if topic:
        chosen = _about(evidence, topic, chosen)
    if _ALONE.search(question.text) and "共同" not in question.text:
        chosen = [(row, role) for row, role in chosen if _alone(row)]
    if due:
        chosen = [(row, role) for row, role in chosen if _due_by(row, due)]
    if not chosen:
        who = f"“{name}”" if name else "这个期限"
        about = f"、关于“{topic}”" if topic else ""
        return Draft("", "none", refusal=f"记录里没有符合{who}{about}的任务")
    return _compose(evidence, name, [row for row, _ in chosen])


def _alone(row: Passage) -> bool:
    """Whether one body alone is charged with the record."""
    assert row.record is not None
    cells = [*row.record.by_role(LEAD), *row.record.by_role(COOPERATE)]
    return sum(len(split_organisations(cell.value)) for cell in cells) == 1


_HEAD = 160  # characters at a document's head that name it: title, number, date
_ALONE = re.compile(r"单独|独自|独家|一家(?=负责|牵头|承担)|单个部门")
_SET_WORDS = re.compile(
    rf"{LEAD_VERB}|{COOPERATE_VERB}|单独|共同|独自|独家|一家|或|参与|排第一位?|排在第一|"
    r"任务分解表|分解表|任务|工作|事项|事情|事儿|职责|清单|活儿|举措|措施|项目|工程|内容|文件|通知|"
    r"意见|方案|计划|一共|总共|共有|合计|一组|分别|里面?|中|当中|由|的|是|要|了|在|有|和|与|及|"
    r"(?:哪|几|多少)[一二三四五六七八九十两几]?[项个件些条方]?|什么|啥|\d+(?:项|条|个)"
)


def _topic(evidence: Evidence, name: str | None) -> str:
    """What a set question speaks of beside the body: a document or a subject; often nothing."""
    text = evidence.question.text.replace(name, " ") if name else evidence.question.text
    for date in reversed(dates(text)):
        text = text[: date.start] + " " + text[date.end :]
    text = re.sub(r"[^\w〔〕]", " ", _SET_WORDS.sub(" ", text))
    words = [word for word in text.split() if len(word) > 1]
    return " ".join(words)


def _about(
    evidence: Evidence, topic: str, rows: list[tuple[Passage, str]]
) -> list[tuple[Passage, str]]:
    """The rows of the documents that the topic names, else those that speak of it."""
    matcher = evidence.matcher
    heads = {row.document: "" for row, _ in rows}
    heads = {id: evidence.folded_document(id)[:_HEAD] for id in heads}
    named = {id: matcher.coverage(topic, head) for id, head in heads.items()}
    best = max(named.values(), default=0.0)
    speaking = [(matcher.coverage(topic, task_text(row)), row, role) for row, role in rows]
    closest = max((coverage for coverage, _, _ in speaking), default=0.0)
    if closest >= 0.6 and closest > best:
        return [(row, role) for coverage, row, role in speaking if coverage >= 0.8 * closest]
    ranked = evidence.search(topic, (), 3)
    meant = {id for id, coverage in named.items() if coverage >= max(0.3, 0.8 * best)}
    meant = meant or {hit.passage.document for hit in ranked[:1]}
    return [(row, role) for row, role in rows if row.document in meant]


def _by_department(
    evidence: Evidence, rows: list[Passage]
) -> tuple[str | None, list[tuple[Passage, str]]]:
    """The body that the question names and the rows in which it has the asked role."""
    text = evidence.question.text
    wanted = evidence.question.set_role
    bodies: dict[str, None] = {}
    for row in rows:
        assert row.record is not None
        for cell in row.record.cells:
            if cell.role in (LEAD, COOPERATE):
                bodies.update(dict.fromkeys(split_organisations(fold(cell.value))))
    finder = NameFinder(text, evidence.synonyms)
    found = {body: form for body in bodies if (form := finder.find(body))}
    if not found:
        return None, []
    longest = max(len(form) for form in found.values())
    meant = {body for body, form in found.items() if len(form) == longest}
    roles = {LEAD: (LEAD,), COOPERATE: (COOPERATE,)}.get(wanted or "", (LEAD, COOPERATE))
    matching: list[tuple[Passage, str]] = []
    for role in roles:
        for row in rows:
            assert row.record is not None
            values = [fold(cell.value) for cell in row.record.by_role(role)]
            if any(body in split_organisations(value) for value in values for body in meant):
                matching.append((row, role))
        if matching and wanted == "any" and not re.search(COOPERATE_VERB, text):
            break
    return next(form for form in found.values() if len(form) == longest), matching


def _unknown_body(text: str) -> str | None:
    """A body that the question names though no record does."""
    for mention in mentions(text):
        trimmed = re.sub(r"^.*?(?:由|在|的|请问|查|问|和|与)(?=[\u4e00-\u9fff]{2})", "", mention)
        if len(trimmed) >= 3 and not re.search(r"哪|什么|谁|几|牵头|配合|成员", trimmed):
            return trimmed
    return None


def _asks_due(text: str) -> list[DateMention]:
    """The dates by which tasks are due, when the question filters by them."""
    if not re.search(r"完成|办结|到期|截止|落实", text) or not re.search(
        r"(?:哪|什么|几|多少)[^，。？]{0,6}(?:工作|任务|事项|项|件)|(?:工作|任务|事项)(?:有)?哪|有哪些|有几",
        text,
    ):
        return []
    return [date for date in dates(text) if _DUE.search(text[date.start : date.end + 3])]


def _due_by(row: Passage, limits: list[DateMention]) -> bool:
    assert row.record is not None
    own = [date for cell in row.record.by_role(DEADLINE) for date in dates(fold(cell.value))]
    limit = limits[0].iso
    for date in own:
        one, other = date.iso, limit
        if other.startswith("0000") or not re.match(r"\d{4}", other):
            one, other = one[5:], re.sub(r"^\D*|^0000-?", "", other)
        if one and one[: len(other)] <= other:
            return True
    return False


def short_task(row: Passage) -> str:
    """What a record is called in a list: the first clause of its task, unnumbered."""
    assert row.record is not None
    cells = [cell for cell in row.record.cells if cell.role == TASK and cell.value.strip()]
    if not cells:
        cells = [
            cell
            for cell in row.record.cells
            if cell.role not in (LEAD, COOPERATE, DEADLINE, NUMBER, GROUP) and cell.value.strip()
        ] or [cell for cell in row.record.cells if cell.role == GROUP and cell.value.strip()]
    if not cells:
        return row.text[:40]
    text = _NUMBERING.sub("", cells[0].value.strip())
    match = re.match(r"[^。；;！？]{1,}", text)
    first = match.group() if match else text
    if len(first) > 45:
        parts = re.split(r"(?<=[，,：:])", first)
        short = parts[0]
        for part in parts[1:]:
            if len(short) >= 12:
                break
            short += part
        first = short.rstrip("，,：:")
    return first.strip()


def _compose(evidence: Evidence, name: str | None, rows: list[Passage]) -> Draft:
    items: list[Item] = []
    for row in rows:
        assert row.record is not None
        placed = [cell for cell in row.record.cells if cell.role == TASK and cell.start >= 0]
        citation = (
            evidence.cite_source(row, placed[0].start, placed[0].end)
            if placed
            else evidence.cite(row)
        )
        items.append(Item(short_task(row), citation))
    documents = list(dict.fromkeys(row.document for row in rows))
    head = f"共{len(items)}项：" if len(items) > 1 else ""
    text = head + "；".join(item.text for item in items)
    if len(text) > LIMIT:
        budget = max(10, (LIMIT - len(head) - 8) // len(items) - 1)
        text = head
        for number, item in enumerate(items):
            piece = item.text if len(item.text) <= budget else item.text[: budget - 1] + "…"
            if len(text) + len(piece) + 8 > LIMIT:
                text = text.rstrip("；") + f"等{len(items)}项"
                break
            text += piece + ("；" if number + 1 < len(items) else "")
    note = f"来自{len(documents)}份文件" if len(documents) > 1 else ""
    reasons = [f"从全部记录里筛选：{name}" if name else "从全部记录里按时限筛选"]
    return Draft(
        text,
        "set",
        citations=tuple(item.citation for item in items),
        items=tuple(items),
        note=note,
        reasons=tuple(reasons),
        features={"coverage": 1.0, "items": float(len(items))},
    )
