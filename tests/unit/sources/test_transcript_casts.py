"""Who speaks and asks, where pages say it otherwise than in labels and lists."""

from __future__ import annotations

from pathlib import Path

from qa_engine.models import Document
from qa_engine.sources.raw import RawDocument, lines_of
from qa_engine.sources.read import read_documents
from qa_engine.sources.understand import understand

_TABLE = """<html><body><h1>青岚县供水保障新闻发布会</h1>
<table><tr><th>姓名</th><th>单位及职务</th></tr>
<tr><td>孟秋白</td><td>县水务局局长</td></tr>
<tr><td>黎望舒</td><td>县自来水公司总经理</td></tr>
<tr><td>贾怀远（主持）</td><td>县政府办公室副主任</td></tr></table>
<p><b>贾怀远：</b>各位记者，大家好，现在开始发布。</p>
<p><b>孟秋白：</b>全县新铺管网三十公里，年底前全部通水。</p>
<p><b>贾怀远：</b>谢谢，请记者提问。</p>
<p><b>青岚电视台记者：</b>水价会不会上涨？</p>
<p><b>黎望舒：</b>今年不会上涨，明年另行听证。</p>
<p><b>论坛网友“半山人”（网络提问）：</b>停水怎么通知？</p>
<p><b>孟秋白：</b>提前一天在公众号发布通知。</p></body></html>"""

_MARKS = """滨湖区公园开放新闻发布会

主持人（区委宣传部副部长 冯若溪）：
大家下午好。今天请到区园林局局长高启明先生，公园公司副经理兼总调度长倪小川女士。
高启明：
谢谢主持人。公园占地二百亩，下月开放。
【记者提问】《滨湖日报》记者：门票怎么定？
倪小川：公园不收门票。
冯若溪：
今天的发布会到此结束，谢谢大家。
"""


def _read(text: str) -> Document:
    return understand(RawDocument("t.txt", text, tuple(lines_of(text)), name="t"))


def _turns(document: Document) -> list[tuple[str | None, str | None, str | None]]:
    said = [block for block in document.blocks if block.turn is not None]
    return [(block.speaker, block.role, block.asker) for block in said]


def test_posts_come_from_table_of_participants_and_who_speaks_once_is_known(
    tmp_path: Path,
) -> None:
    page = tmp_path / "t.html"
    page.write_text(_TABLE, encoding="utf-8")
    (document,) = read_documents(page, page.name)
    turns = _turns(document)
    assert ("黎望舒", "县自来水公司总经理", "青岚电视台记者") in turns
    assert ("孟秋白", "县水务局局长", "论坛网友“半山人”（网络提问）") in turns
    assert turns[0][:2] == ("贾怀远", "县政府办公室副主任")


def test_who_asks_stands_behind_a_mark() -> None:
    turns = _turns(_read(_MARKS))
    assert ("《滨湖日报》记者", None, "《滨湖日报》记者") in turns
    assert ("倪小川", "公园公司副经理兼总调度长", "《滨湖日报》记者") in turns


def test_role_has_no_open_bracket_and_chair_closes_the_answer() -> None:
    assert _turns(_read(_MARKS))[-1] == ("冯若溪", "区委宣传部副部长", None)


_SESSION = """云泽市人大常委会专题询问记录

主持人：市人大常委会副主任 计长空
记录：市人大常委会办公室 苗知秋

计长空：现在开始询问，请各位委员提问。

常委会委员 白露晞：请问水务局，老城的管网什么时候换完？

市水务局局长 米知行：明年六月底前换完。

市人大代表 戎望山：我想问财政局，钱从哪里来。大家都很关心。

市财政局局长 邬长风：由市级财政安排。

计长空：询问到此结束。谢谢大家。
"""


def test_members_of_an_assembly_ask_those_whom_they_summon() -> None:
    document = _read(_SESSION)
    asked = [block.speaker for block in document.blocks if block.kind == "question"]
    assert asked == ["白露晞", "戎望山"]
    answers = {block.speaker: block.asker for block in document.blocks if block.question}
    assert answers == {"米知行": "白露晞", "邬长风": "戎望山"}
    people = {one.name: (one.role, one.function) for one in document.participants}
    assert people["苗知秋"] == ("市人大常委会办公室", "记录")
    assert people["白露晞"] == ("常委会委员", "")


