"""The row of a table that has the most or the least in a column (哪个区的产值最高); of two that
are named, the one that has more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from qa_engine.answering.constraints import missing_keys
from qa_engine.answering.evidence import Draft, Evidence
from qa_engine.answering.fields import with_unit
from qa_engine.answering.question import content_words
from qa_engine.answering.tabular import (
    KIND,
    TOTAL,
    cells_of,
    figure_column,
    figures_of,
    naming_column,
    tables_found,
    told_above,
)
from qa_engine.answering.values import values_named
from qa_engine.models import Cell, Passage
from qa_engine.text.normalise import fold
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
_ENOUGH = 0.4  # of the rest of the question, in what stands above the table or names its rows
_MOST_TIED = 3


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
        for rows in tables_found(evidence)
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


def _ranked(evidence: Evidence, rows: list[Passage], *, two: bool) -> _Ranked | None:
    question = evidence.question
    measured = figure_column(evidence, rows)
    if measured is None:
        return None
    header, named = measured
    figures = figures_of(rows, header)
    name = naming_column(rows, question.text)
    if name is None or name == header:
        return None
    names = {row.id: cell for row in rows for cell in cells_of(row, name) if cell.start >= 0}
    chosen = [row for row in rows if row.id in figures and row.id in names]
    chosen = [row for row in chosen if not TOTAL.search(fold(names[row.id].value))]
    chosen = _meant(question.text, chosen, names, two=two)
    if len(chosen) < 2 or len({fold(names[row.id].value) for row in chosen}) < len(chosen):
        return None
    content = _THAN.sub(" ", _MOST.sub(" ", content_words(question)))
    told = told_above(evidence, content, rows, names)
    if told < _ENOUGH:
        return None
    return _Ranked(tuple((row, names[row.id], *figures[row.id]) for row in chosen), named, told)


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
    kind = KIND.search(text)
    if kind is None or (kind["kind"] in header and not re.search("[/、或和]", header)):
        return rows
    kinds = tuple(re.split("[、或和]", kind["kind"]))
    of_kind = [row for row in rows if fold(names[row.id].value).strip().endswith(kinds)]
    return of_kind if len(of_kind) > 1 else rows
