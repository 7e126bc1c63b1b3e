"""Names, titles and roles of people as office texts write them.

Everything works on the simplified form of a text (same length as the text itself).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa_engine.models import Participant
from qa_engine.text.normalise import to_simplified
from qa_engine.text.plausible import is_word
from qa_engine.text.surnames import DOUBLE_SURNAMES, SURNAMES

HAN = r"\u3007\u3400-\u9fff\uf900-\ufaff"
_NAME = (
    rf"(?:(?:{DOUBLE_SURNAMES})[{HAN}]{{1,2}}|[{SURNAMES}][{HAN}]{{1,2}}|"
    rf"[{HAN}]{{1,6}}[·•‧][{HAN}·•‧]{{1,12}})"
)
NAME = re.compile(_NAME)
# Endings of titles, longest first where one ends in another.
_TITLES = (
    "新闻发言人|发言人|主持人|董事长|总经理|副经理|经理|总裁|总工程师|总经济师|总会计师|总规划师|总农艺师|总工(?!程)|工程师|"
    "秘书长|委员长|理事长|监事长|检察长|参赞|大使|司令员|政委|参谋长|"
    "局长|主任|书记|处长|科长|司长|部长|厅长|署长|关长|行长|市长|区长|县长|镇长|乡长|省长|州长|盟长|旗长|村长|社长|台长|馆长|"
    "主席|院长|校长|园长|所长|会长|站长|队长|支队长|大队长|总队长|组长|厂长|店长|室主任|主编|总编辑|总编|"
    "教授|研究员|专家|顾问|巡视员|调研员|督察专员|监察专员|专员|督导员|负责人|负责同志|委员|常委|代表|议员|首席质量官|"
    r"调度长|护士长|股长|段长|庭长|团长|船长|机长|列车长|"
    "党组成员|党委成员|成员|党工委书记|经济师|会计师|医师|律师|法官|检察官|博士|先生|女士|同志"
)
TITLE = re.compile(_TITLES)
_ROLE_THEN_NAME = re.compile(rf"^(?P<role>.*?(?:{_TITLES}|嘉宾))\s*[:：]?\s*(?P<name>{_NAME})$")
# “市水利局张三”: who comes from where, without a post.
_BODY_THEN_NAME = re.compile(
    rf"^(?P<role>[{HAN}]{{1,16}}(?:局|委|办|部|厅|院|会|处|科|室|中心|公司|支队|大队|集团|街道|镇|乡|校))(?P<name>{_NAME})$"
)
_OF_BODY = re.compile(r"(?:办公室|[局委部厅院会处科室]|中心|公司)$")
_NAME_THEN_ROLE = re.compile(
    rf"^(?P<name>{_NAME})(?<!副)(?:\s+(?P<role>\S.*)|\s*[(（](?P<note>[^()（）]*)[)）]|[,，]\s*(?P<tail>.+)|"
    rf"(?P<title>副?(?:{_TITLES})))$"
)
_FUNCTION_NAME = re.compile(
    rf"^(?P<function>主持人|主播|发言人|新闻发言人|发布人|嘉宾|专家|主讲人|答复人)\s*[(（]?\s*"
    rf"(?P<name>{_NAME})\s*[)）]?$"
)
_FUNCTION_OF = re.compile(
    r"^(?P<function>主持人|主播|发言人|嘉宾)\s*[(（](?P<who>[^()（）]+)[)）]$"
)
_STARTS = re.compile(
    r".*(?:邀请到了?|邀请了?|有请|欢迎|请到了?|下面请|首先请|请|分别是|他们是|是由|由|就是|我是|来自|专访|采访|访谈|对话|连线|会见|走访|请教|了|[，,。！？；：:“”\s]|以及|还有)"
)
_LONGEST_ROLE = 30


@dataclass(frozen=True, slots=True)
class Person:
    """A name with what stands with it; ``function`` is 主持人, 发布人 … when a label says so."""

    name: str
    role: str = ""
    function: str = ""


def is_name(text: str) -> bool:
    """Whether a string looks like a person's name (surname and one or two characters)."""
    simple = to_simplified(text)
    return bool(NAME.fullmatch(simple)) and not TITLE.search(simple)


def is_likely_name(text: str) -> bool:
    """Stricter: looks like a name and is no dictionary word (安全, 方法)."""
    return is_name(text) and not is_word(text)


def person(text: str) -> Person | None:
    """“严雪松 区某局局长”, “区某局局长 严雪松”, “严雪松（局长）”, “主持人严雪松”.

    Names and roles come back as written; None if the text names no person.
    """
    written = text.strip()
    simple = to_simplified(written)
    match = _FUNCTION_OF.match(simple)
    inner = person(_slice(written, match, "who")) if match is not None else None
    if match is not None and inner is not None:
        return Person(inner.name, inner.role, _slice(written, match, "function"))
    match = _FUNCTION_NAME.match(simple)
    if match is not None:
        return Person(_slice(written, match, "name"), "", _slice(written, match, "function"))
    match = _NAME_THEN_ROLE.match(simple)
    if match is not None and not TITLE.fullmatch(match.group("name")):
        for group in ("role", "note", "tail", "title"):
            role = match.group(group)
            if role and (TITLE.search(role) or group == "note"):
                return Person(_slice(written, match, "name"), _slice(written, match, group).strip())
    match = _ROLE_THEN_NAME.match(simple)
    if match is not None:
        return Person(_slice(written, match, "name"), _slice(written, match, "role").strip())
    return Person(written) if is_name(written) else None


