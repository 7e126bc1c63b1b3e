"""What the text of a list of members says: labels, names, posts, and the body's name.

Works on one line or paragraph; offsets are those of the text given. Patterns look at the
simplified form, which is as long as the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa_engine.sources.celltypes import departments_share
from qa_engine.sources.people import HAN, NAME, TITLE, is_likely_name, is_name
from qa_engine.text.normalise import to_simplified

Span = tuple[int, int]

_HEADS = (
    "主任委员|主任|组长|总指挥长|总指挥|指挥长|政委|总召集人|召集人|理事长|监事长|会长|团长|队长|"
    "总队长|秘书长|总负责人|负责人|总协调人|领队"
)
_BEFORE = r"(?:名誉|荣誉|常务|执行|第一|第二|专职|兼职|轮值|总|特邀)*副?"
_OTHERS = (
    r"(?:(?:专家)?组|小组|委员会|办公室)?(?:专职|兼职|其他|主要)?成员|委员|组员|队员|团员|"
    r"(?:名誉|常务)?理事|监事|总?顾问|专家|秘书|联络员|评委|干事|副指挥长|副指挥|指挥|办公室副?主任"
)
_LABEL = rf"(?:{_BEFORE}(?:{_HEADS})|{_OTHERS})"
_HEAD = re.compile(rf"{_BEFORE}(?:{_HEADS})")
_SPACED_LABEL = re.compile(
    rf"(?:^|(?<=[；;。，,、\s）)]))\s*(?:[（(]?[一二三四五六七八九十\d]{{1,2}}[）)、.．]\s*)?"
    rf"(?P<label>{_LABEL})(?:[（(]\d+[人名]?[）)])?\s*[：:]\s*"
)
_BARE_LABEL = re.compile(rf"^\s*(?P<label>{_LABEL})\s+(?=\S)")
# Words inside labels are often spaced out: “组　长”, “成  员”.
_GAP = re.compile(rf"(?<=[{HAN}])[ \t\u3000\xa0]+(?=[{HAN}])")
_SPACED_OUT = re.compile(
    rf"(?:^|(?<=[；;。，,\s]))(?:[{HAN}][ \t\u3000\xa0]+)+[{HAN}]+(?=\s*[：:])"
)
_ITEM_NUMBER = " \t\u3000（(0123456789一二三四五六七八九十、.．）)"
_SEPARATORS = " \t\r\n\u3000\xa0，,；;、。"
_NAME_HERE = re.compile(
    rf"(?:^|(?<=[\s、，,；;）)]))(?P<name>{NAME.pattern})(?P<note>[（(][^（）()]{{1,6}}[）)])?"
    r"(?=$|[\s（(，,、；;：:]|同志)"
)
_ASIDE = re.compile(r"[（(](?:男|女)?[，,、]?(?:[^（）()]{1,4}族)?[）)]")
_POST_THEN_NAME = re.compile(
    rf"(?P<post>[^；;。]{{0,60}}?(?:{TITLE.pattern}))\s*(?P<name>{NAME.pattern})(?:同志)?(?=$|[、，,；;])"
)
_NAME_ALONE = re.compile(rf"{NAME.pattern}(?=$|[、，,；;])")
_TITLE_END = re.compile(rf"(?:{TITLE.pattern})$")
_GAPS = (" ", "\t", "\u3000", "\xa0", "（", "(")
_SENTENCE = re.compile(r"[。！？!?]")
_LONGEST_POST = 70

_GROUP_END = (
    rf"(?:小组|委员会|指挥部|专班|联席会议|理事会|监事会|组委会|协调机制|(?<=[作家审导查协察挥调评技评治织])组|"
    rf"专家库|(?<=[作家审导查调评]组)办公室|(?<=[{HAN}][{HAN}])组$)(?!长|员会?长|织|建|合|团)"
)
_GROUP = re.compile(rf"[{HAN}A-Za-z0-9·、“”\-—－]{{0,48}}?{_GROUP_END}(?:办公室)?")
_OPENER = re.compile(
    r"(?:成立|组建|设立|建立|调整|充实|公布|印发|关于|决定|下设|任命|明确|组成|将|撤销|更新|推荐|聘请|是|为|由|的|现对|对(?!口|外))"
    r"(?:了|的)?"
)
_NUMBERED = re.compile(r"^(?:附\s*[件表录]?\s*\d*\s*[：:、]?|[一二三四五六七八九十\d]+[、.．])")
_GENERIC = re.compile(
    rf"^(?:本|该|各|其|此|我)?(?:领导|工作|协调|专项|推进|市|县|区|省)*{_GROUP_END}(?:办公室)?$"
)

_CLAUSE = re.compile(r"(?<![主责])任(?!务)|[由的]")

_APPOINTED = re.compile(
    rf"(?:^|(?<=[，,。；;：:\s由]))(?:由|以|请)?(?P<who>[^，,。；;：:]{{2,80}}?)(?:同志)?\s*"
    rf"(?:兼任|担任|任|为)(?:[{HAN}]{{0,24}}?(?:小组|委员会|指挥部|专班|组))?(?P<label>{_LABEL})"
    r"(?=$|[，,。；;、\s])"
)
# What one of the two needs, and what running text mostly lacks.
_OFFICE = re.compile(rf"(?:任|为)[{HAN}]{{0,30}}?{_LABEL}|{_LABEL}(?:一职)?由")
_LABEL_BY = re.compile(
    rf"(?P<label>{_LABEL})(?:一职)?由(?P<who>[^，,。；;：:]{{2,80}}?)(?:同志)?(?:兼任|担任|兼)(?=$|[，,。；;、\s])"
)


@dataclass(frozen=True, slots=True)
class Member:
    """Where a name and a post stand; None without a post."""

    name: Span
    post: Span | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A label with the people behind it; ``rest`` is what stands there instead of people."""

    label: Span
    members: tuple[Member, ...]
    rest: Span | None = None


