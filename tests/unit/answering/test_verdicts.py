"""Yes or no, where a sentence decides it; otherwise the sentence stands alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_engine.answering.matching import terms
from qa_engine.answering.mentions import changed_to
from qa_engine.answering.question import analyse, content_words, question_text
from qa_engine.answering.verdicts import (
    bare_verdict,
    brief_denial,
    forbidden,
    polarity,
    verdict,
    within_limit,
)
from qa_engine.text.normalise import fold
from tests.unit.answering.test_answers import engine_on


def covers(content: str, text: str) -> float:
    """The plain share of character pairs."""
    wanted, there = terms(content), set(terms(text))
    return sum(one in there for one in wanted) / max(len(wanted), 1)


@pytest.mark.parametrize(
    ("asked", "sentence", "said"),
    [
        ("公园里可以放风筝吗？", "公园里禁止放风筝。", "不可以"),
        ("湖区能钓鱼吗？", "湖区内不得从事下列活动：（一）游泳；（二）钓鱼。", "不可以"),
        ("老年读者要预约吗？", "老年读者无需预约。", "不需要"),
        ("退休人员能参加评选吗？", "已经离岗退养的退休人员不能参加。", "不可以"),
        ("这次检查有没有发现问题？", "这次检查没有发现问题。", "没有"),
        ("残疾人可以优先取号吗？", "残疾人凭证可以优先取号。", "可以"),
        ("外地车要登记吗？", "外地车需要登记。", "需要"),
        ("连锁店也能免费刻章吗？", "新办企业免费刻章（连锁店除外）。", "不可以"),
        ("医院的排口可以直接堵上吗？", "医院排口须先建设施，不得简单封堵。", "不可以"),
        ("外地人也能按办法领到奖励吗？", "在外地尚未奖励的本市居民，参照执行。", ""),
        ("老师能听培训班吗？", "老师不参赛，但可参加培训。", "可以"),
        # Left open: a condition, an exception, two denials, another thing, a denied question.
        ("外地车能进入景区吗？", "外地车只能在闭园后进入景区。", ""),
        ("这是不是没有噪声？", "这并不是没有噪声。", ""),
        ("宠物可以上车吗？", "儿童应当由家长陪同。", ""),
        ("外地车不能进入景区吗？", "外地车不得进入景区。", ""),
        ("外地车多少钱可以进入？", "外地车可以进入。", ""),
    ],
)
def test_what_is_allowed_forbidden_demanded_or_denied(asked: str, sentence: str, said: str) -> None:
    """In the words of the question; nothing is said where the sentence alone doesn't tell."""
    text = question_text(asked)
    content = content_words(analyse(text, text))
    assert polarity(text, fold(sentence), content, fold(sentence), covers) == said


@pytest.mark.parametrize(
    ("asked", "sentence", "said"),
    [
        ("48岁的技师能落户吗？", "大专学历不超过45周岁的落户；技师不超过50周岁的落户", "可以"),
        ("月收入2000元能申请吗？", "家庭人均月收入不高于2860元", "可以"),
        ("月收入3000元能申请吗？", "家庭人均月收入不高于2860元", "不可以"),
        ("60岁能报名吗？", "超过55周岁的不得报名", "不可以"),
        ("15岁可以办吗？", "年满16周岁的公民可以办理", "不可以"),
        ("30岁能报名吗？", "18周岁以上、40周岁以下的报名", "可以"),
        ("45岁能报名吗？", "18周岁以上、40周岁以下的报名", "不可以"),
        # Left open: what is not forbidden, no limit.
        ("50岁能报名吗？", "超过55周岁的不得报名", ""),
        ("30岁能报名吗？", "报名费30元", ""),
    ],
)
def test_a_number_is_held_against_the_limit_that_is_told(
    asked: str, sentence: str, said: str
) -> None:
    assert within_limit(asked, sentence, covers) == said


def test_an_item_of_what_is_forbidden_may_not_be_done() -> None:
    """The head of the list decides, not the item; nor where it is asked what is forbidden."""
    before = "第七条 禁止下列行为：（一）在走廊停车；（二）"
    assert forbidden("可以在楼里充电吗", before) == "不可以"
    assert forbidden("是不是禁止在楼里充电", before) == ""
    assert forbidden("可以在楼里充电吗", "第八条 下列地点可以充电：（一）车棚；（二）") == ""


def test_a_brief_denial_at_the_beginning_answers() -> None:
    assert brief_denial("不强制公证。有两条路可以走。") == len("不强制公证。")
    assert brief_denial("不但免费，而且上门。") == 0
    assert brief_denial("材料不齐的，窗口应当一次告知需要补正的全部内容。") == 0


def test_numbers_and_posts_decide_as_before() -> None:
    """A number other than the one asked about is a no."""
    assert verdict("合格率是95%吗", "合格率为96%") == "不是"
    assert verdict("他是局长吗", "他任局长") == "是"


def test_an_answer_that_begins_with_its_verdict_keeps_it() -> None:
    """不可以。… as people answer."""
    assert bare_verdict("可以代领吗", "不可以。请本人领取。") == ("不可以", 4)
    assert bare_verdict("要交费吗", "需要,每人十元。") == ("需要", 8)
    assert bare_verdict("可以代领吗", "请本人领取。") == ("", 0)
    assert bare_verdict("代领要交费吗", "可以。不收费用。") == ("", 0)


@pytest.mark.parametrize(
    ("question", "written"),
    [("现在有几个窗口？", "8个"), ("原来有几个窗口？", "12个"), ("之前窗口有几个？", "12个")],
)
def test_of_a_change_the_new_value_is_meant(question: str, written: str) -> None:
    """Unless what was before is asked for."""
    text = "窗口由12个减少到8个。"
    at = text.index("12个")
    start, end = changed_to(text, at, at + 3, question)
    assert text[start:end] == written


FORMULA = """松岭县便民服务问答

问：可以让家人代领证件吗？
答：不可以。证件由申请人本人领取。

问：大厅周末上班吗？
答：周六上午照常办理，周日不办理。
"""


def test_a_given_answer_is_quoted_from_its_verdict_on(tmp_path: Path) -> None:
    """The citation covers what is shown."""
    with engine_on(tmp_path, faq=FORMULA) as engine:
        answer = engine.ask("证件可以让家人代领吗？")
        source = engine.document(answer.citations[0].passage.document).text
    assert answer.text.startswith("不可以")
    assert "不可以" in source[answer.citations[0].start : answer.citations[0].end]


def test_every_number_that_is_claimed_must_be_told() -> None:
    """A number that both only name a thing by proves nothing."""
    told = "二级以上站点占比到2026年达到45%"
    assert verdict("二级以上站点占比到2026年要达到50%吗", told) == "不是"
    assert verdict("二级以上站点占比到2026年要达到45%吗", told) == "是"
