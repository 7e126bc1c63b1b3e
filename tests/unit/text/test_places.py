"""Administrative place names in a text."""

import pytest

from qa_engine.text.places import find_places


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("去天水开会", ["天水"]),
        ("夏天水不够用", []),
        ("江苏南通海门区", ["江苏", "南通", "海门区"]),
        ("今年大连游客", ["大连"]),
    ],
)
def test_a_short_name_does_not_begin_within_a_word(text: str, places: list[str]) -> None:
    assert find_places(text) == places
