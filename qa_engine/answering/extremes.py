"""The row of a table that has the most or the least in a column (哪个区的产值最高); of two that
are named, the one that has more."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from qa_engine.answering.constraints import missing_keys, violations
from qa_engine.answering.evidence import Draft, Evidence
from qa_engine.answering.fields import with_unit
from qa_engine.answering.question import content_words
from qa_engine.answering.values import values_named
from qa_engine.models import NUMBER, Cell, Passage
from qa_engine.text.normalise import fold
from qa_engine.text.numbers import numbers
from qa_engine.text.patterns import later

_MORE = "高大多长贵远快久重宽强好优厚"
_LESS = "低小少短便宜近慢轻窄差弱薄"
_WORD = rf"(?:便宜|[{_MORE}低小少短近慢轻窄差弱薄])"
_MOST = later(
    rf"(?<!至)最(?:为)?(?!高人民|高[检法院]|低生活|低工资|[大小]化|近[几一两]?[年月天日次])"
    rf"(?P<word>{_WORD})"
)
_THAN = later(rf"(?:更|较|比较|相对)(?:为)?(?P<word>{_WORD})|(?P<behind>{_WORD})(?:一些|一点|些)")
_WHICH = later(r"哪(?!些|怕)|谁|(?:是|叫)(?:什么|啥)|什么(?=科目|项目|指标|部门|单位|地方)")
_AMOUNT = later(r"多少|几(?!个[^，。？]{0,6}最)|多[大高长远久]")
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
_TOTAL = later(r"(?:合计|总计|小计|共计|总和|平均值?|均值|总数)$|^(?:全[省市区县镇州国]|总体|平均)")
_YEAR = later(r"(?:19|20)\d{2}")
_BRACKETED = later(r"[（(][^（）()]*[）)]")
_KIND = later(
    r"(?:哪(?:一)?[个家座条项所只支位名]?|的)(?P<kind>[\u4e00-\u9fff、]{1,8}?)(?=[是的为有，？?]|总|$)"
)
_LOOKED_AT = 24
_NAMED = 0.5  # of a header's pairs of characters, by weight, in the question
_ENOUGH = 0.4  # of the rest of the question, in what stands above the table or names its rows
_MOST_TIED = 3
_CAPTION = 60  # characters of a text above a table that is what the table is called


@dataclass(frozen=True, slots=True)
class _Ranked:
    """A table's rows with the figure each has in the column that is asked for."""

    rows: tuple[tuple[Passage, Cell, Cell, Decimal], ...]  # row, its name, the figure's cell
    named: float
    told: float


def extreme(evidence: Evidence) -> Draft | None:
    """The name of the row that has the most (the least, more); None when none is asked for."""
    question = evidence.question
    asked = _asked(question.text)
    if asked is None or question.yes_no:
        return None
    word, two = asked
    tables = [
        ranked
        for rows in _tables(evidence)
        if (ranked := _ranked(evidence, rows, two=two)) is not None
    ]
    if not tables:
        return None
    best = max(tables, key=lambda one: one.named + one.told)
    figures = [value for *_, value in best.rows]
    wanted = min(figures) if word in _LESS else max(figures)
    winners = [one for one in best.rows if one[3] == wanted]
    if len(winners) > _MOST_TIED:
        return None
    names = "、".join(dict.fromkeys(name.value.strip() for _, name, _, _ in winners))
    row, _, figure, _ = winners[0]
    return Draft(
        f"{names}（{with_unit(figure.value.strip(), figure.header)}）",
        "record",
        citations=tuple(
            evidence.cite_source(row, cell.start, cell.end)
            for row, name, figure, _ in winners
            for cell in (name, figure)
        ),
        reasons=(f"按“{figure.header}”一栏比较{len(best.rows)}行",),
        features={
            "coverage": best.told,
            "unknown": 0.0,
            "margin": 1.0,
            "rank": 1.0,
            "missing": float(len(missing_keys(evidence, row))),
        },
    )


