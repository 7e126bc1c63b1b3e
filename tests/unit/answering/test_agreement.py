"""The same fact in several places: all are cited, and whether they agree is said.

No reader: the sentences are short enough to be answers. A value of another year, place,
aim or subject is another fact.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_engine.answering.agreement import DIFFERENT, EQUAL, ROUNDED, compare
from qa_engine.models import Answer
from qa_engine.text.numbers import dates, numbers
from tests.unit.answering.test_answers import engine_on

FIGURE = """澜川县2022年食用菌产业发展情况

一、抽检情况
2022年，澜川县食用菌产品监督抽检合格率为98.46%。
"""


def asked(folder: Path, question: str, **texts: str) -> Answer:
    with engine_on(folder, **texts) as engine:
        return engine.ask(question)


def told(answer: Answer) -> str:
    return " ".join(answer.reasons)


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("97.7%", "97.69%", ROUNDED),
        ("97.6%", "97.69%", DIFFERENT),
        ("95%", "95.0%", EQUAL),
        ("120家", "100多家", ROUNDED),
        ("30家", "40家", DIFFERENT),
        ("30家", "30%", None),
    ],
)
def test_quantities_compared(one: str, other: str, how: str | None) -> None:
    """Near-equal numbers are roundings only if rounding makes the one of the other."""
    assert compare(numbers(one)[0], numbers(other)[0]) == how


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("2022年3月5日", "3月5日", ROUNDED),
        ("2022年3月5日", "2022年3月6日", DIFFERENT),
        ("2022年3月5日", "2022.3.5", EQUAL),
        ("2022年3月5日", "2023年3月6日", None),
    ],
)
def test_dates_compared(one: str, other: str, how: str | None) -> None:
    """A part of a date agrees with the whole; another year is another occasion."""
    assert compare(dates(one)[0], dates(other)[0]) == how


def test_a_rounding_is_cited_and_said_to_agree(tmp_path: Path) -> None:
    """97.7 and 97.69 are one figure; both places stand under the answer."""
    other = "澜川县市场监管简报\n\n2022年，澜川县食用菌产品监督抽检合格率为98.5%。\n"
    answer = asked(tmp_path, "2022年澜川县食用菌产品监督抽检合格率是多少？", one=FIGURE, two=other)
    assert answer.found
    assert "一致，精度不同" in answer.note
    assert len({citation.passage.document for citation in answer.citations}) == 2


def test_a_contradiction_is_shown_with_both_sources(tmp_path: Path) -> None:
    """The answer is given, and it is said that another place has another value."""
    other = "澜川县市场监管简报\n\n2022年，澜川县食用菌产品监督抽检合格率为93.1%。\n"
    answer = asked(tmp_path, "2022年澜川县食用菌产品监督抽检合格率是多少？", one=FIGURE, two=other)
    assert "各处不一致" in answer.note
    assert "各处不一致" in told(answer)
    assert len({citation.passage.document for citation in answer.citations}) == 2


@pytest.mark.parametrize(
    "other",
    [
        "2021年，澜川县食用菌产品监督抽检合格率为93.1%。",
        "2022年，澜川县食用菌产品监督抽检合格率目标为95%以上。",
        "2022年，澜川县肉制品监督抽检合格率为93.1%。",
        "2022年，澜川县食用菌产品监督抽检合格率同比提高3.1%。",
        "2022年上半年，澜川县食用菌产品监督抽检合格率为93.1%。",
        "2022年，松桥镇食用菌产品监督抽检合格率为93.1%。",
    ],
)
def test_another_year_aim_subject_change_period_or_place_is_no_contradiction(
    tmp_path: Path, other: str
) -> None:
    """However like the sentence is."""
    answer = asked(
        tmp_path,
        "2022年澜川县食用菌产品监督抽检合格率是多少？",
        one=FIGURE,
        two=f"市场监管简报\n\n{other}\n",
    )
    assert answer.found
    assert "另一处" not in told(answer)


TABLE = """{title}

序号\t工作任务\t牵头单位\t完成时限
1\t建设城东片区雨污分流管网8公里\t{lead}\t{due}
2\t{more}\t市教育局\t2023年9月
"""


@pytest.mark.parametrize(
    ("lead", "due", "question", "words", "cells"),
    [
        ("市水务局", "2023年11月", "由哪个部门牵头？", "另有1处写明", {"市水务局"}),
        ("市住建局", "2023年11月", "由哪个部门牵头？", "各处不一致", {"市水务局", "市住建局"}),
        ("市水务局", "2023年12月", "什么时候完成？", "各处不一致", {"2023年11月", "2023年12月"}),
    ],
)
def test_one_task_in_two_tables(
    tmp_path: Path, lead: str, due: str, question: str, words: str, cells: set[str]
) -> None:
    """The cells of both are cited; a difference is told."""
    plan = {"title": "青岚市2023年治水任务分解表", "lead": "市水务局", "due": "2023年11月"}
    second = {"title": "青岚市2023年重点工程清单", "lead": lead, "due": due}
    answer = asked(
        tmp_path,
        f"雨污分流管网建设{question}",
        one=TABLE.format(**plan, more="开展节水宣传进校园"),
        two=TABLE.format(**second, more="维修中小学操场"),
    )
    assert words in told(answer)
    assert {citation.quote for citation in answer.citations} == cells
    assert len({citation.passage.document for citation in answer.citations}) == 2


def test_the_plan_of_another_year_is_another_plan(tmp_path: Path) -> None:
    """Even when a task goes on in the same words."""
    plan = {"title": "青岚市2023年治水任务分解表", "lead": "市水务局", "due": "11月"}
    later = {"title": "青岚市2024年治水任务分解表", "lead": "市住建局", "due": "10月"}
    answer = asked(
        tmp_path,
        "2023年雨污分流管网由哪个部门牵头？",
        one=TABLE.format(**plan, more="开展节水宣传进校园"),
        two=TABLE.format(**later, more="维修中小学操场"),
    )
    assert answer.text == "市水务局"
    assert "另" not in told(answer)
