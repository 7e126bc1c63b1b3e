"""The rows of a table that a date, a figure or a class in one of their columns fixes (哪些项目3月
开工, 投资超过1亿元的有几个, 中级职称的岗位是哪些). Tasks of a body are ``sets``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from qa_engine.answering.evidence import Draft, Evidence
from qa_engine.answering.fields import with_unit
from qa_engine.answering.limits import limit_told
from qa_engine.answering.question import Question, content_words
from qa_engine.answering.set_filters import Period, asks_past, periods_asked, periods_of
from qa_engine.answering.tabular import (
    TOTAL,
    cells_of,
    figure_column,
    figure_in,
    figures_of,
    first_distinct,
    last_header,
    naming_column,
    tables_found,
    told_above,
)
from qa_engine.models import COOPERATE, DEADLINE, LEAD, Cell, Item, Passage
from qa_engine.text.normalise import fold
from qa_engine.text.numbers import Quantity, han_value, numbers
from qa_engine.text.organisations import NameFinder
from qa_engine.text.patterns import later

_COUNTER = r"[个家项条座所处位名类种支场栋只宗件起户间]"
_HOW_MANY = rf"(?:几|多少){_COUNTER}"
_ASKED = later(
    # 几个项目; 有几个 at the end. 建几个 asks for a number that is told.
    rf"(?:(?P<count>{_HOW_MANY}(?!月|小时|工作日|人次)(?=[\u4e00-\u9fff]{{2}})|"
    rf"(?<=[有共是]){_HOW_MANY}(?=[？?]*$))|"
    rf"都?(?:有|是|分别是)?哪[几两二三四五六七八九十]*(?:些|{_COUNTER}))"
    r"(?:[\u4e00-\u9fff]{1,6}?(?=[是有的为在，。？?]|$))?"
)
_SEVERAL = later(r"些|几|多少|两|[二三四五六七八九十]")
_DATED = later(r"时间|日期|时限|期限|年月|月份|日程")
# Words for what happens on a date, by kind: those of the question and of the header.
_HAPPENS = tuple(
    later(words)
    for words in (
        r"开工|动工|开建|启动|开始|起始",
        r"竣工|完工|完成|建成|交付|投用|[做干办搞弄]完|结束|截止",
        r"搬|迁",
        r"报名|申报",
        r"考试|笔试|面试|考核",
        r"开放|开园|开业|开通|通车",
    )
)
_BY_YEAR = later(r"(?P<year>20\d{2})年?(?:才|底|内)?(?:能|要|会)?(?:完成|做完|干完|建成|办结|完工)")
_LIMIT_WORDS = later(r"不?(?:超过|大于|高于|多于|低于|少于|小于)|不[足到满]|至[少多]|以[上下内]")
_PEOPLE = later(r"(?:人|员|领导|长)$")
_TENTHS = later(r"([一二三四五六七八九])成(半)?(?![立为果员功效绩年本品交都])")
_GREW, _FELL = later(r"增产|增长|上升|上涨|增加了?的"), later(r"减产|下降|减少|下滑|下跌|负增长")
_GROWTH = later(r"增长|增幅|增速|涨幅|同比|[升增]降")
_MIXED = later(r"\d[A-Za-z]|[A-Za-z]\d?")  # 4A, of two characters
_FREE = later(r"免票|免费|免收(?:费用?)?|不收费")
_ASKS_FREE = later(r"免票|免费|免收|不(?:收|要|用买|花)(?:门?票|钱|费)")
_OF_DATES = ("年", "月", "日", "号")
_ENOUGH = 0.4  # of the rest of the question, in what stands above the table or in its columns
_BODY = 4  # characters of a body's name that may be shortened, at least
_MOST = 40
_LONG = 300  # characters
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class _Condition:
    """What the question says of a column: ``text[start:end]``, and which cells are so."""

    header: str
    start: int
    end: int
    holds: Callable[[Cell], bool]


_Conditions = Callable[[Evidence, Sequence[Passage], Sequence[str]], list[_Condition]]


def rows_by_value(evidence: Evidence) -> Draft | None:
    """The names of the rows that hold the date or the figure, and with it the class, that the
    question fixes; None where no table has a column for it."""
    text = evidence.question.text
    figures = any(one.unit and one.unit not in _OF_DATES for one in numbers(text))
    dated = bool(periods_asked(text, any_time=True))
    if not (figures or dated or any(one.search(text) for one in (_TENTHS, _GREW, _FELL))):
        return None  # nothing that a column could hold: no need to look for tables
    return _filtered(evidence, _by_value)


def rows_due(evidence: Evidence) -> Draft | None:
    """The same for when tasks are due, where the question does not name them as such."""
    text = evidence.question.text
    if not (periods_asked(text, any_time=True) or _years(text)):
        return None
    return _filtered(evidence, lambda _, rows, headers: _dated(text, rows, headers, due=True))


def rows_by_class(evidence: Evidence) -> Draft | None:
    """The same for classes alone."""
    return _filtered(evidence, _classed)


def _filtered(evidence: Evidence, conditions_of: _Conditions) -> Draft | None:
    question = evidence.question
    asked = _ASKED.search(question.text)
    if asked is None or question.yes_no or question.set_role:
        return None
    if asks_past(question.text):
        return None  # what has been done is told in prose
    if question.role and not _SEVERAL.search(asked.group()):
        return None  # 哪个部门牵头 is asked of one record
    best: tuple[float, list[tuple[Passage, Cell]], list[_Condition]] | None = None
    for rows in tables_found(evidence):
        target = naming_column(rows, question.text) or first_distinct(rows)
        if target is None:
            continue
        names = {row.id: cell for row in rows for cell in cells_of(row, target) if cell.start >= 0}
        if any(fold(cell.value).strip() in question.text for cell in names.values()):
            continue  # asks about this row
        rows = [row for row in rows if row.id in names and not _is_total(names[row.id])]
        headers = dict.fromkeys(cell.header for row in rows for cell in cells_of(row))
        headers.pop(target, None)
        conditions = conditions_of(evidence, rows, list(headers))
        kept = [row for row in rows if all(_so(row, one) for one in conditions)]
        if not conditions or not kept:
            continue
        if question.role and not all(_PEOPLE.search(one.header) for one in conditions):
            continue  # who leads, or by when, is asked of one record
        told = told_above(evidence, _rest(question, conditions), rows, names)
        if told >= _ENOUGH and (best is None or told > best[0]):
            best = told, [(row, names[row.id]) for row in kept], conditions
    if best is None or len(best[1]) > _MOST:
        return None
    return _draft(evidence, *best, counted=asked["count"] is not None)


def _by_value(
    evidence: Evidence, rows: Sequence[Passage], headers: Sequence[str]
) -> list[_Condition]:
    found = _dated(evidence.question.text, rows, headers)
    found += [one for one in _measured(evidence, rows, headers) if _apart(one, found)]
    found += [one for one in _grown(evidence.question.text, rows, headers) if _apart(one, found)]
    if found:
        found += [one for one in _classed(evidence, rows, headers) if _apart(one, found)]
    return found


def _apart(one: _Condition, taken: Sequence[_Condition]) -> bool:
    return all(one.end <= other.start or other.end <= one.start for other in taken)


def _dated(
    text: str, rows: Sequence[Passage], headers: Sequence[str], *, due: bool = False
) -> list[_Condition]:
    """Periods that the question says, on the column of dates that it speaks of; when tasks are
    due is such a column only with ``due``."""
    periods = periods_asked(text, any_time=True) or (_years(text) if due else [])
    columns = [header for header in headers if _is_dated(rows, header, due=due)]
    if not periods or not columns:
        return []
    said = [header for header in columns if _happens(header, text)]
    if len(said) != 1 and len(columns) > 1:
        return []
    header = said[0] if said else columns[0]

    def within(period: Period) -> Callable[[Cell], bool]:
        return lambda cell: any(period.holds(own) for own in periods_of(fold(cell.value)))

    return [_Condition(header, one.start, one.end, within(one)) for one in periods]


def _years(text: str) -> list[Period]:
    """A year by whose end something is due (跨到2026年才完成)."""
    return [
        Period(f"{one['year']}-01-01", f"{one['year']}-12-31", *one.span("year"))
        for one in _BY_YEAR.finditer(text)
    ]


def _is_dated(rows: Sequence[Passage], header: str, *, due: bool) -> bool:
    cells = [cell for row in rows for cell in cells_of(row, header) if cell.filled]
    dated = sum(bool(periods_of(fold(cell.value))) for cell in cells)
    if due != any(cell.role == DEADLINE for cell in cells):
        return False
    return bool(_DATED.search(header)) and dated * 2 > len(cells)


def _happens(header: str, text: str) -> bool:
    """Whether the question speaks of what a column of dates is about."""
    if any(words.search(header) and words.search(text) for words in _HAPPENS):
        return True
    stem = _DATED.sub("", last_header(header))
    return len(stem) > 1 and stem in text


def _measured(
    evidence: Evidence, rows: Sequence[Passage], headers: Sequence[str]
) -> list[_Condition]:
    """Limits that the question says (超过500万元, 40人以上), or a figure as it stands in a cell,
    on the column that it names or else the only one in that unit."""
    text = evidence.question.text
    named = figure_column(evidence, rows)
    found = []
    for quantity in [*numbers(text), *_tenths(text)]:
        if not quantity.unit or quantity.unit in _OF_DATES:
            continue
        for header in [named[0]] if named and named[0] in headers else headers:
            values = _values(rows, header)
            units = {unit for _, unit in values.values()}
            if units == {quantity.unit}:
                so = _limit(text, quantity, {n: v for n, (v, _) in values.items()})
                if so is not None:
                    found.append(_Condition(header, quantity.start, quantity.end, so))
    columns = {one.header for one in found}
    return found if len(columns) == 1 else []


def _tenths(text: str) -> list[Quantity]:
    """九成 as 90%."""
    found = []
    for match in _TENTHS.finditer(text):
        value = han_value(match[1]) or Decimal(0)
        half = Decimal("0.5") if match[2] else Decimal(0)
        found.append(Quantity(match.start(), match.end(), (value + half) * 10, "%"))
    return found


def _grown(text: str, rows: Sequence[Passage], headers: Sequence[str]) -> list[_Condition]:
    """Whether what is asked for grew or fell, on the only column of growth."""
    said = _GREW.search(text) or _FELL.search(text)
    columns = [h for h in headers if _GROWTH.search(h) and figures_of(rows, h)]
    if said is None or len(columns) != 1:
        return []
    values = {n: value for n, (value, _) in _values(rows, columns[0]).items()}
    sign = 1 if _GREW.search(text) else -1
    return [_Condition(columns[0], *said.span(), lambda cell: values.get(cell.start, 0) * sign > 0)]


def _values(rows: Sequence[Passage], header: str) -> dict[int, tuple[Decimal, str]]:
    """Cell (by where it starts) → its figure with the header's unit; empty for other columns."""
    if not figures_of(rows, header):
        return {}
    found = {}
    for row in rows:
        for cell in cells_of(row, header):
            read = figure_in(fold(with_unit(cell.value.strip(), header)))
            if cell.filled and read is not None:
                found[cell.start] = read
    return found


