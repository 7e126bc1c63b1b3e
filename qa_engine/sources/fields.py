"""Fields at the head of a record (时间, 地点, 主题, 发布人, 出席 …) and who is listed in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa_engine.models import Participant
from qa_engine.sources.layout import Parsed
from qa_engine.sources.lines import Line
from qa_engine.sources.outline import number_level
from qa_engine.sources.people import participants
from qa_engine.sources.speakers import label_of, shape

FIELD = re.compile(
    r"^(?P<name>(?:会议|访谈|活动|采访|直播|召开)?(?:时间|日期|地点|主题|议题|议程)|标题|发布人员?|发布嘉宾|发布单位|"
    r"主持人?|召集人|(?:访谈|出席|参会|特邀|受访|与会)?嘉宾|出席(?:人员|领导|人|单位)?|参加(?:人员|单位)?|与会人员|参会人员|"
    r"发言人|新闻发言人|主讲人|受访人|采访人|采访者|记者|列席(?:人员)?|缺席(?:人员)?|请假(?:人员)?|记录人?|整理人?|邀请媒体|"
    r"参会媒体|出席媒体|主办单位|承办单位|(?:图文|文字|现场)实录)\s*:\s*"
)
_PEOPLE = re.compile(
    r"^(?:发布人|发布嘉宾|主持|召集|.*嘉宾|出席|参加|与会|参会|发言人|新闻发言人|主讲人|受访人|列席|缺席|请假|记录|整理)"
)
_NOT_PEOPLE = re.compile(r"单位$|媒体$")
_TIME = re.compile(r"(?:时间|日期)$")
_PLACE = re.compile(r"地点$")
_TOPIC = re.compile(r"(?:主题|议题)$")
_AMBIGUOUS = ("主持人", "嘉宾", "记者", "发言人")
_LONGEST = 200


def is_field(line: Line) -> re.Match[str] | None:
    """The field's name at the head of a line that is no sentence."""
    if line.meta or len(line.text) > _LONGEST or line.text[-1] in "。？！?!":
        return None
    return FIELD.match(shape(line.text))


def header_end(lines: Sequence[Line]) -> int:
    """The index of the first line after the header; 0 when there is none.

    The header ends with its last field in the first third of the document.
    """
    last = 0
    for index, line in enumerate(lines[: max(12, len(lines) // 3)]):
        match = is_field(line)
        if match is not None:
            if match.group("name") in _AMBIGUOUS and (
                index > last + 6 or _said_below(lines, index, match)
            ):
                break
            last = index + 1
            while last < len(lines) and is_entry(lines, last):
                last += 1
        elif index >= last and _is_speech(line.text):
            break
    return last


def _said_below(lines: Sequence[Line], index: int, match: re.Match[str]) -> bool:
    """“主持人：” alone, and a sentence below it: a speaker's label, the header is over."""
    below = lines[index + 1].text if index + 1 < len(lines) else ""
    return match.end() >= len(lines[index].text) and below[-1:] in tuple("。！？!?")


def _is_speech(text: str) -> bool:
    """A label with sentences behind it: the header is over."""
    label = label_of(text)
    return label is not None and label.colon and not label.alone and text[-1] in "。！？!?"


def is_entry(lines: Sequence[Line], index: int) -> bool:
    """An entry on a line of its own below “发布人：…”."""
    line = lines[index]
    if not index or len(line.text) > 60:
        return False
    if label_of(line.text) is not None and ":" in shape(line.text):
        return False
    above = next((m for back in range(index - 1, -1, -1) if (m := is_field(lines[back]))), None)
    if above is None or not _lists_people(above.group("name")):
        return False
    if any(person.role for person in participants(line.text, "")):
        return True
    return line.indent >= 2 and line.text[-1] not in "。！？；" and not number_level(line.text)


def _lists_people(name: str) -> bool:
    return bool(_PEOPLE.match(name)) and not _NOT_PEOPLE.search(name)


def listed(lines: Sequence[Line]) -> list[Participant]:
    """Everyone whom the header's fields list, with roles and functions as written."""
    found: list[Participant] = []
    function = ""
    for line in lines:
        match = is_field(line)
        value = line.text
        if match is not None:
            name = line.text[match.start("name") : match.end("name")]
            function = name if _lists_people(match.group("name")) else ""
            value = line.text[match.end() :]
        if function:
            found += participants(value, function)
    return found


def note(text: str, match: re.Match[str], parsed: Parsed) -> None:
    """Time, place and topic into what was parsed."""
    name, value = match.group("name"), text[match.end() :].strip()
    if not value:
        return
    if _TIME.search(name):
        parsed.meta.setdefault("time", value)
    elif _PLACE.search(name):
        parsed.place = parsed.place or value
    elif _TOPIC.search(name):
        parsed.meta.setdefault("topic", value)
