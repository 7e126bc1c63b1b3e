"""Of two likely borders the wider one, within what is asked."""

from __future__ import annotations

import pytest

from qa_engine.answering.candidates import Candidate
from qa_engine.answering.question import analyse, question_text
from qa_engine.answering.widening import widened
from qa_engine.models import Hit, Passage


def _wider(question: str, text: str, best: str, *others: tuple[str, float]) -> str:
    """The wider answer around ``best`` (margin 2), among others with margins of their own."""
    hit = Hit(1.0, Passage("p", "d", "t", text, "paragraph"))

    def candidate(piece: str, margin: float) -> Candidate:
        start = text.index(piece)
        return Candidate(hit, start, start + len(piece), margin, {"margin": margin})

    first = candidate(best, 2.0)
    rest = [candidate(piece, margin) for piece, margin in others]
    start, end = widened(analyse(question, question_text(question)), first, [first, *rest])
    return text[start:end]


@pytest.mark.parametrize(
    ("question", "text", "best", "other", "wider"),
    [
        ("会议由谁主持？", "副县长孔令舟主持会议。", "孔令舟", "副县长孔令舟", True),
        ("会议由谁主持？", "副县长孔令舟主持会议。", "孔令舟", "孔令舟主持", False),
        ("最多借多少万元？", "每户最高300万元。", "300万元", "最高300万元", True),
        ("优惠多少？", "下浮10%和20%。", "20%", "10%和20%", False),
        ("清淤几条河，土方多少？", "清淤58条、土方210万方。", "58条", "58条、土方210万方", True),
        ("为什么推迟？", "因施工，推迟了。", "施工", "因施工，推迟了", True),
        ("为什么推迟？", "因施工。另行通知。", "施工", "因施工。另行通知", False),
        ("孔令舟是什么职务？", "副县长孔令舟到场。", "副县长", "副县长孔令舟", False),
    ],
)
def test_a_wider_answer_takes_in_what_belongs_to_it(
    question: str, text: str, best: str, other: str, *, wider: bool
) -> None:
    assert _wider(question, text, best, (other, 1.0)) == (other if wider else best)


def test_a_much_less_likely_one_is_left() -> None:
    text = "副县长孔令舟主持会议。"
    assert _wider("会议由谁主持？", text, "孔令舟", ("副县长孔令舟", -2.0)) == "孔令舟"
