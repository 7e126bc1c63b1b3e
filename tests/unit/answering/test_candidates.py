"""What a reader marks is a candidate only where it can be an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from qa_engine.adapters.hashing_encoder import HashingEncoder
from qa_engine.adapters.memory import MemoryStore
from qa_engine.answering.spans import answer_span, candidates_in, passages_to_read
from qa_engine.engine import Engine
from qa_engine.indexing import update
from qa_engine.ports import Reading, Span
from qa_engine.text.aliases import Aliases
from qa_engine.text.words import Cutter


class Marking:
    """A reader that marks what a pattern finds, surely; what it prefers, more so."""

    def __init__(self, pattern: str, preferred: str) -> None:
        self._pattern = re.compile(pattern, re.DOTALL)
        self._preferred = preferred

    @property
    def name(self) -> str:
        return "marking"

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        return [
            Reading(
                tuple(
                    Span(*m.span(), 8.0 if m.group() == self._preferred else 6.0)
                    for m in self._pattern.finditer(text)
                ),
                0.0,
                0.95,
            )
            for text in texts
        ]


@contextmanager
def reading(folder: Path, text: str, pattern: str, preferred: str = "") -> Iterator[Engine]:
    (folder / "notice.txt").write_text(text, encoding="utf-8")
    store, encoder, cutter = MemoryStore(), HashingEncoder(), Cutter()
    update(store, encoder, cutter, [folder])
    reader = Marking(pattern, preferred)
    with Engine(store, encoder, cutter, Aliases.load(None), lambda: reader) as engine:
        yield engine


NOTICE = """关于停用东岸泳池的通知

东岸泳池因设备检修停用，泳池恢复开放的时间另行通知。

东岸区体育中心
2024年5月6日
"""


def test_the_date_below_a_notice_answers_nothing_but_its_date(tmp_path: Path) -> None:
    """However surely it is marked."""
    with reading(tmp_path, NOTICE, r"2024年5月6日") as engine:
        answer = engine.ask("东岸泳池什么时候恢复开放？")
    assert "5月6日" not in answer.text


def test_a_date_in_its_sentence_still_answers(tmp_path: Path) -> None:
    """The same form, said of something."""
    text = NOTICE.replace("的时间另行通知", "的时间是2024年6月1日")
    with reading(tmp_path, text, r"2024年\d月\d日") as engine:
        answer = engine.ask("东岸泳池什么时候恢复开放？")
    assert answer.text == "2024年6月1日"


def test_a_sentence_that_tells_of_the_question_is_no_answer(tmp_path: Path) -> None:
    """Another one is preferred, though it has fewer of the words."""
    text = (
        "关于停用东岸泳池的说明\n\n近日，不少居民询问东岸泳池为何停用。\n\n"
        "由于过滤设备老化，水质不达标，东岸泳池自5月起停用。\n"
    )
    with reading(tmp_path, text, r"东岸泳池为何停用|过滤设备老化.水质不达标") as engine:
        answer = engine.ask("东岸泳池为什么停用？")
    assert "设备老化" in answer.text


LIST = """关于开展校园集市的说明

校园集市由学生会发起。校园集市的通知由教务处、学生处、后勤处、保卫处四部门印发。
"""


def test_of_bodies_told_to_be_several_a_lone_one_is_no_answer(tmp_path: Path) -> None:
    with reading(tmp_path, LIST, r"学生会|学生处") as engine:
        answer = engine.ask("校园集市的通知是哪四个部门发的？")
    assert "教务处、学生处、后勤处、保卫处" in answer.text


HEADED = """关于管好图书角的意见

一、提高图书借还效率

提高图书借还效率。图书贴上条码，读者自己在柜台扫码，丢失的书按原价的一半赔偿。

二、爱护图书

爱护图书。不得折页涂画。
"""


def test_a_heading_does_not_say_how(tmp_path: Path) -> None:
    with reading(tmp_path, HEADED, r"提高图书借还效率|读者自己在柜台扫码") as engine:
        answer = engine.ask("怎么提高图书借还效率？")
    assert "扫码" in answer.text


ONE_POINT = """集市工作问答

