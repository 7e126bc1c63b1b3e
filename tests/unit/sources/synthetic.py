"""Made-up work plans, and writers that put one plan into every format.

A plan is a grid with merges and what each data row means. Writers for formats with
merges keep them; for text they leave blank cells, as pasting does.
"""

from __future__ import annotations

import io
import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAMES = (
    "发展改革委|财政局|教育局|科技局|民政局|水利局|林业局|商务局|"
    "卫生健康委|市场监管局|数据局|公安局|司法局|交通运输局|审计局"
).split("|")
VERBS = ["推进", "完善", "建立", "优化", "规范", "落实", "开展", "实施"]
THINGS = (
    "政务服务一网通办|老旧小区改造|河湖长制|养老服务体系|企业开办便利化|信用监管机制|中小学校园安全|"
    "农村饮水安全工程|应急物资储备|公共停车设施|知识产权保护|基层医疗能力"
).split("|")
TAILS = (
    "，年内完成不少于12项|，覆盖率达到95%以上|，形成长效机制|，压缩办理时间50%|，建成示范点8个|"
).split("|")
DATES = ("2023年6月底前|2023.12|12月底|长期坚持|2024年3月|每季度|全年|2023年底").split("|")
PARENTS = ("责任分工", "谁来办理", "各方职责")  # the last two are in no vocabulary
CHINESE = "一二三四五六七八九十"


@dataclass(frozen=True)
class Spot:
    """A cell of the grid; a merged one is named by its upper left corner."""

    row: int
    column: int
    text: str
    rowspan: int = 1
    colspan: int = 1
    header: bool = False


@dataclass
class Plan:
    """``spots`` are the grid, ``expected`` the records, ``heading`` stands above."""

    heading: str
    spots: list[Spot] = field(default_factory=list)
    expected: list[dict[str, str]] = field(default_factory=list)
    columns: int = 0
    rows: int = 0
    header_rows: int = 1
    title_row: bool = False
    then: Plan | None = None  # a second plan in the same file


def make_plan(
    seed: int, *, merges: bool = True, long: bool = False, parent: str = PARENTS[0]
) -> Plan:
    """``merges`` allows merges that only a format with merges can tell (who and when);
    ``parent`` stands over who leads and who helps in a header of two rows."""
    rng = random.Random(seed)
    two_rows = rng.random() < 0.4
    title_row = rng.random() < 0.35
    group_rows = rng.random() < 0.25
    columns = rng.choice(
        [
            ["序号", "工作名称", "主要工作", "完成时间", "牵头部门", "配合部门"],
            ["序号", "重点任务", "具体举措", "牵头单位", "配合单位", "完成时限"],
            ["序号", "工作任务", "责任单位", "完成时限", "备注"],
            ["类别", "任务内容", "牵头单位", "配合单位", "时间节点"],
            ["序号", "重点工作", "工作目标", "责任领导", "责任单位", "时限要求"],
        ]
    )
    place = rng.choice("清白松竹梅") + rng.choice("河山江湖")
    plan = Plan(f"{place}市{rng.randint(2019, 2024)}年工作任务分解表")
    helpers = ("牵头单位", "牵头部门", "配合单位", "配合部门")
    who = [c for c, name in enumerate(columns) if name in helpers]
    two_rows = two_rows and len(who) == 2 and who[1] == who[0] + 1
    plan.columns = len(columns)
    at = 0
    if title_row:
        plan.title_row = True
        plan.spots.append(Spot(0, 0, plan.heading, 1, len(columns)))
        at = 1
    names = list(columns)
    for c, name in enumerate(columns):
        if two_rows and c in who:
            if c == who[0]:
                plan.spots.append(Spot(at, c, parent, 1, 2, True))
            plan.spots.append(Spot(at + 1, c, name, 1, 1, True))
            names[c] = f"{parent}/{name}"
        else:
            plan.spots.append(Spot(at, c, name, 2 if two_rows else 1, 1, True))
    plan.header_rows = 2 if two_rows else 1
    at += plan.header_rows
    grouped = columns[1] in ("工作名称", "重点任务") or columns[0] == "类别"
    number = 0
    for g in range(rng.randint(7, 9) if long else rng.randint(2, 4)):
        size = rng.randint(1, 4) if grouped else rng.randint(1, 3)
        if group_rows:
            title = f"{CHINESE[g]}、{rng.choice(VERBS)}{rng.choice(THINGS)}"
            plan.spots.append(Spot(at, 0, title, 1, len(columns)))
            at += 1
        group = f"{rng.choice(VERBS)}{rng.choice(THINGS)}工作"
        shared = merges and size > 1 and rng.random() < 0.3
        lead = _bodies(rng, 1)
        for i in range(size):
            number += 1
            record: dict[str, str] = {}
            for c, name in enumerate(columns):
                text, spans = _value(rng, name, group, g, i, number, grouped, size, lead, shared)
                if not (spans and i):
                    plan.spots.append(Spot(at, c, text, size if spans else 1))
                record[names[c]] = text.replace("\n", "")
            plan.expected.append(record)
            at += 1
    plan.rows = at
    return plan


