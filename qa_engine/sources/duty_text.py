"""What a duty clause says: who leads, who cooperates, by when.

Works on the text of one clause: the inside of a bracket (“市发改委牵头，市财政局配合，
2020年底前完成”), a run of labels (“责任单位：…；完成时限：…”) or a sentence (“由…牵头”).
Offsets are those of the text given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from qa_engine.models import COOPERATE, DEADLINE, LEAD, OTHER, TASK
from qa_engine.sources.celltypes import departments_share, is_date
from qa_engine.sources.columns import Vocabulary

_SHARED = (
    r"(?:(?:按照?|根据|依据?|结合|依照)(?:各自|部门)?(?:的)?(?:职责|职能|分工|权限)+(?:分工)?|"
    r"共同|联合|分别|具体|各自|分头|积极|密切|主动|协同|全力|统一|统筹)*"
)
_DO = r"(?:负责|组织|实施|落实|推进|协调|抓总|办理|完成|开展|抓好落实)*"
_LEADS = re.compile(rf"{_SHARED}(?:牵头{_DO}|主办|主责|为(?:牵头|主办|主责)(?:单位|部门))$")
_HELPS = re.compile(rf"{_SHARED}(?:配合|协助|协办|参与|参加|协作)(?:{_DO}|做好)?$")
_DOES = re.compile(
    rf"{_SHARED}负责(?:组织|实施|落实|推进|协调|办理|完成|开展)*$|"
    rf"(?:按照?|根据)(?:各自)?(?:职责|分工)+(?:分工)?(?:落实|实施|推进|承担|抓好落实)$|"
    rf"为责任(?:单位|部门)$|(?:承办|组织实施)$"
)
_TOGETHER = re.compile(
    r"[，,]?(?:会同|联合(?!会)|(?<=[部局委办院行署厅])商(?=有关|相关|各|国家|中央|省|市|县|区|财政))(?=[^，,]{2,})"
)
_FIRST_LEADS = re.compile(
    r"(?:第一位|首位|第一个|第一家|排名第一|排列第一|列第一|排第一|在前|最前)[^。；;）)]{0,8}?"
    r"(?:为|是)?(?:牵头|主办|主责|第一责任)|牵头(?:单位|部门)(?:列|排)(?:在)?(?:第一位|首位|最前)"
)
_SEGMENT = re.compile(r"[，,；;。]")
_OPENING = re.compile(
    r"^(?:(?:以上|上述|此项|该项|本项)?(?:工作|任务)?(?:分别)?由|请|责成|拟由|其中[，,]?由?)"
)
_DEADLINE = re.compile(r"(?:前|底|完成|实现|取得|出台|落实|到位|推进|坚持|见效|实施|止|内|月|年)$")
# A date and what is to be done by it: 8月底前制定细则.
_BY_WHEN = re.compile(
    r"(?:于|在)?[^前底内止]{2,16}(?:底前|之前|以前|[前底内])[\u4e00-\u9fff]{2,12}"
)
_DONE = re.compile(r"(?:全部|基本)?完成$")
# Labels that organisers of events and owners of web sites use too.
_AMBIGUOUS = (
    "主办",
    "承办",
    "协办",
    "指导",
    "支持",
    "监督",
    "建设",
    "组织",
    "申报",
    "主管",
    "部门",
    "单位",
)
_LABEL = re.compile(
    r"(?:^|(?<![\u4e00-\u9fff\w]))[【\[（(]?([\u4e00-\u9fff/及和]{2,10})[】\]）)]?\s*"
    r"(?:[：:]|(?<=[】\]]))\s*"
)
_TRIM = " \t\r\n\u3000，,；;。、：:"


@dataclass(frozen=True, slots=True)
class Part:
    """``text[start:end]`` is who or when; ``header`` is what it is called."""

    header: str
    role: str
    start: int
    end: int


def first_leads(text: str) -> bool:
    """“列第一位者为牵头单位，下同”: does the text say that the first named body leads?"""
    return _FIRST_LEADS.search(text) is not None


def parse_bracket(content: str, words: Vocabulary, ordered: bool = False) -> tuple[Part, ...]:
    """The duties in the inside of a bracket; empty when it names none.

    ``ordered`` tells that the first body named leads where no other is said to.
    """
    labelled = parse_labels(content, words)
    if labelled and labelled[0].start <= 12:
        return labelled
    parts: list[Part] = []
    pending: int | None = None  # where bodies begin that still wait for their verb
    for start, end in _segments(content):
        segment = content[start:end]
        if first_leads(segment) or segment.strip() in ("下同", "以下同"):
            continue
        found = _segment_parts(segment, start if pending is None else pending, end, content)
        if found:
            parts.extend(found)
            pending = None
        elif (when := _deadline(segment, start)) is not None:
            parts.append(when)
        elif bodies_share(segment) >= 0.5:
            pending = start if pending is None else pending
        else:
            return ()
    if not any(part.role in (LEAD, COOPERATE) for part in parts):
        return ()
    return _settled(tuple(parts), content, ordered or first_leads(content))


def parse_labels(text: str, words: Vocabulary) -> tuple[Part, ...]:
    """“责任单位：市教育局；完成时限：2021年底”: the labels and what follows each.

    Empty unless a label names who. Other labels among them (责任人：…) are parts too.
    """
    found = labelled(text, words)
    first = next((i for i, part in enumerate(found) if part.role != OTHER), len(found))
    parts = found[first:]
    who = [part for part in parts if part.role in (LEAD, COOPERATE)]
    if not who or any("。" in text[part.start : part.end] for part in parts):
        return ()
    if any(bodies_share(text[part.start : part.end]) < 0.34 for part in who):
        return ()
    return parts


def labelled(text: str, words: Vocabulary) -> tuple[Part, ...]:
    """Every label that names a column and what follows it, up to the next; a role only where it
    surely says who or when."""
    marks = [match for match in _LABEL.finditer(text) if words.known(match.group(1))]
    parts: list[Part] = []
    stops = [mark.start() for mark in marks[1:]]
    for match, stop in zip(marks, [*stops, len(text)], strict=False):  # without marks, none
        start, end = _trimmed(text, match.end(), stop)
        if start < end:
            role = _label_role(match.group(1), words) or OTHER
            parts.append(Part(match.group(1), role, start, end))
    return tuple(parts)


def parse_sheet(text: str, words: Vocabulary) -> tuple[Part, ...]:
    """All labels of a text that consists of labels, none of which says the task
    (任务要求：…, 牵头单位：…): what they describe is said above. Empty for other texts."""
    if not starts_with_label(text.lstrip(), words):
        return ()
    found = labelled(text, words)
    duties = parse_labels(text, words)
    if not duties or any(words.role(part.header) == TASK for part in found):
        return ()
    above = (part for part in found if part.end <= duties[0].start)
    return (*(replace(part, role=OTHER) for part in above), *duties)


def parse_names(content: str) -> tuple[Part, ...]:
    """A bracket that holds nothing but names of bodies, with or without a deadline.

    “（市教育局、市财政局，2021年底前）”: they are responsible, where the bracket closes an
    item. Empty when anything else stands in it.
    """
    parts: list[Part] = []
    start: int | None = None
    stop = 0
    for left, right in _segments(content):
        if (when := _deadline(content[left:right], left)) is not None:
            parts.append(when)
        elif bodies_share(content[left:right]) == 1.0 and not parts:
            start = left if start is None else start
            stop = right
        else:
            return ()
    if start is None or len(content[start:stop].strip()) < 3:
        return ()
    return (Part("责任单位", LEAD, *_trimmed(content, start, stop)), *parts)


def label_start(text: str, words: Vocabulary) -> int | None:
    """Where the first duty label of a text begins; None when it has none."""
    for match in _LABEL.finditer(text):
        if _label_role(match.group(1), words) is not None:
            return match.start()
    return None


def starts_with_label(text: str, words: Vocabulary) -> bool:
    """Is the text a label of any column name and what follows it?"""
    match = _LABEL.match(text)
    return match is not None and words.known(match.group(1))


def bodies_share(text: str) -> float:
    """The share of a list's members that look like names of bodies (brackets apart)."""
    bare = re.sub(r"[（(][^（）()]*[）)]", "", text)
    bare = re.sub(
        r"(?<=[\u4e00-\u9fff])(?:以及|和|及|与)(?=各|有关|相关|市|县|区|省|国)", "、", bare
    )
    bare = re.sub(r"等(?=$|[、，])|按照?职责分工$", "", bare)
    return departments_share(_OPENING.sub("", bare.strip(_TRIM)))


