"""Tables too large for one document are read in portions: nothing lost, memory bounded."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from qa_engine.models import Document
from qa_engine.sources import delimited, portions, xlsx_large
from qa_engine.sources.read import read_documents

HEAD = [["某市重点工作任务表", "", "", ""], ["类别", "工作任务", "牵头单位", "完成时限"]]


def body(count: int) -> list[list[str]]:
    """Groups of three rows, the group's name in the first of them only."""
    return [
        [f"第{n // 3}类" if n % 3 == 0 else "", f"完成第{n}项。", f"市{'甲乙丙'[n % 3]}局", "6月底"]
        for n in range(count)
    ]


def records(documents: list[Document]) -> list[list[str]]:
    return [
        list(block.record.values())
        for document in documents
        for block in document.blocks
        if block.record is not None
    ]


def expected(count: int) -> list[list[str]]:
    return [[f"第{n // 3}类", *row[1:]] for n, row in enumerate(body(count))]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Portions of two hundred cells."""
    monkeypatch.setattr(delimited, "MOST_CELLS", 200)
    monkeypatch.setattr(xlsx_large, "MOST_CELLS", 200)
    monkeypatch.setattr(xlsx_large, "LARGE", 1_000)
    monkeypatch.setattr(portions.portions, "__defaults__", (200,))


def write_csv(path: Path, rows: list[list[str]]) -> None:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    path.write_bytes(stream.getvalue().encode("gb18030"))


def write_xlsx(path: Path, rows: list[list[str]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append([text or None for text in row])
    sheet.merge_cells("A1:D1")
    for at in range(len(HEAD) + 1, len(rows), 3):
        sheet.merge_cells(start_row=at, end_row=at + 2, start_column=1, end_column=1)
    book.create_sheet("附表").append(["姓名", "职务"])
    book.worksheets[1].append(["张明", "科长"])
    book.save(path)


@pytest.mark.usefixtures("small")
def test_a_large_csv_gives_every_row_under_its_header(tmp_path: Path) -> None:
    """Every portion has the header; a group of rows is not cut."""
    path = tmp_path / "大表.csv"
    write_csv(path, HEAD + body(300))
    documents = list(read_documents(path, "大表.csv"))
    assert len(documents) > 3
    assert records(documents) == expected(300)
    assert len({document.id for document in documents}) == len(documents)
    assert all(document.id.startswith("大表.csv/") for document in documents)
    assert "第3行" not in documents[1].title
    assert all(document.problems for document in documents)


@pytest.mark.usefixtures("small")
def test_a_large_workbook_gives_every_row_under_its_header(tmp_path: Path) -> None:
    """Merged cells hold for their rows, the other sheets are read too."""
    path = tmp_path / "大表.xlsx"
    write_xlsx(path, HEAD + body(300))
    documents = list(read_documents(path, "大表.xlsx"))
    assert len(documents) > 3
    assert records(documents)[:-1] == expected(300)
    assert records(documents)[-1] == ["张明", "科长"]
    assert len({document.id for document in documents}) == len(documents)


def test_citations_of_a_portion_are_exact(tmp_path: Path, small: None) -> None:
    del small
    path = tmp_path / "大表.csv"
    write_csv(path, HEAD + body(120))
    for document in read_documents(path, "大表.csv"):
        for block in document.blocks:
            for cell in block.record.cells if block.record else ():
                if cell.value:
                    assert document.text[cell.start : cell.end] == cell.value


def test_an_ordinary_table_is_one_document(tmp_path: Path) -> None:
    """What offices have is not cut, whatever its format."""
    write_csv(tmp_path / "a.csv", HEAD + body(3_000))
    write_xlsx(tmp_path / "a.xlsx", HEAD + body(300))
    for name in ("a.csv", "a.xlsx"):
        [document] = read_documents(tmp_path / name, name)
        assert document.id == name
