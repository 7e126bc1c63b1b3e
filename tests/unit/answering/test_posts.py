"""Whose post a text tells."""

from __future__ import annotations

import pytest

from qa_engine.answering.posts import of_another_body

TEXT = "今天我们请到县水利局局长柳青山作了汇报,县城乡环境保护局局长闻一舟、副县长方回发言。"


@pytest.mark.parametrize(
    ("question", "name", "other"),
    [
        ("县教育局局长是谁?", "柳青山", True),
        ("县教育局局长叫什么名字", "闻一舟", True),
        ("青禾县水利局局长是谁?", "柳青山", False),
        ("县环保局局长是谁?", "闻一舟", False),
        ("副县长是谁?", "方回", False),
        ("县教育局局长是谁?", "县水利局局长", True),
        ("县教育局局长是谁?", "县水利局局长柳青山作了汇报", True),
        ("县教育局局长是谁?", "柳局长", False),
        ("县教育局局长是谁?", "柳青山局长", False),
        ("谁作了汇报?", "柳青山", False),
    ],
)
def test_the_head_of_one_body_is_not_that_of_another(question: str, name: str, other: bool) -> None:
    """A short name is that of the body whose characters it takes in their order."""
    assert of_another_body(question, TEXT, name) is other
