"""Answers over invented documents: records, sets, turns, declining.

No reader is used here: what has structure must be answered by structure alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qa_engine.adapters.hashing_encoder import HashingEncoder
from qa_engine.adapters.memory import MemoryStore
from qa_engine.answering.constraints import violations
from qa_engine.engine import Engine
from qa_engine.indexing import update
from qa_engine.text.aliases import Aliases
from qa_engine.text.words import Cutter

PLAN = """青岚市2022年水环境整治任务分解表

序号\t工作任务\t牵头单位\t配合单位\t完成时限
1\t开展城区内河清淤，清淤河道12条\t市水务局\t市财政局、各区县\t2022.6
2\t建设污水处理厂二期工程，新增日处理能力5万吨\t市住房和城乡建设局\t市发展和改革委员会\t2022.11
3\t整治沿河畜禽养殖，关停禁养区养殖场30家\t市农业农村局\t\t2022.9
4\t建立水质自动监测站8座\t市生态环境局\t市水务局\t
5\t开展节水型社会宣传活动\t市水务局\t市教育局、市委宣传部\t2022.3
"""

PRESS = """青岚市水环境整治新闻发布会

时间：2022年5月18日上午10:00
地点：市政府新闻发布厅
主题：介绍水环境整治进展
发布人：
林书远 市水务局局长
高若宁 市生态环境局副局长
主持人：宋一帆 市政府新闻办主任

宋一帆：
各位记者朋友，大家上午好！今天请林书远局长和高若宁副局长介绍情况。

林书远：
去年以来，我市完成内河清淤46公里，整治黑臭水体9处，受益居民超过20万人。

青岚日报记者：
请问污水管网改造什么时候能全部完成？

林书远：
污水管网改造分三步走：一是今年完成老城区；二是明年完成开发区；三是后年完成各乡镇。

青岚电视台记者：
水质监测数据市民在哪里可以看到？

高若宁：
监测数据每月5日在市生态环境局官方网站公布，市民可以随时查询。
"""

DUTIES = """翠屿县人才引进实施意见

一、提高生活补贴标准。对引进的博士研究生每人每月发放生活补贴。（县人才办、县财政局、县审计局负责，列第一位的为牵头单位，下同）
二、建设人才公寓。建成后优先供应引进人才。（县住建局负责）
三、清除城区户外违规广告。每季度集中整治一次。（县城管局、县公安局负责）

