"""The sample work-plan table (one cell a line) is read exactly, cell by cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_engine.models import Document
from qa_engine.sources.read import read_documents

CORPUS = Path(__file__).parents[3] / "corpus"
GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.fixture(scope="module")
def plan() -> Document:
    return next(read_documents(CORPUS / "002_c5a9c63b172d91ff.txt", "plan"))


def expected(name: str) -> list[list[tuple[str, str]]]:
    table = (GOLDEN / f"work_plan_{name}.txt").read_text("utf-8")
    lines = [[cell.strip() for cell in line.split("|")] for line in table.splitlines()]
    names = lines[0]
    filled = [line + [""] * (len(names) - len(line)) for line in lines[1:]]
    return [list(zip(names, line, strict=True)) for line in filled]


@pytest.mark.parametrize(("number", "table"), [(1, "goals"), (2, "work")])
def test_every_cell_stands_under_its_header(plan: Document, number: int, table: str) -> None:
    """Merged numbers and names are carried down; who and when stay blank where blank."""
    rows = [block.record for block in plan.blocks if block.table == number and block.record]
    assert [[(c.header, c.value) for c in row.cells] for row in rows] == expected(table)


def test_only_merged_cells_are_marked_as_carried(plan: Document) -> None:
    """序号 and 工作名称 are the only values that come from an earlier row."""
    carried = {
        cell.header
        for block in plan.blocks
        if block.record
        for cell in block.record.cells
        if cell.carried
    }
    assert carried == {"序号", "质量目标", "工作名称"}


def test_rows_stand_under_the_heading_above_their_table(plan: Document) -> None:
    """A row's heading path is the heading that stands above its table."""
    paths = {(block.table, block.headings) for block in plan.blocks if block.kind == "row"}
    assert paths == {(1, ("一、工作目标",)), (2, ("二、具体工作",))}


def test_the_document_is_a_table_with_its_title(plan: Document) -> None:
    """The kind is table and the title is the line above the tables."""
    assert plan.kind == "table"
    assert plan.title == "新北区2013年质量强区行动计划任务分解表"
    assert plan.encoding == "utf-8"


def test_every_value_is_found_where_its_cell_says(plan: Document) -> None:
    """A cell's range in the document, without spaces, is its value."""
    for block in plan.blocks:
        for cell in block.record.cells if block.record else ():
            if cell.value:
                assert "".join(plan.text[cell.start : cell.end].split()) == cell.value
