"""Aligned text: what is cut, joined and edited still says exactly where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_engine.alignment import Aligned, Edit

TEXT = st.text(alphabet="甲乙丙丁abc 12。\n", min_size=1, max_size=40)


def faithful(piece: Aligned, source: str) -> bool:
    """Whether every exact run maps to identical characters."""
    return all(
        piece.text[run.start : run.end] == source[run.source_start : run.source_end]
        for run in piece.runs
        if run.exact
    )


@given(TEXT, st.integers(0, 40), st.integers(0, 40))
def test_a_slice_maps_to_the_same_characters(source: str, start: int, end: int) -> None:
    """Slicing keeps the alignment."""
    piece = Aligned.of(source).slice(start, end)
    assert faithful(piece, source)
    span = piece.source_span(0, len(piece.text))
    if piece.text:
        assert span is not None
        assert source[span[0] : span[1]] == piece.text


@given(TEXT, st.data())
def test_edits_keep_what_they_leave_alone(source: str, data: st.DataObject) -> None:
    """Deleting and replacing never shifts what stays."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(source)), min_size=2, max_size=6)))
    edits = [
        Edit(start, end, data.draw(st.sampled_from(["", "换"])))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    result = Aligned.of(source).edit(edits)
    for run in result.runs:
        if run.exact and "换" not in result.text[run.start : run.end]:
            assert result.text[run.start : run.end] == source[run.source_start : run.source_end]
    kept = "".join(
        source[a:b]
        for a, b in zip(
            [0, *(edit.end for edit in edits)],
            [*(edit.start for edit in edits), len(source)],
            strict=True,
        )
    )
    assert result.text.replace("换", "") == kept.replace("换", "")


@given(st.lists(TEXT, min_size=1, max_size=4))
def test_joining_keeps_every_part(parts: list[str]) -> None:
    """Parts of one source, joined with a separator, still map to it."""
    source = "".join(parts)
    at = 0
    pieces = []
    for part in parts:
        pieces.append(Aligned.of(source, at, at + len(part)))
        at += len(part)
    joined = Aligned.join(pieces, "|")
    assert joined.text == "|".join(parts)
    assert faithful(joined, source)


def test_a_span_and_its_inverse_agree() -> None:
    """From text to source and back."""
    piece = Aligned.of("质（zhì）量强区").edit([Edit(1, 6)])
    assert piece.text == "质量强区"
    assert piece.source_span(0, 2) == (0, 7)
    assert piece.text_span(6, 8) == (1, 3)


def test_synthetic_text_stands_nowhere() -> None:
    """A header that a reader added cannot be cited."""
    assert Aligned.synthetic("牵头部门：").source_span(0, 5) is None
    assert Aligned.of("甲乙").text_span(5, 9) is None


def test_edits_out_of_order_are_refused() -> None:
    """Overlapping edits are a mistake of the caller."""
    with pytest.raises(ValueError, match="overlap"):
        Aligned.of("甲乙丙").edit([Edit(1, 3), Edit(2, 3)])


def test_lines_keep_their_places() -> None:
    """Line ends of all kinds."""
    lines = Aligned.of("甲\r\n乙\n\n丙").lines()
    assert [line.text for line in lines] == ["甲", "乙", "", "丙"]
    assert lines[3].source_span(0, 1) == (6, 7)
