"""Two things asked in one sentence: 哪天办、在哪里办; 首次和补办各多少元; 几座车站，其中几座换乘.

The wording rules are ours. Each aspect is a question that can be answered by itself.
"""

from __future__ import annotations

import re

from qa_engine.answering.asking import (
    ASKS_PLACE,
    ASKS_POSITION,
    ASKS_QUANTITY,
    ASKS_REASON,
    BODY,
    COUNT_UNIT,
    TIME_WORD,
    WHO,
)
from qa_engine.text.organisations import mentions
from qa_engine.text.patterns import later

_UNIT = later(
    rf"(?:[在于由是归]|什么原因|因为)?(?:{BODY}|{WHO}|{TIME_WORD}|哪里|哪儿|在哪(?![个些家位一二两三四五六七八九十几])|何地|何处|什么地方|"
    r"哪个(?:[镇村市县区乡]|街道|社区|项目|单位|企业|公司|学校)|(?:什么|何)(?:职务|身份|单位|资金|经费|渠道|方式|标准|手续|材料|缘故|原因|地方|地点|待遇|条件)|为什么|为何|为啥|百分之几|"
    r"哪[一二三四五六七八九十两几]?家(?=牵头|负责|主[管办责]|承办|配合)|"
    r"哪(?:些|[两二三四五六七八九十几]个?)(?:地方|地区|区县?|县区?|乡?镇|街道|城市)|"
    r"[能可要会用须]不[能可要会用须]以?|[能可是]否|(?:能|可以|要|须|需要|(?<!社)会(?![议保计]))"
    r"(?:(?!能|可以|需要)[^，]){0,12}吗$|"
    r"什么(?:会议?上?|场合|条件|时间)|哪个(?:会议?|电话|号码|热线|网站|平台|窗口|邮箱)|(?:怎么|咋)个?(?![样说讲回看])|"
    r"多少|多[大高宽远重](?![的范规])|(?<![这那近前好])第?几(?![乎率何])|"
    r"(?:(?:什么|啥)[\u4e00-\u9fff]{0,3}|哪一?个)(?=[，,、 ]|$))"
)
_KINDS = (
    ("time", re.compile(TIME_WORD)),
    ("place", ASKS_PLACE),
    ("who", re.compile(rf"{WHO}|{BODY}")),
    ("quantity", ASKS_QUANTITY),
    ("reason", ASKS_REASON),
)
_PARTED = later(r"[，,、 ]+")
_LEADING = later(r"^(?:其中的?|它们?|他|她|那么?|该|这些?|并且?|又|还有|以及|同时|[和及与])+")
_TRAILING = later(
    r"(?:在|于|由|是|为|有|要|能|可以|应该?|打|找|去|(?<![报签收办达])到|拿|要在|归|从|被|的是|设|放|[改变]成了?|改为了?|叫做?)+$"
)
# What a first clause asks of its subject (总投资多少); a second clause asks for something else.
_MEASURED = later(
    r"(?<=.{2})的?(?:总|计划|年度|合计|核定|预计)*(?:投资|面积|金额|资金|经费|人数|数量|数|规模|里程|长度|"
    r"产值|收入|价格|费用|费|标准|时间|日期|地点)额?$"
)
_SLIGHT = later(r"[的了吗呢啊着过]|举行|召开|举办|施行|实施|完成|[办开做干弄搞]")
_OWN_VERB = later(r"投|花|拨|补|奖|收|建|招|占|欠|到位|完成|安排|开工|竣工|交付|投产")
_RANGE = later(rf"从[^，。？]{{0,10}}?(?:{_UNIT.pattern})[^，。？]{{0,12}}?(?:到|至|降|升|增|减)")
_PAIR = later(
    r"^(?P<left>.+?)(?:和|与|及|以及|跟)(?P<right>(?:(?!各|分别)[^，。？和与及]){2,10}?)"
    r"(?P<each>各自?|分别)?(?P<rest>(?:(?!各|分别)[^，。？]){0,6}?(?:多少|几|什么时候|什么|哪天|何时|谁|百分之几).*)$"
)
_MEASURE = 4  # characters of a measure word
_VERB = 3  # characters of a verb before what is asked
_LONGEST = 60  # characters of a question that is taken apart
_HIM = later(r"^(?:他|她|其(?!中))")
_HIS = later(r"(?:又|的?是)*")  # before what is asked of the one who is asked for
_JOINS = later(r"[、，,和与及]?(?:[在于由是归]|[办开去]的?)?")  # two question words (哪天在哪里)
_TOGETHER = later(r"一起|共同|联合|合作|一道")
_PLAIN = {"time", "place", "who", "reason"}


def aspects(text: str) -> list[str]:
    """The questions that one sentence asks at once; itself alone when it asks one thing.

    ``text`` is a folded question without 。 or ？ inside.
    """
    bare = text.rstrip("？?。 ")
    if len(bare) > _LONGEST or _RANGE.search(bare):
        return [text]
    return _two_units(bare) or _clauses(bare) or _pair(bare) or [text]


