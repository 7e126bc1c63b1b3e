"""html: the visible text in order, site chrome marked as furniture, tables as grids.

Nothing is fetched or executed: scripts, styles and frames are passed over. Site chrome
is not left out but marked, so that it can be shown what was dropped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from lxml import etree, html

from qa_engine.errors import UnreadableFile
from qa_engine.sources.compose import Composer, GridCell
from qa_engine.sources.decoding import decode
from qa_engine.sources.raw import RawDocument

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w-]{3,20})""", re.I)
_TAG = re.compile(r"<[^<>]*>")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_UNSEEN = frozenset(
    "script style noscript template head iframe object embed svg canvas map area select option "
    "optgroup button input textarea datalist audio video source track math".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p "
    "pre section summary table tbody td tfoot th thead tr ul caption".split()
)
_CHROME_TAGS = frozenset(("nav", "footer", "aside", "menu"))
_CHROME_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "complementary"))
_CHROME_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|submenu|breadcrumbs?|crumbs?|footer?|foot|copyright|share|bdshare"
    r"|toolbar|sidebar|login|search|searchbox|banner|friendlinks?|links|pagination|pager|topbar|"
    r"fontsize|font-size|wza|accessible|qrcode|ewm|dqwz|weizhi|location)(?=$|[\s_-])",
    re.I,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_BOLD = frozenset(("b", "strong"))
_LEVELS = {f"h{n}": n for n in range(1, 7)}
_SPACE = re.compile(r"[ \t\r\n\f]+")
_DEEPEST = 220
_MOST_SPAN = 200
_WIDEST = 1_000  # columns beyond which spans are not believed
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})")
# Metadata names that Chinese government sites must give, and general ones.
_TITLE_NAMES = ("articletitle", "og:title", "dc.title")
_DATE_NAMES = ("pubdate", "article:published_time", "publishdate", "dc.date")
_SOURCE_NAMES = ("contentsource", "sitename", "og:site_name")


@dataclass(slots=True)
class _Links:
    """How much of an element is link text."""

    characters: int = 0
    linked: int = 0
    links: int = 0


@dataclass(slots=True)
class _State:
    """The paragraph being collected and what holds where the walk is."""

    composer: Composer
    parts: list[str] = field(default_factory=list)
    plain: int = 0  # characters outside bold
    level: int | None = None
    form: str = "text"
    furniture: int = 0
    bold: int = 0
    prefix: str = ""


def read_html(data: bytes, id: str, name: str) -> RawDocument:
    """Raises UnreadableFile when the file holds no text at all."""
    declared = _CHARSET.search(data[:4096])
    decoded = decode(data, name, declared.group(1).decode("ascii") if declared else None)
    root = parse_html(decoded.text, name)
    meta = _metadata(root)
    composer = _lay_out(root, dense=True)
    problems = list(decoded.problems)
    if composer.empty:
        # Nested deeper than the parser follows, or no page at all.
        for line in _TAG.sub("\n", decoded.text).splitlines():
            composer.paragraph(unescape(line))
        problems.append("网页结构损坏或嵌套过深，只取出了文字。")
    raw = _built(composer, root, dict(meta), id, name)
    if all(part.form == "furniture" for part in raw.paragraphs) and not raw.tables:
        # A page of links only: they are its content.
        raw = _built(_lay_out(root, dense=False), root, dict(meta), id, name)
    return RawDocument(
        id=raw.id,
        text=raw.text,
        elements=raw.elements,
        title=raw.title,
        date=raw.date,
        name=name,
        suffix="html",
        encoding=decoded.encoding,
        encoding_confidence=decoded.confidence,
        meta=raw.meta,
        problems=tuple(problems),
    )


