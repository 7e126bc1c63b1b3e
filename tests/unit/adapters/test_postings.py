"""Posting arrays: what is written is what was added, however the rows came together."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from qa_engine.adapters.postings import Postings, PostingsBuilder
from qa_engine.ports import FIELDS, PassageTerms

WORDS = [*"春夏秋冬东南西北", "质量", "安全", "a1", "\ud800", ""]


def some_rows(count: int, seed: int) -> list[PassageTerms]:
    chance = random.Random(seed)

    def cut() -> tuple[str, ...]:
        return tuple(chance.choice(WORDS) for _ in range(chance.randrange(12)))

    return [PassageTerms(cut(), cut(), cut()) for _ in range(count)]


def written(path: Path, rows: Sequence[PassageTerms]) -> Postings:
    builder = PostingsBuilder()
    for number, row in enumerate(rows):
        builder.add(f"文件#{number}", row)
    builder.write(path)
    return Postings(path)


def content(postings: Postings, field: str) -> dict[str, dict[int, int]]:
    part = postings.fields[field]
    found = {}
    for number, term in enumerate(part.terms()):
        rows, counts = part.postings(number)
        assert rows.tolist() == sorted(rows.tolist())
        found[term] = dict(zip(rows.tolist(), counts.tolist(), strict=True))
    return found


def expected(rows: Sequence[PassageTerms], field: str) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = {}
    for number, row in enumerate(rows):
        for term, count in Counter(getattr(row, field)).items():
            found.setdefault(term, {})[number] = count
    return found


def test_each_term_has_the_rows_that_hold_it_with_their_counts(tmp_path: Path) -> None:
    rows = some_rows(60, 1)
    postings = written(tmp_path / "segment", rows)
    for field in FIELDS:
        assert content(postings, field) == expected(rows, field)
        assert postings.fields[field].lengths.tolist() == [len(getattr(r, field)) for r in rows]


def test_a_merged_segment_holds_what_remained_and_no_term_of_what_went(tmp_path: Path) -> None:
    rows = [*some_rows(40, 2), PassageTerms(("只在这里",), ("只在", "在这"), ("只在这里",))]
    former = written(tmp_path / "former", rows)
    keep = np.array([number % 3 > 0 for number in range(40)] + [False])
    between = some_rows(5, 3)
    builder = PostingsBuilder()
    builder.add_segment(former, keep)
    for row in between:
        builder.add("新文件#0", row)
    builder.add_segment(former, ~keep & (np.arange(41) < 6))
    builder.write(tmp_path / "merged")
    merged = Postings(tmp_path / "merged")
    first = [number for number in range(41) if keep[number]]
    last = [number for number in range(6) if not keep[number]]
    left = [*(rows[n] for n in first), *between, *(rows[n] for n in last)]
    for field in FIELDS:
        assert content(merged, field) == expected(left, field)
    assert merged.ids is not None
    named = [*(f"文件#{n}" for n in first), *["新文件#0"] * 5, *(f"文件#{n}" for n in last)]
    assert merged.ids.of(np.arange(merged.rows)) == named


def test_a_count_beyond_two_bytes_is_the_largest_of_two_bytes(tmp_path: Path) -> None:
    postings = written(tmp_path / "segment", [PassageTerms(("词",) * 70_000, (), ())])
    assert content(postings, "words") == {"词": {0: 65_535}}
    assert postings.fields["words"].lengths.tolist() == [70_000]


@pytest.mark.parametrize("count", [1, 63, 64, 65, 128, 129, 200])
def test_every_term_is_found_by_its_number_and_no_other_is(tmp_path: Path, count: int) -> None:
    terms = [f"词{number:04}" for number in range(1, 2 * count, 2)]
    part = written(tmp_path / "segment", [PassageTerms(tuple(terms), (), ())]).fields["words"]
    assert [part.find(term) for term in terms] == list(range(count))
    others = ["", "a", "龟", *(f"词{number:04}" for number in range(0, 2 * count + 1, 2))]
    assert {part.find(term) for term in others} == {-1}


def test_no_term_is_found_in_an_empty_segment(tmp_path: Path) -> None:
    assert written(tmp_path / "segment", []).fields["words"].find("词") == -1


def test_a_segment_may_be_empty(tmp_path: Path) -> None:
    assert written(tmp_path / "segment", []).rows == 0
