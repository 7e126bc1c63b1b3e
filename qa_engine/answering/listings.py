"""All that one column of a table lists: which materials, which grades, and how many; in all rows
or in those of somebody or some place that the question names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_engine.answering.constraints import violations
from qa_engine.answering.evidence import Draft, Evidence
from qa_engine.answering.points import count_of
from qa_engine.answering.question import content_words
from qa_engine.answering.values import values_named
from qa_engine.models import COOPERATE, DEADLINE, LEAD, NUMBER, TASK, Cell, Hit, Item, Passage
from qa_engine.text.normalise import fold
from qa_engine.text.patterns import later

_LOOKED_AT = 12
_LONG = 300  # characters
_MOST = 40  # members of a list that is told whole
_NOUN = later(
    r"(?:哪(?:些|几[个种类份项级]?|[二两三四五六七八九十][个种类份项级]?)|"
    r"(?P<count>(?:几|多少)(?:个|种|类|份|项)))"
    r"(?:不同的?|主要|具体)?(?P<noun>[\u4e00-\u9fff]{2,6})"
)
_CALLED = r"(?:名称|类型|类别|种类|项目|名单)?"
_OTHERWISE = (LEAD, COOPERATE, DEADLINE, NUMBER)
_ENOUGH = 0.5


def list_column(evidence: Evidence) -> Draft | None:
    """The values of the column that the question names the kind of; None when there is none."""
    question = evidence.question
    asked = _NOUN.search(question.text)
    if asked is None or question.yes_no or question.role or question.set_role:
        return None
    content = re.sub(re.escape(asked.group()), " ", content_words(question))
    best: tuple[float, float, list[tuple[Passage, Cell]]] | None = None
    for hit, rows in _tables(evidence):
        cells = _column(rows, asked.group("noun"))
        if len(cells) < 2 or values_named(question.text, rows):
            continue  # a question that names a row asks for less
        above = fold("\n".join([hit.passage.title, *hit.passage.headings[-2:], *_headers(rows)]))
        coverage = evidence.matcher.known_coverage(content, above)
        if best is None or coverage + hit.score > best[0] + best[1]:
            best = (coverage, hit.score, cells)
    if best is None or best[0] < _ENOUGH:
        return None
    return _draft(evidence, best[2], *best[:2], told=bool(asked.group("count")))


def list_held(evidence: Evidence) -> Draft | None:
    """The values of a column in the rows that hold somebody or something else which the
    question names (某人保管哪些物资); None when no table does. Tasks are ``sets``."""
    question = evidence.question
    asked = _NOUN.search(question.text)
    if asked is None or question.yes_no:
        return None
    for _, rows in _tables(evidence):
        if any(row.record and row.record.by_role(TASK) for row in rows):
            continue
        held = _holding(question.text, rows)
        cells = _column(held, asked.group("noun")) if held else []
        if cells and not any(fold(cell.value) in question.text for _, cell in cells):
            return _draft(evidence, cells, 1.0, 1.0, told=bool(asked.group("count")))
    return None


def _tables(evidence: Evidence) -> Iterator[tuple[Hit, list[Passage]]]:
    """The tables with rows among those found, by their best row, and all rows of each."""
    seen: set[tuple[str, int | None]] = set()
    for hit in evidence.search(evidence.question.text, ("row",), _LOOKED_AT):
        key = (hit.passage.document, hit.passage.table)
        if key not in seen and not violations(evidence, hit.passage):
            seen.add(key)
            rows = evidence.passages_of(key[0])
            yield hit, [row for row in rows if row.table == key[1] and row.record]


def _holding(text: str, rows: list[Passage]) -> list[Passage]:
    """The rows that hold every value that the text names; none where no value is named."""
    values = values_named(text, rows)
    return [row for row in rows if values and all(row.id in found for _, found in values)]


def _column(rows: list[Passage], noun: str) -> list[tuple[Passage, Cell]]:
    """The filled cells of the column that is called as the noun begins, once each."""
    found: dict[str, tuple[Passage, Cell]] = {}
    for row in rows:
        for cell in row.record.cells if row.record else ():
            name = fold(cell.header.split("/")[-1]).strip()
            bare = re.sub(rf"{_CALLED}$", "", name) or name
            if cell.role in _OTHERWISE or not cell.filled or cell.start < 0:
                continue
            if len(bare) > 1 and noun.startswith(bare):
                found.setdefault(fold(cell.value), (row, cell))
    return list(found.values())


def _headers(rows: list[Passage]) -> list[str]:
    return list(rows[0].record) if rows and rows[0].record else []


def _draft(
    evidence: Evidence,
    cells: list[tuple[Passage, Cell]],
    coverage: float,
    score: float,
    *,
    told: bool,
) -> Draft | None:
    count = count_of(evidence.question)
    if len(cells) > _MOST or (count and count != len(cells)):
        return None
    items = tuple(
        Item(cell.value.strip(), evidence.cite_source(row, cell.start, cell.end))
        for row, cell in cells
    )
    text = "、".join(item.text for item in items)
    if told:
        text = f"共{len(items)}个：{text}"
    if len(text) > _LONG:
        text = text[: _LONG - 1] + "…"
    return Draft(
        text,
        "points",
        citations=tuple(item.citation for item in items),
        items=items,
        reasons=(f"表中“{cells[0][1].header}”一栏共{len(items)}个",),
        features={"coverage": coverage, "fits": 1.0, "hit": score},
    )
