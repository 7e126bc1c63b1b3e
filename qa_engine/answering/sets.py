"""Set questions over all records: which tasks a body leads, or are due by a date."""

from __future__ import annotations

import re

from qa_engine.answering.asking import COOPERATE_VERB, LEAD_VERB, TASK_ASK
from qa_engine.answering.charged import charged
from qa_engine.answering.constraints import violations
from qa_engine.answering.evidence import Draft, Evidence
from qa_engine.answering.lists import NUMBERING
from qa_engine.answering.records import task_text
from qa_engine.answering.set_filters import (
    CHARGED,
    Body,
    Period,
    asks_past,
    asks_set,
    bodies_named,
    joined,
    periods_asked,
    periods_of,
)
from qa_engine.answering.values import values_named
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
from qa_engine.text.organisations import mentions, names_body, split_organisations
from qa_engine.text.patterns import later

LIMIT = 300  # characters of an answer's text
_SPOKEN_OF = 0.6  # of what is asked, by weight, that a row has to say
COUNTED = 120  # where only how many there are is asked: the number, and the first of them
_NAME = 15  # characters of what a task with several measures is called
_FEW = 200  # characters of tasks that are told in full
_TOGETHER = later(r"共同|联合|一起|一同|会同|都(?!有|是)")
_APART = later(r"分别|各自|各(?=牵头|负责|配合)")
_YEAR = later(r"(?:19|20)\d{2}")
_INCLUDED = later(r"[（(]包?含[^（）()]{0,4}[）)]")  # 6月底（含）以前


def answer_set(evidence: Evidence) -> Draft | None:
    """All records that fit, complete in ``items``; None when no set is asked."""
    question = evidence.question
    text = _INCLUDED.sub("", question.text)
    surely = question.set_role is not None
    clearly = asks_set(text)
    if asks_past(text) and not surely:
        return None
    if question.yes_no or not (surely or clearly or _asks_tasks(text)):
        return None
    rows = [row for row in evidence.records() if not violations(evidence, row)]
    if not rows:
        return None
    counted = _COUNTS_THINGS.search(text) if question.counts else None
    if counted and not _speaks_of(evidence, counted["noun"], rows):
        return None  # how many there are of something else than tasks may be told in words
    bodies = bodies_named(text, _bodies_of(rows), evidence.synonyms)
    surely = surely or any(body.role in (LEAD, COOPERATE) for body in bodies)
    periods = periods_asked(text)
    rest = _without(text, [*bodies, *periods])
    values = values_named(rest, rows)
    for said in (*(value for value, _ in values), *question.years):
        rest = rest.replace(said, " ")
    topic = _topic(rest)
    unknown = _unknown(evidence, topic, rows, surely=surely) if surely or clearly else None
    if unknown and not bodies:
        return Draft("", "none", refusal=f"记录里没有“{unknown}”")
    if not (bodies or periods or values):
        return None
    chosen = [row for row in rows if all(row.id in found for _, found in values)]
    chosen = [row for row in chosen if all(_due_in(row, period) for period in periods)]
    if topic:
        about = _about(evidence, topic, rows)
        if about is None and not surely:
            return None
        chosen = [row for row in chosen if row in (about or ())]
    chosen = _of_bodies(text, bodies, chosen)
    if _ALONE.search(text) and "共同" not in text:
        chosen = [row for row in chosen if _alone(row)]
    fixed = _fixed(text, bodies, periods, [value for value, _ in values])
    if not chosen:
        about_topic = f"、关于“{topic}”" if topic else ""
        return Draft("", "none", refusal=f"记录里没有符合{fixed}{about_topic}的任务")
    return _compose(evidence, fixed, chosen)


def _without(text: str, spans: list[Body | Period]) -> str:
    """The text with blanks in place of what these say."""
    for one in spans:
        text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    return text


def _bodies_of(rows: list[Passage]) -> dict[str, None]:
    found: dict[str, None] = {}
    for row in rows:
        assert row.record is not None
        for cell in row.record.cells:
            if cell.role in (LEAD, COOPERATE):
                found.update(dict.fromkeys(split_organisations(fold(cell.value))))
    return found


