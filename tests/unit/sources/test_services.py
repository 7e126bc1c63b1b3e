"""Services told one after the other in lines of labels."""

from __future__ import annotations

import re
from pathlib import Path

from qa_engine.passages import passages
from qa_engine.sources.raw import Paragraph, RawDocument
from qa_engine.sources.understand import understand
from tests.unit.answering.test_answers import engine_on

GUIDE = """栗江县办事指南汇编

事项一
事项名称：残疾人两项补贴
实施主体：栗江县残联
受理条件：持有第三代残疾人证。
承诺时限：9个工作日
咨询电话：0533-0117001

事项二
事项名称：再生资源经营备案
实施主体：栗江县商务局
受理条件：已取得营业执照。
承诺时限：4个工作日
咨询电话：0533-0117002
"""


def read(text: str) -> list[tuple[tuple[str, ...], str]]:
    """Headings and text of each passage."""
    places = [match.span() for match in re.finditer(r"[^\n]+", text)]
    elements = tuple(Paragraph(*place) for place in places)
    return [
        (one.headings, one.text)
        for one in passages(understand(RawDocument("a.txt", text, elements)))
    ]


def test_each_name_heads_what_is_said_of_its_service() -> None:
    under = {headings[-1]: "" for headings, _ in read(GUIDE) if headings}
    for headings, text in read(GUIDE):
        if headings:
            under[headings[-1]] += text
    assert set(under) == {"残疾人两项补贴", "再生资源经营备案"}
    assert "县残联" in under["残疾人两项补贴"]
    assert "0117001" in under["残疾人两项补贴"]
    assert "0117002" in under["再生资源经营备案"]


def test_a_name_that_stands_once_heads_nothing() -> None:
    alone = GUIDE.partition("\n事项二")[0]
    assert all("残疾人两项补贴" not in headings for headings, _ in read(alone))


def test_a_heading_further_up_ends_the_service_before_it() -> None:
    text = GUIDE.replace("事项一", "一、民政类").replace("事项二", "二、商务类")
    found = [headings for headings, text in read(f"{text}\n三、其他说明\n本汇编由县政务办解释。\n")]
    assert ("二、商务类", "再生资源经营备案") in found
    assert found[-1] == ("三、其他说明",)


def test_what_is_asked_of_a_service_is_answered_from_its_own_lines(tmp_path: Path) -> None:
    with engine_on(tmp_path, guide=GUIDE) as engine:
        assert "0533-0117002" in engine.ask("再生资源经营备案的咨询电话是多少？").text
        assert engine.ask("残疾人两项补贴由哪个单位实施？").text == "栗江县残联"
        answer = engine.ask("再生资源经营备案承诺几个工作日？")
    assert "4个工作日" in answer.text
    assert "不一致" not in answer.note
