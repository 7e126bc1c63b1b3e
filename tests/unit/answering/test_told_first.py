"""What stands before 请问 in a reporter's question is told, and may answer."""

from __future__ import annotations

from pathlib import Path

from tests.unit.answering.test_candidates import reading

BRIEFING = """云泽市秋季招聘新闻发布会

云泽日报记者：在上周柳城举行的全省就业工作大会上，市人社局介绍了我们的经验，请问下一步有哪些安排？

市人社局局长柳青山：我们将举办三场专场招聘会，覆盖制造、物流、家政等行业，欢迎大家参加。
"""


def test_what_the_reporter_tells_answers(tmp_path: Path) -> None:
    with reading(tmp_path, BRIEFING, r"柳城(?=举行)") as engine:
        assert engine.ask("全省就业工作大会在哪个城市举行？").text == "柳城"


def test_a_reason_stands_in_a_sentence_that_gives_one(tmp_path: Path) -> None:
    """Though another says what was done in the question's own words."""
    text = (
        "关于东岸泳池的说明\n\n东岸泳池5月起停用，由区体育中心发布公告。"
        "之所以停用，是因为过滤设备老化。\n"
    )
    with reading(tmp_path, text, r"由区体育中心发布公告|因为过滤设备老化") as engine:
        assert "过滤设备老化" in engine.ask("东岸泳池为什么停用？").text


def test_numbered_places_side_by_side_are_told_together(tmp_path: Path) -> None:
    text = "望荷医院入院须知\n\n入院手续到一楼3号、4号窗口办理，结账到5号窗口。\n"
    with reading(tmp_path, text, r"3号(?=、)") as engine:
        assert engine.ask("望荷医院入院手续到几号窗口办理？").text.startswith("3号、4号")