def _slice(written: str, match: re.Match[str], group: str) -> str:
    start, end = match.span(group)
    return written[start:end]


_ASIDE = re.compile(
    r"\s*[（(](?:请假|[^（）()]{0,4}假|出差|因[^（）()]{1,8}|外出[^（）()]{0,6})[）)]$"
)
_ENTRIES = re.compile(r"[；;\n]+")
_NAMES_ONLY = re.compile(rf"^{_NAME}(?:[、,，\s]+{_NAME})+$")


def participants(value: str, function: str) -> list[Participant]:
    """The people in the value of a list such as 发布人; entries separated by ；or line ends."""
    found: list[Participant] = []
    for entry in _ENTRIES.split(value):
        entry = _ASIDE.sub("", entry.strip().strip("。,，、"))
        if not entry:
            continue
        simple = to_simplified(entry)
        if _NAMES_ONLY.match(simple) and not TITLE.search(simple):
            at = [match.span() for match in NAME.finditer(simple)]
            found += [Participant(entry[start:end], "", function) for start, end in at]
            continue
        several = _mixed(entry, function)
        who = person(entry)
        if len(several) < 2 and who is not None:
            several = [Participant(who.name, who.role, function)]
        found += several
    return found


def _mixed(entry: str, function: str) -> list[Participant]:
    """“甲局局长张三、乙局局长李四”: a role and a name, again and again."""
    found = _one_each(entry, function)
    if len(found) > 1 or (found and _OF_BODY.search(to_simplified(found[0].role))):
        return found
    found = []
    for part in re.split(rf"(?<=[{HAN}])[、,，\s]+", entry):
        simple = to_simplified(part)
        match = _ROLE_THEN_NAME.match(simple) or _BODY_THEN_NAME.match(simple)
        if match is not None and len(match.group("role")) > 2:
            found.append(
                Participant(_slice(part, match, "name"), _slice(part, match, "role"), function)
            )
    return found


def _one_each(entry: str, function: str) -> list[Participant]:
    """“副经理 张三、总监 李四、市水利局王五”: somebody in every part, or nothing."""
    found: list[Participant] = []
    for part in (piece.strip() for piece in re.split(r"[、,，]+", entry)):
        simple = to_simplified(part)
        match = _ROLE_THEN_NAME.match(simple) or _BODY_THEN_NAME.match(simple)
        if match is not None:
            name, post = _slice(part, match, "name"), _slice(part, match, "role").strip()
        else:
            post, _, name = part.rpartition(" ")
        if not post.strip() or not is_name(name) or is_name(post.strip()):
            return []
        found.append(Participant(name, post.strip(), function))
    return found


_NAME_HERE = re.compile(
    rf"[^\S\n]*(?P<name>{_NAME})(?=$|[，,。；;、！!\s）)]|等|同志|先生|女士|[两三四五六]位)"
)
_BEFORE = re.compile(rf"[{HAN}、（）()]*$")
_OTHERS = re.compile(rf".*(?:{_TITLES}){_NAME}(?:[、和及与]|以及)")  # “甲局局长张三、”


def _own(text: str) -> str:
    """The role at the end of a text, without what introduces it and whom it names before."""
    own = _STARTS.sub("", _OTHERS.sub("", text))
    # What stands in an open bracket is the role of the one it belongs to: 主持人（副主任
    return own.rpartition("（")[2] if own.count("（") > own.count("）") else own


def introduced(text: str) -> dict[str, str]:
    """Everyone whom a (simplified) text introduces with a role: name → longest role."""
    found: dict[str, str] = {}
    for title in TITLE.finditer(text):
        match = _NAME_HERE.match(text, title.end())
        if match is None:
            continue
        before = _BEFORE.search(text[max(0, title.start() - _LONGEST_ROLE) : title.start()])
        role = _own((before.group() if before else "") + title.group())
        if role.count("（") != role.count("）"):
            continue
        if len(role) > max(3, len(found.get(match.group("name"), ""))):
            found[match.group("name")] = role
    return found


_TITLE_END = re.compile(rf"(?:{_TITLES})[^\S\n]*\Z")
_TITLE_AFTER = re.compile(rf"副?(?:{_TITLES})")
_LONGEST_TITLE = 8
_COURTESY = ("先生", "女士", "同志")  # say nothing of what somebody is


def introduction(name: str, text: str) -> str:
    """The role with which a text introduces a person (“…副主任张三”), ``""`` if it does not.

    ``text`` is simplified, ``name`` too. The longest of the roles found counts: later
    mentions are shorter.
    """
    best = after = ""
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        title = _TITLE_END.search(text, max(0, at - _LONGEST_TITLE), at)
        if title is not None:
            before = _BEFORE.search(text[max(0, title.start() - _LONGEST_ROLE) : title.start()])
            role = _own((before.group() if before else "") + title.group().strip())
            best = max(best, role, key=len)
        if not after:
            follows = _TITLE_AFTER.match(text, end)
            after = follows.group() if follows is not None else ""
            after = "" if after in _COURTESY else after
        at = text.find(name, end)
    return best or after
