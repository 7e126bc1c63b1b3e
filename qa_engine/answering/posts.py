"""Who holds a post, which post somebody holds: names beside titles in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_engine.sources.people import NAME
from qa_engine.text.patterns import later

# Words that posts end in, longest first where one ends another.
POSTS = (
    "董事长 总经理 副总经理 副总裁 总裁 首席执行官 总工程师 总会计师 总经济师 总工 "
    "秘书长 副秘书长 党组书记 总指挥 副总指挥 指挥长 副指挥长 总队长 支队长 大队长 中队长 "
    "党委书记 纪委书记 委书记 副书记 书记 常委 委员 省长 副省长 市长 副市长 区长 "
    "副区长 县长 副县长 镇长 乡长 "
    "村长 部长 副部长 厅长 副厅长 局长 副局长 处长 副处长 科长 副科长 院长 副院长 "
    "校长 副校长 主席 副主席 会长 "
    "副会长 理事长 副理事长 所长 副所长 站长 司长 副司长 主任 副主任 司令 经理 "
    "主编 编辑 发言人 主持人 主播 "
    "记者 教授 研究员 工程师 院士 律师 医生 代表 法定代表人 法人代表 负责人 干事 "
    "专员 组长 队长 班长 社长 行长 "
    "台长 馆长 园长 庭长 检察长 参事 顾问 理事 监事 总监 主管"
).split()
POST = "|".join(sorted(POSTS, key=len, reverse=True))  # part of a pattern
_BEFORE = r"[\u4e00-\u9fffA-Za-z（）()]{0,24}?"


def post_of(text: str, name: str) -> tuple[int, int] | None:
    """Where the text says the post of ``name``: before it (局长王某某) or behind (王某局长).

    Posts joined by 、 belong together (区委常委、副区长李某); the span leaves the name out.
    """
    for match in re.finditer(re.escape(name), text):
        before = re.search(
            rf"(?:^|[，。；：、\s“”,;:])((?:{_BEFORE}(?:{POST})、)*{_BEFORE}(?:{POST}))[^\S\n]*\Z",
            text[: match.start()],
        )
        if before:
            return before.start(1), before.end(1)
        behind = re.match(
            rf"\s*[，,（(]?\s*(?:是|任|担任|现任)?({_BEFORE}(?:{POST}))", text[match.end() :]
        )
        if behind and len(behind.group(1)) <= 12:
            return match.end() + behind.start(1), match.end() + behind.end(1)
    return None


def names_in(content: str, text: str) -> Iterator[str]:
    """What may be a name in the content and stands in the text: beginnings of its runs of
    characters, then their ends (大会上甲某), 4 to 2 characters long, long ones first."""
    runs = re.findall(r"[\u4e00-\u9fff·]{2,}", content)
    beginnings = (run[:length] for run in runs for length in (4, 3, 2) if len(run) >= length)
    ends = (run[-length:] for run in runs for length in (4, 3, 2) if len(run) > length)
    yield from (name for name in (*beginnings, *ends) if name in text)


_WHO_HOLDS = later(
    rf"(?P<body>[\u4e00-\u9fff]{{2,16}}?)的?(?P<post>{POST})(?:姓名)?(?:现在)?"
    r"(?:是|为|叫|由)*(?:谁|哪位|哪一位|什么名字|什么|何人)(?:担任|来当|来做)?[？?]*$"
)
_LONGEST_NAME = 3  # characters of a person's name, mostly
_BODIES = "局委办厅部院会处科室站所司"
_ABOVE = later(r"^.*[省市区县镇乡州旗](?=..)")  # whose body it is


def of_another_body(question: str, text: str, name: str) -> bool:
    """Whether a text calls ``name`` the holder of the post that the question asks for, but of
    another body (县应急局局长王某 for 县水利局局长是谁), or ``name`` itself begins with that. A
    body and its short name are one; 王局长 names no body. All folded."""
    asked = _WHO_HOLDS.search(question)
    if asked is None:
        return False
    own = re.match(rf"[\u4e00-\u9fff]{{2,}}?(?:{POST})", name)
    place = None if own else post_of(text, name)
    told = own.group() if own else text[place[0] : place[1]] if place else ""
    if not told.endswith(asked["post"]):
        return False
    body = told.removesuffix(asked["post"]).rpartition("、")[2]
    names_body = len(body) > _LONGEST_NAME or body.endswith(tuple(_BODIES))
    return names_body and not _same_body(body, asked["body"])


# 区市场监管局党组书记、局长王某表示
_HOLDER = later(
    rf"(?P<body>[\u4e00-\u9fff]{{2,20}}?)(?:(?:{POST})、){{0,2}}(?P<post>{POST})\s?(?P<name>{NAME.pattern})"
    r"(?=$|[，,。；;、！!：:\s）)(（]|[等说率]|同志|先生|女士|介绍|表示|指出|主持|带队|陪同|出席|参加|强调|认为|"
    r"告诉|要求|作|讲话|致辞|通报|汇报|宣布)"
)


def holders(question: str, text: str) -> Iterator[tuple[str, int, int]]:
    """Who a text calls the holder of the post that the question asks for: the body that is asked
    about, and where the name stands. Both folded; a post without its body tells nothing."""
    asked = _WHO_HOLDS.search(question)
    if asked is None:
        return
    for match in _HOLDER.finditer(text):
        if match["post"] == asked["post"] and _same_body(match["body"], asked["body"]):
            yield asked["body"], *match.span("name")


def _same_body(one: str, other: str) -> bool:
    one, other = _ABOVE.sub("", one), _ABOVE.sub("", other)
    return _within(one, other) or _within(other, one)


def _within(short: str, long: str) -> bool:
    """Whether the characters of the one stand in the other in this order."""
    rest = iter(long)
    return all(character in rest for character in short)