def _asked(text: str) -> tuple[str, bool] | None:
    """The word for most or least, and whether two are compared; None when that isn't asked."""
    most = _MOST.search(text)
    if most is not None:
        rest = text[: most.start()] + text[most.end() :]
        if _AMOUNT.search(rest) or not (_WHICH.search(rest) or text.endswith(most.group())):
            return None
        return most["word"], False
    than = _THAN.search(text)
    if than is None or not _WHICH.search(text) or _AMOUNT.search(text):
        return None
    return than["word"] or than["behind"], True


def _tables(evidence: Evidence) -> list[list[Passage]]:
    """The rows of every table that was found, those that contradict the question left out."""
    tables: dict[tuple[str, int | None], list[Passage]] = {}
    for hit in [*evidence.search(evidence.question.text, ("row",), _LOOKED_AT), *evidence.hits]:
        key = (hit.passage.document, hit.passage.table)
        if key in tables or hit.passage.record is None or hit.passage.table is None:
            continue
        tables[key] = [
            row
            for row in evidence.passages_of(key[0])
            if row.table == key[1] and row.record is not None and not violations(evidence, row)
        ]
    return [rows for rows in tables.values() if len(rows) > 1]


def _ranked(evidence: Evidence, rows: list[Passage], *, two: bool) -> _Ranked | None:
    question = evidence.question
    column = _column(evidence, rows)
    if column is None:
        return None
    header, named = column
    figures = _figures(rows, header)
    name = _naming(rows, question.text)
    if name is None or name == header:
        return None
    names = {row.id: cell for row in rows for cell in _cells(row, name) if cell.start >= 0}
    chosen = [row for row in rows if row.id in figures and row.id in names]
    chosen = [row for row in chosen if not _TOTAL.search(fold(names[row.id].value))]
    chosen = _meant(question.text, chosen, names, two=two)
    if len(chosen) < 2 or len({fold(names[row.id].value) for row in chosen}) < len(chosen):
        return None
    told = _told(evidence, rows, names)
    if told < _ENOUGH:
        return None
    return _Ranked(tuple((row, names[row.id], *figures[row.id]) for row in chosen), named, told)


def _column(evidence: Evidence, rows: Sequence[Passage]) -> tuple[str, float] | None:
    """The column of figures that the question names most fully; of several as fully named,
    none."""
    question = evidence.question
    text = _equal(question.text)
    years = set(question.years)
    scores: dict[str, float] = {}
    for header in dict.fromkeys(cell.header for row in rows for cell in _cells(row)):
        own_years = set(_YEAR.findall(header))
        if _NO_MEASURE.search(_last(header)) or (years and own_years and not years & own_years):
            continue
        measured = _equal(_bare(header.replace("/", "")))
        share = evidence.matcher.coverage(measured, text) if len(measured) > 1 else 0.0
        if any(a.search(question.text) and h.search(header) for a, h in _MEASURED):
            share += _NAMED
        if share >= _NAMED and len(_figures(rows, header)) > 1:
            scores[header] = share + (0.1 if years & own_years else 0.0)
    if not scores:
        return None
    best = max(scores, key=lambda one: scores[one])
    if sum(score > scores[best] - 0.05 for score in scores.values()) > 1:
        return None
    return best, min(1.0, scores[best])


def _figures(rows: Sequence[Passage], header: str) -> dict[str, tuple[Cell, Decimal]]:
    """Row → its figure in a column; empty unless most of the column's cells are figures, all in
    one unit, and no other cell has a number, which would be left out of the comparison."""
    filled = [
        (row, cell, fold(cell.value).strip())
        for row in rows
        for cell in _cells(row, header)
        if cell.filled and cell.start >= 0
    ]
    values = [(row, cell, _value(text)) for row, cell, text in filled]
    read = [(row, cell, *value) for row, cell, value in values if value is not None]
    unread = [text for (*_, text), (*_, value) in zip(filled, values, strict=True) if not value]
    if len(read) * 3 < len(filled) * 2 or any(map(numbers, unread)):
        return {}
    if len({unit for *_, unit in read}) > 1:
        return {}
    return {row.id: (cell, value) for row, cell, value, _ in read}


