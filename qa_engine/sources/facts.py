"""What a document says of itself: number, sender, addressee, dates, attachments, staff.

One record a document, each value an exact slice. Facts stand on lines of their own at
the head or the foot of a document (“签发人：…”, “抄送：…”, “…2023年4月21日印发”), or in
the sentence that says when it takes effect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa_engine.models import OTHER, PERSON, Block, Cell, Record
from qa_engine.text.normalise import to_simplified

# Characters at the head and the foot of a document where such lines stand.
_EDGE = 20  # blocks
_HEAD = 6  # blocks among which a date alone is that of the document
_YEAR = r"(?:(?:19|20)\d{2}|[一二][〇○零一二三四五六七八九]{3})"
_PART = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_DATE = rf"{_YEAR}\s*年\s*{_PART}\s*月\s*{_PART}\s*[日号]"
NUMBER = (
    r"[^\s，。：:《》]{0,20}?\s*[〔\[［（(【]\s*(?:19|20)\d{2}\s*[〕\]］）)】]\s*第?\s*\d{1,5}\s*号"
)
_NAMES = r"[^\s，,；;。：:]{2,20}(?:[、，,]\s*[^\s，,；;。：:]{2,4})*"

# Lines at the head or the foot; groups are named by the fact's place in _HEADERS.
_LINES = (
    re.compile(rf"^(?P<number>{NUMBER})(?:\s+签发人?\s*[：:]\s*(?P<signer>{_NAMES}))?$"),
    re.compile(rf"^签\s*发\s*人\s*[：:]\s*(?P<signer>{_NAMES})$"),
    re.compile(r"^主\s*送(?:单位|机关)?\s*[：:]\s*(?P<to>.+?)[。.]?$"),
    re.compile(r"^(?:抄\s*送|抄\s*报)(?:单位|机关)?\s*[：:]\s*(?P<copy>.+?)[。.]?$"),
    re.compile(r"^(?:分\s*送|发\s*送|报\s*送|呈\s*报|报|送|发)\s*[：:]\s*(?P<sent>.+?)[。.]?$"),
    re.compile(rf"^(?P<printer>[^，。；：:\d]{{3,40}}?)\s*(?P<printed>{_DATE})\s*印\s*发\s*$"),
    re.compile(rf"^印发(?:日期|时间)\s*[：:]\s*(?P<printed>{_DATE})"),
    re.compile(r"^印发(?:机关|单位)\s*[：:]\s*(?P<printer>[^，。；：:\d]{3,40})$"),
    re.compile(rf"^(?P<editor>[^，。；：:\d]{{4,40}}?)\s*主?编(?:印|发)?\s*(?P<issued>{_DATE})$"),
    re.compile(r"^(?:主办|编发|编印)(?:单位|部门)?\s*[：:]\s*(?P<editor>\S.*?)$"),
    re.compile(
        r"^(?:[（(].{0,4})?(?P<open>此件(?:主动|依申请|不予)?(?:公开发布|公开|发至[^）)]{1,12}))[）)]?$"
    ),
    re.compile(r"^(?P<secret>绝密|机密|秘密)(?:[★☆]\s*\S{1,8})?$"),
    re.compile(r"^(?P<urgent>特\s*急|加\s*急|特提|平急)$"),
)
# Several of these stand on one line.
_STAFF = re.compile(
    r"(?:^|(?<=[\s，,；;（(/]))(?P<what>责任编辑|执行编辑|编\s*辑|责\s*编|主\s*编|编\s*审|审\s*核|审\s*稿|校\s*对|"
    rf"签\s*发|打\s*印|拟\s*稿|编\s*发|统\s*稿)\s*[：:]\s*(?P<staff>{_NAMES})"
)
_COPIES = re.compile(r"(?:共\s*印|印\s*数\s*[：:]?|印发)\s*(?P<copies>\d{1,6}\s*份)")
_ISSUE = re.compile(r"(?<!总)(?P<issue>第\s*[（(]?[\d一二三四五六七八九十百]+[）)]?\s*期)")
_TOTAL = re.compile(r"(?P<total>总第?\s*[（(]?[\d一二三四五六七八九十百]+[）)]?\s*期)")
_ATTACHED = re.compile(
    r"^附\s*件?\s*(?:\d{1,2})?\s*[：:]\s*(?:\d{1,2}\s*[.．、]\s*)?(?P<attached>\S.*?)[。；;]?$"
)
_ATTACHED_NEXT = re.compile(r"^\d{1,2}\s*[.．、]\s*(?P<attached>\S[^。]*?)[；;。]?$")
_SIGNED_DATE = re.compile(rf"^{_DATE}$")

_SELF = r"(?:本|此)[^，,。；;：:\s]{1,12}?"
_LATER = r"(?:起?满?\s*[\d一二三四五六七八九十]+\s*(?:日|天|个月)后?)?"
_FORCE = re.compile(
    rf"(?:^|(?<=[。；;\s，,]))(?:{_SELF}|)自"
    rf"(?P<from>{_DATE}|(?:发布|公布|印发|下发|发文|颁布|通过)之日{_LATER})"
    r"起?(?:正式)?(?:施行|实施|执行|生效|试行)"
)
_VALID = re.compile(
    rf"有\s*效\s*期(?:限)?(?:为|至|到|截止到?)?[：:]?\s*(?P<valid>(?:{_DATE}|[\d一二三四五六七八九十]+\s*(?:年|个月))(?:止)?)"
)
_REPEALED = re.compile(
    r"(?P<repealed>《[^》]{2,60}》(?:（[^（）]{2,40}）)?(?:[、和及]《[^》]{2,60}》(?:（[^（）]{2,40}）)?)*)\s*同时废止"
)

_HEADERS = {
    "number": "文号", "signer": "签发人", "to": "主送", "copy": "抄送", "sent": "报送",
    "printer": "印发机关", "printed": "印发日期", "editor": "编发单位", "issued": "编发日期",
    "open": "公开方式", "secret": "密级", "urgent": "紧急程度", "copies": "印数",
    "issue": "期号", "total": "总期号", "attached": "附件", "from": "施行日期",
    "valid": "有效期", "repealed": "废止文件",
}  # fmt: skip
_SEVERAL = ("附件", "抄送", "报送", "废止文件")


def document_facts(
    blocks: Sequence[Block], addressee: str | None = None, signed: str | None = None
) -> Record:
    """One record of what the document says of itself; empty when it says nothing.

    ``addressee`` and ``signed`` are lines that the layout parser took for 主送 and the
    signature. A fact stated twice is taken once, but attachments, copies and what is
    repealed may be several.
    """
    cells: list[Cell] = []
    seen: set[tuple[str, str]] = set()
    for cell in _found(blocks, addressee, signed):
        several = cell.header in _SEVERAL
        key = (cell.header, cell.value if several else "")
        if key not in seen and cell.start >= 0:
            seen.add(key)
            cells.append(_numbered(cell, cells) if several else cell)
    order = list(dict.fromkeys([*_HEADERS.values()]))
    place = {name: at for at, name in enumerate(order)}
    cells.sort(key=lambda cell: place.get(cell.header.split("（")[0], len(order)))
    return Record(tuple(cells))


def _numbered(cell: Cell, cells: Sequence[Cell]) -> Cell:
    """“附件（2）” for the second of a kind, so that headers stay distinct."""
    count = sum(1 for other in cells if other.header.split("（")[0] == cell.header)
    if not count:
        return cell
    header = f"{cell.header}（{count + 1}）"
    return Cell(header, cell.value, cell.role, cell.start, cell.end)


def _found(blocks: Sequence[Block], addressee: str | None, signed: str | None) -> Iterator[Cell]:
    attached = False
    last = len(blocks)
    for at, block in enumerate(blocks):
        if block.kind in ("row", "speech", "question"):
            continue
        simple = to_simplified(block.text.text)
        edge = at < _EDGE or at >= last - _EDGE
        if edge and "\n" not in simple and len(simple) <= 200:
            yield from _line_facts(block, simple, at, last)
            if block.kind == "meta" and addressee is not None and block.text.text == addressee:
                yield _cell(block, "主送", OTHER, 0, len(simple.rstrip("：: ")))
            if block.kind == "meta" and signed is not None and block.text.text == signed:
                yield _cell(block, "发文机关", OTHER, 0, len(simple))
            if _SIGNED_DATE.match(simple):
                if block.kind == "meta" and at > last // 3:
                    yield _cell(block, "成文日期", OTHER, 0, len(simple))
                elif at < min(_HEAD, last // 3):
                    yield _cell(block, "发布日期", OTHER, 0, len(simple))
        match = _ATTACHED.match(simple) or (_ATTACHED_NEXT.match(simple) if attached else None)
        attached = match is not None and len(simple) <= 120
        if match is not None and attached:
            yield _cell(block, "附件", OTHER, *match.span("attached"))
        if block.kind in ("paragraph", "clause", "meta"):
            for pattern in (_FORCE, _VALID, _REPEALED):
                for match in pattern.finditer(simple):
                    yield from _cells(block, match)


def _line_facts(block: Block, simple: str, at: int, last: int) -> Iterator[Cell]:
    for pattern in _LINES:
        match = pattern.match(simple)
        if match is not None:
            yield from _cells(block, match)
    if block.kind == "meta" or at >= last - _EDGE // 2:
        for match in _STAFF.finditer(simple):
            header = "".join(match.group("what").split())
            yield _cell(block, header, PERSON, *match.span("staff"))
    if block.kind == "meta":
        for pattern in (_TOTAL, _ISSUE, _COPIES):
            match = pattern.search(simple)
            if match is not None:
                yield from _cells(block, match)


def _cells(block: Block, match: re.Match[str]) -> Iterator[Cell]:
    for name, value in match.groupdict().items():
        if value:
            role = PERSON if name == "signer" else OTHER
            yield _cell(block, _HEADERS[name], role, *match.span(name))


def _cell(block: Block, header: str, role: str, start: int, end: int) -> Cell:
    text = block.text
    span = text.source_span(start, end) or (-1, -1)
    return Cell(header, text.text[start:end], role, span[0], span[1])
