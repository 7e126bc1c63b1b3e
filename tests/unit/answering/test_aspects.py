"""Sentences that ask two things at once."""

from __future__ import annotations

import pytest

from qa_engine.answering.aspects import aspects


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("图片展哪天办、在哪儿办？", ["图片展哪天办", "图片展在哪儿办"]),
        ("灯会何时、何地举行？", ["灯会何时举行", "灯会何地举行"]),
        ("本办法哪天起施行，有效期几年？", ["本办法哪天起施行", "本办法有效期几年"]),
        (
            "学院招生多少人，其中高职多少人？",
            ["学院招生多少人", "学院招生高职多少人"],
        ),
        ("基金总规模多大，首期多少？", ["基金总规模多大", "基金总规模首期多少"]),
        ("养犬头一年和第二年各收多少钱？", ["养犬头一年收多少钱", "养犬第二年收多少钱"]),
        ("区水务局的电话和邮箱是多少？", ["区水务局的电话是多少", "区水务局的邮箱是多少"]),
        ("旧站改成了什么，站台增加到几个？", ["旧站改成了什么", "旧站站台增加到几个"]),
        ("a级和aa级企业各几家？", ["a级企业几家", "aa级企业几家"]),
        ("码头总投资多少，今年计划投多少？", ["码头总投资多少", "码头今年计划投多少"]),
        ("建冷库能补多大比例，封顶多少？", ["建冷库能补多大比例", "建冷库能补比例，封顶多少"]),
        ("农户建冷库，能补几成，封顶多少？", ["农户建冷库，能补几成", "农户建冷库封顶多少"]),
        ("规定哪天通过的，在什么会议上审议的？", ["规定哪天通过的", "规定在什么会议上审议的"]),
    ],
)
def test_each_aspect_is_a_question_of_its_own(question: str, parts: list[str]) -> None:
    assert aspects(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "首席质量官培训由哪个部门牵头？",
        "行动从何时到何时？",
        "国庆是几月几日？",
        "两家是什么时候一起办的讲堂？",
        "谁回答了记者的提问，他是什么身份？",
        "培训和考试由谁负责？",
    ],
)
def test_one_thing_asked_stays_one(question: str) -> None:
    assert aspects(question) == [question]