def _value(text: str) -> tuple[Decimal, str] | None:
    """The number that a cell is, 1.2亿 and 9800万 on one scale, and its unit."""
    found = numbers(text)
    if len(found) != 1 or found[0].end != len(text):
        return None
    sign = text[: found[0].start]
    if sign not in ("", "+", *_MINUS):
        return None
    return (-found[0].value if sign in _MINUS else found[0].value), found[0].unit


def _naming(rows: Sequence[Passage], text: str) -> str | None:
    """The column whose values name the rows: the one that is asked for, else the first that
    has another text in every row (of one year)."""
    columns = [
        header
        for header in dict.fromkeys(cell.header for row in rows for cell in _cells(row))
        if not _figures(rows, header) and not _YEAR.fullmatch(_last(header))
    ]
    distinct = [header for header in columns if _distinct(rows, header)]
    kind = _KIND.search(text)
    if kind is not None:
        called = [h for h in distinct if len(_last(h)) > 1 and kind["kind"].endswith(_last(h))]
        distinct = called or distinct
    return distinct[0] if distinct else None


def _distinct(rows: Sequence[Passage], header: str) -> bool:
    values = [
        fold(cell.value)
        for row in rows
        for cell in _cells(row, header)
        if cell.filled and cell.role != NUMBER
    ]
    return len(values) * 3 >= len(rows) * 2 and len(set(values)) == len(values)


def _meant(
    text: str, rows: list[Passage], names: Mapping[str, Cell], *, two: bool
) -> list[Passage]:
    """The rows that are compared: those named where two or more are, those of a group or
    kind that the question names, else all."""
    named = [row for row in rows if fold(names[row.id].value).strip() in text]
    if two or len(named) > 1:
        return named if len(named) > 1 else []
    header = names[rows[0].id].header if rows else ""
    for _, found in values_named(text, rows):
        fewer = [row for row in rows if row.id in found and header not in found[row.id]]
        rows = fewer if len(fewer) > 1 else rows
    kind = _KIND.search(text)
    if kind is None or (kind["kind"] in header and not re.search("[/、或和]", header)):
        return rows
    kinds = tuple(re.split("[、或和]", kind["kind"]))
    of_kind = [row for row in rows if fold(names[row.id].value).strip().endswith(kinds)]
    return of_kind if len(of_kind) > 1 else rows


def _told(evidence: Evidence, rows: Sequence[Passage], names: Mapping[str, Cell]) -> float:
    """The share of the question that the table's title, headings, headers and names tell."""
    content = _THAN.sub(" ", _MOST.sub(" ", content_words(evidence.question)))
    first = rows[0]
    above = [first.title, *(heading for row in rows for heading in row.headings)]
    above += [
        one.text
        for one in evidence.passages_of(first.document)
        if one.ordinal == first.ordinal - 1 and len(one.text) <= _CAPTION
    ]
    above += [cell.header for cell in _cells(first)]
    above += [cell.value for cell in names.values()]
    there = _equal(fold("\n".join(dict.fromkeys(above))))
    return evidence.matcher.known_coverage(_equal(content), there)


def _cells(row: Passage, header: str | None = None) -> list[Cell]:
    cells = row.record.cells if row.record else ()
    return [cell for cell in cells if header is None or cell.header == header]


def _bare(header: str) -> str:
    """Without brackets and years."""
    return re.sub(r"(?:19|20)\d{2}年?度?", "", _BRACKETED.sub("", fold(header))).strip()


def _last(header: str) -> str:
    return _BRACKETED.sub("", fold(header.split("/")[-1])).strip()


def _equal(text: str) -> str:
    return _GROWTH.sub("增长", text)
