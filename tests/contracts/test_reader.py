"""What every reader promises, whatever it is made of."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from qa_engine.adapters.onnx_reader import OnnxReader
from qa_engine.adapters.remembered_readings import RememberingReader
from qa_engine.ports import Reader

NOTICE = (
    "云川市青年读书节将于2031年5月8日在河湾图书馆开幕，由市文化馆承办，青禾协会协办。"
    "活动为期12天，预计有3.6万人次参加，全部场次免费开放。"
)
OTHER = "北山镇今年新建公厕十五座，改造老旧水管二十公里，居民可拨打热线反映问题。"


def remembering() -> Reader:
    """One that forgets the first of two texts before it reads the second."""
    return RememberingReader(OnnxReader(), 1)


@pytest.fixture(
    scope="module",
    params=[OnnxReader, lambda: RememberingReader(OnnxReader(), 100), remembering],
    ids=["onnx", "remembered", "forgotten"],
)
def reader(request: pytest.FixtureRequest) -> Reader:
    made: Reader = request.param()
    return made


def test_a_reader_has_a_name(reader: Reader) -> None:
    assert reader.name
    assert isinstance(reader, Reader)


def test_readings_come_one_a_text_and_in_order(reader: Reader) -> None:
    """Reading texts together or apart gives the same."""
    together = reader.read("读书节由谁承办？", [NOTICE, OTHER, NOTICE])
    apart = [reader.read("读书节由谁承办？", [text])[0] for text in (NOTICE, OTHER, NOTICE)]
    assert together == apart
    assert reader.read("读书节由谁承办？", []) == []


def test_spans_are_ranked_and_lie_inside_the_text(reader: Reader) -> None:
    for text in (NOTICE, OTHER, "①　全角ＡＢＣ１２３，①\n\n第二行……🙂\ud800末尾"):
        for reading in reader.read("有多少人参加？", [text]):
            scores = [span.score for span in reading.spans]
            assert scores == sorted(scores, reverse=True)
            assert all(0 <= span.start < span.end <= len(text) for span in reading.spans)
            assert 0 <= reading.answerable <= 1


def test_plain_questions_get_plain_answers(reader: Reader) -> None:
    """The best span is the asked thing and nothing else."""
    for question, answer in (
        ("读书节在哪里开幕？", "河湾图书馆"),
        ("读书节由哪个单位承办？", "市文化馆"),
        ("预计有多少人次参加读书节？", "3.6万人次"),
    ):
        span = reader.read(question, [NOTICE])[0].spans[0]
        assert NOTICE[span.start : span.end] == answer


def test_a_text_that_answers_is_more_answerable_than_one_that_does_not(reader: Reader) -> None:
    right, wrong = reader.read("读书节由哪个单位承办？", [NOTICE, OTHER])
    assert right.answerable > 0.5 > wrong.answerable
    assert wrong.spans == () or wrong.spans[0].score < right.spans[0].score


def test_an_answer_far_into_a_long_text_is_found(reader: Reader) -> None:
    """Texts longer than the model's window are read to the end."""
    text = OTHER * 40 + NOTICE + OTHER * 10
    span = reader.read("读书节由哪个单位承办？", [text])[0].spans[0]
    assert text[span.start : span.end] == "市文化馆"


@pytest.mark.parametrize("text", ["", " ", "\n\t", "。。。"])
def test_a_text_with_nothing_to_read_has_no_answer(reader: Reader, text: str) -> None:
    assert reader.read("有多少人参加？", [text])[0].spans == ()


def test_questions_of_any_length_are_read(reader: Reader) -> None:
    """An empty one and one far beyond the limit give readings, not errors."""
    for question in ("", "请问" * 300 + "读书节由哪个单位承办？"):
        assert len(reader.read(question, [NOTICE])) == 1


def test_threads_do_not_disturb_each_other(reader: Reader) -> None:
    questions = ["读书节由谁承办？", "什么时候开幕？", "为期多少天？"] * 3
    alone = [reader.read(question, [NOTICE, OTHER]) for question in questions]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda question: reader.read(question, [NOTICE, OTHER]), questions))
    assert found == alone
