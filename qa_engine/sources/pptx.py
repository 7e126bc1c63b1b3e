"""pptx: the slides in order, each a page: titles as headings, tables as grids."""

from __future__ import annotations

import zipfile

from lxml import etree

from qa_engine.sources.compose import Composer, GridCell
from qa_engine.sources.packages import main_part, open_package, parse_part, relations
from qa_engine.sources.raw import RawDocument

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

_WIDEST = 200  # rows or columns that a cell may span


def read_pptx(data: bytes, id: str, name: str) -> RawDocument:
    """Raises UnreadableFile when the package is damaged."""
    package = open_package(data, name)
    part = main_part(package, "ppt/presentation.xml", name)
    links = relations(package, part, name)
    composer = Composer()
    order = parse_part(package, part, name).find(P + "sldIdLst")
    for number, entry in enumerate(order if order is not None else (), 1):
        target = links.get(entry.get(R + "id") or "")
        if target is not None:
            _slide(package, target[1], name, number, composer)
    return composer.build(id, name, "pptx")


def _slide(package: zipfile.ZipFile, part: str, name: str, number: int, composer: Composer) -> None:
    root = parse_part(package, part, name)
    if root.get("show") == "0":
        return
    for shape in root.iter(P + "sp", P + "graphicFrame"):
        if shape.tag == P + "graphicFrame":
            for table in shape.iter(A + "tbl"):
                composer.table(_cells(table), merges=True, page=number)
            continue
        place = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
        kind = "" if place is None else place.get("type") or ""
        form = "furniture" if kind in ("sldNum", "dt", "ftr") else "text"
        level = 1 if kind in ("title", "ctrTitle") else None
        for paragraph in shape.iter(A + "p"):
            composer.paragraph(_text(paragraph), level=level, page=number, form=form)
    for kind, target in relations(package, part, name).values():
        if kind == "notesSlide" and target in package.namelist():
            _notes(parse_part(package, target, name), number, composer)


def _notes(root: etree._Element, number: int, composer: Composer) -> None:
    for shape in root.iter(P + "sp"):
        place = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
        if place is not None and place.get("type") == "body":
            for paragraph in shape.iter(A + "p"):
                composer.paragraph(_text(paragraph), page=number, form="note")


def _text(node: etree._Element) -> str:
    return "".join(
        "\n" if piece.tag == A + "br" else piece.text or ""
        for piece in node.iter(A + "t", A + "br")
    )


def _cells(table: etree._Element) -> list[GridCell]:
    properties = table.find(A + "tblPr")
    first_row = properties is not None and properties.get("firstRow") == "1"
    cells: list[GridCell] = []
    for r, row in enumerate(table.iter(A + "tr")):
        for c, cell in enumerate(row.iter(A + "tc")):
            if cell.get("hMerge") in ("1", "true") or cell.get("vMerge") in ("1", "true"):
                continue
            text = "\n".join(_text(paragraph) for paragraph in cell.iter(A + "p"))
            cells.append(
                GridCell(
                    r,
                    c,
                    text,
                    _span(cell, "rowSpan"),
                    _span(cell, "gridSpan"),
                    first_row and r == 0,
                )
            )
    return cells


def _span(cell: etree._Element, name: str) -> int:
    value = cell.get(name) or "1"
    return max(1, min(_WIDEST, int(value))) if value.isdigit() else 1