def split_first(text: str) -> int | None:
    """Where the list of bodies goes on after its first member; None for a single one."""
    depth = 0
    for at, character in enumerate(text):
        if character in "（(":
            depth += 1
        elif character in "）)":
            depth -= 1
        elif character in "、，," and depth == 0:
            return at + 1
    return None


def _segments(content: str) -> Iterator[tuple[int, int]]:
    """The ranges between commas and stops outside inner brackets."""
    depth = start = 0
    for at, character in enumerate(content):
        if character in "（(":
            depth += 1
        elif character in "）)":
            depth -= 1
        elif depth == 0 and _SEGMENT.match(character):
            if content[start:at].strip():
                yield start, at
            start = at + 1
    if content[start:].strip():
        yield start, len(content)


def _segment_parts(segment: str, start: int, end: int, content: str) -> list[Part]:
    """One segment with its verb; ``start`` may reach back over segments without one."""
    text = content[start:end].rstrip()
    for pattern, header, role in (
        (_LEADS, "牵头部门", LEAD),
        (_HELPS, "配合部门", COOPERATE),
        (_DOES, "负责部门", LEAD),
    ):
        match = pattern.search(text)
        if match is None or not match.group():
            continue
        stop = start + match.start()
        return _bodies(content, start, stop, header, role)
    opened = re.match(r"\s*(?:会同|配合单位为)", segment)
    if opened:
        left, right = _trimmed(content, end - len(segment) + opened.end(), end)
        return (
            [Part("配合部门", COOPERATE, left, right)]
            if bodies_share(content[left:right]) >= 0.5
            else []
        )
    return []


