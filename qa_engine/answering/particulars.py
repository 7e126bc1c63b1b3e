"""What a document says of itself: its number, sender, dates, addressee, staff, place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa_engine.answering.evidence import Draft, Evidence
from qa_engine.models import Cell, Citation, Document, Passage
from qa_engine.text.patterns import later

# What a document is called in a question, right before what is asked of it.
_KIND = (
    r"(?:通知|通告|通报|公告|公报|意见|方案|办法|规定|细则|条例|决定|决议|批复|函|纪要|报告|计划|规划|要点|"
    r"简报|专报|快报|动态|信息|期刊|刊物|文件|文|政策|解答|问答|\d+问|指南|清单|名单|分解表|材料|稿子?|文章|"
    r"发布会|通气会|访谈|会议|讲话|〕\d+号|\]\d+号|第\d+号|》)"
)
_WHEN = (
    r"(?:什么时候|啥时候|什么时间|何时|哪天|哪一天|哪年|哪一年|几月几[日号]|几月|几号|时间|日期|"
    r"哪个月|哪日)"
)
_WHERE = r"(?:在哪|哪里|哪儿|什么地方|何地|何处|地点)"
_WHO = (
    r"(?:谁|哪位|何人|哪个人|哪(?:个|家|些|几个)?(?:部门|单位|机构|局)|"
    r"什么(?:部门|单位|机构|人)|哪儿|哪里)"
)
_ISSUED = r"(?:印发|发布|下发|发文|成文|公布|发出|发表|落款|出台|编印|编发|签发|刊发|发)"
_SENT = r"(?:发送|报送|呈送|分送)"
_FORCE = r"(?:施行|实施|生效|执行)"
_HELD = r"(?:开|召开|举行|举办|办(?![理事证法公]))"


@dataclass(frozen=True, slots=True)
class _Ask:
    """``pattern`` tells what is asked, ``headers`` which facts answer it, best first;
    ``several`` that all of a kind belong to the answer."""

    pattern: re.Pattern[str]
    headers: tuple[str, ...]
    several: bool = False


def _ask(pattern: str, headers: str, several: bool = False) -> _Ask:
    return _Ask(re.compile(pattern), tuple(headers.split()), several)


_ASKS = (
    _ask(r"文号|发文字号|编号(?:是|为)|是(?:哪|几|多少)号文|多少号文", "文号"),
    _ask(rf"{_WHEN}[^，。]{{0,6}}{_FORCE}|{_FORCE}的?{_WHEN}", "施行日期"),
    _ask(r"有效期", "有效期"),
    _ask(
        rf"{_WHEN}[^，。]{{0,4}}{_ISSUED}|{_ISSUED}(?:的|于|在|是)*{_WHEN}",
        "印发日期 成文日期 编发日期 发布日期",
    ),
    _ask(rf"签发人|{_WHO}签发|签发的?(?:是|为)?{_WHO}", "签发人 签发"),
    _ask(r"责任编辑|责编", "责任编辑 责编 编辑"),
    _ask(r"编辑|主编", "编辑 主编 责任编辑 执行编辑"),
    _ask(r"校对", "校对"),
    _ask(r"审核|审稿|编审", "审核 审稿 编审"),
    _ask(r"抄送", "抄送", several=True),
    _ask(
        rf"主送|(?:发|印发|下发|送|报|报送|呈送|分送|寄)给了?{_WHO}|{_SENT}(?:的是|了|给|到|至)?{_WHO}",
        "主送 报送 抄送",
        several=True,
    ),
    _ask(r"附件", "附件", several=True),
    _ask(r"废止", "废止文件", several=True),
    _ask(
        rf"发文(?:机关|单位)|印发(?:机关|单位)|{_WHO}[^，。]{{0,3}}{_ISSUED}|"
        rf"{_ISSUED}的?(?:是|为)?{_WHO}",
        "发文机关 印发机关 编发单位",
    ),
    _ask(r"总期号|总第几期", "总期号"),
    _ask(r"期号|第几期|哪一?期", "期号"),
    _ask(r"印了?(?:多少|几)份|印数|多少份|共印|份数", "印数"),
    _ask(rf"{_WHERE}[^，。]{{0,4}}{_HELD}|{_HELD}[^，。]{{0,3}}{_WHERE}", "地点"),
    _ask(rf"{_WHEN}[^，。]{{0,4}}{_HELD}的?[？?]*$|{_HELD}(?:的|于|在|是)*{_WHEN}", "举行时间"),
)
_THIS = later(rf"(?:这份|这个|这场|这期|这篇|这一?[次期份]|本[次期份]?|该|此)+{_KIND}")
_ENOUGH = 0.6  # of the question's words about the document, in its head
_HEAD = 200  # characters


def ask_particulars(evidence: Evidence) -> Draft | None:
    """The fact that a document states of itself; None when no document is asked about."""
    text = evidence.question.text
    ask = next((one for one in _ASKS if one.pattern.search(text)), None)
    if ask is None or evidence.question.yes_no:
        return None
    at = ask.pattern.search(text)
    assert at is not None
    name = text[: at.start()].rstrip("是于在由的，, ") if at.start() else ""
    if not re.search(rf"{_KIND}$", name):
        return None
    found = _only_one(evidence, ask) if _THIS.fullmatch(name) else _document(evidence, name)
    if found is None:
        return None
    document, share = found
    cells = _facts(document, ask)
    if not cells:
        return None
    citations = tuple(_cite(evidence, document, cell) for cell in cells)
    return Draft(
        "；".join(dict.fromkeys(cell.value.strip() for cell in cells)),
        "record",
        citations=citations,
        reasons=(f"按文件自身的“{cells[0].header}”回答",),
        features={"coverage": share, "unknown": 0.0, "margin": 1.0, "rank": 1.0, "missing": 0.0},
    )


def _only_one(evidence: Evidence, ask: _Ask) -> tuple[Document, float] | None:
    """The document that alone states what is asked, for a question that says no more than
    这份简报."""
    ids = dict.fromkeys(hit.passage.document for hit in evidence.hits)
    stating = [one for id in ids if _facts(one := evidence.document(id), ask)]
    return (stating[0], 1.0) if len(stating) == 1 else None


def _document(evidence: Evidence, name: str) -> tuple[Document, float] | None:
    """The document that the question names, with the share of the name in its head."""
    words = re.sub(r"[这那][份个场期次]|本期?|该|此", " ", name)
    ids = list(dict.fromkeys(hit.passage.document for hit in evidence.hits))
    best: tuple[Document, float] | None = None
    for id in ids:
        head = evidence.folded_document(id)[:_HEAD]
        share = evidence.matcher.coverage(words, head)
        if best is None or share > best[1] + 1e-9:
            best = evidence.document(id), share
    return best if best is not None and best[1] >= _ENOUGH else None


def _facts(document: Document, ask: _Ask) -> list[Cell]:
    cells = [*document.facts.cells, *_of_meta(document)]
    for header in ask.headers:
        found = [cell for cell in cells if cell.header.split("（")[0] == header]
        if found:
            return found if ask.several else found[:1]
    return []


def _of_meta(document: Document) -> list[Cell]:
    """Place and date that the layout of an event or a page gives, where the text has them."""
    given = (
        ("地点", document.place),
        ("举行时间", document.meta.get("time")),
        ("发布日期", document.meta.get("published")),
    )
    cells = []
    for header, value in given:
        at = document.text.find(value) if value else -1
        if value and at >= 0:
            cells.append(Cell(header, value, start=at, end=at + len(value)))
    return cells


def _cite(evidence: Evidence, document: Document, cell: Cell) -> Citation:
    passages = evidence.passages_of(document.id)
    inside: Passage = next(
        (one for one in passages if one.start <= cell.start and cell.end <= one.end), passages[0]
    )
    return evidence.cite_source(inside, cell.start, cell.end)