def _limit(
    text: str, quantity: Quantity, values: Mapping[int, Decimal]
) -> Callable[[Cell], bool] | None:
    limit = limit_told(text, quantity)
    if limit is not None:
        return lambda cell: cell.start in values and limit.holds(values[cell.start])
    if quantity.value in values.values():
        return lambda cell: values.get(cell.start) == quantity.value
    return None


def _classed(
    evidence: Evidence, rows: Sequence[Passage], headers: Sequence[str]
) -> list[_Condition]:
    """Whole cells, or members of them, that the question says, the longest first; short ones
    only where it names their column too. A task's bodies are for ``sets`` to tell, which knows
    roles and short names."""
    text = evidence.question.text
    finder = NameFinder(text, evidence.synonyms)
    above = fold("\n".join([rows[0].title, *rows[0].headings])) if rows else ""
    said: dict[str, str] = {}
    for header in headers:
        if _is_dated(rows, header, due=False) or _is_dated(rows, header, due=True):
            continue
        plain = last_header(header)
        for row in rows:
            for cell in cells_of(row, header):
                if cell.role in (LEAD, COOPERATE):
                    continue
                for member in _members(cell):
                    short = len(member) <= _SHORTEST and plain not in text
                    short = short and not (_MIXED.fullmatch(member) or _FREE.fullmatch(member))
                    if _said_at(text, member, finder) and member not in above and not short:
                        said.setdefault(member, header)
    found: list[_Condition] = []
    for member in sorted(said, key=lambda one: (-len(one), one)):
        start, end = _said_at(text, member, finder) or (0, 0)

        def has(cell: Cell, member: str = member) -> bool:
            return member in _members(cell)

        condition = _Condition(said[member], start, end, has)
        if _apart(condition, found):
            found.append(condition)
    return found


