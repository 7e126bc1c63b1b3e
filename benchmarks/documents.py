"""How documents are read: right, fast, and in how much memory.

    python -m benchmarks.documents accuracy [--seeds 40]
    python -m benchmarks.documents speed [--envs DIR] [--update docs/documents.md]
    python -m benchmarks.documents memory [--megabytes 50] [--update docs/documents.md]

``accuracy`` writes made-up work plans in every format and counts the cells that stand
under their header. ``speed`` takes the processor time of reading and understanding by
format, beside markitdown where ``--envs`` has it (``python -m benchmarks.peers.setup --envs
DIR markitdown``), which converts to Markdown and understands nothing. ``memory`` reads one
large file of each format in a process of its own; docx and xlsx are measured unpacked.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.peers.setup import python_of
from benchmarks.report import busy, made_by, put, table

GENERATOR = Path(__file__).parent.parent / "tests" / "unit" / "sources"
FORMATS = ("txt", "md", "html", "csv", "docx", "xlsx", "pdf")
LARGE = ("txt", "csv", "html", "md", "xlsx", "docx", "pdf")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.documents")
    commands = parser.add_subparsers(dest="command", required=True)
    accuracy = commands.add_parser("accuracy")
    accuracy.add_argument("--seeds", type=int, default=40, help="files of each format")
    speed = commands.add_parser("speed")
    speed.add_argument("--envs", type=Path, help="environments of other tools")
    speed.add_argument("--rounds", type=int, default=3)
    speed.add_argument("--sections", type=int, default=60, help="size of the files")
    memory = commands.add_parser("memory")
    memory.add_argument("--megabytes", type=int, default=50)
    memory.add_argument("--formats", nargs="*", default=LARGE)
    for one in (accuracy, speed, memory):
        one.add_argument("--update", type=Path, help="page whose table is replaced")
    options = parser.parse_args()
    load = busy()
    made = {"accuracy": measure_accuracy, "speed": measure_speed, "memory": measure_memory}
    text = made[options.command](options)
    text += "\n\n" + made_by("benchmarks.documents", sys.argv[1:], load)
    print(text)
    if options.update:
        put(options.update, f"documents {options.command}", text)


# --- accuracy ------------------------------------------------------------------------------


def measure_accuracy(options: argparse.Namespace) -> str:
    sys.path.insert(0, str(GENERATOR))
    from synthetic import FORMATS as PLANS
    from synthetic import expected_of, plan_for

    from qa_engine.sources.read import read_documents

    rows: list[list[str]] = []
    sums = [0, 0, 0]
    with tempfile.TemporaryDirectory() as folder:
        for format, (name, write, _) in PLANS.items():
            right = cells = lost = 0
            for seed in range(options.seeds):
                plan = plan_for(format, seed)
                path = Path(folder, name)
                write(plan, path)
                found = [
                    block.record
                    for document in read_documents(path, name)
                    for block in document.blocks
                    if block.record is not None
                ]
                expected = expected_of(plan)
                lost += abs(len(found) - len(expected))
                for number, want in enumerate(expected):
                    got = found[number] if number < len(found) else {}
                    right += sum(got.get(header) == value for header, value in want.items())
                    cells += len(want)
            rows.append([format, str(options.seeds), str(cells), f"{right / cells:.4f}", str(lost)])
            sums = [sums[0] + right, sums[1] + cells, sums[2] + lost]
    files = str(options.seeds * len(PLANS))
    rows.append(["all", files, str(sums[1]), f"{sums[0] / sums[1]:.4f}", str(sums[2])])
    return table(["format", "files", "cells", "right", "rows lost or invented"], rows)


# --- speed ---------------------------------------------------------------------------------


def measure_speed(options: argparse.Namespace) -> str:
    sys.path.insert(0, str(GENERATOR))
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory() as folder:
        for format in FORMATS:
            path = Path(folder, f"sample.{format}")
            WRITERS[format](path, options.sections)
            own = _run(sys.executable, "qa_engine", path, options.rounds)
            python = python_of(options.envs, "markitdown") if options.envs else None
            peer = _run(str(python), "markitdown", path, options.rounds) if python else {}
            size = path.stat().st_size / 1e6
            rows.append(
                [
                    format,
                    f"{size:.2f}",
                    *_figures(own, size),
                    *(_figures(peer, size) if peer else ["–", "–"]),
                ]
            )
    head = ["format", "MB", "MB/s", "characters/s", "markitdown MB/s", "characters/s"]
    return table(head, rows)


def _figures(result: dict[str, float], size: float) -> list[str]:
    seconds = result["seconds"]
    return [f"{size / seconds:.2f}", f"{result['characters'] / seconds:,.0f}"]


def _run(python: str, tool: str, path: Path, rounds: int) -> dict[str, float]:
    """Seconds (median), characters and peak memory in MB of reading a file, in a process."""
    worker = Path(__file__).parent / "peers" / "documents_worker.py"
    command = [python, str(worker), tool, str(path), str(rounds)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise SystemExit(f"{tool} {path.suffix}: {done.stderr[-800:]}")
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


# --- memory --------------------------------------------------------------------------------


def measure_memory(options: argparse.Namespace) -> str:
    sys.path.insert(0, str(GENERATOR))
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory() as folder:
        for format in options.formats:
            path = Path(folder, f"large.{format}")
            _write_large(format, path, options.megabytes * 1e6)
            size = _unpacked(path) / 1e6
            try:
                result = _run(sys.executable, "qa_engine", path, 1)
                spent, most = result["seconds"], result["megabytes"]
                told = [f"{spent:.0f}", f"{most:.0f}", f"{most / size:.1f}"]
            except SystemExit as error:
                told = ["–", "–", str(error).splitlines()[-1][:80]]
            rows.append([format, f"{size:.0f}", *told])
            print("  ".join(rows[-1]), file=sys.stderr, flush=True)
            path.unlink()
    return table(["format", "MB unpacked", "processor s", "peak MB", "times that"], rows)


def _write_large(format: str, path: Path, wanted: float) -> None:
    """A file of about that many bytes, unpacked: what two small ones differ by tells its length."""
    sizes = []
    for sections in (20, 60):
        WRITERS[format](path, sections)
        sizes.append(_unpacked(path))
    each = (sizes[1] - sizes[0]) / 40
    WRITERS[format](path, max(20, int((wanted - sizes[0]) / each) + 20))


def _unpacked(path: Path) -> int:
    """Bytes of the file; of what is in it where it is an archive (docx, xlsx)."""
    if not zipfile.is_zipfile(path):
        return path.stat().st_size
    with zipfile.ZipFile(path) as archive:
        return sum(info.file_size for info in archive.infolist())


# --- files ---------------------------------------------------------------------------------


def _section(number: int) -> tuple[str, list[str], list[list[str]]]:
    """A heading, paragraphs and a table, made up; the same for the same number."""
    from synthetic import grid, make_plan

    plan = make_plan(number, merges=False)
    rows = [row for row in grid(plan, fill=True) if len(set(row)) > 1]
    rows = [[text.replace("\n", "") for text in row] for row in rows]
    tasks = [text for row in rows for text in row if text.endswith("。")]
    prose = "".join(tasks) or plan.heading + "。"
    return f"第{number + 1}部分 {plan.heading}", [prose * 4, prose * 6, prose * 3], rows


def _txt(path: Path, sections: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number in range(sections):
            heading, paragraphs, rows = _section(number)
            file.write("\n".join([heading, *paragraphs, ""]) + "\n")
            file.write("\n".join("\t".join(row) for row in rows) + "\n\n")


def _md(path: Path, sections: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number in range(sections):
            heading, paragraphs, rows = _section(number)
            lines = [f"| {' | '.join(row)} |" for row in rows]
            lines.insert(1, "|" + "---|" * len(rows[0]))
            file.write("\n\n".join([f"## {heading}", *paragraphs, "\n".join(lines)]) + "\n\n")


def _html(path: Path, sections: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("<html><head><meta charset='utf-8'><title>样本</title></head><body>\n")
        for number in range(sections):
            heading, paragraphs, rows = _section(number)
            file.write(f"<h2>{heading}</h2>" + "".join(f"<p>{text}</p>\n" for text in paragraphs))
            cells = ["".join(f"<td>{text}</td>" for text in row) for row in rows]
            file.write("<table>" + "".join(f"<tr>{row}</tr>\n" for row in cells) + "</table>\n")
        file.write("</body></html>")


def _csv(path: Path, sections: int) -> None:
    import csv

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for number in range(sections * 4):
            _, _, rows = _section(number)
            writer.writerows([(row + [""] * 6)[:6] for row in (rows if not number else rows[1:])])


def _docx(path: Path, sections: int) -> None:
    import docx

    document = docx.Document()
    for number in range(sections):
        heading, paragraphs, rows = _section(number)
        document.add_heading(heading, 1)
        for text in paragraphs:
            document.add_paragraph(text)
        grid = document.add_table(len(rows), len(rows[0]))
        for cell, text in zip(grid._cells, (text for row in rows for text in row), strict=True):
            cell.text = text
    document.save(str(path))


def _xlsx(path: Path, sections: int) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    for first in range(0, sections, 2_000):
        sheet = book.create_sheet()
        for number in range(first, min(sections, first + 2_000)):
            heading, paragraphs, rows = _section(number)
            for row in [[heading], *([text[:200]] for text in paragraphs), *rows, []]:
                sheet.append(row)
    book.save(path)


def _pdf(path: Path, sections: int) -> None:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle("text", fontName="STSong-Light", fontSize=10, wordWrap="CJK")
    parts: list[object] = []
    for number in range(sections):
        heading, paragraphs, rows = _section(number)
        parts += [Paragraph(text, style) for text in (heading, *paragraphs)]
        cells = [[Paragraph(text, style) for text in row] for row in rows]
        parts.append(Table(cells, style=[("GRID", (0, 0), (-1, -1), 0.5, "#000000")]))
    SimpleDocTemplate(str(path)).build(parts)


WRITERS: dict[str, Callable[[Path, int], None]] = {
    "txt": _txt, "md": _md, "html": _html, "csv": _csv, "docx": _docx, "xlsx": _xlsx, "pdf": _pdf,
}  # fmt: skip


if __name__ == "__main__":
    main()
