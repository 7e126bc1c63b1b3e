"""The suite's documents, written to a folder: ``python -m benchmarks.answering.suite.build OUT``,
with ``--of NAME`` those of one of the suites in ``more/``.

``texts/`` holds documents that are used as they stand. A file ``specs/NAME.FORMAT.spec`` is
the text of one in another format, so that what a question is about can be read and
compared: ``docx``, ``xlsx`` and ``pdf`` (a ruled table), ``gbk`` (the encoding) and
``spoiled`` (traditional characters with pinyin in brackets). In a spec ``# `` starts a
title, ``## `` a heading, ``@sheet `` a sheet; a run of lines ``| a | b |`` is a table, in
which ``^`` goes on the cell above and ``<`` the cell to the left.
"""

from __future__ import annotations

import argparse
import re
import shutil
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

HERE = Path(__file__).parent
MORE = HERE / "more"
Grid = list[list[str]]


def blocks(spec: str) -> Iterator[str | Grid]:
    """Lines and tables of a spec, in order; empty lines are left out."""
    lines = [line for line in spec.splitlines() if line.strip()]
    for is_table, run in groupby(lines, key=lambda line: line.startswith("|")):
        if is_table:
            yield [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in run]
        else:
            yield from run


def merges(grid: Grid) -> list[tuple[int, int, int, int]]:
    """Merged ranges (top, left, bottom, right), from 0, ends included."""
    found = []
    for top, row in enumerate(grid):
        for left, cell in enumerate(row):
            if cell in ("^", "<"):
                continue
            right = left
            while right + 1 < len(row) and row[right + 1] == "<":
                right += 1
            bottom = top
            while bottom + 1 < len(grid) and grid[bottom + 1][left] == "^":
                bottom += 1
            if (bottom, right) != (top, left):
                found.append((top, left, bottom, right))
    return found


def filled(cell: str) -> str:
    """A cell's own text; one that goes on another has none."""
    return "" if cell in ("^", "<") else cell


def write_docx(spec: str, path: Path) -> None:
    """Headings, paragraphs and tables of Word."""
    from docx import Document

    document = Document()
    for block in blocks(spec):
        if isinstance(block, str):
            level = len(block) - len(block.lstrip("#"))
            text = block.lstrip("#").strip()
            if level:
                document.add_heading(text, level - 1)
            else:
                document.add_paragraph(text)
            continue
        table = document.add_table(len(block), len(block[0]), style="Table Grid")
        for row, cells in enumerate(block):
            for column, cell in enumerate(cells):
                if filled(cell):
                    table.cell(row, column).text = cell
        for top, left, bottom, right in merges(block):
            text = block[top][left]
            table.cell(top, left).merge(table.cell(bottom, right)).text = text
    document.save(str(path))


def as_number(text: str) -> str | int | float:
    """12 and -0.5 as numbers, all else as it stands."""
    if text.isascii() and text.isdigit():
        return int(text)
    return float(text) if re.fullmatch(r"-?[0-9]+\.[0-9]+", text) else text


def write_xlsx(spec: str, path: Path) -> None:
    """Sheets with merged cells; numbers are numbers."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for block in blocks(spec):
        if isinstance(block, str):
            sheet = book.create_sheet(block.removeprefix("@sheet").strip())
            continue
        for row, cells in enumerate(block, 1):
            for column, cell in enumerate(cells, 1):
                text = filled(cell)
                if text:
                    sheet.cell(row, column, as_number(text))
        for top, left, bottom, right in merges(block):
            sheet.merge_cells(None, top + 1, left + 1, bottom + 1, right + 1)
    book.save(path)


def write_pdf(spec: str, path: Path) -> None:
    """A page in landscape, its tables ruled, its text broken over lines by the layout."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

    font = "STSong-Light"
    pdfmetrics.registerFont(UnicodeCIDFont(font))
    body = ParagraphStyle("body", fontName=font, fontSize=10.5, leading=15, wordWrap="CJK")
    title = ParagraphStyle("title", parent=body, fontSize=16, leading=24, alignment=1)
    page = landscape(A4)
    story = []
    for block in blocks(spec):
        if isinstance(block, str):
            style = title if block.startswith("# ") else body
            story += [Paragraph(block.lstrip("# "), style), Spacer(1, 8)]
            continue
        cells = [[Paragraph(filled(cell), body) for cell in row] for row in block]
        longest = [
            max(min(len(cell), 26) for cell in column) for column in zip(*block, strict=True)
        ]
        room = page[0] - 120
        widths = [room * length / sum(longest) for length in longest]
        rules = [("GRID", (0, 0), (-1, -1), 0.7, "black"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
        rules += [
            ("SPAN", (left, top), (right, bottom)) for top, left, bottom, right in merges(block)
        ]
        story += [Table(cells, widths, repeatRows=1, style=TableStyle(rules)), Spacer(1, 12)]
    SimpleDocTemplate(str(path), pagesize=page).build(story)


def write_gbk(spec: str, path: Path) -> None:
    """The text in GBK, with the line ends of Windows."""
    path.write_bytes(spec.replace("\n", "\r\n").encode("gbk"))


def write_spoiled(spec: str, path: Path) -> None:
    """Traditional characters, a third of those that change followed by pinyin in brackets."""
    from opencc import OpenCC
    from pypinyin import Style, pinyin

    def spoil(simple: str, traditional: str) -> str:
        if simple == traditional or ord(traditional) % 3:
            return traditional
        return f"{traditional}({pinyin(simple, style=Style.TONE)[0][0]})"

    changed = OpenCC("s2t").convert(spec)
    if len(changed) != len(spec):
        raise ValueError(f"{path.name}: a conversion changed the length; reword the spec")
    path.write_text("".join(map(spoil, spec, changed)), encoding="utf-8")


WRITERS: dict[str, tuple[Callable[[str, Path], None], str]] = {
    "docx": (write_docx, ".docx"),
    "xlsx": (write_xlsx, ".xlsx"),
    "pdf": (write_pdf, ".pdf"),
    "gbk": (write_gbk, ".txt"),
    "spoiled": (write_spoiled, ".txt"),
}


def source_of(name: str, suite: Path = HERE) -> Path:
    """Where the text of a built document stands, in ``texts/`` or ``specs/``."""
    stem = Path(name).stem
    specs = list((suite / "specs").glob(f"{stem}.*.spec"))
    return specs[0] if specs else suite / "texts" / name


def build(out: Path, suite: Path = HERE) -> list[Path]:
    """Write every document into the folder; their paths, sorted."""
    out.mkdir(parents=True, exist_ok=True)
    for text in (suite / "texts").iterdir():
        shutil.copyfile(text, out / text.name)
    for spec in (suite / "specs").glob("*.spec"):
        stem, kind = spec.stem.rsplit(".", 1)
        write, suffix = WRITERS[kind]
        write(spec.read_text(encoding="utf-8"), out / f"{stem}{suffix}")
    return sorted(out.iterdir())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="an empty or missing folder")
    parser.add_argument("--of", choices=sorted(path.name for path in MORE.iterdir()))
    options = parser.parse_args()
    out = options.out
    if out.exists() and any(out.iterdir()):
        parser.error(f"{out} is not empty")
    for path in build(out, MORE / options.of if options.of else HERE):
        print(path)


if __name__ == "__main__":
    main()
