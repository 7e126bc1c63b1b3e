"""Marks fall where the query's words stand, whatever their script or width."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa_engine_web.highlight import query_spans, segments


def marked(query: str, text: str) -> list[str]:
    return [text[start:end] for start, end in query_spans(query, text)]


def test_the_longest_pieces_of_the_query_are_marked() -> None:
    """A whole phrase is one mark, its parts elsewhere are marks of their own."""
    assert marked("河堤修缮计划", "河堤修缮由计划办负责，河堤每年检查") == [
        "河堤修缮",
        "计划",
        "河堤",
    ]


def test_asking_words_are_never_marked() -> None:
    """什么, 哪个 and the like say nothing about where an answer stands."""
    assert marked("河堤由哪个部门负责什么", "哪个说什么都行") == []


def test_script_and_width_do_not_matter() -> None:
    """Simplified queries mark traditional text and half-width marks full-width."""
    assert marked("质量", "質量月") == ["質量"]
    assert marked("ISO9001", "通过ＩＳＯ９００１认证") == ["ＩＳＯ９００１"]


def test_latin_words_are_marked_whole_or_not_at_all() -> None:
    """ISO in the query does not mark the first letters of ISOLATE."""
    assert marked("ISO 标准", "ISOLATE 标准") == ["标准"]


@given(st.text(max_size=40), st.text(max_size=80))
def test_marks_are_in_order_and_inside_the_text(query: str, text: str) -> None:
    """Whatever is typed, spans are ordered, disjoint and within the text."""
    at = 0
    for start, end in query_spans(query, text):
        assert at <= start < end <= len(text)
        at = end


SPANS = st.lists(st.tuples(st.integers(-5, 60), st.integers(-5, 60)), max_size=6)


@given(st.text(max_size=50), SPANS, SPANS)
def test_segments_put_together_are_the_text(
    text: str, cited: list[tuple[int, int]], words: list[tuple[int, int]]
) -> None:
    """Cutting at marks neither loses nor changes a character, and cited wins over word."""
    pieces = segments(text, cited, words)
    assert "".join(piece.text for piece in pieces) == text
    at = 0
    for piece in pieces:
        inside = any(max(0, s) <= at < e for s, e in cited)
        assert (piece.mark == "cited") == inside
        at += len(piece.text)