def test_a_moderator_alone_on_a_line_says_who_he_is() -> None:
    """主持人 without a colon, more than once, closes the turn above; the greeting names him."""
    document = _read(
        "滨湖区夜间公交新闻发布会\n\n7月3日，区政府新闻办召开新闻发布会。\n\n主持人\n\n"
        "各位记者，大家好！我是区政府新闻办副主任贾怀远。今天请到区交通局局长孟秋白先生。\n\n"
        "孟秋白\n\n谢谢主持人。夜间公交增加到三十条，末班车延到十二点。\n\n"
        "主持人\n\n谢谢孟局长。下面请大家提问。\n\n"
        "记者\n\n请问票价会上涨吗？\n\n孟秋白\n\n票价不变，每人两元。\n"
    )
    turns = [(block.speaker, block.kind) for block in document.blocks if block.speaker]
    assert turns == [
        ("贾怀远", "speech"),
        ("孟秋白", "speech"),
        ("贾怀远", "speech"),
        ("记者", "question"),
        ("孟秋白", "speech"),
    ]
    chair = next(one for one in document.participants if one.name == "贾怀远")
    assert (chair.role, chair.function) == ("区政府新闻办副主任", "主持人")


_BRIEFING = """云泽市旧楼改造政策吹风会

2025年4月9日，今天请到市住建局副局长方砚农，市更新中心主任谈雪舫，云泽城建集团副总经理岑思齐，还有副科长小蒋，大家可以提问。

**方局长：**我简单说。**今年改造五十六个小区**，下月开工。

【现场提问】
**云泽电视台《直通车》栏目：**想问谈主任，墙皮掉了谁来管？

**谈主任：**请岑总讲。

**岑总：**我们成立了管养公司。

【现场提问】
**《江海工人报》：**要不要办许可证？

**小蒋：**不用办许可证，但要公示。
"""


def test_labels_in_marks_of_bold_type_below_marks_of_questions() -> None:
    """Media ask below 【现场提问】; 王局长, 岑总 and 小蒋 are whom the introduction names."""
    document = _read(_BRIEFING)
    turns = [(block.kind, block.speaker) for block in document.blocks if block.speaker]
    assert turns == [
        ("speech", "方砚农"),
        ("question", "云泽电视台《直通车》栏目"),
        ("speech", "谈雪舫"),
        ("speech", "岑思齐"),
        ("question", "《江海工人报》"),
        ("speech", "小蒋"),
    ]
    assert not any("*" in block.text.text for block in document.blocks)


def test_callers_whom_a_host_reads_out_ask() -> None:
    """网友“某某”问： inside the host's turn opens the caller's."""
    document = _read(
        "【在线访谈】稳就业\n\n访谈嘉宾：云泽区人社局副局长　卞秋实\n主持人：孟可\n\n"
        "[主持人]　各位网友下午好，我是主持人孟可。\n[卞秋实]　大家好！\n"
        "[主持人]　下面进入提问环节。网友“半夏微凉”问：补贴能领多久？\n"
        "[卞秋实]　一般不超过三十六个月。\n"
        "[主持人]　网友“老杨”：送外卖算不算工伤？\n[卞秋实]　要看有没有劳动关系。\n"
    )
    answers = {block.text.text: block.asker for block in document.blocks if block.question}
    assert answers == {
        "一般不超过三十六个月。": "网友“半夏微凉”",
        "要看有没有劳动关系。": "网友“老杨”",
    }


def test_whom_the_cast_knows_does_not_ask_below_a_mark() -> None:
    document = _read(
        "云泽市供水发布会\n\n发布人：孟秋白　市水务局局长\n主持人：贾怀远　市政府办公室副主任\n\n"
        "贾怀远：大家好，先请孟局长介绍。\n孟秋白：全市新铺管网三十公里。\n\n提问：\n\n"
        "贾怀远：请记者朋友提问。\n云泽电视台记者：水价会涨吗？\n孟秋白：今年不会涨。\n"
    )
    asked = [block.speaker for block in document.blocks if block.kind == "question"]
    assert asked == ["云泽电视台记者"]