def parse_html(text: str, name: str) -> html.HtmlElement:
    """The tree of a page; Raises UnreadableFile when there is none."""
    body = _DECLARATION.sub("", text).replace("\0", "")
    try:
        parser = html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True)
        root = html.document_fromstring(body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFile(
            f"{name}：网页内容为空或无法解析。", "请用浏览器打开确认后重新另存为网页。"
        ) from error
    return root


def lay_out_html(text: str, name: str, composer: Composer) -> None:
    """Append a page's content to a composer (html parts of mails)."""
    root = parse_html(text, name)
    _walk(root, _State(composer), _link_counts(root), 0)


def _lay_out(root: html.HtmlElement, dense: bool) -> Composer:
    composer = Composer()
    state = _State(composer)
    _walk(root, state, _link_counts(root) if dense else {}, 0)
    _flush(state)
    return composer


def _built(
    composer: Composer, root: html.HtmlElement, meta: dict[str, str], id: str, name: str
) -> RawDocument:
    title = meta.pop("title", None) or _heading(root) or _page_title(root)
    return composer.build(id, name, "html", title=title, date=meta.pop("date", None), meta=meta)


# --- text and blocks ---------------------------------------------------------------------


def _walk(node: html.HtmlElement, state: _State, counts: dict[object, _Links], depth: int) -> None:
    tag = node.tag if isinstance(node.tag, str) else ""
    if not tag or tag in _UNSEEN or _hidden(node):
        return
    if depth > _DEEPEST:
        _add(state, "".join(node.itertext()))
        return
    chrome = _is_chrome(node, tag, counts)
    block = tag in _BLOCKS
    if tag in ("br", "hr"):
        _flush(state)
        return
    if block:
        _flush(state)
    state.furniture += chrome
    if tag == "table" and _is_data(node):
        _table(node, state)
        state.furniture -= chrome
        return
    before = (state.level, state.form, state.prefix)
    state.level = _LEVELS.get(tag, state.level)
    if tag == "li":
        state.form, state.prefix = "item", _item_number(node)
    elif tag in ("caption", "figcaption"):
        state.form = "caption"
    state.bold += tag in _BOLD
    _add(state, node.text)
    for child in node:
        _walk(child, state, counts, depth + 1)
        _add(state, child.tail)
    state.bold -= tag in _BOLD
    if block:
        _flush(state)
    state.level, state.form, state.prefix = before
    state.furniture -= chrome


def _add(state: _State, text: str | None) -> None:
    if not text:
        return
    state.parts.append(text)
    if not state.bold:
        state.plain += len(text.strip())


def _flush(state: _State) -> None:
    text = _SPACE.sub(" ", "".join(state.parts)).strip(" ")
    bold = bool(text) and state.plain == 0
    state.parts.clear()
    state.plain = 0
    if not text.strip():
        return
    furniture = state.furniture > 0
    state.composer.paragraph(
        state.prefix + text,
        level=None if furniture else state.level,
        form="furniture" if furniture else state.form,
        bold=bold,
    )
    state.prefix = ""


def _item_number(node: html.HtmlElement) -> str:
    """“3. ” for the third item of a numbered list: readers see it, so it is text."""
    parent = node.getparent()
    if parent is None or parent.tag != "ol" or "none" in (parent.get("style") or ""):
        return ""
    try:
        first = int(parent.get("start", "1"))
    except ValueError:
        first = 1
    place = sum(1 for other in node.itersiblings("li", preceding=True))
    return f"{first + place}. "


def _hidden(node: html.HtmlElement) -> bool:
    return node.get("hidden") is not None or bool(_HIDDEN.search(node.get("style") or ""))


def _is_chrome(node: html.HtmlElement, tag: str, counts: dict[object, _Links]) -> bool:
    if tag in ("html", "body", "article", "main"):
        return False
    if tag in _CHROME_TAGS or (node.get("role") or "") in _CHROME_ROLES:
        return True
    own = f"{node.get('class') or ''} {node.get('id') or ''}"
    found = counts.get(node)
    if _CHROME_NAMES.search(own) and (found is None or found.characters < 600):
        return True
    if found is None or tag not in _BLOCKS or tag in ("table", "tr", "tbody"):
        return False
    return found.links >= 4 and found.linked >= 0.7 * found.characters


def _link_counts(root: html.HtmlElement) -> dict[object, _Links]:
    """Text and link text of every element, children included."""
    counts: dict[object, _Links] = {}
    for _, node in etree.iterwalk(root, events=("end",)):
        if not isinstance(node.tag, str):
            continue
        found = _Links(_size(node.text) if node.tag not in _UNSEEN else 0)
        if node.tag not in _UNSEEN:
            for child in node:
                inner = counts.get(child)
                if inner is not None:
                    found.characters += inner.characters
                    found.linked += inner.linked
                    found.links += inner.links
                found.characters += _size(child.tail)
        if node.tag == "a" and found.characters:
            found.linked, found.links = found.characters, 1
        counts[node] = found
    return counts


def _size(text: str | None) -> int:
    return len("".join(text.split())) if text else 0


# --- tables ------------------------------------------------------------------------------


def _is_data(table: html.HtmlElement) -> bool:
    """A grid of values rather than a table that lays out the page."""
    if table.get("role") in ("presentation", "none"):
        return False
    if any(inner is not table for inner in table.iter("table")):
        return False
    rows = list(table.iter("tr"))
    cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
    if sum(1 for row in cells if len(row) > 1) < 1 or len(rows) < 2:
        return False
    if next(table.iter("th"), None) is not None:
        return True
    sizes = [_size("".join(cell.itertext())) for row in cells for cell in row]
    return not (len(rows) <= 4 and max(sizes) > 400 and max(sizes) > 0.8 * sum(sizes))


def _table(table: html.HtmlElement, state: _State) -> None:
    caption = table.find("caption")
    title = None
    if caption is not None:
        title = _SPACE.sub(" ", "".join(caption.itertext())).strip()
        state.composer.paragraph(title, form="caption")
    taken: dict[int, int] = {}  # column → rows it is still taken by a cell above
    cells: list[GridCell] = []
    rows = list(table.iter("tr"))
    for r, row in enumerate(rows):
        in_head = row.getparent() is not None and row.getparent().tag == "thead"
        c = 0
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            while taken.get(c, 0) > r:
                c += 1
            colspan = _span(cell, "colspan", _MOST_SPAN)
            rowspan = _span(cell, "rowspan", len(rows) - r)
            if c > _WIDEST:
                rowspan = colspan = 1
            text = _cell_text(cell)
            header = cell.tag == "th" or in_head
            cells.append(GridCell(r, c, text, rowspan, colspan, header))
            for column in range(c, c + colspan):
                taken[column] = r + rowspan
            c += colspan
    state.composer.table(cells, merges=True, caption=title)


def _span(cell: html.HtmlElement, name: str, most: int) -> int:
    try:
        value = int((cell.get(name) or "1").strip() or "1")
    except ValueError:
        return 1
    return max(1, min(most, most if value == 0 else value))


def _cell_text(cell: html.HtmlElement) -> str:
    """The text of a cell; its paragraphs and breaks on lines of their own."""
    lines: list[str] = []
    parts: list[str] = []

    def close() -> None:
        line = _SPACE.sub(" ", "".join(parts)).strip(" ")
        parts.clear()
        if line:
            lines.append(line)

    def visit(node: html.HtmlElement, depth: int) -> None:
        if not isinstance(node.tag, str) or node.tag in _UNSEEN or _hidden(node):
            return
        block = node.tag in _BLOCKS or node.tag == "br"
        if block:
            close()
        parts.append(node.text or "")
        if depth < _DEEPEST:
            for child in node:
                visit(child, depth + 1)
                parts.append(child.tail or "")
        if block:
            close()

    visit(cell, 0)
    close()
    return "\n".join(lines)


# --- metadata ----------------------------------------------------------------------------


def _metadata(root: html.HtmlElement) -> dict[str, str]:
    given: dict[str, str] = {}
    for node in root.iter("meta"):
        key = (node.get("name") or node.get("property") or "").strip().lower()
        value = (node.get("content") or "").strip()
        if key and value:
            given.setdefault(key, value)
    meta: dict[str, str] = {}
    for label, names in (("title", _TITLE_NAMES), ("source", _SOURCE_NAMES)):
        value = next((given[name] for name in names if name in given), "")
        if value:
            meta[label] = value
    date = _DATE.search(next((given[name] for name in _DATE_NAMES if name in given), ""))
    if date:
        meta["date"] = f"{date[1]}-{int(date[2]):02}-{int(date[3]):02}"
    return meta


def _heading(root: html.HtmlElement) -> str | None:
    found = [_SPACE.sub(" ", "".join(node.itertext())).strip() for node in root.iter("h1")]
    return found[0] if len(found) == 1 and found[0] else None


def _page_title(root: html.HtmlElement) -> str | None:
    """``<title>`` without the site's name behind a dash or bar."""
    node = root.find(".//title")
    text = "" if node is None or node.text is None else _SPACE.sub(" ", node.text).strip()
    first = re.split(r"\s*[-_|—–]{1,2}\s*(?=[^-_|—–]{2,30}$)", text)[0]
    return first.strip() or None
