"""What a worker does with one file: on another machine, with the user's settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_engine.bulk.parts import Part
from qa_engine.errors import UnreachableSource
from qa_engine.sources.columns import load_vocabulary
from qa_engine.sources.read import read_documents
from qa_engine.wiring import Work, prepare_file

COLUMNS = '[lead]\nnames = ["挂帅单位"]\n'
TABLE = "任务,挂帅单位\n河堤修缮,区水务局\n校车检查,区教育局\n"


@pytest.mark.parametrize("reading", ["apart", "inside"])
def test_a_worker_reads_with_the_users_names_of_columns(tmp_path: Path, reading: str) -> None:
    """Which come as a text: the file that holds them lies on the user's machine only."""
    table = tmp_path / "a.csv"
    table.write_text(TABLE, "utf-8")
    own = tmp_path / "columns.toml"
    own.write_text(COLUMNS, "utf-8")
    work = Work("hashing", COLUMNS, reading, 60, 0)
    own.unlink()
    part = Part.from_bytes(prepare_file(work, table.as_uri(), "docs/a.csv"))
    own.write_text(COLUMNS, "utf-8")
    expected = tuple(read_documents(table, "docs/a.csv", None, load_vocabulary(own)))
    assert part.documents == expected
    assert part.documents != tuple(read_documents(table, "docs/a.csv"))
    assert len(part.texts) == len(part.vectors) > 0


def test_a_file_that_takes_too_long_costs_itself_only(tmp_path: Path) -> None:
    """The user's limit holds in workers."""
    path = tmp_path / "a.txt"
    path.write_text("甲。", "utf-8")
    hasty, patient = (Work("hashing", "", "apart", seconds, 0) for seconds in (1e-6, 60))
    part = Part.from_bytes(prepare_file(hasty, str(path), "a.txt"))
    assert "已中止" in part.failed[0].message
    assert part.documents == ()
    part = Part.from_bytes(prepare_file(patient, str(path), "a.txt"))
    assert part.documents[0].text == "甲。"


def test_a_file_that_cannot_be_fetched_is_no_part_of_the_index(tmp_path: Path) -> None:
    """Or its absence would be kept as what it holds."""
    with pytest.raises(UnreachableSource):
        prepare_file(Work("hashing", "", "inside", 0, 0), (tmp_path / "no").as_uri(), "no")
