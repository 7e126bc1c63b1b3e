"""Speaker labels: who a line such as ``何金华：`` or ``新华社记者：`` says is speaking.

A label stands alone on a line or before a colon. Some labels prove themselves (记者, 主持人,
a person with a title); a bare name counts when the document names that person elsewhere
or labels several times with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from qa_engine.models import Participant
from qa_engine.sources.outline import number_level
from qa_engine.sources.people import (
    TITLE,
    Person,
    introduced,
    introduction,
    is_likely_name,
    is_name,
    person,
)
from qa_engine.text.media import MEDIUM
from qa_engine.text.normalise import to_simplified
from qa_engine.text.surnames import SURNAMES

_WIDTHS = str.maketrans("：（）［］【】〔〕〖〗　", ":()[][][][] ")
# A medium or an alias may stand in marks of its own: 《城市晚报》记者, 网友“老王”.
_MARKED = r"(?:《[^《》]{1,20}》|“[^“”]{1,20}”)"
_BEHIND_MARKS = (
    r"(?<=[”》])(?:\([^()]{1,10}\)|提问|留言|咨询|问|说|(?:栏目|节目|频道|客户端)?(?:记者)?)"
)
_LABEL = re.compile(
    rf"^\s*[\[(]?\s*(?P<label>(?:{_MARKED}?[^:\[\]。！？；，,!?;“”《》\"]{{1,40}}?{_MARKED}?|《[^《》]{{1,20}}》)"
    rf"(?:{_BEHIND_MARKS})?)\s*[\])]?\s*(?::|$)\s*"
)
_BRACKETED = re.compile(r"^\s*\[\s*(?P<label>[^\[\]:。！？；，]{1,40})\s*\]\s*:?\s*")
_ITEM_NUMBER = re.compile(r"^\s*\d{1,2}\s*[.、．]\s*(?=\D)")

_STAMP = re.compile(
    r"[\s(\[]*(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?\s*)?\d{1,2}:\d{2}(?::\d{2})?[\s)\]]*$"
)
# What stands before a colon in a header, never a speaker.
_FIELDS = re.compile(
    r"^(?:时间|日期|地点|主题|议题|议程|来源|作者|编辑|责任编辑|摄影|记录|记录人|整理|审核|标题|内容|附件|备注|电话|"
    r"传真|邮箱|网址|地址|联系人|联系电话|联系方式|邀请媒体|参会媒体|媒体|直播|图文实录|文字实录|实录|现场实录|正文|导语|摘要|"
    r"关键词|背景|说明|注|注意|提示|温馨提示|出席|参加|列席|缺席|发布时间|发布人|发布单位|主办|承办|主办单位|承办单位|协办单位|"
    r"访谈时间|访谈主题|访谈嘉宾|嘉宾介绍|会议时间|会议地点|出席人员|参加人员|主讲人|抄送|主送|发送|打印|共印|印发|"
    r"第?[一二三四五六七八九十\d]+[是、.)]?)$"
)
_ASKER = re.compile(
    r"(?<!答)记者(?:[\dA-Za-z甲乙丙丁一二三四五六七八九十]{1,3}|提问|问|[\s(].*|.{2,4})?$"
    r"|(?:网友|网民|提问者?|提问人|听众|观众|市民|群众|来电人|咨询人|留言人|同学|家长|用户|居民|企业代表)"
    r"(?:[\dA-Za-z甲乙丙丁一二三四五六七八九十]{1,3}|提问|问|[\s(“].*|.{1,2}(?:先生|女士|小姐))?$"
)
_PUTS = re.compile(r"(?<=[”》])(?:提问|留言|咨询|问|说)$")
_ANSWER = re.compile(
    r"^(?:答|回答|答复|回复|解答|答案|A|Answer|a)\s*[\d一二三四五六七八九十]{0,3}$"
)
_MODERATOR = re.compile(r"主持人|主播|会议主席|司仪|^主席$|^议长$|^主持$")
_ROLE_ONLY = re.compile(
    r"^(?:主持人|主播|嘉宾|专家|发言人|新闻发言人|主席|议长|议员|书记员|审判长|审判员|原告|被告|公诉人|辩护人|代理人|证人|"
    r"客服|工作人员|负责人|有关负责人|相关负责人|旁白|主讲人|点评|点评专家|评委)[\dA-Za-z甲乙丙丁一二三四五六]{0,2}$"
)
_CALLED = re.compile(r"^(?P<function>主持人|主播|嘉宾)\s+(?P<name>[\w·]{2,6})$")
_NO_SPEAKER = re.compile(
    r"^(?:各位|尊敬的|亲爱的|大家|下面|首先|其次|最后|第一|一是|比如|例如|其中|另外|此外|同时|如下|包括)|朋友们?$|们$|同志$"
)
# Whom the document calls by surname only.
_BY_SURNAME = re.compile(rf"(?=[{SURNAMES}])\w副?(?:{TITLE.pattern}|总)|[小老][{SURNAMES}]")
# 王总, 小王.
_FAMILIAR = re.compile(r"(?P<surname>\w)(?P<title>总)|[小老](?P<young>\w)")


_LONGEST_MEDIUM = 14
_GREETING = 600  # characters in which a moderator says who is speaking


@dataclass(frozen=True, slots=True)
class Speaker:
    """``key`` tells speakers apart; ``asker`` marks the one who puts questions."""

    name: str
    role: str = ""
    asker: bool = False
    answer: bool = False  # 答：an answer whose speaker is not named
    moderator: bool = False


_MARK_ONLY = re.compile(r"^(?:记者)?(?:问|提问|问题|Q|q|Question)\s*[\d一二三四五六七八九十]{0,3}$")
# “问题1（某某电视台）：” says who asks.
_MARK_OF = re.compile(
    r"^(?:问题|提问|问)\s*[\d一二三四五六七八九十]{0,3}\s*\((?P<who>[^()]{2,20})\)$"
)
_NUMBER = r"第?\s*[\d一二三四五六七八九十]{1,3}\s*[.、．)）题]?\s*"
_NUMBERED_MARK = re.compile(
    rf"^{_NUMBER}(?=(?:记者问|提问|回答|问题|答案|问|答|Q|A)\d{{0,2}}\s*[:：])"
)


def number_before_mark(text: str) -> int:
    """How many characters of a number stand before a mark: ``1. 问：`` → 3."""
    match = _NUMBERED_MARK.match(shape(text))
    return match.end() if match is not None else 0


@dataclass(frozen=True, slots=True)
class Label:
    """A label at the beginning of a line: ``line[:end]``; ``alone`` when nothing follows."""

    text: str
    end: int
    alone: bool
    colon: bool


@lru_cache(maxsize=4096)  # every parser looks at every line
def shape(text: str) -> str:
    """Simplified, half-width brackets and colons; same length as the text."""
    return to_simplified(text).translate(_WIDTHS)


def label_of(line: str) -> Label | None:
    """The label a line may begin with (not yet known to be a speaker's)."""
    form = shape(line)
    match = _BRACKETED.match(form) or _LABEL.match(form)
    if match is None:
        return None
    start, end = match.span("label")
    start = min(end, start + number_before_mark(line[start:]))
    text = line[start:end].strip()
    stamp = _STAMP.search(form[start:])
    if stamp is not None and start + stamp.start() <= end and match.re is _LABEL:
        # “张三 2021-01-14 10:05:12”: live reports print the time of each turn.
        return Label(line[start : start + stamp.start()].strip(), len(line), True, True)
    # An open bracket belongs to the label: 李四(某局局长):
    if form[start:end].count("(") > form[start:end].count(")"):
        closing = form.find(")", end)
        if ":" in form[end:closing]:
            return None  # the bracket itself has a label: 养老服务(分管领导:李四)
        if closing >= 0:
            text = line[start : closing + 1].strip()
    alone = match.end() >= len(line)
    # A label in square brackets needs no colon.
    marked = ":" in form[end : match.end()] or "[" in form[: match.start("label")]
    return Label(text, match.end(), alone, marked)


@dataclass(slots=True)
class Cast:
    """Everyone who can be speaking, as far as the document tells."""

    participants: tuple[Participant, ...] = ()
    names: dict[str, Person] = field(default_factory=dict)  # simplified name → person
    text: str = ""  # the document, simplified: introductions are looked up in it
    repeated: frozenset[str] = frozenset()
    chair: Person | None = None  # whom a label such as “主持人 副主任 李四” names
    _roles: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, participants: Sequence[Participant], lines: Iterable[str]) -> Cast:
        cast = cls(tuple(participants))
        all_lines = list(lines)
        cast.text = to_simplified("\n".join(all_lines))
        for name, role in introduced(cast.text).items():
            cast.names[name] = Person(name, role, cast.function(name))
        for one in participants:
            cast.names[_plain(one.name)] = Person(one.name, one.role, one.function)
        counts = Counter(
            _plain(label.text)
            for line in all_lines
            if (label := label_of(line)) is not None and (label.colon or label.alone)
        )
        cast.repeated = frozenset(text for text, count in counts.items() if count > 1)
        cast.chair = _chair(all_lines)
        if cast.chair is not None:
            known = cast.names.get(_plain(cast.chair.name), cast.chair)
            role = known.role or cast.chair.role
            cast.names[_plain(known.name)] = Person(known.name, role, "主持人")
        return cast

    def function(self, name: str) -> str:
        """主持人 for whoever the text says is in the chair."""
        chairs = name + "主持" in self.text or name + "同志主持" in self.text
        return "主持人" if chairs else ""

    def speaker(self, label: Label) -> Speaker | None:
        """Who the label names; None when it is no speaker's label."""
        number = _ITEM_NUMBER.match(label.text)
        if number is not None:
            # “1.某某电视台：”: questions are numbered, nobody else is.
            bare = replace(label, text=label.text[number.end() :])
            found = self.speaker(bare)
            return found if found is not None and found.asker else None
        form = shape(label.text)
        plain = _plain(label.text)
        if not label.colon and number_level(label.text) is not None:
            return None  # a heading
        if (
            not plain
            or not re.search(r"[^\W\d_]", plain)
            or _FIELDS.match(plain)
            or _NO_SPEAKER.search(plain)
        ):
            return None
        known = self.names.get(plain)
        if known is not None:
            return self._named(known)
        if _ANSWER.match(form) and label.colon:
            return Speaker("", answer=True)
        if _MARK_ONLY.match(form):
            return Speaker("", asker=True) if label.colon else None
        asked = _MARK_OF.match(form) if label.colon else None
        if asked is not None:
            return Speaker(label.text[asked.start("who") : asked.end("who")], asker=True)
        if _ASKER.search(form) and (label.colon or len(form) <= 20):
            return Speaker(_PUTS.sub("", label.text), asker=True)
        if not label.colon and not label.alone:
            return None
        if MEDIUM.search(form.strip("《》")) and (label.colon or plain in self.repeated):
            return Speaker(label.text, asker=True)
        often = label.alone and plain in self.repeated and _MODERATOR.search(plain)
        if _ROLE_ONLY.match(plain) and (label.colon or often):
            return self._by_function(label.text, plain)
        called = _CALLED.match(form.strip()) if label.colon else None
        if called is not None and not is_likely_name(called.group("name")):
            # “主持人 小雅”: whoever is called something that is no full name.
            name = label.text.strip()[called.start("name") : called.end("name")]
            moderator = called.group("function") != "嘉宾"
            return Speaker(name, called.group("function"), moderator=moderator)
        return self._person(label, form, plain)

    def _person(self, label: Label, form: str, plain: str) -> Speaker | None:
        for name, known in self.names.items():
            if name in plain and (label.colon or plain == name):
                return self._named(known, _without_name(label.text, known.name))
        titled = self._surname_and_title(plain) if label.colon else None
        if titled is not None:
            return self._named(titled)
        if label.colon and _BY_SURNAME.fullmatch(plain) and self.text.count(plain) > 1:
            return Speaker(label.text.strip(), self._introduced(plain))
        who = person(label.text)
        if who is None:
            return None
        if not label.colon and is_name(who.name) and plain == who.name:
            # A bare name on a line of its own: someone whom the text introduces.
            found = self._introduced(plain)
            return self._named(Person(who.name, found, self.function(plain))) if found else None
        if who.role or who.function:
            enough = label.colon and (TITLE.search(to_simplified(who.role)) or who.function)
            return self._named(who) if enough else None
        if not label.colon:
            return None
        often = plain in self.repeated
        introduced = bool(self._introduced(plain))
        if (
            introduced
            or (is_name(who.name) and often)
            or (is_likely_name(who.name) and label.alone)
        ):
            return self._named(who)
        return None

    def _named(self, who: Person, role: str = "") -> Speaker:
        known = self.names.get(_plain(who.name), who)
        best = known.role
        if not best:
            best = max(who.role, role, self._introduced(_plain(who.name)), key=len)
        function = known.function or who.function
        if not best and function and not function.startswith(("发布", "出席", "嘉宾")):
            best = function
        moderator = bool(_MODERATOR.search(to_simplified(function + best)))
        return Speaker(known.name, best, moderator=moderator)

    def _by_function(self, written: str, plain: str) -> Speaker:
        """主持人 → the one participant who is that, otherwise the label itself."""
        fitting = [p for p in self.participants if to_simplified(p.function).startswith(plain[:3])]
        if len(fitting) == 1:
            return self._named(self.names[_plain(fitting[0].name)])
        if self.chair is not None and plain.startswith("主持人"):
            return self._named(self.chair)
        return Speaker(written, moderator=bool(_MODERATOR.search(plain)))

    def _surname_and_title(self, plain: str) -> Person | None:
        """王局长 → the one participant 王… whose role has that title; 王总, 小王 likewise."""
        called = _FAMILIAR.fullmatch(plain)
        match = TITLE.search(plain)
        if called is not None:
            surname, title = called["surname"] or called["young"], called["title"] or ""
        elif match is not None and match.end() == len(plain):
            surname = plain[: match.start()].rstrip("副")
            title = plain[len(surname) :]
        else:
            return None
        if not 1 <= len(surname) <= 2:
            return None
        fitting = [
            who
            for name, who in self.names.items()
            if name.startswith(surname) and title in to_simplified(who.role)
        ]
        return fitting[0] if len(fitting) == 1 else None

    def _introduced(self, name: str) -> str:
        if name not in self._roles:
            self._roles[name] = introduction(name, self.text)
        return self._roles[name]