def _value(
    rng: random.Random, name: str, group: str, g: int, i: int, number: int,
    grouped: bool, size: int, lead: str, shared: bool,
) -> tuple[str, bool]:  # fmt: skip
    """The text of a cell, and whether it is merged over the group's rows."""
    if name == "序号":
        return (CHINESE[g], True) if grouped else (str(number), False)
    if name in ("工作名称", "类别") or (name == "重点任务" and grouped):
        return group, True
    if name in ("主要工作", "具体举措", "任务内容", "工作任务", "重点工作"):
        text = f"{rng.choice(VERBS)}{rng.choice(THINGS)}{rng.choice(TAILS)}。"
        return (f"{i + 1}、{text}" if grouped else text), False
    if name in ("完成时间", "完成时限", "时间节点", "时限要求"):
        return ("" if rng.random() < 0.15 else rng.choice(DATES)), False
    if name in ("牵头部门", "牵头单位", "责任单位"):
        return (lead, True) if shared else (_bodies(rng, rng.randint(1, 2)), False)
    if name in ("配合部门", "配合单位"):
        return ("" if rng.random() < 0.3 else _bodies(rng, rng.randint(1, 3))), False
    if name == "工作目标":
        return f"达到{rng.randint(60, 99)}%以上", False
    if name == "责任领导":
        return rng.choice("赵钱孙李周吴") + rng.choice(["明", "建国", "晓华"]), False
    return ("" if rng.random() < 0.6 else "新增"), False


def _bodies(rng: random.Random, count: int) -> str:
    chosen = [f"市{name}" for name in rng.sample(NAMES, count)]
    return "、\n".join(chosen) if rng.random() < 0.3 else "、".join(chosen)


def grid(plan: Plan, fill: bool = False) -> list[list[str]]:
    """Rows of texts; places that a merge covers are blank (or filled)."""
    rows = [[""] * plan.columns for _ in range(plan.rows)]
    for spot in plan.spots:
        rows[spot.row][spot.column] = spot.text
        if fill:
            for r in range(spot.row, spot.row + spot.rowspan):
                for c in range(spot.column, spot.column + spot.colspan):
                    rows[r][c] = spot.text
    return rows


# --- writers -----------------------------------------------------------------------------


