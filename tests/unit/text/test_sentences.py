"""Sentences and clauses."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from qa_engine.text.sentences import clauses, semicolon_parts, sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def test_sentences_end_at_full_stops_and_line_ends() -> None:
    """Full stop, question and exclamation mark and line end close a sentence."""
    assert cut("开会。好吗？是！\n完") == ["开会。", "好吗？", "是！", "完"]


def test_quotes_are_kept_whole() -> None:
    """A full stop inside a quotation ends the sentence only when the quotation ends it."""
    assert cut("他说：“好。走吧。”大家走了。") == ["他说：“好。走吧。”", "大家走了。"]
    assert cut("要坚持“快。准。”的要求。") == ["要坚持“快。准。”的要求。"]


def test_a_remark_after_the_full_stop_belongs_to_its_sentence() -> None:
    """The bracket with the responsible body stands after the full stop; item numbers don't."""
    assert cut("建好平台。（甲局负责）完善制度。") == ["建好平台。（甲局负责）", "完善制度。"]
    assert cut("满四年。（二）未受处罚。") == ["满四年。", "（二）未受处罚。"]


def test_numbers_and_times_are_not_cut() -> None:
    """Half-width marks between digits end nothing."""
    text = "14:30开会,投资1.5亿元"
    assert [text[a:b] for a, b in clauses(text)] == ["14:30开会,", "投资1.5亿元"]


def test_long_lists_are_cut_at_semicolons() -> None:
    """The members of a list joined by semicolons."""
    text = "一是快；二是准；三是稳。"
    assert [text[a:b] for a, b in semicolon_parts(text)] == ["一是快；", "二是准；", "三是稳。"]


@given(st.text(alphabet="甲乙丙。！？；，：…“”（）()《》\n \u30001a.?!", max_size=60))
def test_no_character_is_lost(text: str) -> None:
    """Spans are in order, do not overlap and cover every character that is no blank."""
    for function in (sentences, clauses, semicolon_parts):
        spans = function(text)
        assert all(a < b for a, b in spans)
        assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))
        covered = "".join(text[a:b] for a, b in spans)
        assert [c for c in covered if not c.isspace()] == [c for c in text if not c.isspace()]
