"""What stands under a heading that a question names."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.answering.test_answers import engine_on

TEXT = """关于办好社区食堂的意见

各街道办事处，区政府各部门：

一、总体要求

（一）指导思想。以方便老人就餐为目的，推动社区食堂健康发展。

（二）基本原则。

坚持公益为先。食堂的价格由街道核定，老人用餐享受补贴，不得以任何名目变相涨价。

坚持就近就便。食堂设在居民步行十分钟能到的地方，优先使用已有的公共用房。

坚持安全可靠。食材统一配送，后厨全程录像，每道菜留样四十八小时备查。

二、主要任务

（三）建设食堂网点。三年内每个街道至少建成两处食堂，新建小区预留用房。

（四）规范日常经营。经营单位公开招标产生，菜单和价格每周公示一次。

三、保障措施

（五）加强组织领导。各街道成立工作小组，每季度研究一次。
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("办好社区食堂的基本原则有哪些？", "坚持公益为先；坚持就近就便；坚持安全可靠"),
        ("社区食堂有哪几项主要任务？", "建设食堂网点；规范日常经营"),
    ],
)
def test_what_stands_under_the_heading_is_given(tmp_path: Path, question: str, answer: str) -> None:
    with engine_on(tmp_path, text=TEXT) as engine:
        given = engine.ask(question)
        assert given.text == answer
        points = answer.split("；")
        assert all(
            citation.quote.endswith(point)
            for citation, point in zip(given.citations, points, strict=True)
        )


def test_a_heading_that_only_mentions_what_is_asked_for_is_passed_over(tmp_path: Path) -> None:
    text = TEXT.replace("主要任务", "打造标准食堂和中心食堂")
    with engine_on(tmp_path, text=text) as engine:
        assert engine.ask("意见要打造哪两个中心？").text != "建设食堂网点；规范日常经营"


def test_a_heading_over_one_point_is_no_list(tmp_path: Path) -> None:
    with engine_on(tmp_path, text=TEXT) as engine:
        assert "；" not in engine.ask("社区食堂的保障措施有哪些？").text