本意见由县人才办负责解释。
"""


@contextmanager
def engine_on(folder: Path, **texts: str) -> Iterator[Engine]:
    """An engine on invented documents, in memory, without a reader."""
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    store, encoder, cutter = MemoryStore(), HashingEncoder(), Cutter()
    report = update(store, encoder, cutter, [folder])
    assert not report.failed
    with Engine(store, encoder, cutter, Aliases.load(None), lambda: None) as engine:
        yield engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_on(tmp_path_factory.mktemp("docs"), plan=PLAN, press=PRESS) as engine:
        yield engine


@pytest.fixture(scope="module")
def duties(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_on(tmp_path_factory.mktemp("docs"), duties=DUTIES) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("提高生活补贴标准由哪几个部门负责？", "县人才办、县财政局、县审计局"),
        ("提高生活补贴标准，县人才办和谁负责？", "县财政局、县审计局"),
        ("提高生活补贴标准，除了县人才办还有谁负责？", "县财政局、县审计局"),
        ("提高生活补贴标准，县人才办之外还有哪个部门负责？", "县财政局、县审计局"),
        ("建设人才公寓由哪些部门负责？", "县住建局"),
        ("清除城区户外违规广告由谁负责？", "县城管局"),
        ("县城管局清除城区户外违规广告，除县城管局外还有谁负责？", "县公安局"),
    ],
)
def test_all_who_are_charged_or_those_beside_one(duties: Engine, question: str, text: str) -> None:
    """“哪几个” wants every body of the bracket, “除了…还有谁” those that are left."""
    assert duties.ask(question).text == text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("城区内河清淤由哪个部门牵头？", "市水务局"),
        ("污水处理厂二期工程归谁负责？", "市住房和城乡建设局"),
        ("内河清淤的配合单位有哪些？", "市财政局、各区县"),
        ("畜禽养殖整治最晚什么时候完成？", "2022.9"),
        ("節水型社會宣傳活動由哪些單位配合？", "市教育局、市委宣传部"),
        ("污水处理厂二期 牵头单位", "市住房和城乡建设局"),
    ],
)
def test_one_field_of_one_record(engine: Engine, question: str, text: str) -> None:
    """Exactly the cell, never its neighbour."""
    answer = engine.ask(question)
    assert (answer.text, answer.kind) == (text, "record")
    citation = answer.citations[0]
    source = engine.document(citation.passage.document).text
    assert source[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize("question", ["畜禽养殖整治由谁配合？", "水质自动监测站什么时候完成？"])
def test_a_blank_cell_is_declined_and_named(engine: Engine, question: str) -> None:
    """The note says that the cell is empty."""
    answer = engine.ask(question)
    assert not answer.found
    assert "空白" in answer.note


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("市水务局牵头哪些任务？", {1, 5}),
        ("水务局要配合哪项工作？", {4}),
        ("住建局牵头哪些工作？", {2}),
        ("发改委要配合什么工作？", {2}),
        ("2022年9月底前要完成的任务有哪些？", {1, 3, 5}),
    ],
)
def test_sets_are_complete(engine: Engine, question: str, rows: set[int]) -> None:
    """Every row and no other, abbreviations included."""
    answer = engine.ask(question)
    assert answer.kind == "set"
    assert {item.citation.passage.row for item in answer.items} == rows
    assert len(answer.text) <= 300


def test_what_a_body_has_done_is_not_looked_up_among_its_tasks(engine: Engine) -> None:
    """The plan says what is to be done; the report, what was."""
    assert engine.ask("市水务局去年完成了哪些工作？").kind != "set"


@pytest.mark.parametrize(
    "question",
    [
        "市气象局牵头哪些任务？",
        "2019年城区内河清淤由哪个部门牵头？",
        "成都市内河清淤由谁牵头？",
    ],
)
def test_other_bodies_years_and_places_are_declined(engine: Engine, question: str) -> None:
    """And a reason is given."""
    answer = engine.ask(question)
    assert not answer.found
    assert answer.text == ""
    assert answer.note


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("第一个记者问了什么？", "污水管网改造"),
        ("第二个提问的记者问了什么？", "水质监测数据"),
        ("完成内河清淤46公里是谁说的？", "林书远"),
    ],
)
def test_turns(engine: Engine, question: str, words: str) -> None:
    """Questions by their place, words by their speaker."""
    answer = engine.ask(question)
    assert answer.found
    assert words in answer.text
    assert answer.citations


def test_yes_no_about_a_record_says_which_role_it_is(engine: Engine) -> None:
    """Not the lead, but cooperating."""
    answer = engine.ask("市财政局是内河清淤的牵头单位吗？")
    assert answer.text.startswith("不是")
    assert "市水务局" in answer.text
    assert "配合" in answer.text


def test_two_questions_get_two_answers(engine: Engine) -> None:
    """Each with its own citation."""
    answer = engine.ask("内河清淤由谁牵头？污水处理厂二期什么时候完成？")
    assert len(answer.parts) == 2
    assert "市水务局" in answer.text
    assert "2022.11" in answer.text


def test_follow_up_changes_only_what_it_names(engine: Engine) -> None:
    """The column, or the body."""
    assert (
        engine.ask("配合单位呢？", context="城区内河清淤由哪个部门牵头？").text
        == "市财政局、各区县"
    )


def test_what_is_told_apart_by_a_number_is_not_mixed_up(tmp_path: Path) -> None:
    """Of line 3 nothing is said: what is said of line 1 is no answer."""
    text = "轨道交通说明\n\n轨道交通1号线全长32.7公里，设车站25座，总投资218亿元。\n"
    with engine_on(tmp_path, text=text) as engine:
        assert "32.7公里" in engine.ask("轨道交通1号线全长多少公里？").text
        assert not engine.ask("轨道交通3号线全长多少公里？").found


def test_a_bare_role_behind_a_task_asks_for_that_column(tmp_path: Path) -> None:
    with engine_on(tmp_path, plan=PLAN) as engine:
        assert engine.ask("城区内河清淤 牵头").text == "市水务局"
        assert engine.ask("水质自动监测站 配合").text == "市水务局"


def test_a_dash_is_a_blank_cell(tmp_path: Path) -> None:
    plan = PLAN.replace(
        "关停禁养区养殖场30家\t市农业农村局\t\t", "关停禁养区养殖场30家\t市农业农村局\t——\t"
    )
    with engine_on(tmp_path, plan=plan) as engine:
        given = engine.ask("整治沿河畜禽养殖由哪些单位配合？")
        assert not given.found
        assert "空白" in given.note


def test_two_contacts_asked_at_once_are_both_given(tmp_path: Path) -> None:
    text = "办公室设在区水务局，联系电话：0999-1000105，邮箱：shuiwu@yunze.example。\n"
    with engine_on(tmp_path, text=text) as engine:
        given = engine.ask("区水务局办公室的电话和邮箱是多少？").text
        assert "0999-1000105" in given
        assert "shuiwu@yunze.example" in given


def test_a_count_of_periods_is_no_other_period(tmp_path: Path) -> None:
    """培训班2期 says how many there are; 第一期 may be one of them."""
    text = "质量培训说明\n\n全年举办质量培训班2期，培训320人，地点在市民中心。\n"
    with engine_on(tmp_path, text=text) as engine:
        passage = engine.search("质量培训班")[0].passage
        assert violations(engine.evidence("第一期质量培训班在哪里办？"), passage) == []


def test_another_holding_of_a_contest_is_another_occasion(tmp_path: Path) -> None:
    text = "第九届技能大赛落幕\n\n全市第九届技能大赛昨天在体育馆落幕，八十名选手获奖。\n"
    with engine_on(tmp_path, contest=text) as engine:
        (passage, *_) = engine.passages_of(engine.documents()[0].id)
        assert violations(engine.evidence("第十届技能大赛在哪里举行？"), passage)
        assert violations(engine.evidence("第9届技能大赛在哪里举行？"), passage) == []
        assert violations(engine.evidence("质量培训班有多少人？"), passage) == []


def test_another_article_is_not_the_one_that_is_asked_for(tmp_path: Path) -> None:
    text = "车棚管理规定\n\n第三条 车棚由后勤处管理。\n\n第十三条 车棚每晚十点关门。\n"
    with engine_on(tmp_path, rules=text) as engine:
        passage = engine.search("车棚由后勤处管理")[0].passage
        assert violations(engine.evidence("规定第三十条车棚由谁管理？"), passage)
        assert violations(engine.evidence("规定第3条车棚由谁管理？"), passage) == []


SHARED = """云泽县农机意见