集市的管理有以下安排：一是划定摊位，按号入场；二是加强噪声管控，装声级计、限喇叭音量、定停业时刻；三是每晚清扫。
"""


def test_the_point_that_says_what_is_asked_is_given_without_the_others(tmp_path: Path) -> None:
    with reading(tmp_path, ONE_POINT, r"限喇叭音量") as engine:
        answer = engine.ask("从哪些方面加强噪声管控？")
    assert "声级计" in answer.text
    assert "清扫" not in answer.text


TWO_SENTENCES = """球馆改造说明

本次改造更换了照明、音响和地板，重做了屋面防水，更衣室、淋浴间和器材库都重新分了区，墙面贴了吸声板，出入口装了测温和人数统计设备，停车场划了新车位并装了充电桩，周边道路的路灯全部换新，树木补种了三十多株，球馆的看台座椅也翻新了。此外还增加了供轮椅使用的坡道。
"""


def test_of_two_long_sentences_in_a_span_one_decides(
    tmp_path: Path,
) -> None:
    with reading(
        tmp_path, TWO_SENTENCES, r"看台座椅也翻新了。此外还增加了供轮椅使用的坡道"
    ) as engine:
        answer = engine.ask("有没有增加供轮椅使用的坡道？")
    assert "轮椅" in answer.text
    assert "看台" not in answer.text


def test_what_two_parts_say_alike_is_told_once(tmp_path: Path) -> None:
    with reading(tmp_path, TWO_SENTENCES, r"供轮椅使用的坡道") as engine:
        answer = engine.ask("球馆为什么增加轮椅坡道？球馆还增加了哪些坡道")
    assert answer.text.count("坡道") == 1


RULES = """关于公园新规的问答

新公布的公园宠物管理规定（第5号），于2023年3月1日起施行。2021年7月1日施行的公园卫生管理规定没有提到宠物。办理入园证在各门岗（亭）。
"""


def test_a_clause_that_goes_on_with_a_date_speaks_of_what_was_named_before(
    tmp_path: Path,
) -> None:
    with reading(tmp_path, RULES, r"20\d\d年\d月1日") as engine:
        answer = engine.ask("公园宠物管理规定什么时候起施行？")
    assert answer.text.startswith("2023年3月1日")


def test_a_bracket_that_belongs_to_a_name_is_kept(tmp_path: Path) -> None:
    with reading(tmp_path, RULES, r"各门岗") as engine:
        answer = engine.ask("公园的入园证在哪里办理？")
    assert answer.text == "各门岗（亭）"


def test_a_reason_is_the_clause_that_gives_one(tmp_path: Path) -> None:
    """What only says again that it happened is none."""
    text = "季度运行情况\n\n上半年全县茶叶出口额8亿元，同比下降6%，主要是受海运停航影响。\n"
    with reading(tmp_path, text, r"茶叶出口额8亿元.同比下降6%|受海运停航影响") as engine:
        answer = engine.ask("茶叶出口额为什么下降？")
    assert "海运停航" in answer.text


def test_a_deputy_does_not_answer_for_the_head(tmp_path: Path) -> None:
    """副主任 names no 主任."""
    text = "东岸泳池管理中心座谈会\n\n东岸泳池管理中心副主任林见深出席座谈会并讲话。\n"
    with reading(tmp_path, text, "林见深") as engine:
        deputy = engine.ask("东岸泳池管理中心副主任是谁？")
        head = engine.ask("东岸泳池管理中心主任是谁？")
    assert deputy.confidence > head.confidence


def test_a_span_over_two_values_is_cut_to_the_one_whose_label_is_asked(tmp_path: Path) -> None:
    """The noun behind a number tells as well as what stands in front."""
    text = "关于开放东岸泳池的通知\n\n东岸泳池配备了7名救生员、12名保洁员，开馆前到岗。\n"
    with reading(tmp_path, text, r"7名救生员、12名保洁员.开馆前到岗") as engine:
        answer = engine.ask("东岸泳池配备了多少救生员？")
    assert answer.text == "7名救生员"


REPORTS = """关于报送报表的问答

