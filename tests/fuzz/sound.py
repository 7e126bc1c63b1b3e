"""Small sound files of every format, made on the spot: what fuzzing starts from."""

from __future__ import annotations

import io
import zipfile

ROWS = (
    ("序号", "主要工作", "牵头单位", "完成时限"),
    ("1", "修缮河堤", "水务站", "2031年6月底前"),
    ("2", "整理名录", "林业站、村建办", ""),
)
TEXT = (
    "关于做好河堤工作的通知\n\n各村、各站：\n\n一、修缮河堤。由水务站负责，村建办配合，2031年6月底前完成。\n"
    "二、整理名录。\n\n记者：什么时候完成？\n站长：六月底。\n\n水务站\n2031年3月2日\n"
)


def sound_files() -> dict[str, bytes]:
    """Suffix → content."""
    table = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in ROWS)
    text = TEXT.encode()
    found = {
        "txt": text,
        "md": ("# 通知\n\n" + "\n".join("| " + " | ".join(row) + " |" for row in ROWS)).encode(),
        "csv": "\n".join(",".join(row) for row in ROWS).encode(),
        "tsv": "\n".join("\t".join(row) for row in ROWS).encode("gb18030"),
        "jsonl": '{"id": "a", "title": "通知", "text": "由水务站负责。"}\n'.encode(),
        "html": f"<html><title>通知</title><p>{TEXT}</p><table>{table}</table>".encode(),
        "eml": b"MIME-Version: 1.0\nSubject: a\nContent-Type: text/plain; charset=utf-8\n\n" + text,
        "docx": _docx(),
        "xlsx": _xlsx(),
        "pptx": _pptx(),
        "pdf": _pdf(),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for suffix in ("txt", "csv", "html"):
            archive.writestr(f"甲/{suffix}.{suffix}", found[suffix])
    return {**found, "zip": stream.getvalue()}


def _docx() -> bytes:
    import docx

    document = docx.Document()
    document.add_heading("通知", 1)
    document.add_paragraph(TEXT)
    table = document.add_table(len(ROWS), len(ROWS[0]))
    for row, values in enumerate(ROWS):
        for column, value in enumerate(values):
            table.cell(row, column).text = value
    table.cell(1, 2).merge(table.cell(2, 2))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _xlsx() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ROWS:
        sheet.append(row)
    sheet.merge_cells("C2:C3")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _pptx() -> bytes:
    import pptx

    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = "通知"
    slide.placeholders[1].text = TEXT
    stream = io.BytesIO()
    show.save(stream)
    return stream.getvalue()


def _pdf() -> bytes:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(stream, pageCompression=0)
    canvas.setFont("STSong-Light", 12)
    for number, line in enumerate(TEXT.splitlines()):
        canvas.drawString(60, 780 - 20 * number, line)
    for row, values in enumerate(ROWS):
        for column, value in enumerate(values):
            canvas.rect(60 + 100 * column, 400 - 24 * row, 100, 24)
            canvas.drawString(64 + 100 * column, 406 - 24 * row, value)
    canvas.save()
    return stream.getvalue()