def _said_at(text: str, member: str, finder: NameFinder) -> tuple[int, int] | None:
    """Where the text says it, shortens the name of a body, or says in other words that nothing
    is paid."""
    form = member if member in text else finder.find(member) if len(member) > _BODY else None
    if form:
        at = text.find(form)
        return at, at + len(form)
    free = _ASKS_FREE.search(text) if _FREE.fullmatch(member) else None
    return free.span() if free else None


def _members(cell: Cell) -> list[str]:
    parts = re.split(r"[、，,;；/\s]+", fold(cell.value).strip())
    return [part for part in parts if len(part) >= _SHORTEST and re.search(r"[^\W\d]", part)]


def _so(row: Passage, condition: _Condition) -> bool:
    return any(condition.holds(cell) for cell in cells_of(row, condition.header) if cell.filled)


def _is_total(cell: Cell) -> bool:
    return bool(TOTAL.search(fold(cell.value).strip()))


def _rest(question: Question, conditions: Sequence[_Condition]) -> str:
    """What the question says beside the conditions and what it asks for."""
    rest = content_words(question)
    for one in conditions:
        rest = rest.replace(question.text[one.start : one.end], " ")
    for words in (_ASKED, _LIMIT_WORDS, _ASKS_FREE, _GREW, _FELL, *_HAPPENS):
        rest = words.sub(" ", rest)
    return rest


def _draft(
    evidence: Evidence,
    told: float,
    found: Sequence[tuple[Passage, Cell]],
    conditions: Sequence[_Condition],
    *,
    counted: bool,
) -> Draft:
    items = [
        Item(name.value.strip(), evidence.cite_source(row, name.start, name.end))
        for row, name in found
    ]
    proofs = [
        evidence.cite_source(row, cell.start, cell.end)
        for row, _ in found
        for one in conditions
        for cell in cells_of(row, one.header)
        if cell.start >= 0
    ]
    names = list(dict.fromkeys(item.text for item in items))
    text = "、".join(names)
    if counted or len(names) > 1:
        text = f"共{len(names)}个：{text}"
    if len(text) > _LONG:
        text = text[: _LONG - 1] + "…"
    headers = "、".join(dict.fromkeys(f"“{one.header}”" for one in conditions))
    return Draft(
        text,
        "set",
        citations=(*(item.citation for item in items), *proofs),
        items=tuple(items),
        reasons=(f"按{headers}一栏筛选",),
        features={"coverage": told, "items": float(len(items))},
    )