@dataclass(frozen=True, slots=True)
class Appointment:
    """A clause ``[start, end)`` that says who holds an office."""

    start: int
    end: int
    entry: Entry


def is_head(label: str) -> bool:
    """Does the label name who leads (组长, 副主任), rather than a member?"""
    return _HEAD.fullmatch(_GAP.sub("", to_simplified(label))) is not None


def is_label(text: str) -> bool:
    """Is the whole text what a member is called in a body (“副组长：”)?"""
    simple = _GAP.sub("", to_simplified(text).strip(_SEPARATORS + "：:"))
    return re.fullmatch(_LABEL, simple) is not None


def member_line(text: str) -> list[Entry]:
    """The labels of a line with who stands behind each; empty when it is no such line.

    A line begins with a label; behind at least one of its labels stand people, or nothing
    (who they are then stands below).
    """
    simple = to_simplified(text)
    marks = list(_labels(simple))
    if not marks or simple[: marks[0][0][0]].strip(
        " \t\u3000（(0123456789一二三四五六七八九十、.．）)"
    ):
        return []
    entries: list[Entry] = []
    stops = [*(label[0] for label, _ in marks[1:]), len(text)]
    for (label, start), stop in zip(marks, stops, strict=True):
        span = _trimmed(simple, start, stop)
        members = people(simple, *span) if span[0] < span[1] else ()
        empty = span[0] >= span[1]
        entries.append(Entry(label, members, None if members or empty else span))
    named = any(entry.members for entry in entries)
    waiting = len(entries) == 1 and entries[0].rest is None
    return entries if named or waiting else []


def _labels(simple: str) -> Iterator[tuple[Span, int]]:
    """Each label with where its value begins."""
    closed, places = _closed(simple)
    found = list(_SPACED_LABEL.finditer(closed))
    if not found:
        match = _BARE_LABEL.match(closed)
        if match is None:
            return
        # Without a colon only a name may follow.
        start = places[match.end()]
        if not people(simple, *_trimmed(simple, start, len(simple))):
            return
        found = [match]
    for match in found:
        start, end = match.span("label")
        yield (places[start], places[end - 1] + 1), places[match.end()]


