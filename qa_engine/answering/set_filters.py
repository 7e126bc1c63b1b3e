"""What a question for a set of records fixes: bodies in their roles, and dates.

Pure functions over folded question text; they speak of the vocabulary of questions only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa_engine.answering.asking import BODY, OFFICE, TASK_ASK, TIME_WORD, WHO
from qa_engine.models import COOPERATE, LEAD
from qa_engine.text.numbers import dates
from qa_engine.text.organisations import NameFinder, level
from qa_engine.text.patterns import later

# Roles that a set can be asked by, beside LEAD and COOPERATE.
CHARGED = "charged"  # 负责: who leads, or if nothing is led, who helps
EITHER = "either"  # in whatever role

NOUN = (
    r"(?:任务|工作|事项|事情|事儿|事|活儿|活|职责|举措|措施|项目|工程|内容)"
    r"(?!表|领导|小组|方案|分解|要点|单位|部门|人员|时|日)"
)
_HOW_MANY = (
    r"(?:哪些|哪[几一二两三四五六七八九十][项个件条]?|哪[项件条]|几[项个件条]|"
    r"多少[项个件条]?|什么|啥)"
)
_LISTED = r"(?:列出|列一下|列举|列一列|列下|罗列|数一数|统计|汇总|查一下|查询|查看)"
_LEADS = r"牵头|主责|主抓|主管|主办|承办|挑头|领头|带头|归口|挂帅|责任(?=单位|部门)"
_HELPS = r"配合|协助|协办|协同|协作|辅助|打下手|搭把手|帮忙|帮着|参与(?!负责|承担|牵头)|参加"
# Beside what ``TASK_ASK`` knows: 任务都有哪些, 列出…任务, 哪些是…牵头的.
_ASKS_SET = later(
    rf"{TASK_ASK}|{_LISTED}[^，。？]{{0,24}}{NOUN}|"
    rf"{NOUN}[^，。？]{{0,16}}?(?:有|是|包括|共|计)?(?!多少(?![项个件条]))(?:{_HOW_MANY})[^一-龥]*$|"
    rf"{NOUN}(?:总共|一共|共|共计|合计)?有?(?:多少|几)[项个件条]?|"
    rf"{NOUN}(?:中|里|里面|当中)[，,]?[^，。？]{{1,20}}(?:{_HOW_MANY})|"
    rf"哪些都?是[^，。？]{{2,16}}(?:{_LEADS}|{_HELPS}|负责|承担)的"
)
_ASKS_OTHER = later(rf"{BODY}|{OFFICE}|{WHO}|{TIME_WORD}|怎么|如何|怎样|为什么")

_BOTH = later(
    rf"(?:{_LEADS})(?:的)?(?:和|与|及|或者?|以及|、|还是|并|/|，)?(?:{_HELPS})|"
    rf"(?:{_HELPS})(?:的)?(?:和|与|及|或者?|以及|、|还是|/)(?:{_LEADS})"
)
_VERB = later(
    rf"(?P<both>{_BOTH.pattern})|(?P<lead>{_LEADS})|(?P<help>{_HELPS})|"
    r"(?P<charged>负责|承担|承接|分工|职责|分管|管(?!理|委)|抓|扛)|(?P<either>涉及|有关|相关)"
)
_BOTH_VERB = later(rf"(?P<both>{_BOTH.pattern})")
_ROLES = {"both": EITHER, "lead": LEAD, "help": COOPERATE, "charged": CHARGED, "either": EITHER}
_AND = later(r"^(?:和|与|及|以及|、|，|跟|同|会同|联合|还有)$")
_OR = later(r"^(?:或|或者|还是)$")
_HELPED = later(rf"^(?:要|需要?|得)?(?:{_HELPS})(?:了|着)?$")

_DUE = later(
    r"完成|办结|办完|做完|完工|到期|截止|截至|落实|时限|期限|了结|交付|建成|到位|定在|节点|结束|搞定|期满"
)
_BY_BEFORE = later(r"(?:截止到?|截至到?|不晚于|不迟于|不超过|最迟|最晚|至迟|早于|赶在)(?:在|于)?$")
_BY_BEHIND = later(r"^(?:以前|之前|前|为止|止|以内|之内|内)")
_FROM_BEFORE = later(r"(?:晚于|不早于|迟于)$")
_FROM_BEHIND = later(r"^(?:以后|之后|后|起|开始)")
_ISSUED = later(r"^(?:份)?(?:印发|发布|下发|出台|公布|成文|发文|召开|举行)")
_SEASONS = later(
    r"(?:(?P<year>(?:19|20)\d{2})年?)?(?:(?P<half>[上下])半年|"
    r"第?(?P<quarter>[一二三四1-4])季度|(?P<whole>全年|年内))"
)
_QUARTERS = {name: n for n, pair in enumerate(("一1", "二2", "三3", "四4"), 1) for name in pair}


@dataclass(frozen=True, slots=True)
class Body:
    """A body named in the question as ``form`` (= ``text[start:end]``), in a role;
    ``names`` are the names in the records that it can mean."""

    form: str
    start: int
    end: int
    names: frozenset[str]
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last`` (ISO; without a year ``MM-DD``), both included; the
    month's last day may be written 31. ``text[start:end]`` says it."""

    first: str
    last: str
    start: int
    end: int

    def holds(self, other: Period) -> bool:
        """Whether what is due by ``other.last`` falls into this one; a year that one of
        them does not say is not compared."""
        at = other.last
        first, last = self.first, self.last
        if len(at) < 6 or len(last) < 6:
            at, first, last = at[-5:], first[-5:], last[-5:]
        return first <= at <= last


