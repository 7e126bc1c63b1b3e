"""Rows of a table chosen by a date, a figure or a class."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_engine.answering.filtered import rows_by_class, rows_by_value
from tests.unit.answering.test_answers import engine_on

PROJECTS = """# 芦笛县2025年重点项目清单

| 项目名称 | 总投资（万元） | 责任单位 | 开工时间 | 竣工时间 | 类别 |
|---|---|---|---|---|---|
| 望荷桥重建工程 | 7450 | 县公路中心 | 2025年3月 | 2026年6月 | 交通设施 |
| 苇湾小学扩建 | 3150 | 县教体局 | 2025年1月 | 2025年8月 | 社会事业 |
| 荻溪中学迁建 | 12800 | 县教体局 | 2025年3月 | 2025年8月 | 社会事业 |
| 蒲塘水厂二期 | 9600 | 县水务局 | 2025年6月 | 2026年10月 | 市政设施 |
| 合计 | 33000 | | | | |

# 芦笛县医院搬迁安排

| 病区 | 搬迁日期 | 在院患者（人） |
|---|---|---|
| 普外科 | 6月17日 | 36 |
| 骨科 | 6月17日 | 45 |
| 儿科 | 6月18日 | 20 |
"""

SIGHTS = """# 荻溪县2024年统计公报

| 景区 | 等级 | 门票收入（万元） |
|---|---|---|
| 苇湾古城 | 4A | 免票 |
| 望荷竹海 | 4A | 1932 |
| 听雨园 | 3A | 免票 |

| 产品 | 产量（吨） | 比上年增长（%） |
|---|---|---|
| 稻谷 | 5200 | 1.3 |
| 小麦 | 310 | -2.4 |
| 蚕茧 | 41 | -8.5 |
"""


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("芦笛县2025年3月开工的重点项目有哪些？", ["望荷桥重建工程", "荻溪中学迁建"]),
        ("芦笛县的重点项目里，2025年8月建成的有哪几个？", ["苇湾小学扩建", "荻溪中学迁建"]),
        ("芦笛县总投资超过9000万元的项目有几个？", ["荻溪中学迁建", "蒲塘水厂二期"]),
        ("芦笛县总投资在1亿元以上的是哪个项目？", ["荻溪中学迁建"]),
        ("芦笛县总投资3150万元的是哪个项目？", ["苇湾小学扩建"]),
        ("芦笛县医院6月17日搬的是哪几个病区？", ["普外科", "骨科"]),
        ("芦笛县医院在院患者不到40人的病区有哪些？", ["普外科", "儿科"]),
    ],
)
def test_rows_are_chosen_by_the_date_or_the_figure_in_the_column_asked_for(
    tmp_path: Path, question: str, items: list[str]
) -> None:
    with engine_on(tmp_path, projects=PROJECTS) as engine:
        given = engine.ask(question)
        assert [item.text for item in given.items] == items
        assert [one.quote for one in given.citations[: len(items)]] == items


def test_rows_are_chosen_by_what_a_cell_says(tmp_path: Path) -> None:
    with engine_on(tmp_path, projects=PROJECTS) as engine:
        given = rows_by_class(engine.evidence("芦笛县社会事业类的重点项目是哪些？"))
        assert given is not None
        assert [item.text for item in given.items] == ["苇湾小学扩建", "荻溪中学迁建"]


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("荻溪县评上4A的景区都有哪些？", ["苇湾古城", "望荷竹海"]),
        ("荻溪县有几个景区是不收门票的？", ["苇湾古城", "听雨园"]),
        ("2024年荻溪县哪些产品减产了？", ["小麦", "蚕茧"]),
    ],
)
def test_rows_are_chosen_by_grade_by_what_is_free_and_by_what_fell(
    tmp_path: Path, question: str, items: list[str]
) -> None:
    with engine_on(tmp_path, sights=SIGHTS) as engine:
        assert [item.text for item in engine.ask(question).items] == items


@pytest.mark.parametrize(
    "question",
    [
        "荻溪中学迁建在2025年8月竣工，总投资是多少？",
        "芦笛县总投资超过5亿元的项目有哪些？",
        "苇湾小学扩建哪个月开工？",
        "芦笛县2025年3月办结的信访件有哪些？",
    ],
)
def test_none_is_chosen_where_no_row_or_column_fits_or_one_row_is_named(
    tmp_path: Path, question: str
) -> None:
    with engine_on(tmp_path, projects=PROJECTS) as engine:
        assert rows_by_value(engine.evidence(question)) is None