def to_docx(plan: Plan, path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_heading(plan.heading, 0)
    document.add_paragraph("根据工作安排，现将任务分解如下。")
    _fill(document.add_table(plan.rows, plan.columns), plan)
    document.add_paragraph("以上任务请认真落实。")
    document.save(str(path))


def to_docx_nested(plan: Plan, path: Path) -> None:
    """The table stands in a cell of another one that only arranges the page."""
    import docx

    document = docx.Document()
    document.add_heading(plan.heading, 0)
    frame = document.add_table(2, 1)
    frame.cell(0, 0).text = "根据工作安排，现将任务分解如下。"
    _fill(frame.cell(1, 0).add_table(plan.rows, plan.columns), plan)
    document.save(str(path))


def _fill(table: Any, plan: Plan) -> None:
    """The cells of a table of docx or pptx, merged as the plan says."""
    for spot in plan.spots:
        cell = table.cell(spot.row, spot.column)
        corner = table.cell(spot.row + spot.rowspan - 1, spot.column + spot.colspan - 1)
        if spot.rowspan > 1 or spot.colspan > 1:
            cell = cell.merge(corner) or cell
        cell.text = spot.text


def to_xlsx(plan: Plan, path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    _on_sheet(plan, sheet, 1)
    book.save(path)


def to_xlsx_several(plan: Plan, path: Path) -> None:
    """Two plans below each other on one sheet."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    assert plan.then is not None
    below = _on_sheet(plan, sheet, 1)
    _on_sheet(plan.then, sheet, below + 1)
    book.save(path)


def _on_sheet(plan: Plan, sheet: Any, top: int) -> int:
    """The row below the table, counted from 1."""
    if not plan.title_row:
        sheet.cell(top, 1, plan.heading)
        top += 2 if plan.then is None else 1
    for spot in plan.spots:
        sheet.cell(spot.row + top, spot.column + 1, spot.text or None)
        if spot.rowspan > 1 or spot.colspan > 1:
            sheet.merge_cells(
                start_row=spot.row + top,
                start_column=spot.column + 1,
                end_row=spot.row + top + spot.rowspan - 1,
                end_column=spot.column + spot.colspan,
            )
    return top + plan.rows


def to_html(plan: Plan, path: Path) -> None:
    rows: dict[int, list[str]] = {r: [] for r in range(plan.rows)}
    for spot in sorted(plan.spots, key=lambda spot: (spot.row, spot.column)):
        spans = (f' rowspan="{spot.rowspan}"' if spot.rowspan > 1 else "") + (
            f' colspan="{spot.colspan}"' if spot.colspan > 1 else ""
        )
        text = spot.text.replace("\n", "<br/>")
        rows[spot.row].append(f"<td{spans}><p>{text}</p></td>")
    body = "".join(f"<tr>{''.join(cells)}</tr>\n" for cells in rows.values())
    path.write_text(
        f"<html><head><meta charset='utf-8'><title>{plan.heading}</title></head><body>"
        f"<div class='nav'><a href='/'>首页</a><a href='/a'>政务</a></div><h1>{plan.heading}</h1>"
        f"<p>根据工作安排，现将任务分解如下。</p><table border='1'>{body}</table></body></html>",
        "utf-8",
    )


def to_markdown(plan: Plan, path: Path) -> None:
    rows = [[text.replace("\n", "") for text in row] for row in grid(plan)]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|" + "---|" * plan.columns)
    path.write_text(f"# {plan.heading}\n\n说明文字。\n\n" + "\n".join(lines) + "\n", "utf-8")


def to_csv(plan: Plan, path: Path) -> None:
    import csv

    stream = io.StringIO()
    csv.writer(stream).writerows(grid(plan))
    path.write_bytes(stream.getvalue().encode("gb18030"))


def to_tab_rows(plan: Plan, path: Path) -> None:
    rows = [[text.replace("\n", "") for text in row] for row in grid(plan)]
    body = "\n".join("\t".join(row).rstrip("\t") for row in rows)
    path.write_text(f"{plan.heading}\n\n{body}\n\n以上任务请认真落实。\n", "utf-8")


def to_tab_rows_pressed(plan: Plan, path: Path) -> None:
    """Rows a line each; merged cells of the header left no blanks in its two rows."""
    rows = [[text.replace("\n", "") for text in row] for row in grid(plan)]
    head = plan.header_rows + plan.title_row
    pressed = [[text for text in row if text] for row in rows[:head]]
    body = "\n".join("\t".join(row) for row in pressed + rows[head:])
    path.write_text(f"{plan.heading}\n\n{body}\n\n以上任务请认真落实。\n", "utf-8")


def to_spaces(plan: Plan, path: Path) -> None:
    """Columns set with spaces, two at least between cells; a wide character takes two."""
    rows = [[text.replace("\n", "") for text in row] for row in grid(plan)]
    body = [row for row in rows if sum(map(bool, row)) > 1]
    widths = [max(_shown(row[c]) for row in body) + 3 for c in range(plan.columns)]
    lines = []
    for row in rows:
        padded = [
            text + " " * (width - _shown(text)) for text, width in zip(row, widths, strict=True)
        ]
        lines.append("".join(padded).rstrip())
    path.write_text(
        f"{plan.heading}\n\n" + "\n".join(lines) + "\n\n以上任务请认真落实。\n", "utf-8"
    )


def _shown(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(ch) in "WF" else 1 for ch in text)


def to_tab_cells(plan: Plan, path: Path) -> None:
    """One cell a line, a tab before each, a blank line after each row; list members may
    go on on lines of their own, with a blank line between them."""
    lines = [plan.heading, ""]
    for row in grid(plan):
        lines.extend("\t" + text.replace("\n", "\n\n") for text in row)
        lines.append("")
    path.write_text("\n".join(lines) + "\n以上任务请认真落实。\n", "utf-8")


def to_bare_cells(plan: Plan, path: Path) -> None:
    """One cell a line and no marks; blank cells are gone."""
    lines = [plan.heading]
    for row in grid(plan):
        lines.extend(text for text in row if text)
    path.write_text("\n".join(lines) + "\n", "utf-8")


def to_pdf(plan: Plan, path: Path) -> None:
    _pdf(plan, path, ruled=True)


def to_pdf_unruled(plan: Plan, path: Path) -> None:
    _pdf(plan, path, ruled=False)


def _pdf(plan: Plan, path: Path, ruled: bool) -> None:
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle("cell", fontName="STSong-Light", fontSize=9, leading=11, wordWrap="CJK")
    title = ParagraphStyle("title", parent=style, fontSize=16, leading=20, alignment=1)
    rows = [[Paragraph(text.replace("\n", "<br/>"), style) for text in row] for row in grid(plan)]
    spans = [
        ("SPAN", (s.column, s.row), (s.column + s.colspan - 1, s.row + s.rowspan - 1))
        for s in plan.spots
        if s.rowspan > 1 or s.colspan > 1
    ]
    look: list[tuple[object, ...]] = [("VALIGN", (0, 0), (-1, -1), "TOP")]
    if ruled:
        look += [("GRID", (0, 0), (-1, -1), 0.5, colors.black), *spans]
    else:
        look += [("BOTTOMPADDING", (0, 0), (-1, -1), 7)]
    widths = [50 if text == "序号" else 130 for text in _header_texts(plan)]
    head = plan.header_rows + plan.title_row
    table = Table(rows, colWidths=widths, repeatRows=head if ruled else 0, style=look)
    page = landscape(A4)
    document = SimpleDocTemplate(str(path), pagesize=page, topMargin=60, bottomMargin=60)
    document.build([Paragraph(plan.heading, title), Spacer(1, 12), table])


def _header_texts(plan: Plan) -> list[str]:
    return grid(plan)[1 if plan.title_row else 0]


def to_pptx(plan: Plan, path: Path) -> None:
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = plan.heading
    frame = slide.shapes.add_table(
        plan.rows, plan.columns, Inches(0.5), Inches(1.5), Inches(9), Inches(5)
    )
    _fill(frame.table, plan)
    deck.save(str(path))


Writer = Callable[[Plan, Path], None]


def plan_for(format: str, seed: int) -> Plan:
    """The plan of a variant: longer ones for pdf, so that tables go on over pages."""
    merges = FORMATS[format][2]
    parent = PARENTS[seed % 3] if "header" in format else PARENTS[0]
    long = format.startswith("pdf") and seed % 3 == 0
    plan = make_plan(seed * 7 + 1, merges=merges, long=long, parent=parent)
    if "two tables" in format:
        plan.then = make_plan(seed * 7 + 3, merges=merges)
    return plan


def expected_of(plan: Plan) -> list[dict[str, str]]:
    """The records of all tables of a plan's file, in order."""
    return plan.expected + (expected_of(plan.then) if plan.then is not None else [])


# Format → (file name, writer, whether the format itself tells merges).
FORMATS: dict[str, tuple[str, Writer, bool]] = {
    "docx": ("plan.docx", to_docx, True),
    "docx, table in a table": ("plan.docx", to_docx_nested, True),
    "xlsx": ("plan.xlsx", to_xlsx, True),
    "xlsx, two tables a sheet": ("plan.xlsx", to_xlsx_several, True),
    "html": ("plan.html", to_html, True),
    "pptx": ("plan.pptx", to_pptx, True),
    "pdf": ("plan.pdf", to_pdf, True),
    "pdf without rules": ("plan.pdf", to_pdf_unruled, False),
    "md": ("plan.md", to_markdown, False),
    "csv": ("plan.csv", to_csv, False),
    "tab rows": ("plan.txt", to_tab_rows, False),
    "tab rows, header without blanks": ("plan.txt", to_tab_rows_pressed, False),
    "spaces": ("plan.txt", to_spaces, False),
    "tab cells": ("plan.txt", to_tab_cells, False),
    "bare cells": ("plan.txt", to_bare_cells, False),
}
