"""Swapped questions: one constraint changes, and the paragraph does not hold the new one."""

import random

import pytest

from training.corpora import Example, split_by_article
from training.nearmiss import Swapper, WrongParagraphs, without_its_sentence

CONTEXT = "2013年，云川市共有12万人参加培训，由青禾协会组织。2015年人数增加。《云川志》记载了培训。"


def example(question: str, answer: str = "青禾协会", id: str = "1") -> Example:
    start = CONTEXT.index(answer)
    return Example(id, "云川", question, CONTEXT, (answer,), start)


@pytest.fixture
def pool() -> list[Example]:
    return [
        example("2013年云川市的培训由谁组织？"),
        example("《云川志》记载了什么？", "培训", "2"),
        example("《山海录》与《云川志》有何不同？", "培训", "3"),
    ]


def test_a_swapped_year_does_not_stand_in_the_paragraph(pool: list[Example]) -> None:
    """The question changes in one place only, to something that the paragraph lacks."""
    swapper = Swapper(pool)
    for seed in range(20):
        swapped = swapper.unanswerable(pool[0], random.Random(seed))
        assert swapped is not None
        assert swapped.question != pool[0].question
        assert swapped.context == pool[0].context
        year = swapped.question[:4]
        assert year == "2013" or year not in CONTEXT


def test_a_swap_in_both_keeps_the_answer_in_its_place(pool: list[Example]) -> None:
    """The answer still stands where the example says."""
    swapper = Swapper(pool)
    both = swapper.still_answerable(pool[1], random.Random(1))
    assert both is not None
    assert both.start is not None
    assert both.context[both.start : both.start + 2] == "培训"
    assert "《山海录》" in both.question
    assert "《山海录》" in both.context


def test_a_question_without_constraints_is_left_alone(pool: list[Example]) -> None:
    plain = example("为什么呢？", id="4")
    assert Swapper([*pool, plain]).unanswerable(plain, random.Random(0)) is None


def test_a_wrong_paragraph_never_holds_an_answer() -> None:
    """The paragraph with the most words in common is passed over when it has the answer."""
    right = example("云川市的培训由谁组织？")
    other = Example(
        "9", "别处", "谁种树？", "北山镇的培训由林场组织，云川市没有参加。", ("林场",), 8
    )
    same = Example("8", "又一", "?", "青禾协会组织云川市的培训。", ("培训",), 10)
    found = WrongParagraphs([right, other, same]).by_words(right, random.Random(0))
    assert found is not None
    assert found.context == other.context
    assert not found.answerable


def test_no_article_is_on_both_sides_of_a_split() -> None:
    examples = [Example(str(i), f"a{i % 7}", "?", "c", ("c",), 0) for i in range(40)]
    training, held = split_by_article(examples)
    assert {e.article for e in training}.isdisjoint(e.article for e in held)
    assert len(training) + len(held) == 40


def test_without_its_sentence_a_paragraph_speaks_of_the_same_and_does_not_answer() -> None:
    rest = "培训由青禾协会出资。" + "各区都派人参加，课程分为三个阶段。" * 4
    text = "2013年共有12万人参加培训。" + rest
    asked = Example("1", "云川", "多少人参加培训？", text, ("12万人",), text.index("12万人"))
    silent = without_its_sentence(asked)
    assert silent is not None
    assert not silent.answerable
    assert silent.context == rest


def test_an_answer_that_stands_twice_is_not_taken_out() -> None:
    text = "2013年共有12万人参加培训。" + "各区都派人参加，课程分为三个阶段。" * 4 + "12万人合格。"
    asked = Example("1", "云川", "多少人参加培训？", text, ("12万人",), text.index("12万人"))
    assert without_its_sentence(asked) is None