# What was done is told in prose; records say what is to be done.
_DONE = later(r"了(?:哪|什么|啥|几|多少)|已经?(?:完成|办结|落实|建成)")


def asks_past(text: str) -> bool:
    """Whether a folded question asks for what has been done (开展了哪些工作)."""
    return bool(_DONE.search(text))


def asks_set(text: str) -> bool:
    """Whether a folded question asks for tasks, all of them."""
    text = text.replace("工作日", "日")
    return bool(_ASKS_SET.search(text)) and not _ASKS_OTHER.search(text)


# 住建部门: the bureau of that sector.
_SECTOR = later(
    r"(?<=[\u4e00-\u9fff]{2})(?<!牵头)(?<!责任)(?<!配合)(?<!哪些)(?<!哪个)(?<!几个)(?<!什么)(?<!协办)(?<!主管)部门"
)


def bodies_named(
    text: str, bodies: Iterable[str], synonyms: Iterable[Sequence[str]] = ()
) -> list[Body]:
    """The bodies of the records that the text names, in order, none within a longer one.

    A level that both say must be the same (市财政局 is not 县财政局)."""
    text = _SECTOR.sub("局 ", text)  # of the same length
    finder = NameFinder(text, synonyms)
    forms: dict[str, set[str]] = {}
    for body in bodies:
        form = finder.find(body)
        if form and not (level(form) and level(body) and level(form) != level(body)):
            forms.setdefault(form, set()).add(body)
    taken: list[tuple[int, int]] = []
    found: list[Body] = []
    for form in sorted(forms, key=lambda one: (-len(one), one)):
        for match in re.finditer(re.escape(form), text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            taken.append(match.span())
            names = frozenset(forms[form])
            if not any(one.names == names for one in found):
                found.append(Body(form, *match.span(), names))
    found.sort(key=lambda one: one.start)
    return _with_roles(text, found)


def _with_roles(text: str, found: Sequence[Body]) -> list[Body]:
    """Each body with the role that the words around it say; None where nothing does."""
    roles: list[str | None] = [None] * len(found)
    for at in range(len(found) - 1, -1, -1):
        body = found[at]
        following = found[at + 1] if at + 1 < len(found) else None
        behind = text[body.end : following.start if following else len(text)]
        if following is not None and (_AND.match(behind) or _OR.match(behind)):
            roles[at] = roles[at + 1]
            continue
        verb = _BOTH_VERB.search(behind) or _VERB.search(behind)
        if verb is not None:
            roles[at] = _ROLES[str(verb.lastgroup)]
            if following is not None and _HELPED.match(behind):
                roles[at + 1] = LEAD  # 甲配合乙: the one who is helped leads
            continue
        before = text[found[at - 1].end if at else 0 : body.start]
        verbs = list(_VERB.finditer(before)) or list(_VERB.finditer(text))
        if verbs:
            roles[at] = _ROLES[str(verbs[-1].lastgroup)]
    return [
        Body(one.form, one.start, one.end, one.names, role)
        for one, role in zip(found, roles, strict=True)
    ]


def joined(text: str, first: Body, second: Body) -> str:
    """``and`` or ``or`` when nothing else stands between two bodies, else ``""``."""
    between = text[first.end : second.start]
    return "or" if _OR.match(between) else "and" if _AND.match(between) else ""


def periods_asked(text: str, *, any_time: bool = False) -> list[Period]:
    """When the tasks asked for are due: by, in or from a date; with ``any_time`` of anything
    that happens."""
    due = any_time or bool(_DUE.search(text))
    found: list[Period] = []
    for date in dates(text):
        before, behind = text[: date.start], text[date.end :]
        if _ISSUED.match(behind) or before.count("《") > before.count("》"):
            continue
        parts = date.iso.split("/")
        first, last = _day(parts[0], "01"), _day(parts[-1], "31")
        if first is None or last is None:
            continue  # a year alone: the year of a document
        year = last[:-5]
        if date.bound == "by" or _BY_BEHIND.match(behind) or _BY_BEFORE.search(before):
            if due or re.search(NOUN, text):
                found.append(Period(f"{year}01-01", last, date.start, date.end))
        elif not due:
            continue  # 8月有哪些活动 asks for no deadline
        elif date.bound == "from" or _FROM_BEHIND.match(behind) or _FROM_BEFORE.search(before):
            found.append(Period(last, f"{year}12-31", date.start, date.end))
        else:
            found.append(Period(first, last, date.start, date.end))
    if not found and due:
        found.extend(_seasons(text))
    return found


def periods_of(written: str, year: str = "") -> list[Period]:
    """When a record is due, of a folded deadline cell; empty for 长期 and the like. ``year``
    is taken where the cell says none."""
    found: list[Period] = []
    for date in dates(written):
        for part in date.iso.split("/"):
            end = _day(part, "31")
            if end is None and re.fullmatch(r"\d{4}", part):
                end = f"{part}-12-31"
            if end is not None:
                found.append(_with_year(Period(end, end, date.start, date.end), year))
    return found or [_with_year(one, year) for one in _seasons(written)]


def _with_year(period: Period, year: str) -> Period:
    if len(period.last) > 5 or not year:
        return period
    return Period(f"{year}-{period.first}", f"{year}-{period.last}", period.start, period.end)


def _seasons(text: str) -> list[Period]:
    """上半年, 三季度, 全年 …"""
    found: list[Period] = []
    for match in _SEASONS.finditer(text):
        year = f"{match['year']}-" if match["year"] else ""
        months = (1, 12)
        if match["half"]:
            months = (1, 6) if match["half"] == "上" else (7, 12)
        elif match["quarter"]:
            last = 3 * _QUARTERS[match["quarter"]]
            months = (last - 2, last)
        first, last_day = f"{year}{months[0]:02}-01", f"{year}{months[1]:02}-31"
        found.append(Period(first, last_day, *match.span()))
    return found


def _day(iso: str, unknown: str) -> str | None:
    """A date to the day: 2023-08 → 2023-08-31, --08 → 08-31; None for a bare year."""
    match = re.fullmatch(r"(?:(\d{4})|-)-(\d{2})(?:-(\d{2}))?", iso)
    if match is None:
        return None
    year, month, day = match.groups()
    return f"{year + '-' if year else ''}{month}-{day or unknown}"