一、发展服务组织。培育合作社。（县农业局、县财政局、县税务局等负责）

二、改善配套设施。修建机耕路。（县农业局、县交通局、县税务局等负责）

三、开展培训。（县税务局、县农业局等负责）
"""


def test_of_bodies_that_are_charged_together_all_but_the_first_help(tmp_path: Path) -> None:
    """Where a document has no column of those who help."""
    with engine_on(tmp_path, shared=SHARED) as engine:
        answer = engine.ask("农机意见中税务局配合的是哪两条？")
        assert len(answer.items) == 2
        assert all("培训" not in item.text for item in answer.items)


def test_few_tasks_are_told_in_full(tmp_path: Path) -> None:
    with engine_on(tmp_path, shared=SHARED) as engine:
        answer = engine.ask("交通局参与哪些任务？")
        assert "改善配套设施。修建机耕路" in answer.text


WARDENS = """云泽县管水员选聘办法

管水员由村里推荐，年龄不超过60岁。管水员考核不合格的情况，会辞退。
"""
CENTRES = """云泽县家政中心招聘办法

服务员年龄不限。迟到三次的，辞退。
"""


def test_a_later_question_is_about_what_the_first_one_names(tmp_path: Path) -> None:
    with engine_on(tmp_path, wardens=WARDENS, centres=CENTRES) as engine:
        answer = engine.ask("当管水员年龄有要求吗？什么情况会辞退？")
        assert all(one.passage.document.endswith("wardens.txt") for one in answer.citations)
        assert "不合格" in answer.text
