"""The tables as people paste them, beside their rows."""

from __future__ import annotations

import json

import pytest

from benchmarks.pasted.__main__ import HALVES, HERE, read


@pytest.mark.parametrize("half", HALVES)
def test_nine_cells_in_ten_stand_where_they_stood(half: str) -> None:
    found = [read(path) for path in sorted((HERE / half).glob("*.txt"))]
    assert sum(one.right for one in found) >= 0.9 * sum(one.cells for one in found)


def test_the_first_value_of_every_row_stands_in_its_text() -> None:
    for path in HERE.glob("*/*.json"):
        text = "".join(path.with_suffix(".txt").read_text("utf-8").split())
        for row in json.loads(path.read_text("utf-8")):
            first = next(value for value in row.values() if value)
            assert "".join(first.split())[:2] in text, path
