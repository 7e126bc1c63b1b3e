"""Nearly three hundred made-up work plans in every format: each value under its header."""

from __future__ import annotations

from pathlib import Path

import pytest
from synthetic import FORMATS, expected_of, plan_for

from qa_engine.models import Document
from qa_engine.sources.read import read_documents

SEEDS = range(20)


def read(format: str, seed: int, folder: Path) -> tuple[Document, list[dict[str, str]]]:
    name, write, _ = FORMATS[format]
    plan = plan_for(format, seed)
    path = folder / name
    write(plan, path)
    return next(read_documents(path, name)), expected_of(plan)


@pytest.mark.parametrize("format", FORMATS)
def test_values_stand_under_their_headers(format: str, tmp_path: Path) -> None:
    """At least 99 % of the cells are right and no data row is swallowed or invented."""
    right = total = 0
    for seed in SEEDS:
        document, expected = read(format, seed, tmp_path)
        found = [dict(block.record) for block in document.blocks if block.record is not None]
        assert len(found) == len(expected), f"seed {seed}"
        for want, got in zip(expected, found, strict=True):
            right += sum(1 for header, value in want.items() if got.get(header) == value)
            total += len(want)
    assert right >= 0.99 * total


@pytest.mark.parametrize("format", FORMATS)
def test_offsets_are_exact(format: str, tmp_path: Path) -> None:
    """Every cell's range holds its value, and every run of a block the same characters."""
    for seed in list(SEEDS)[:6]:
        document, _ = read(format, seed, tmp_path)
        for block in document.blocks:
            for run in block.text.runs:
                if run.exact:
                    shown = block.text.text[run.start : run.end]
                    assert document.text[run.source_start : run.source_end] == shown
            for cell in block.record.cells if block.record else ():
                if cell.value:
                    source = "".join(document.text[cell.start : cell.end].split())
                    assert source == "".join(cell.value.split())


@pytest.mark.parametrize("format", FORMATS)
def test_text_around_the_table_is_kept(format: str, tmp_path: Path) -> None:
    """The title above the table is found, in the title or a heading."""
    document, _ = read(format, 3, tmp_path)
    plan = plan_for(format, 3)
    shown = [document.title, *(block.text.text for block in document.blocks)]
    assert plan.heading in shown or format == "csv"
