"""docx: paragraphs and tables in order, merges, headings, numbers, footnotes.

Tracked changes are read as accepted: what was inserted stands, what was deleted is gone.
The XML is read directly: the object libraries pass over insertions, content controls,
text boxes and automatic numbers.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from qa_engine.sources.compose import Composer, GridCell
from qa_engine.sources.numbering import Level, Numbering
from qa_engine.sources.packages import main_part, open_package, parse_part, relations
from qa_engine.sources.raw import RawDocument

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])", re.I)
_GONE = frozenset((W + "del", W + "moveFrom", W + "instrText", W + "delText", W + "rt"))
_WRAPPERS = frozenset(
    W + tag for tag in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo")
)
_DEEPEST = 60
_WIDEST = 200  # columns that a cell may span


@dataclass(frozen=True, slots=True)
class _Style:
    name: str = ""
    level: int | None = None
    number: tuple[str, int] | None = None
    based_on: str | None = None


@dataclass(slots=True)
class _Context:
    composer: Composer
    numbering: Numbering
    styles: dict[str, _Style] = field(default_factory=dict)
    held: str = ""  # text of a paragraph whose mark was deleted: it runs into the next
    boxes: list[etree._Element] = field(default_factory=list)


def read_docx(data: bytes, id: str, name: str) -> RawDocument:
    """Raises UnreadableFile when the package is damaged."""
    package = open_package(data, name)
    part = main_part(package, "word/document.xml", name)
    root = _tree(package, part, name)
    links = dict(relations(package, part, name).values())
    styles = _styles(_optional(package, links.get("styles"), name))
    numbering = _numbering(_optional(package, links.get("numbering"), name))
    context = _Context(Composer(), numbering, styles)
    body = root.find(W + "body")
    if body is not None:
        _blocks(body, context, 0)
    if context.held.strip():
        context.composer.paragraph(context.held)
    for kind in ("footnotes", "endnotes"):
        _notes(_optional(package, links.get(kind), name), context)
    return context.composer.build(id, name, "docx")


def _tree(package: zipfile.ZipFile, part: str, name: str) -> etree._Element:
    root = parse_part(package, part, name)
    if root.tag.startswith("{" + _STRICT.decode()):
        # Strict Open XML has other namespaces and the same elements.
        text = etree.tostring(root).replace(_STRICT, W[1:-1].encode())
        root = etree.fromstring(text, etree.XMLParser(resolve_entities=False))
    return root


def _optional(package: zipfile.ZipFile, part: str | None, name: str) -> etree._Element | None:
    if part is None or part not in package.namelist():
        return None
    return _tree(package, part, name)


# --- blocks ------------------------------------------------------------------------------


def _blocks(parent: etree._Element, context: _Context, depth: int) -> None:
    if depth > _DEEPEST:
        return
    for node in parent:
        if node.tag == W + "p":
            _paragraph(node, context)
            _text_boxes(context, depth)
        elif node.tag == W + "tbl":
            _table(node, context, depth)
        elif node.tag in _WRAPPERS:
            _blocks(node, context, depth + 1)
        elif node.tag == _MC + "AlternateContent":
            chosen = _alternative(node)
            if chosen is not None:
                _blocks(chosen, context, depth + 1)


def _text_boxes(context: _Context, depth: int) -> None:
    boxes, context.boxes = context.boxes, []
    for box in boxes:
        _blocks(box, context, depth + 1)


def _paragraph(node: etree._Element, context: _Context) -> None:
    text = context.held + _text(node, context.boxes)
    context.held = ""
    if node.find(f"{W}pPr/{W}rPr/{W}del") is not None:
        context.held = text
        return
    if not text.strip():
        return
    style = _resolved(_value(node, "pPr/pStyle"), context.styles)
    level = _outline(node, style)
    number = _number(node, style)
    label = context.numbering.label(*number) if number else ""
    if label and label[-1] not in "、．）)》】":
        label += " "
    context.composer.paragraph(
        label + text,
        level=level,
        form="item" if number and level is None else "text",
        bold=_is_bold(node),
    )


def _text(node: etree._Element, boxes: list[etree._Element] | None = None) -> str:
    """The visible text of a paragraph or run; text boxes in it are put aside."""
    parts: list[str] = []
    _collect(node, parts, boxes, 0)
    return "".join(parts)


def _collect(
    node: etree._Element, parts: list[str], boxes: list[etree._Element] | None, depth: int
) -> None:
    if depth > _DEEPEST:
        return
    for child in node:
        tag = child.tag
        if not isinstance(tag, str) or tag in _GONE:
            continue
        if tag in (W + "t", _MATH):
            parts.append(child.text or "")
        elif tag == W + "tab":
            if child.getparent().tag == W + "r":
                parts.append("\t")
        elif tag in (W + "br", W + "cr"):
            parts.append("\n" if child.get(W + "type") in (None, "textWrapping") else "")
        elif tag == W + "noBreakHyphen":
            parts.append("-")
        elif tag == W + "sym":
            parts.append(_symbol(child))
        elif tag == W + "r" and child.find(f"{W}rPr/{W}vanish") is not None:
            continue
        elif tag == W + "txbxContent":
            if boxes is not None:
                boxes.append(child)
        elif tag == _MC + "AlternateContent":
            chosen = _alternative(child)
            if chosen is not None:
                _collect(chosen, parts, boxes, depth + 1)
        elif tag != W + "pPr":
            _collect(child, parts, boxes, depth + 1)


def _alternative(node: etree._Element) -> etree._Element | None:
    choice = node.find(_MC + "Choice")
    return choice if choice is not None else node.find(_MC + "Fallback")


def _symbol(node: etree._Element) -> str:
    try:
        code = int(node.get(W + "char") or "", 16)
    except ValueError:
        return ""
    # Symbol fonts use private codes: a tick or box has no character that is sure.
    return "" if 0xE000 <= code <= 0xF8FF else chr(code)


def _is_bold(node: etree._Element) -> bool:
    runs = [run for run in node.iter(W + "r") if _text(run).strip()]
    return bool(runs) and all(_on(run.find(f"{W}rPr/{W}b")) for run in runs)


def _on(node: etree._Element | None) -> bool:
    return node is not None and node.get(W + "val") not in ("0", "false", "off")


# --- styles and numbers ------------------------------------------------------------------


def _styles(root: etree._Element | None) -> dict[str, _Style]:
    styles: dict[str, _Style] = {}
    for node in root.iter(W + "style") if root is not None else ():
        name = _value(node, "name") or ""
        styles[node.get(W + "styleId") or ""] = _Style(
            name, _style_level(node, name), _own_number(node), _value(node, "basedOn")
        )
    return styles


def _style_level(node: etree._Element, name: str) -> int | None:
    outline = _value(node, "pPr/outlineLvl")
    if outline is not None and outline.isdigit() and int(outline) < 9:
        return int(outline) + 1
    heading = _HEADING.fullmatch(name.strip())
    if heading:
        return int(heading.group(1))
    return 0 if name.strip().lower() in ("title", "标题") else None


def _resolved(id: str | None, styles: dict[str, _Style]) -> _Style:
    """A style with what it inherits."""
    level: int | None = None
    number: tuple[str, int] | None = None
    seen: set[str] = set()
    name = styles[id].name if id in styles else ""
    while id in styles and id not in seen:
        seen.add(id)
        style = styles[id]
        level = style.level if level is None else level
        number = number or style.number
        id = style.based_on
    return _Style(name, level, number)


def _outline(node: etree._Element, style: _Style) -> int | None:
    own = _value(node, "pPr/outlineLvl")
    if own is not None and own.isdigit():
        return int(own) + 1 if int(own) < 9 else None
    return style.level


def _number(node: etree._Element, style: _Style) -> tuple[str, int] | None:
    own = _own_number(node)
    if own is not None and not own[0]:
        return style.number
    number = own or style.number
    return None if number is None or number[0] == "0" else number


def _own_number(node: etree._Element) -> tuple[str, int] | None:
    numbers = node.find(f"{W}pPr/{W}numPr")
    if numbers is None:
        return None
    depth = _value(numbers, "ilvl") or "0"
    return (_value(numbers, "numId") or "", int(depth) if depth.isdigit() else 0)


def _numbering(root: etree._Element | None) -> Numbering:
    numbering = Numbering()
    if root is None:
        return numbering
    abstract = {
        node.get(W + "abstractNumId"): _levels(node) for node in root.iter(W + "abstractNum")
    }
    for node in root.iter(W + "num"):
        id = node.get(W + "numId") or ""
        owner = _value(node, "abstractNumId") or ""
        levels = dict(abstract.get(owner, {}))
        overridden = False
        for change in node.iter(W + "lvlOverride"):
            overridden = True
            depth = int(change.get(W + "ilvl") or "0")
            levels.update(_levels(change))
            start = _value(change, "startOverride")
            if start is not None and start.isdigit() and depth in levels:
                old = levels[depth]
                levels[depth] = Level(old.form, old.template, int(start), old.legal)
        numbering.lists[id] = levels
        numbering.owners[id] = id if overridden else f"abstract {owner}"
    return numbering


def _levels(node: etree._Element) -> dict[int, Level]:
    levels: dict[int, Level] = {}
    for level in node.iter(W + "lvl"):
        start = _value(level, "start") or "1"
        levels[int(level.get(W + "ilvl") or "0")] = Level(
            _value(level, "numFmt") or "decimal",
            _value(level, "lvlText") or "",
            int(start) if start.isdigit() else 1,
            level.find(W + "isLgl") is not None,
        )
    return levels


def _value(node: etree._Element, path: str) -> str | None:
    found = node.find("/".join(W + step for step in path.split("/")))
    return None if found is None else found.get(W + "val")


# --- tables and notes --------------------------------------------------------------------


def _is_layout(rows: list[etree._Element]) -> bool:
    """A frame around text, or a grid that only arranges the tables inside it."""
    widths = [len(list(_children(row, W + "tc"))) for row in rows]
    if widths == [1]:
        return True
    cells = [cell for row in rows for cell in _children(row, W + "tc")]
    for table in (table for cell in cells for table in _children(cell, W + "tbl")):
        grid = [len(list(_children(row, W + "tc"))) for row in _children(table, W + "tr")]
        if len(grid) > 1 and max(grid) > max(widths):
            return True
    return False


def _table(table: etree._Element, context: _Context, depth: int) -> None:
    rows = list(_children(table, W + "tr"))
    kept = [row for row in rows if row.find(f"{W}trPr/{W}del") is None]
    if _is_layout(kept):
        for row in kept:
            for cell in _children(row, W + "tc"):
                _blocks(cell, context, depth + 1)
        return
    cells: list[GridCell] = []
    open_merges: dict[int, int] = {}  # column → index of the cell that is merged down
    for r, row in enumerate(kept):
        before = _value(row, "trPr/gridBefore") or "0"
        c = min(_WIDEST, int(before)) if before.isdigit() else 0
        header = _on(row.find(f"{W}trPr/{W}tblHeader"))
        for cell in _children(row, W + "tc"):
            span = _value(cell, "tcPr/gridSpan") or "1"
            width = max(1, min(_WIDEST, int(span))) if span.isdigit() else 1
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            going_on = merge is not None and merge.get(W + "val") in (None, "continue")
            above = open_merges.get(c)
            if going_on and above is not None:
                old = cells[above]
                cells[above] = GridCell(
                    old.row, old.column, old.text, r - old.row + 1, old.colspan, old.header
                )
            elif _value(cell, "tcPr/hMerge") == "continue" and cells and cells[-1].row == r:
                old = cells[-1]
                cells[-1] = GridCell(
                    r, old.column, old.text, old.rowspan, old.colspan + width, old.header
                )
            else:
                text = _cell_text(cell, context, depth)
                cells.append(GridCell(r, c, text, 1, width, header))
                open_merges[c] = len(cells) - 1
                if merge is None:
                    del open_merges[c]
            c += width
    context.composer.table(cells, merges=True)


def _cell_text(cell: etree._Element, context: _Context, depth: int) -> str:
    """The paragraphs of a cell a line each; a table inside it a row a line."""
    inner = _Context(Composer(), context.numbering, context.styles)
    _blocks(cell, inner, depth + 1)
    return inner.composer.build("", "", "").text.strip("\n")


def _children(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Children of that tag, also those in content controls and insertions."""
    for node in parent:
        if node.tag == tag:
            yield node
        elif node.tag in _WRAPPERS:
            yield from _children(node, tag)


def _notes(root: etree._Element | None, context: _Context) -> None:
    for note in root if root is not None else ():
        if note.get(W + "type") in ("separator", "continuationSeparator", "continuationNotice"):
            continue
        text = "\n".join(_text(node) for node in note.iter(W + "p")).strip()
        if text:
            context.composer.paragraph(text, form="note")