月度报表报送县统计站，其他各类报表报送市统计局。报送时限由3天以上放宽至提前9天以上。
"""


def test_what_is_named_is_not_among_the_others(tmp_path: Path) -> None:
    """其他各类 leaves out what the clause before it names."""
    with reading(tmp_path, REPORTS, r"县统计站|市统计局", "市统计局") as engine:
        answer = engine.ask("月度报表报送给哪个单位？")
    assert answer.text == "县统计站"


def test_of_a_changed_while_the_new_one_is_given(tmp_path: Path) -> None:
    with reading(tmp_path, REPORTS, r"3天以上") as engine:
        answer = engine.ask("报送时限放宽到多久？")
    assert answer.text == "9天以上"


def test_a_range_is_given_whole(tmp_path: Path) -> None:
    text = "见习安排\n\n组织青年参加2—10个月的见习。\n"
    with reading(tmp_path, text, r"10个月") as engine:
        answer = engine.ask("青年见习几个月？")
    assert answer.text == "2—10个月"


def test_a_quantity_marked_over_two_points_is_that_of_one(tmp_path: Path) -> None:
    text = "入会条件\n\n入会条件：（一）得分满80分；（二）近6年没有违规。\n"
    with reading(tmp_path, text, r"80分；（二）近6年") as engine:
        draft = answer_span(engine.evidence("入会条件是多少年没有违规？"))
    assert draft is not None
    assert draft.text == "近6年"  # how sure it may be is not said here


class Strict(Marking):
    """A reader that is sure only of a text that names the place and year asked about."""

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        found = super().read(question, texts)
        return [
            reading if "云泽县" in text and "2022年" in text else Reading((), 0.0, 0.01)
            for reading, text in zip(found, texts, strict=True)
        ]


BULLETIN = """云泽县2022年统计公报

全年实现生产总值486亿元，比上年增长3.4%。
"""


def test_what_stands_above_is_read_where_it_says_what_the_question_names(tmp_path: Path) -> None:
    """The title alone says which place and year; the answer is cited in the paragraph."""
    with reading(tmp_path, BULLETIN, r"\d+亿元") as engine:
        engine._comprehension = lambda: Strict(r"\d+亿元", "")
        answer = engine.ask("云泽县2022年生产总值是多少？")
    assert answer.text == "486亿元"
    (citation,) = answer.citations
    assert citation.quote == "486亿元"


def test_nothing_that_stands_above_is_an_answer(tmp_path: Path) -> None:
    """What begins in the title is none, and the paragraph is then read alone."""
    with reading(tmp_path, BULLETIN, r"公报\n全年|\d+亿元", "公报\n全年") as engine:
        answer = engine.ask("云泽县2022年生产总值是多少？")
    assert answer.text == "486亿元"


TRANSCRIPT = """芦笛县供水新闻发布会实录

主持人：下面请记者提问。

芦笛晚报记者：有住户在我们的平台留言，说锦园小区的自来水早晨发黄。请问是什么原因？

县水务公司总经理丁一：锦园小区用的是老铸铁管，夜里水不流动，锈垢脱落。
"""


def test_what_somebody_asked_does_not_answer_it(tmp_path: Path) -> None:
    """Not even with what they told before they asked."""
    with reading(tmp_path, TRANSCRIPT, "有住户.*什么原因|锈垢脱落") as engine:
        evidence = engine.evidence("锦园小区自来水早晨发黄是什么原因")
        pool = [hit.passage for hit in passages_to_read(evidence)]
        found = [one.text for some in candidates_in(evidence, pool) for one in some]
    assert any(passage.kind == "question" for passage in pool)
    assert "锈垢脱落" in found
    assert not any("请问" in text for text in found)


LEDGER = """关于报名的通知

报名要带齐材料。材料有身份证、毕业证、体检表。
"""


@pytest.mark.parametrize(
    ("marked", "unlisted"), [("要带齐材料", 1.0), ("身份证、毕业证、体检表", 0.0)]
)
def test_a_list_that_is_asked_for_names_several(
    tmp_path: Path, marked: str, unlisted: float
) -> None:
    with reading(tmp_path, LEDGER, marked) as engine:
        draft = answer_span(engine.evidence("报名要带哪些材料？"))
    assert draft is not None
    assert draft.features["unlisted"] == unlisted