def _charged(row: Passage, body: Body, role: str) -> bool:
    assert row.record is not None
    return any(
        name in body.names
        for cell in charged(row.record, role)
        for name in split_organisations(fold(cell.value))
    )


def _of_bodies(text: str, bodies: list[Body], rows: list[Passage]) -> list[Passage]:
    """The rows in which the bodies have their roles: all of them, or one of those that
    或 or 分别 puts side by side; side by side with 和, together where any row has both."""
    groups: list[list[Body]] = []
    either = False
    for number, body in enumerate(bodies):
        link = joined(text, bodies[number - 1], body) if number else ""
        either = either or link == "or"
        if link:
            groups[-1].append(body)
        else:
            groups.append([body])
    for group in groups:
        sets = [_in_role(rows, body) for body in group]
        both = [row for row in sets[0] if all(row in one for one in sets[1:])]
        apart = either or _APART.search(text)
        if apart or (not both and len(group) > 1 and not _TOGETHER.search(text)):
            rows = [row for row in rows if any(row in one for one in sets)]
        else:
            rows = both
    return rows


def _in_role(rows: list[Passage], body: Body) -> list[Passage]:
    leads = [row for row in rows if _charged(row, body, LEAD)]
    if body.role == LEAD or (body.role == CHARGED and leads):
        return leads
    helps = [row for row in rows if _charged(row, body, COOPERATE)]
    if body.role == COOPERATE and not helps:
        # Where no document meant ever says who helps: one of several charged, not the first.
        telling = any(row.record is not None and row.record.by_role(COOPERATE) for row in rows)
        return [] if telling else [row for row in leads if not _first(row, body)]
    if body.role in (COOPERATE, CHARGED):
        return helps
    return [*leads, *(row for row in helps if row not in leads)]


def _first(row: Passage, body: Body) -> bool:
    """Whether the body is named first of those charged, or alone."""
    assert row.record is not None
    names = [
        name for cell in charged(row.record, LEAD) for name in split_organisations(fold(cell.value))
    ]
    return names[0] in body.names


def _due_in(row: Passage, period: Period) -> bool:
    assert row.record is not None
    years = set(_YEAR.findall(row.title)) or set(_YEAR.findall(row.date or ""))
    year = years.pop() if len(years) == 1 else ""
    return any(
        period.holds(own)
        for cell in row.record.by_role(DEADLINE)
        for own in periods_of(fold(cell.value), year)
    )


def _fixed(text: str, bodies: list[Body], periods: list[Period], values: list[str]) -> str:
    """What the question fixes, in its own words."""
    said = [body.form for body in bodies]
    said += [text[period.start : period.end] for period in periods] + values
    return "、".join(f"“{one}”" for one in said)


def _unknown(evidence: Evidence, topic: str, rows: list[Passage], *, surely: bool) -> str | None:
    """A body, or somebody in charge, that the question names though the index never does."""
    titles = dict.fromkeys(fold(row.title) for row in rows)
    for word in topic.split():
        if any(names_body(title, word, evidence.synonyms) for title in titles):
            continue
        named = _NAMED_BODY.search(word) is not None and not _ASKED_BODY.search(word)
        unknown = evidence.matcher.shares(word, "")[1]
        if named and len(word) >= 3 and mentions(word) and (surely or unknown > 0.3):
            return word
        if surely and unknown > 0.99:
            return word
    return None


def _asks_tasks(text: str) -> bool:
    return bool(re.search(TASK_ASK, text.replace("工作日", "日")))


def _alone(row: Passage) -> bool:
    """Whether one body alone is charged with the record."""
    assert row.record is not None
    cells = [*row.record.by_role(LEAD), *row.record.by_role(COOPERATE)]
    return sum(len(split_organisations(cell.value)) for cell in cells) == 1


