"""Who presides and which post somebody holds, from those who take part."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_engine.answering.posts import post_of
from tests.unit.answering.test_answers import engine_on

EARLIER = """云泽市河湖治理新闻发布会

时间：2031年3月8日
发布人：
米知行　市水务局河湖处处长
白露晞　市财政局副局长
主持人：
计长空　市政府新闻办副主任

计长空：
各位记者朋友，大家好，先请米知行先生介绍河湖治理情况。

米知行：
两年来治理河道二十条，清淤三十万方。

云泽日报记者：
资金从哪里来？

白露晞：
由市财政安排专项资金。
"""
LATER = """云泽市河湖治理新闻发布会

2033年5月6日上午举行新闻发布会，市水务局局长米知行出席，由市政府新闻办主任戎望山主持。

主持人戎望山：各位记者，大家好。

市水务局局长米知行：河湖治理进入第二阶段，新增河道八条。

江湾晚报记者：进度怎么样？

市水务局局长米知行：已经完成一半。
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("2031年河湖治理发布会由谁主持？", "计长空（市政府新闻办副主任）"),
        ("2033年河湖治理发布会是谁主持的？", "戎望山"),
        ("2031年米知行是什么职务？", "市水务局河湖处处长"),
        ("米知行在2033年担任什么职务？", "市水务局局长"),
        ("白露晞是什么身份？", "市财政局副局长"),
        ("2031年河湖治理发布会上的米知行是哪个单位的？", "市水务局"),
        ("白露晞 职务", "市财政局副局长"),
    ],
)
def test_chair_and_posts_are_those_of_the_year_asked(
    tmp_path: Path, question: str, answer: str
) -> None:
    with engine_on(tmp_path, earlier=EARLIER, later=LATER) as engine:
        given = engine.ask(question)
        assert given.text.startswith(answer)
        assert given.citations


def test_when_a_conference_was_held_stands_in_its_head(tmp_path: Path) -> None:
    with engine_on(tmp_path, earlier=EARLIER) as engine:
        assert engine.ask("云泽市河湖治理新闻发布会是什么时候开的？").text == "2031年3月8日"


def test_who_presided_over_another_meeting_is_not_told_by_a_conference(tmp_path: Path) -> None:
    other = "四月一日，全市造林现场会在北山林场举行，各县区参观了两处林地，现场会开了半天。"
    with engine_on(tmp_path, earlier=EARLIER, other=f"全市造林现场会举行\n\n{other}") as engine:
        assert "计长空" not in engine.ask("造林现场会是谁主持的？").text


def test_a_post_on_the_line_above_is_another_persons() -> None:
    text = "米知行 市水务局处长\n白露晞 市财政局副局长"
    place = post_of(text, "白露晞")
    assert place is not None
    assert text[slice(*place)] == "市财政局副局长"


MINUTES = """云泽市积水整治专题会议纪要

4月2日，副市长戎望山主持召开积水整治专题会，研究泵站建设。

市住建局程知行、市财政局孔令舟、市水务局副局长阎远、河东区政府葛源参加会议。

会议同意新建泵站两座。
"""


def test_who_took_part_for_a_body_stands_right_behind_its_name(tmp_path: Path) -> None:
    """With or without the post between them; nobody for a body that nobody came for."""
    with engine_on(tmp_path, minutes=MINUTES) as engine:
        assert engine.ask("云泽市积水整治会，财政局是谁去参加的？").text == "孔令舟"
        assert engine.ask("云泽市积水整治会，水务局是谁参加的？").text == "阎远"
        assert engine.ask("云泽市积水整治会，教育局是谁参加的？").text not in ("孔令舟", "阎远")
