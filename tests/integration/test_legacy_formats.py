"""Old office formats are read through LibreOffice, where it is installed.

Without it these tests are skipped, but fail where ``QA_ENGINE_TEST_OFFICE`` is set
(``make test-legacy``): nothing is passed over in silence there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
from pptx.util import Inches

from qa_engine.errors import UnreadableFile
from qa_engine.sources import legacy
from qa_engine.sources.read import read_documents

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
ROWS = [
    ["工作任务", "牵头单位", "完成时限"],
    ["推进养老服务", "市民政局", "6月底"],
    ["完善应急储备", "", "12月底"],
]


@pytest.fixture
def office() -> None:
    """LibreOffice is there; what lacks it is skipped, or fails where it must not lack."""
    if SOFFICE is None:
        if os.environ.get("QA_ENGINE_TEST_OFFICE"):
            pytest.fail("LibreOffice is not installed: apt-get install libreoffice")
        pytest.skip("LibreOffice is not installed")


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(ch)}?" if ord(ch) > 127 else ch for ch in text)


def rtf(path: Path) -> None:
    """A table written by hand, as word processors of every age write it."""
    places = "".join(f"\\cellx{3000 * (c + 1)}" for c in range(3))
    rows = [
        f"\\trowd{places} " + "".join(f"\\intbl {escaped(cell)}\\cell " for cell in row) + "\\row "
        for row in ROWS
    ]
    path.write_text(
        "{\\rtf1\\ansi\\deff0 "
        + escaped("工作任务分解表")
        + "\\par "
        + "".join(rows)
        + "\\pard\\par}",
        "ascii",
    )


def converted(source: Path, suffix: str) -> Path:
    profile = (source.parent / "profile").as_uri()
    command = [str(SOFFICE), "--headless", f"-env:UserInstallation={profile}", "--convert-to"]
    command += [suffix, "--outdir", str(source.parent), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return source.with_suffix(f".{suffix}")


def records(path: Path) -> list[list[str]]:
    [document] = read_documents(path, path.name)
    return [list(block.record.values()) for block in document.blocks if block.record is not None]


# Suffix → what the plan is first written as, and what LibreOffice makes of that.
WRITTEN_AS = {
    "doc": ("docx", "doc"), "wps": ("docx", "doc"), "odt": ("docx", "odt"),
    "xls": ("xlsx", "xls"), "et": ("xlsx", "xls"), "ods": ("xlsx", "ods"),
    "ppt": ("pptx", "ppt"), "dps": ("pptx", "ppt"), "odp": ("pptx", "odp"),
}  # fmt: skip


def plan_docx(path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("工作任务分解表")
    table = document.add_table(4, 3)
    # The header has two rows: 责任 stands over 牵头单位 and 完成时限.
    table.cell(0, 0).merge(table.cell(1, 0)).text = ROWS[0][0]
    table.cell(0, 1).merge(table.cell(0, 2)).text = "责任"
    for c in (1, 2):
        table.cell(1, c).text = ROWS[0][c]
    for r, row in enumerate(ROWS[1:], 2):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    document.add_paragraph("请认真落实。")
    document.save(str(path))


def plan_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.worksheets[0].append(row)
    book.save(path)


def plan_pptx(path: Path) -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "工作任务分解表"
    places = [Inches(value) for value in (0.5, 2, 9, 3)]
    table = slide.shapes.add_table(len(ROWS), 3, *places).table
    for r, row in enumerate(ROWS):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    deck.save(str(path))


@pytest.mark.long
@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("suffix", ["rtf", *WRITTEN_AS])
def test_a_table_in_an_old_format_gives_its_records(suffix: str, tmp_path: Path) -> None:
    """Old formats of Office, those of WPS and the open ones give the cells of the table."""
    path = tmp_path / f"plan.{suffix}"
    if suffix == "rtf":
        rtf(path)
    else:
        modern, old = WRITTEN_AS[suffix]
        source = tmp_path / f"written.{modern}"
        {"docx": plan_docx, "xlsx": plan_xlsx, "pptx": plan_pptx}[modern](source)
        converted(source, old).rename(path)
    assert records(path) == ROWS[1:]


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in for soffice")
def test_a_conversion_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the time limit the program and what it began are gone, and the file is named."""
    alive = tmp_path / "alive"
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\n(sleep 3; touch {alive}) &\nwait\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(legacy, "_SECONDS", 0.5)
    with pytest.raises(UnreadableFile, match="超过"):
        legacy.convert(b"anything", "doc", "plan.doc")
    time.sleep(3.5)
    assert not alive.exists()