def _closed(simple: str) -> tuple[str, Sequence[int]]:
    """The text without blanks inside spaced-out labels, and where each character stood."""
    drop: set[int] = set()
    for match in re.finditer(
        rf"(?:^|(?<=[；;。，,\s]))(?:[{HAN}][ \t\u3000\xa0]+)+[{HAN}]+(?=\s*[：:])", simple
    ):
        squeezed = _GAP.sub("", match.group())
        if re.fullmatch(_LABEL, squeezed):
            gaps = _GAP.finditer(simple, match.start(), match.end())
            drop.update(at for gap in gaps for at in range(*gap.span()))
    if not drop:
        return simple, range(len(simple) + 1)
    places = [at for at in range(len(simple)) if at not in drop]
    return "".join(simple[at] for at in places), [*places, len(simple)]


def people(simple: str, start: int, end: int) -> tuple[Member, ...]:
    """The people in ``simple[start:end]``, which holds nothing else; empty otherwise."""
    value = simple[start:end]
    if _SENTENCE.search(value.rstrip("。")):
        return ()
    names = _names(value)
    members = list(_behind(value, names) if names else _before(value))
    if any(m.post is not None and m.post[1] - m.post[0] > _LONGEST_POST for m in members):
        return ()
    return tuple(_moved(member, start) for member in members)


def people_line(text: str) -> tuple[Member, ...]:
    """The people on a line without a label: name and post, or nothing but names."""
    simple = to_simplified(text)
    if simple.rstrip()[-1:] in ("。", "：", ":"):
        return ()
    start, end = _trimmed(simple, 0, len(simple))
    members = people(simple, start, end)
    likely = [is_likely_name(simple[slice(*member.name)]) for member in members]
    titled = [
        member.post is not None and TITLE.search(simple[slice(*member.post)]) is not None
        for member in members
    ]
    if not all(map(any, zip(likely, titled, strict=True))):
        return ()
    return members


def _names(value: str) -> list[re.Match[str]]:
    """Where a new person begins: a name set off on both sides, the first at the start."""
    found: list[re.Match[str]] = []
    for match in _NAME_HERE.finditer(value):
        name = match.group("name")
        first = not found
        if first and value[: match.start()].strip(_SEPARATORS):
            return []
        if is_name(name) if first else _sure_name(value, match) or _all_names(value):
            found.append(match)
    return found


def _sure_name(value: str, match: re.Match[str]) -> bool:
    """A name inside a list; one that is in the dictionary (of somebody famous) if it has
    three characters, or stands between a title and a gap."""
    name = match.group("name")
    if is_likely_name(name):
        return True
    if not is_name(name) or departments_share(name):
        return False
    titled = _TITLE_END.search(value[: match.start()].rstrip(_SEPARATORS + "）)")) is not None
    return len(name) >= 3 or (titled and value[match.end() : match.end() + 1] in _GAPS)


def _all_names(value: str) -> bool:
    parts = [part for part in re.split(r"[\s、，,；;]+", _ASIDE.sub("", value)) if part]
    return all(map(is_name, parts)) and sum(map(is_likely_name, parts)) * 2 >= len(parts)


def _behind(value: str, names: list[re.Match[str]]) -> Iterator[Member]:
    """Name, then post: up to the next name."""
    stops = [*(match.start("name") for match in names[1:]), len(value)]
    for match, stop in zip(names, stops, strict=True):
        start = match.end("name")
        if match.group("note") and _ASIDE.fullmatch(match.group("note")):
            start = match.end("note")
        if value.startswith("同志", start):
            start += 2
        post = _trimmed(value, start, stop)
        if post[0] < post[1] and value[post[0]] in "（(" and value[post[1] - 1] in "）)":
            inner = value[post[0] + 1 : post[1] - 1]
            if not any(mark in inner for mark in "（()）"):
                post = (post[0] + 1, post[1] - 1)
        yield Member(match.span("name"), post if post[0] < post[1] else None)


