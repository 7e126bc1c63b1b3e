"""Which row of a table has the most or the least."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_engine.answering.extremes import extreme
from tests.unit.answering.test_answers import engine_on

FIGURES = """# 芦笛市经济运行情况

## 各县区主要指标

| 县区 | 财政收入（亿元）/2023年 | 财政收入（亿元）/2024年 | 工业增速（%） |
|---|---|---|---|
| 苇湾区 | 41.2 | 43.0 | 6.1 |
| 荻溪县 | 18.5 | 17.9 | 9.4 |
| 蒲塘县 | 22.6 | 44.7 | -1.3 |
| 合计 | 82.3 | 105.6 | 5.2 |

## 新建公园一览

| 公园名称 | 所在县区 | 步道长度（米） | 投资（万元） |
|---|---|---|---|
| 望荷园 | 苇湾区 | 850 | 1200 |
| 听雨园 | 苇湾区 | 1,300 | 960 |
| 拾翠园 | 蒲塘县 | 2100 | 3100 |
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("2024年财政收入最高的是哪个县区？", "蒲塘县（44.7亿元）"),
        ("2023年哪个县区的财政收入最高？", "苇湾区（41.2亿元）"),
        ("芦笛市工业增幅最低的县区是哪个？", "蒲塘县（-1.3%）"),
        ("苇湾区和荻溪县哪个工业增速更高？", "荻溪县（9.4%）"),
        ("新建公园里哪个花钱最少？", "听雨园（960万元）"),
        ("苇湾区新建公园步道长度最短的是哪个？", "望荷园（850米）"),
    ],
)
def test_the_row_with_the_most_or_least_is_named_with_its_figure(
    tmp_path: Path, question: str, answer: str
) -> None:
    with engine_on(tmp_path, figures=FIGURES) as engine:
        given = engine.ask(question)
        assert given.text == answer
        assert next(one.quote for one in given.citations) == answer.split("（")[0]


@pytest.mark.parametrize(
    "question",
    [
        "财政收入最高的是哪个县区？",  # of which year?
        "新建公园最多投资多少？",
        "芦笛市最高人民法院在哪里？",
        "人口最多的县区是哪个？",
    ],
)
def test_no_row_is_chosen_by_a_figure_that_is_not_asked_for(tmp_path: Path, question: str) -> None:
    with engine_on(tmp_path, figures=FIGURES) as engine:
        assert extreme(engine.evidence(question)) is None


INVESTED = """# 荻溪县重点项目

| 项目名称 | 总投资 | 占地 |
|---|---|---|
| 望荷水厂 | 9800万元 | 30亩 |
| 听雨大桥 | 1.2亿元 | 2公顷 |
| 拾翠书院 | 4500万元 | 12亩 |
"""


def test_figures_in_ten_thousands_and_hundred_millions_are_compared_on_one_scale(
    tmp_path: Path,
) -> None:
    with engine_on(tmp_path, invested=INVESTED) as engine:
        assert engine.ask("荻溪县总投资最高的项目是哪个？").text.startswith("听雨大桥")
        assert engine.ask("荻溪县总投资最低的项目是哪个？").text.startswith("拾翠书院")


@pytest.mark.parametrize(
    ("told", "question"),
    [
        (INVESTED, "荻溪县占地最大的项目是哪个？"),
        (INVESTED.replace("1.2亿元", "约1.2亿元"), "荻溪县总投资最高的项目是哪个？"),
    ],
)
def test_a_column_that_cannot_be_compared_wholly_is_not_compared(
    tmp_path: Path, told: str, question: str
) -> None:
    """Two units, or a number that is none by itself."""
    with engine_on(tmp_path, invested=told) as engine:
        assert extreme(engine.evidence(question)) is None
