"""What a named speaker said stands in his own turns."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_engine.answering.sayings import own_words
from tests.unit.answering.test_answers import engine_on

RECORD = """云泽市图书馆建设新闻发布会

时间：2031年3月8日
出席人员：
米知行 市文化局局长
白露晞 市财政局副局长

主持人：各位记者朋友，大家好，下面请提问。

云泽日报记者：请问新馆的选址为什么在老城？

米知行：老城的读者最多，走路就能到。打个比方，图书馆就像巷口的井，离得近才有人来打水。

江湾电视台记者：购书经费够不够？

白露晞：购书经费每年五百万元，已经列入预算。购书好比下种，要年年下。
"""


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("米知行把图书馆比作什么？", "巷口的井"),
        ("云泽市文化局的米知行把图书馆比作什么？", "巷口的井"),
        ("白露晞怎么形容购书？", "好比下种"),
    ],
)
def test_a_likeness_is_that_of_the_speaker_named(tmp_path: Path, question: str, said: str) -> None:
    with engine_on(tmp_path, record=RECORD) as engine:
        assert said in engine.ask(question).text


@pytest.mark.parametrize("question", ["米知行怎么说购书经费的？", "白露晞怎么看新馆选址在老城？"])
def test_who_did_not_speak_of_it_is_not_answered_for(tmp_path: Path, question: str) -> None:
    with engine_on(tmp_path, record=RECORD) as engine:
        given = engine.ask(question)
        assert not given.found
        assert "没有记录" in given.note


LETTER = """云泽教育简报
第7期

云泽市教育局办公室编 2031年3月8日

湖滨小学建成屋顶花房

湖滨小学的屋顶花房昨天建成。校长戎望山说：“孩子们闻过泥土的味道，才知道春天。”花房由各班轮流照看，孩子们在这里认识了四十种植物。
（湖滨街道）

全市校车检查结束

全市校车检查昨天结束，共检查校车六十辆，安全科科长邬长风表示，超员的一律停运。
（市教育局安全科）

报：市政府办公室
"""


@pytest.mark.parametrize(
    ("question", "said"),
    [("邬长风怎么看校车超员？", "停运"), ("戎望山怎么看校车检查？", "")],
)
def test_who_speaks_in_an_article_speaks_of_it_only(
    tmp_path: Path, question: str, said: str
) -> None:
    with engine_on(tmp_path, letter=LETTER) as engine:
        _, refusal = own_words(engine.evidence(question))
        assert bool(refusal) is not bool(said)
        assert said in engine.ask(question).text


@pytest.mark.parametrize("question", ["购书经费每年多少？", "米知行哪一年到文化局工作？"])
def test_what_nobody_is_asked_to_have_said_is_sought_in_all_turns(
    tmp_path: Path, question: str
) -> None:
    with engine_on(tmp_path, record=RECORD) as engine:
        evidence = engine.evidence(question)
        assert own_words(evidence) == (evidence, "")
