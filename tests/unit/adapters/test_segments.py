"""When segments of an index are merged."""

from hypothesis import given
from hypothesis import strategies as st

from qa_engine.adapters.segments import FEW, MOST, SMALL, Segment, to_merge


def of_sizes(*sizes: int) -> list[Segment]:
    return [Segment(number, f"s{number}", rows) for number, rows in enumerate(sizes)]


def test_one_change_does_not_rewrite_a_large_segment() -> None:
    """A deletion in a large segment is only recorded."""
    large = Segment(0, "a", 20 * SMALL, deleted=(3,))
    assert to_merge([large, Segment(1, "b", 1)]) == []


def test_a_small_segment_with_deletions_is_rewritten() -> None:
    """What was deleted from a small segment leaves it at once."""
    small = Segment(1, "b", SMALL, deleted=(0,))
    assert to_merge([Segment(0, "a", 20 * SMALL), small]) == [small]


def test_many_small_segments_are_merged_without_the_large_ones() -> None:
    """Too many segments cost a merge of the small ones only."""
    segments = of_sizes(90_000, 80_000, *[1] * MOST)
    assert to_merge(segments) == segments[2:]


def test_more_than_a_few_small_segments_become_one() -> None:
    """Every search looks in each of them; merging them is cheap."""
    segments = of_sizes(90_000, *[1] * FEW)
    assert to_merge(segments) == []
    segments = of_sizes(90_000, SMALL + 1, *[SMALL] * (FEW + 1))
    assert to_merge(segments) == segments[2:]


@given(st.lists(st.integers(1, 400), min_size=1, max_size=120))
def test_the_number_of_segments_stays_bounded(sizes: list[int]) -> None:
    """However documents arrive, no more segments stay than are allowed."""
    segments: list[Segment] = []
    for number, size in enumerate(sizes):
        segments.append(Segment(number, f"s{number}", size))
        merged = to_merge(segments)
        if merged:
            rows = sum(s.size for s in merged)
            segments = [s for s in segments if s not in merged]
            segments.append(Segment(1000 + number, f"m{number}", rows))
        assert len(segments) <= MOST
