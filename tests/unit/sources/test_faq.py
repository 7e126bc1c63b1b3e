"""Questions and answers for the public."""

from __future__ import annotations

import pytest

from qa_engine.models import Document
from qa_engine.passages import passages
from qa_engine.sources.raw import RawDocument, lines_of
from qa_engine.sources.understand import understand

QUESTIONS = ("如何申请落户积分？", "申请需要哪些材料？", "审核需要多长时间？")
ANSWERS = (
    "登录服务平台提交申请，也可以到街道窗口办理，窗口周末照常开放。",
    "需要身份证、居住证和劳动合同的原件，未成年人另需出生证明。",
    "自受理之日起十五个工作日内审核完毕，结果以短信告知本人。",
)
INTRO = "为方便市民了解政策，现将常见问题整理如下。"


def read(text: str) -> Document:
    return understand(RawDocument("t.txt", text, tuple(lines_of(text)), name="t"))


def pairs(document: Document) -> list[tuple[str, str]]:
    """(question, answer) of every answer passage."""
    return [
        (p.question or "", p.text.replace("\n", ""))
        for p in passages(document)
        if p.kind == "speech"
    ]


LAYOUTS = {
    "numbered with 答": ("{n}.{q}", "答：{a}"),
    "问 and 答": ("问：{q}", "答：{a}"),
    "numbered 问": ("{n}、问：{q}", "答：{a}"),
    "问题 and 答案": ("问题：{q}", "答案：{a}"),
    "Q and A": ("Q{n}：{q}", "A{n}：{a}"),
    "bare with 答": ("{q}", "答：{a}"),
    "numbered, no mark": ("{n}. {q}", "{a}"),
    "Chinese numerals, no mark": ("{h}、{q}", "{a}"),
    "on one line": ("{n}.{q}答：{a}", ""),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_pairs_are_found_in_every_layout(layout: str) -> None:
    """Each answer knows its question, whatever marks them."""
    ask, answer = LAYOUTS[layout]
    lines = ["积分落户常见问题解答", INTRO]
    for n, (q, a) in enumerate(zip(QUESTIONS, ANSWERS, strict=True), 1):
        lines.append(ask.format(n=n, h="一二三"[n - 1], q=q, a=a))
        if answer:
            lines.append(answer.format(n=n, a=a))
    document = read("\n".join(lines))
    assert document.kind == "faq"
    assert document.title == "积分落户常见问题解答"
    assert pairs(document) == list(zip(QUESTIONS, ANSWERS, strict=True))
    assert any(INTRO in p.text and p.question is None for p in passages(document))


def test_an_answer_of_several_paragraphs_stays_with_its_question() -> None:
    """Unlabelled paragraphs go on the answer above them."""
    document = read(
        f"1.{QUESTIONS[0]}\n答：{ANSWERS[0]}\n{ANSWERS[2]}\n2.{QUESTIONS[1]}\n答：{ANSWERS[1]}"
    )
    answers = dict(pairs(document))
    assert ANSWERS[2] in answers[QUESTIONS[0]]
    assert answers[QUESTIONS[1]] == ANSWERS[1]


def test_numbered_steps_of_an_answer_are_no_questions() -> None:
    """A list inside an answer stays in it."""
    steps = "1.填写申请表并签字；\n2.上传材料扫描件；\n3.等待短信通知。"
    document = read(
        f"问：{QUESTIONS[0]}\n答：按下列步骤办理：\n{steps}\n问：{QUESTIONS[1]}\n答：{ANSWERS[1]}"
    )
    first = "".join(text for question, text in pairs(document) if question == QUESTIONS[0])
    assert "上传材料" in first
    assert "短信通知" in first


def test_section_headings_group_the_pairs() -> None:
    """“一、申请条件” above numbered questions is context."""
    document = read(
        f"一、申请条件\n1.{QUESTIONS[1]}\n答：{ANSWERS[1]}\n二、办理流程\n1.{QUESTIONS[0]}\n答：{ANSWERS[0]}"
    )
    found = {p.question: p.headings for p in passages(document) if p.kind == "speech"}
    assert found == {QUESTIONS[1]: ("一、申请条件",), QUESTIONS[0]: ("二、办理流程",)}


def test_a_year_or_a_number_that_counts_nothing_stays_in_the_question() -> None:
    document = read(
        "常见问题\n\n问：2024年度基数的上限是多少？\n\n答：上限是两万元，下限是两千元。\n\n"
        "问：一年能提几次？\n\n答：每年一次，每次不低于一万元。\n"
    )
    assert [question for question, _ in pairs(document)] == [
        "2024年度基数的上限是多少？",
        "一年能提几次？",
    ]