def _clauses(text: str) -> list[str]:
    """Asking clauses parted by commas, each with the subject of the first."""
    clauses: list[str] = []
    for piece in _PARTED.split(text):
        if clauses and not _UNIT.search(clauses[-1]):
            clauses[-1] += f"，{piece}"
        else:
            clauses.append(piece)
    asking = [clause for clause in clauses if _UNIT.search(clause)]
    if len(asking) < 2 or len(asking) != len(clauses):
        return []
    if any(_HIM.match(clause) for clause in asking[1:]):
        return []  # asks on about the one who is asked for
    if re.search(WHO, asking[0]) and any(map(_asks_his_post, asking[1:])):
        return []
    subject = _subject(asking[0])
    if len(subject) < 2:
        return []
    told = _told(asking[0])
    return [asking[0], *(_continued(subject, told, clause) for clause in asking[1:])]


def _asked_with(clause: str) -> tuple[int, int]:
    """Where the question word of an asking clause stands, with its measure word (几天内)."""
    unit = _UNIT.search(clause)
    assert unit is not None
    counted = COUNT_UNIT.search(clause, unit.start(), unit.end() + _MEASURE)
    end = max(unit.end(), counted.end() if counted else 0)
    return unit.start(), end + clause.startswith("内", end)


def _asks_his_post(clause: str) -> bool:
    return ASKS_POSITION.match(_HIS.sub("", clause, count=1)) is not None


def _told(clause: str) -> str:
    """What an asking clause tells without its question word (几天给办通行证: 给办通行证), where
    that says more than the subject; else nothing."""
    start, end = _asked_with(clause)
    before, behind = clause[:start], clause[end:]
    if len(before) < 2 or len(_SLIGHT.sub("", behind)) < 2:
        return ""
    return f"{_TRAILING.sub('', before)}{behind}"


def _continued(subject: str, told: str, clause: str) -> str:
    """A later clause with the subject of the first, less what the first asks of it where the
    clause says itself what it asks (总投资多少，今年计划投多少); below all that the first tells
    where it tells more."""
    if told and not _OWN_VERB.search(clause):
        return f"{told}，{_LEADING.sub('', clause)}"
    if _OWN_VERB.search(clause):
        subject = _MEASURED.sub("", subject)
    return f"{subject}{_LEADING.sub('', clause)}"


def _subject(clause: str) -> str:
    """What a clause asks about: what stands before its question word, else behind it."""
    start, end = _asked_with(clause)
    before = _TRAILING.sub("", clause[:start])
    head, comma, last = before.rpartition("，")
    if comma and len(last) <= _VERB:  # “…盖冷库，能补多大比例”: the verb is not shared
        before = head
    if len(before) > 1:
        return before
    behind = clause[end:].removeprefix("的")
    bodies = [body for body in mentions(behind) if len(body) > 3]
    return re.sub(r"^.*?[任由在是](?=[\u4e00-\u9fff]{3})", "", bodies[0]) if bodies else behind


def _pair(text: str) -> list[str]:
    """One thing asked of two: A和B各多少, A和B是多少."""
    match = _PAIR.match(text)
    if match is None or not (match.group("each") or match.group("rest")[:1] in "是为"):
        return []
    if _TOGETHER.search(text):
        return []
    left, right, rest = match.group("left"), match.group("right"), match.group("rest")
    # A级和AA级企业: what follows the second belongs to both.
    cut = right.rfind(left[-1]) + 1
    if 1 < cut < len(right):
        left, rest_of_right = left + right[cut:], right
        before = left[: max(len(left) - len(rest_of_right), 0)] if cut > 2 else ""
        return [f"{left}{rest}", f"{before}{rest_of_right}{rest}"]
    shared = _alike(left, right)
    before = left[: len(left) - shared]
    if not shared:
        return []
    return [f"{left}{rest}", f"{before}{right}{rest}"]


def _alike(left: str, right: str) -> int:
    """How many characters at the end of ``left`` are the first of the two: as long as the
    other, or from where both begin alike."""
    of = left.rfind("的") + 1
    if of and len(left) - of <= len(right) + 3:
        return len(left) - of
    for start in range(max(0, len(left) - len(right) - 3), len(left) - 1):
        if left[start] == right[0]:
            return len(left) - start
    return len(right) if len(left) >= len(right) else len(left)


def _two_units(text: str) -> list[str]:
    """Question words of two kinds in one clause (何时、何地召开; 哪天在哪里开的)."""
    units = list(_UNIT.finditer(text))
    kinds = {_kind(unit.group()) for unit in units}
    if len(units) != 2 or len(kinds) != 2 or not kinds <= _PLAIN:
        return []
    first, second = units
    behind = text[second.end() :]
    between = text[first.end() : second.start()]
    if not _JOINS.fullmatch(between) or (behind and behind in text[: first.start()]):
        return []
    return [text[: first.end()] + behind, text[: first.start()] + text[second.start() :]]


def _kind(unit: str) -> str:
    return next((name for name, pattern in _KINDS if pattern.search(unit)), unit)
