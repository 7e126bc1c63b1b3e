"""Old office formats are read through LibreOffice, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import docx
import openpyxl
import pytest

from qa_engine.errors import UnreadableFile
from qa_engine.sources import legacy
from qa_engine.sources.read import read_documents

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
ROWS = [
    ["工作任务", "牵头单位", "完成时限"],
    ["推进养老服务", "市民政局", "6月底"],
    ["完善应急储备", "", "12月底"],
]


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


@needs_office
@pytest.mark.long
@pytest.mark.parametrize("suffix", ["rtf", "doc", "wps", "odt", "xls", "et", "ods"])
def test_a_table_in_an_old_format_gives_its_records(suffix: str, tmp_path: Path) -> None:
    """doc, rtf, wps, xls, et and the open formats give the cells of the table."""
    path = tmp_path / f"plan.{suffix}"
    if suffix == "rtf":
        rtf(path)
    elif suffix in ("doc", "wps", "odt"):
        document = docx.Document()
        document.add_paragraph("工作任务分解表")
        table = document.add_table(3, 3)
        for r, row in enumerate(ROWS):
            for c, text in enumerate(row):
                table.cell(r, c).text = text
        document.add_paragraph("请认真落实。")
        document.save(str(tmp_path / "plan.docx"))
        made = converted(tmp_path / "plan.docx", "odt" if suffix == "odt" else "doc")
        made.rename(path)
    else:
        book = openpyxl.Workbook()
        for row in ROWS:
            book.worksheets[0].append(row)
        book.save(tmp_path / "plan.xlsx")
        made = converted(tmp_path / "plan.xlsx", "ods" if suffix == "ods" else "xls")
        made.rename(path)
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