def _before(value: str) -> Iterator[Member]:
    """Post, then name: “市教育局局长张三、市财政局局长李四”."""
    at = 0
    found: list[Member] = []
    while at < len(value):
        match = _POST_THEN_NAME.match(value, at)
        if match is None or not is_name(match.group("name")):
            return
        found.append(Member(match.span("name"), match.span("post")))
        at = match.end()
        while at < len(value) and value[at] in _SEPARATORS:
            at += 1
        # More people of the same post: “副市长李四、王五”.
        while (more := _NAME_ALONE.match(value, at)) and is_likely_name(more.group()):
            found.append(Member(more.span(), match.span("post")))
            at = more.end()
            while at < len(value) and value[at] in _SEPARATORS:
                at += 1
    yield from found


def appointments(text: str) -> Iterator[Appointment]:
    """The clauses of a paragraph that appoint somebody by name, in order."""
    simple = to_simplified(text)
    if _OFFICE.search(simple) is None:
        return
    matches = [*_APPOINTED.finditer(simple), *_LABEL_BY.finditer(simple)]
    done = 0
    for match in sorted(matches, key=lambda match: match.start()):
        start = match.start("label") if match.re is _LABEL_BY else match.start()
        if match.start() < done:
            continue
        members = _appointees(simple, *_trimmed(simple, *match.span("who")))
        if not members:
            continue
        end = match.end()
        while end < len(simple) and simple[end] in "，,。；;、":
            end += 1
        following = simple[end : _sentence_end(simple, end)]
        if not _APPOINTED.search(following) and not _LABEL_BY.search(following):
            end = _sentence_end(simple, end)
        first = max(done, _sentence_start(simple, start))
        yield Appointment(first, end, Entry(match.span("label"), members))
        done = end


def _appointees(simple: str, start: int, end: int) -> tuple[Member, ...]:
    """Like ``people``, surer: a dictionary word (安全) is a name only where that is said."""
    while start < end and simple[start] in "由以请":
        start += 1
    members = people(simple, start, end)
    said = simple.startswith("同志", end)
    sure = all(
        is_likely_name(simple[slice(*member.name)])
        if member.post is None or member.post > member.name
        else TITLE.search(simple[slice(*member.post)]) is not None
        for member in members
    )
    return members if sure or (said and len(members) == 1) else ()


def _sentence_start(simple: str, at: int) -> int:
    while at > 0 and simple[at - 1] not in "。；;\n":
        at -= 1
    return at


def _sentence_end(simple: str, at: int) -> int:
    """After the stop of the sentence that goes on at ``at`` (at once where one just ended)."""
    while 0 < at < len(simple) and simple[at - 1] not in "。；;\n":
        at += 1
    return at


def group_name(text: str) -> Span | None:
    """Where a line, heading or sentence names a body with members; the fullest name.

    “关于成立市某工作领导小组的通知” → 市某工作领导小组.
    """
    simple = to_simplified(text)
    best: Span | None = None
    for match in _GROUP.finditer(simple):
        start, end = match.span()
        numbered = _NUMBERED.match(simple[start:end])
        if numbered:
            start += numbered.end()
        for opener in _OPENER.finditer(simple, start, end):
            if opener.start() == start or (
                end - opener.end() >= 3 and not _GENERIC.match(simple[opener.end() : end])
            ):
                start = opener.end()
        while start < end and simple[start] in "、“”—－-":
            start += 1
        name = simple[start:end]
        if len(name) < 3 or _GENERIC.match(name) or _CLAUSE.search(name):
            continue
        if best is None or end - start > best[1] - best[0]:
            best = (start, end)
    return best


def _moved(member: Member, by: int) -> Member:
    post = None if member.post is None else (member.post[0] + by, member.post[1] + by)
    return Member((member.name[0] + by, member.name[1] + by), post)


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start] in _SEPARATORS:
        start += 1
    while end > start and text[end - 1] in _SEPARATORS:
        end -= 1
    return start, end