_NAMED_BODY = later(
    r"(?:局|委|办|厅|署|院|处|科|委员会|办公室|中心|集团|公司|大队|支队|街道|协会|联合会)$"
)
_ASKED_BODY = later(r"哪|什么|谁|几|牵头|配合|成员")
_HEAD = 160  # characters at a document's head that name it: title, number, date
_TASK_NAME = later(r"(?:任务|事项)(?:名称)?$")  # the column beside one of measures
_ALONE = later(r"单独|独自|独家|一家(?=负责|牵头|承担)|单个部门")
_SET_WORDS = later(
    rf"{LEAD_VERB}|{COOPERATE_VERB}|单独|共同|联合|会同|一起|一同|独自|独家|一家|或者?|参与|排第一位?|排在第一|"
    r"任务分解表|分解表|任务表|任务|工作|事项|事情|事儿|事|职责|清单|活儿|活|举措|措施|项目|工程|内容|文件|通知|"
    r"意见|方案|计划|里面?|中|当中|由|的|是|要|了|在|有|和|与|及|跟|归|把|被|让|找|那|且|并且?|同时|还|也|"
    r"(?:哪|几|多少)[一二三四五六七八九十两几]?[项个件些条方]?|什么|啥|\d+(?:项|条|个)|"
    r"开展|实施|推进|进行|完成|办结|到期|期满|截止到?|截至|落实到位|落实|时限|期限|时间|日期|节点|最迟|最晚|至迟|不晚于|不迟于|之前|以前|前|"
    r"之后|以后|底|内|定|应当?|需要?|必须|得|做|干|作为|单位|部门|处室|科室|责任|职能|分管|承担|承接|涉及|有关|相关|"
    r"名下|手上|手头|列出|列一下|列举|列|一览|全部|所有|一共|总共|共有?|共计|都|各|分别|包括|请|查一下|查询|查看|"
    r"帮我|我|想|了解|知道|一下|数一数|统计|汇总|凡是|不管|无论|还是|都算|别的|其他|其它|今年|本年度?|年度|目前|现在|"
    r"一组|范围|辖区|辖内|境内|区域|当地|本地|期间|时候|情况|方面|领域|重点|主要|具体|相应|明确|规定|确定|安排|部署|"
    r"打算|计划|准备|开始|结束|达成|实现|做到|做好|推动|抓好|抓紧|牵涉|囊括|罗列|展示|显示|给出|说明|回答|告诉|"
    r"它|他们?|她|你们?|咱们?|自己|大家|各位|领导|同志|角色|身份|名义|形式|方式|份内|分内|手里|头上|身上|"
    r"到|为|以|按照?|根据|对|给|来|去|上|下|属于?|等|及其|所|着|过|吗|呢|称|叫|个|项|件|条|份|些"
)


def _topic(rest: str) -> str:
    """What a set question speaks of beside bodies, dates and values: a document or a
    subject; often nothing."""
    words = re.sub(r"[^\w〔〕]", " ", _SET_WORDS.sub(" ", rest)).split()
    return " ".join(word for word in words if len(word) > 1)


def _speaks_of(evidence: Evidence, noun: str, rows: list[Passage]) -> bool:
    """Whether the task of some row speaks of such things."""
    return any(evidence.matcher.coverage(noun, task_text(row)) >= _SPOKEN_OF for row in rows)


def _about(evidence: Evidence, topic: str, rows: list[Passage]) -> list[Passage] | None:
    """The rows of the documents that the topic names, else those that speak of it; None
    when neither is told clearly."""
    matcher = evidence.matcher
    heads = {row.document: "" for row in rows}
    heads = {id: evidence.folded_document(id)[:_HEAD] for id in heads}
    named = {id: matcher.coverage(topic, head) for id, head in heads.items()}
    best = max(named.values(), default=0.0)
    speaking = [(matcher.coverage(topic, task_text(row)), row) for row in rows]
    closest = max((coverage for coverage, _ in speaking), default=0.0)
    if closest >= _SPOKEN_OF and closest > best:
        return [row for coverage, row in speaking if coverage >= 0.8 * closest]
    meant = {id for id, coverage in named.items() if coverage >= max(0.3, 0.8 * best)}
    if not meant and evidence.question.set_role is None:
        return None
    meant = meant or {hit.passage.document for hit in evidence.search(topic, (), 3)[:1]}
    return [row for row in rows if row.document in meant]


