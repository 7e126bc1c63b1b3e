"""Who sits on a body, and what a named person is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.answering.test_answers import engine_on

ROSTER = """云泽区人民政府办公室关于调整有关议事机构的通知
云政办〔2031〕8号

各镇人民政府，区政府各部门：

一、区城市更新领导小组

组　长：韦若兰　区委副书记、区长
副组长：郁长风　副区长
　　　　邱一诺　区住房和城乡建设局局长
成　员：米知行　区财政局局长
　　　　向南枝　区自然资源局局长

二、区森林防火指挥部

总指挥：郁长风　副区长
副总指挥：白露晞　区应急管理局局长
成　员：米知行　区财政局局长

云泽区人民政府办公室
2031年4月9日
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("区城市更新领导小组组长是谁？", "韦若兰"),
        ("城市更新领导小组的副组长有哪些人", "郁长风、邱一诺"),
        ("区森林防火指挥部总指挥由谁担任？", "郁长风"),
        ("区住建局局长叫什么？", "邱一诺"),
        ("区应急管理局局长", "白露晞"),
        ("向南枝担任什么职务？", "区自然资源局局长"),
        ("米知行在哪些机构里担任成员？", "区城市更新领导小组、区森林防火指挥部"),
    ],
)
def test_people_are_looked_up_in_lists_of_members(
    tmp_path: Path, question: str, answer: str
) -> None:
    with engine_on(tmp_path, roster=ROSTER) as engine:
        assert engine.ask(question).text == answer


@pytest.mark.parametrize("question", ["区防汛抗旱指挥部总指挥是谁？", "区教育局局长是谁？"])
def test_a_body_or_post_that_no_list_names_is_declined(tmp_path: Path, question: str) -> None:
    with engine_on(tmp_path, roster=ROSTER) as engine:
        assert not engine.ask(question).found


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("云泽区调整议事机构的通知是什么时候印发的？", "2031年4月9日"),
        ("调整有关议事机构的通知文号是多少", "云政办〔2031〕8号"),
        ("调整议事机构的通知是哪个单位发的？", "云泽区人民政府办公室"),
        ("调整议事机构的通知发给谁", "各镇人民政府，区政府各部门"),
    ],
)
def test_a_document_answers_for_itself(tmp_path: Path, question: str, answer: str) -> None:
    with engine_on(tmp_path, roster=ROSTER) as engine:
        given = engine.ask(question)
        assert given.text == answer
        text = engine.document(given.citations[0].passage.document).text
    assert text[given.citations[0].start : given.citations[0].end] == answer


def test_another_documents_date_is_not_given(tmp_path: Path) -> None:
    with engine_on(tmp_path, roster=ROSTER) as engine:
        assert not engine.ask("粮食收购工作的通知是什么时候印发的？").found
