"""What is asked of a document that is named by its number is sought in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa_engine.adapters.hashing_encoder import HashingEncoder
from qa_engine.adapters.memory import MemoryStore
from qa_engine.engine import Engine
from qa_engine.indexing import update
from qa_engine.text.aliases import Aliases
from qa_engine.text.words import Cutter
from tests.unit.answering.test_answers import engine_on

_NOTICE = """翠屿县人民政府关于{what}的通知
翠政发〔{year}〕{number}号

各乡镇人民政府，县政府各部门：

{what}的经费由{payer}承担。各乡镇要把进展情况报{told}。

翠屿县人民政府
{year}年3月2日
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("docs")
    for number, what, payer, told in (
        (7, "清理河塘", "县财政局", "县水务局"),
        (8, "整修山路", "县交通局", "县公路站"),
    ):
        text = _NOTICE.format(year=2021, number=number, what=what, payer=payer, told=told)
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    store, encoder, cutter = MemoryStore(), HashingEncoder(), Cutter()
    update(store, encoder, cutter, [folder])
    with Engine(store, encoder, cutter, Aliases.load(None), lambda: None) as opened:
        yield opened


@pytest.mark.parametrize(("number", "told"), [(7, "县水务局"), (8, "县公路站")])
def test_the_numbered_document_answers_and_no_other(engine: Engine, number: int, told: str) -> None:
    answer = engine.ask(f"根据翠政发〔2021〕{number}号，进展情况报给哪个部门？")
    assert told in answer.text


def test_the_document_itself_may_be_asked_about(engine: Engine) -> None:
    assert engine.ask("翠政发〔2021〕8号是哪天印发的？").text == "2021年3月2日"


@pytest.mark.parametrize("wording", ["{} 施行时间", "{}什么时候施行？"])
def test_a_number_among_labels_names_the_document_for_keywords_too(
    tmp_path: Path, wording: str
) -> None:
    texts = {
        name: f"{title}解读\n发布日期：{day}　|　文号：翠政办规〔2031〕{number}号\n\n"
        f"{title}自{day}起施行，有效期三年。\n"
        for name, title, number, day in (
            ("a", "《垂钓管理办法》", 3, "2031年4月2日"),
            ("b", "《摊点管理办法》", 5, "2031年6月9日"),
        )
    }
    with engine_on(tmp_path, **texts) as opened:
        answer = opened.ask(wording.format("翠政办规〔2031〕5号"))
    assert "2031年6月9日" in answer.text