def short_task(row: Passage) -> str:
    """What a record is called in a list: the first clause of its task, unnumbered."""
    text = whole_task(row)
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


def whole_task(row: Passage) -> str:
    """The task of a record, unnumbered; what else tells it from others where none is named."""
    assert row.record is not None
    cells = [cell for cell in row.record.cells if cell.role == TASK and cell.filled]
    if not cells:
        cells = [
            cell
            for cell in row.record.cells
            if cell.role not in (LEAD, COOPERATE, DEADLINE, NUMBER, GROUP) and cell.filled
        ] or [cell for cell in row.record.cells if cell.role == GROUP and cell.filled]
    if not cells:
        return row.text[:40]
    task = NUMBERING.sub("", cells[0].value.strip())
    named = next(
        (c.value.strip() for c in row.record.by_role(GROUP) if _TASK_NAME.search(c.header)), ""
    )
    name = NUMBERING.sub("", named)
    return f"{name}：{task}" if 0 < len(name) <= _NAME and name not in task else task


_COUNTS_THINGS = later(
    r"(?:几|多少)(?:项|件|个|条)(?![^，。？]*(?:任务|工作|事|项目|措施|举措|指标|完成|需|要|牵头|负责|配合|到期|办结))"
    r"(?P<noun>[\u4e00-\u9fff]{2,8})"
)
_ASKS_WHICH = later(r"哪|什么|分别|列")
_ASKS_BODIES = later(
    r"(?:哪些|哪几个|哪几家|什么)(?:单位|部门|科室|处室|机构)的?(?:任务|工作|事项|项目)"
)


def _bodies_charged(evidence: Evidence, rows: list[Passage]) -> list[Item]:
    """Who is charged with the rows, each once, where that is asked of them."""
    if not _ASKS_BODIES.search(evidence.question.text):
        return []
    found: dict[str, Item] = {}
    for row in rows:
        for cell in charged(row.record, LEAD) if row.record else ():
            if cell.start >= 0 and cell.filled:
                name = cell.value.strip()
                found.setdefault(
                    fold(name), Item(name, evidence.cite_source(row, cell.start, cell.end))
                )
    return list(found.values())


def _compose(evidence: Evidence, fixed: str, rows: list[Passage]) -> Draft:
    bodies = _bodies_charged(evidence, rows)
    items = list(bodies)
    for row in rows if not bodies else ():
        assert row.record is not None
        placed = [cell for cell in row.record.cells if cell.role == TASK and cell.start >= 0]
        citation = (
            evidence.cite_source(row, placed[0].start, placed[0].end)
            if placed
            else evidence.cite(row)
        )
        items.append(Item(short_task(row), citation))
    whole = [whole_task(row).rstrip("。；; ") for row in rows]
    if sum(map(len, whole)) <= _FEW and not bodies:
        items = [Item(text, item.citation) for text, item in zip(whole, items, strict=True)]
    documents = list(dict.fromkeys(row.document for row in rows))
    question = evidence.question
    head = f"共{len(items)}项：" if len(items) > 1 or question.counts else ""
    text = head + "；".join(item.text for item in items)
    limit = COUNTED if question.counts and not _ASKS_WHICH.search(question.text) else LIMIT
    if len(text) > limit:
        budget = max(10, (limit - len(head) - 8) // len(items) - 1)
        text = head
        for number, item in enumerate(items):
            piece = item.text if len(item.text) <= budget else item.text[: budget - 1] + "…"
            if len(text) + len(piece) + 8 > limit:
                text = text.rstrip("；") + f"等{len(items)}项"
                break
            text += piece + ("；" if number + 1 < len(items) else "")
    note = f"来自{len(documents)}份文件" if len(documents) > 1 else ""
    reasons = [f"从全部记录里筛选：{fixed}"]
    return Draft(
        text,
        "set",
        citations=tuple(item.citation for item in items),
        items=tuple(items),
        note=note,
        reasons=tuple(reasons),
        features={"coverage": 1.0, "items": float(len(items))},
    )