def _bodies(content: str, start: int, stop: int, header: str, role: str) -> list[Part]:
    left, right = _trimmed(content, start, stop)
    opening = _OPENING.match(content[left:right])
    if opening:
        left += opening.end()
    if left >= right:
        return []
    joint = _TOGETHER.search(content[left:right])
    if joint and role == LEAD and joint.start() > 1:
        first = _trimmed(content, left, left + joint.start())
        second = _trimmed(content, left + joint.end(), right)
        if bodies_share(content[first[0] : first[1]]) >= 0.5:
            return [
                Part(header, LEAD, *first),
                *([Part("配合部门", COOPERATE, *second)] if second[0] < second[1] else []),
            ]
    if bodies_share(content[left:right]) < 0.5:
        return []
    return [Part(header, role, left, right)]


def _settled(parts: tuple[Part, ...], content: str, ordered: bool) -> tuple[Part, ...]:
    """Who leads when several verbs stand together.

    Beside a body that leads, those that are “responsible” do their share; without one,
    the first of the responsible leads if the document says so.
    """
    leads = any(part.header == "牵头部门" for part in parts)
    result: list[Part] = []
    for part in parts:
        if part.header != "负责部门":
            result.append(part)
        elif leads:
            result.append(Part("负责部门", COOPERATE, part.start, part.end))
        elif ordered and not any(done.header == "牵头部门" for done in result):
            result.extend(_first_and_rest(part, content))
        else:
            result.append(part)
    return tuple(result)


def _first_and_rest(part: Part, content: str) -> list[Part]:
    text = content[part.start : part.end]
    if text.startswith(("各", "有关", "相关")):
        return [part]
    cut = split_first(text)
    if cut is None:
        return [Part("牵头部门", LEAD, part.start, part.end)]
    return [
        Part("牵头部门", LEAD, part.start, part.start + cut - 1),
        Part("其他负责部门", COOPERATE, part.start + cut, part.end),
    ]


def _deadline(segment: str, at: int) -> Part | None:
    start, end = _trimmed(segment, 0, len(segment))
    text = segment[start:end]
    if not is_date(text) or not (_DEADLINE.search(text) or _BY_WHEN.fullmatch(text)):
        return None
    done = _DONE.search(text)
    if done and done.start():
        end = start + done.start()
    return Part("完成时间", DEADLINE, at + start, at + end)


def _label_role(label: str, words: Vocabulary) -> str | None:
    if label.startswith(_AMBIGUOUS) or not words.known(label):
        return None
    role = words.role(label)
    return role if role in (LEAD, COOPERATE) or (role == DEADLINE and len(label) >= 4) else None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _TRIM:
        start += 1
    while end > start and (text[end - 1] in _TRIM or text[end - 1] in "】]"):
        end -= 1
    if text[start:end].count("）") > text[start:end].count("（") and text[end - 1] == "）":
        end -= 1
    return start, end