_CHAIR = re.compile(r"^主持人?\s*[,，、]?\s*(?=\S)")
# How whoever presides says who that is.
_MYSELF = re.compile(
    r"(?:^|[，。！,!])我是(?:今天的?|本场的?)*(?:主持人)?[，,、]?(?P<who>[^，。；！？,;!?]{2,40})"
)


def _chair(lines: Sequence[str]) -> Person | None:
    """The one person whom labels call 主持人 with name and post, or who says so below one."""
    found: dict[str, Person] = {}
    for at, line in enumerate(lines):
        label = label_of(line)
        if label is not None and label.alone and _MODERATOR.fullmatch(_plain(label.text)):
            greeting = "\n".join(lines[at + 1 : at + 2])[:_GREETING]
            told = (person(said["who"].strip()) for said in _MYSELF.finditer(greeting))
            who = next((one for one in told if one is not None and is_name(one.name)), None)
            if who is not None:
                found.setdefault(_plain(who.name), Person(who.name, who.role, "主持人"))
            continue
        match = _CHAIR.match(label.text) if label is not None and label.colon else None
        if label is None or match is None:
            continue
        who = person(label.text[match.end() :].strip(" ()（）"))
        if who is not None and is_name(who.name):
            found.setdefault(_plain(who.name), Person(who.name, who.role, "主持人"))
    return next(iter(found.values())) if len(found) == 1 else None


def is_medium(text: str) -> bool:
    """Does a short text end as names of media do (云岭日报)?"""
    return len(text) <= _LONGEST_MEDIUM and MEDIUM.search(shape(text).strip("《》")) is not None


def _without_name(label: str, name: str) -> str:
    rest = label.replace(name, "").strip()
    return rest.strip("()（）[]【】 :：").strip()


def _plain(text: str) -> str:
    return re.sub(r"\s", "", to_simplified(text))
