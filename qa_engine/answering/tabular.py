"""The rows of one table together: what names them, which of their columns hold figures, and
whether the question speaks of the table at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from qa_engine.answering.constraints import violations
from qa_engine.answering.evidence import Evidence
from qa_engine.models import NUMBER, TASK, Cell, Passage
from qa_engine.text.normalise import fold
from qa_engine.text.numbers import numbers
from qa_engine.text.patterns import later

# Words that say what is measured where the question names no column (哪条路最长), and what
# columns of it have in their names.
_MEASURED = tuple(
    (re.compile(asked), re.compile(header))
    for asked, header in (
        (r"最[长短]", r"长|里程|米|公里"),
        (r"最[远近]", r"距|里程|公里"),
        (r"最宽|最窄", r"宽"),
        (r"最[重轻]", r"重|吨|斤"),
        (r"最贵|便宜|[用花]钱|花费|的钱", r"投资|价|费|金额|资金|经费|预算|支出|元"),
    )
)
_GROWTH = later(r"增幅|涨幅|增速|增长率|增长幅度")  # all the same thing
_MINUS = ("-", "−", "－")
_NO_MEASURE = later(
    r"序号|编号|排[名序]|名次|位次|电话|手机|传真|代码|邮编|年份|年度$|月份|日期|时间$|号码"
)
TOTAL = later(r"(?:合计|总计|小计|共计|总和|平均值?|均值|总数)$|^(?:全[省市区县镇州国]|总体|平均)")
_YEAR = later(r"(?:19|20)\d{2}")
_BRACKETED = later(r"[（(][^（）()]*[）)]")
_REMARK = later(r"(?<=\d)[（(][^（）()\d]*[）)]$")
KIND = later(
    r"(?:哪(?:一)?[个家座条项所只支位名]?|的)(?P<kind>[\u4e00-\u9fff、]{1,8}?)(?=[是的为有，？?]|总|$)"
)
_LOOKED_AT = 24
_NAMED = 0.5  # of a header's pairs of characters, by weight, in the question
_CAPTION = 60  # characters of a text above a table that is what the table is called


def tables_found(evidence: Evidence) -> list[list[Passage]]:
    """The rows of every table that was found, those that contradict the question left out;
    tables of one document with the same columns are one."""
    found: dict[tuple[str, int | None], list[Passage]] = {}
    for hit in [*evidence.search(evidence.question.text, ("row",), _LOOKED_AT), *evidence.hits]:
        key = (hit.passage.document, hit.passage.table)
        if key in found or hit.passage.record is None or hit.passage.table is None:
            continue
        found[key] = [
            row
            for row in evidence.passages_of(key[0])
            if row.table == key[1] and row.record is not None and not violations(evidence, row)
        ]
    alike: dict[tuple[str, ...], list[Passage]] = {}
    for (document, _), rows in found.items():
        if rows:
            columns = dict.fromkeys(cell.header for row in rows for cell in cells_of(row))
            alike.setdefault((document, *columns), []).extend(rows)
    return [rows for rows in alike.values() if len(rows) > 1]


def figure_column(evidence: Evidence, rows: Sequence[Passage]) -> tuple[str, float] | None:
    """The column of figures that the question names most fully; of several as fully named,
    none."""
    question = evidence.question
    text = equal_words(question.text)
    years = set(question.years)
    scores: dict[str, float] = {}
    for header in dict.fromkeys(cell.header for row in rows for cell in cells_of(row)):
        own_years = set(_YEAR.findall(header))
        if _NO_MEASURE.search(last_header(header)) or (
            years and own_years and not years & own_years
        ):
            continue
        measured = equal_words(plain_header(header.replace("/", "")))
        share = evidence.matcher.coverage(measured, text) if len(measured) > 1 else 0.0
        if any(a.search(question.text) and h.search(header) for a, h in _MEASURED):
            share += _NAMED
        if share >= _NAMED and len(figures_of(rows, header)) > 1:
            scores[header] = share + (0.1 if years & own_years else 0.0)
    if not scores:
        return None
    best = max(scores, key=lambda one: scores[one])
    if sum(score > scores[best] - 0.05 for score in scores.values()) > 1:
        return None
    return best, min(1.0, scores[best])


def figures_of(rows: Sequence[Passage], header: str) -> dict[str, tuple[Cell, Decimal]]:
    """Row → its figure in a column; empty unless most of the column's cells are figures, all in
    one unit, and no other cell has a number, which would be left out of the comparison."""
    filled = [
        (row, cell, fold(cell.value).strip())
        for row in rows
        for cell in cells_of(row, header)
        if cell.filled and cell.start >= 0
    ]
    values = [(row, cell, figure_in(text)) for row, cell, text in filled]
    read = [(row, cell, *value) for row, cell, value in values if value is not None]
    unread = [text for (*_, text), (*_, value) in zip(filled, values, strict=True) if not value]
    if len(read) * 3 < len(filled) * 2 or any(map(numbers, unread)):
        return {}
    if len({unit for *_, unit in read}) > 1:
        return {}
    return {row.id: (cell, value) for row, cell, value, _ in read}


def figure_in(text: str) -> tuple[Decimal, str] | None:
    """The number that a cell is, 1.2亿 and 9800万 on one scale, and its unit; what a bracket
    behind it adds (1900（未调整）) counts for nothing."""
    text = _REMARK.sub("", text)
    found = numbers(text)
    if len(found) != 1 or found[0].end != len(text):
        return None
    sign = text[: found[0].start]
    if sign not in ("", "+", *_MINUS):
        return None
    return (-found[0].value if sign in _MINUS else found[0].value), found[0].unit


def naming_column(rows: Sequence[Passage], text: str) -> str | None:
    """The column whose values name the rows: the one that is asked for, else the first that
    has another text in every row (of one year)."""
    columns = [
        header
        for header in dict.fromkeys(cell.header for row in rows for cell in cells_of(row))
        if not figures_of(rows, header) and not _YEAR.fullmatch(last_header(header))
    ]
    distinct = [header for header in columns if _distinct(rows, header)]
    tasks = {cell.header for row in rows for cell in cells_of(row) if cell.role == TASK}
    distinct.sort(key=lambda header: header not in tasks)  # before a theme that some share
    kind = KIND.search(text)
    if kind is not None:
        called = [
            h for h in distinct if len(last_header(h)) > 1 and kind["kind"].endswith(last_header(h))
        ]
        distinct = called or distinct
    return distinct[0] if distinct else None


def first_distinct(rows: Sequence[Passage]) -> str | None:
    """The first column, where it has another value in every row, figures too (缴费档次)."""
    header = next((cell.header for row in rows for cell in cells_of(row)), None)
    return header if header is not None and _distinct(rows, header) else None


def _distinct(rows: Sequence[Passage], header: str) -> bool:
    values = [
        fold(cell.value)
        for row in rows
        for cell in cells_of(row, header)
        if cell.filled and cell.role != NUMBER
    ]
    values = [value for value in values if not TOTAL.search(value.strip())]
    return len(values) * 3 >= len(rows) * 2 and len(set(values)) == len(values)


def told_above(
    evidence: Evidence, content: str, rows: Sequence[Passage], names: Mapping[str, Cell]
) -> float:
    """The share of ``content`` that the table's title, headings, headers and names tell."""
    first = rows[0]
    above = [first.title, *(heading for row in rows for heading in row.headings)]
    above += [
        one.text
        for one in evidence.passages_of(first.document)
        if one.ordinal == first.ordinal - 1 and len(one.text) <= _CAPTION
    ]
    above += [cell.header for cell in cells_of(first)]
    above += [cell.value for cell in names.values()]
    there = equal_words(fold("\n".join(dict.fromkeys(above))))
    return evidence.matcher.known_coverage(equal_words(content), there)


def cells_of(row: Passage, header: str | None = None) -> list[Cell]:
    """Those of a row, in one column or in all."""
    own = row.record.cells if row.record else ()
    return [cell for cell in own if header is None or cell.header == header]


def plain_header(header: str) -> str:
    """Without brackets and years."""
    return re.sub(r"(?:19|20)\d{2}年?度?", "", _BRACKETED.sub("", fold(header))).strip()


def last_header(header: str) -> str:
    """The lowest of several levels, without brackets."""
    return _BRACKETED.sub("", fold(header)).split("/")[-1].strip()


def equal_words(text: str) -> str:
    """With one word for growth."""
    return _GROWTH.sub("增长", text)
