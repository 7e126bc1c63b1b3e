"""What a question asks for: pure functions over its folded (simplified, NFKC) text.

Rules speak of the vocabulary of questions only, never of what documents say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa_engine.answering.asking import (
    ANSWERED,
    ASK_UNITS,
    ASKED,
    ASKING,
    ASKS_CHANGE,
    ASKS_CHARGED,
    ASKS_CONDITION,
    ASKS_CONSEQUENCE,
    ASKS_CONTACT,
    ASKS_DEFINITION,
    ASKS_DURATION,
    ASKS_LIST,
    ASKS_MANNER,
    ASKS_NAME,
    ASKS_PLACE,
    ASKS_POSITION,
    ASKS_QUANTITY,
    ASKS_REASON,
    BESIDE,
    BODY,
    COOPERATE_NOUN,
    COOPERATE_VERB,
    COUNT_UNIT,
    DEADLINE_NOUN,
    DEADLINE_VERB,
    DONE_BY,
    EACH,
    FILLER,
    HANGING,
    LEAD_NOUN,
    LEAD_VERB,
    MONEY,
    OFFICE,
    ORDINAL,
    PERCENT,
    QUESTION_WORDS,
    ROLE_WORDS,
    SAID,
    SITE,
    SPLIT,
    TASK_ASK,
    TASKS_OF,
    TIME_WORD,
    TOLD_AT_ALL,
    WHO,
    YEAR,
    YES_NO,
)
from qa_engine.answering.posts import POST
from qa_engine.models import COOPERATE, DEADLINE, LEAD
from qa_engine.text.normalise import fold
from qa_engine.text.numbers import DateMention, dates, numbers
from qa_engine.text.patterns import later

# Kinds of things asked for.
PERSON = "person"
ORGANISATION = "organisation"
POSITION = "position"  # a post or capacity
DATE = "date"
PLACE = "place"
QUANTITY = "quantity"
NAME = "name"  # of a document, an activity, a list …
LIST = "list"
DEFINITION = "definition"
REASON = "reason"
MANNER = "manner"
UTTERANCE = "utterance"  # what somebody said or asked
FULL_NAME = "full_name"  # of a person known by surname and post
CONTACT = "contact"  # telephone, address of mail or page
TEXT = "text"

HAN_NUMBER = "一二三四五六七八九十两几"


@dataclass(frozen=True, slots=True)
class Question:
    """One asked thing.

    ``text`` is folded. ``role`` is the record role asked for (lead, cooperate, deadline)
    or None. ``set_role`` is the role in which a department is named when tasks are asked
    (``any`` when the question doesn't say). ``types`` are the kinds of answer that would
    fit, most likely first. ``unit`` is the measure word of a quantity asked for.
    ``change`` tells that by how much something grew or fell is asked.
    ``asks`` counts the things asked at once; ``each`` tells that one is asked of several
    (分别, 各).
    """

    raw: str
    text: str
    types: tuple[str, ...] = (TEXT,)
    role: str | None = None
    set_role: str | None = None
    yes_no: bool = False
    said: bool = False
    asked: bool = False
    answered: bool = False
    counts: bool = False
    unit: str | None = None
    percent: bool = False
    money: bool = False
    change: bool = False
    ordinal: int | None = None
    years: tuple[str, ...] = ()
    asks: int = 1
    each: bool = False

    def wants(self, kind: str) -> bool:
        return kind in self.types


def split_questions(text: str) -> list[str]:
    """The questions of a text that holds several; a trailing statement is not one."""
    parts = [part.strip(" ，,、。") for part in SPLIT.split(text)]
    parts = [part for part in parts if len(part) > 1]
    if len(parts) < 2:
        return [text.strip()]
    merged: list[str] = []
    for part in parts:
        if merged and (not is_asking(merged[-1]) or not is_asking(part) or _hangs_on(part)):
            merged[-1] = f"{merged[-1]}，{part}"
        else:
            merged.append(part)
    return merged


def _hangs_on(part: str) -> bool:
    """分别是什么: asks on about what the part before named."""
    return bool(HANGING.match(part))


def is_asking(text: str) -> bool:
    """Whether the text holds a question word."""
    return bool(ASKING.search(text))


def strip_filler(text: str) -> str:
    """Without politeness and particles."""
    return FILLER.sub("", text).strip(" ，,、。")


def analyse(raw: str, text: str) -> Question:
    """``text`` is the folded form of ``raw``."""
    text = strip_filler(text) or text
    rest = TOLD_AT_ALL.sub("", text)
    text = rest if is_asking(rest) else text
    yes_no = _asks_whether(text)
    types: list[str] = []
    role = _record_role(text)
    set_role = None if yes_no else _set_role(text)
    if set_role and role in (LEAD, COOPERATE) and re.search(rf"{WHO}|{BODY}", text):
        set_role = None
    if set_role:
        role = None
    said = bool(SAID.search(text))
    asked = bool(ASKED.search(text))
    if ASKS_POSITION.search(text):
        types.append(POSITION)
    if re.search(WHO.replace("什么人|", ""), text):
        types.append(PERSON)
    if re.search(rf"{BODY}|{SITE}", text):
        types.append(ORGANISATION)
    if (
        re.search(TIME_WORD, text)
        or role == DEADLINE
        or re.search(r"(?:日期|时间)(?:是|为|在)?(?:什么)?[？?]*$", text)
    ):
        types.append(DATE)
    if ASKS_PLACE.search(text):
        types.append(PLACE)
    if ASKS_DEFINITION.search(text):
        types.append(DEFINITION)
    listing = bool(ASKS_LIST.search(text))
    quantity = bool(ASKS_QUANTITY.search(text)) and not re.search(r"哪几|几点(?:要求|意见)", text)
    if quantity and re.fullmatch(r".*几(?:月份?|号|点钟?|时).*", text) and "多少" not in text:
        quantity = False
    if re.search(r"(?:星期|礼拜|周)几(?![个次天回场人节])", text):
        quantity = False
    if quantity:
        types.append(QUANTITY)
    lasts = DATE in types and re.search(TIME_WORD, ASKS_DURATION.sub("", text)) is None
    if lasts and not quantity and ASKS_DURATION.search(text):
        types.insert(types.index(DATE), QUANTITY)  # 多久 is a while rather than a day
        quantity = True
    change = quantity and bool(ASKS_CHANGE.search(text))
    if ASKS_REASON.search(text) or ASKS_CONDITION.search(text):
        types.append(REASON)
    if ASKS_CONTACT.search(text) and not yes_no:  # 打电话说一声行不行 asks for no number
        types.insert(0, CONTACT)
    if re.search(rf"全名|姓名|(?:叫什么|真实|的)名字|(?:{POST})(?:是|又)?叫什么(?![么样])", text):
        types.insert(0, FULL_NAME)
    elif ASKS_NAME.search(text):
        types.append(NAME)
    if listing:
        types.append(LIST)
    if ASKS_MANNER.search(text) and DEFINITION not in types:
        types.append(MANNER)
    if asked:
        types.insert(0, UTTERANCE)
    if _asks_what_follows(text):
        types = [MANNER]
    if not types and not is_asking(text):
        named = _named_last(text)
        types += named if role is None or named == (PERSON,) else ()
    if not types:
        types.append(TEXT)
    return Question(
        raw=raw,
        text=text,
        types=tuple(dict.fromkeys(types)),
        role=role,
        set_role=set_role,
        yes_no=yes_no,
        said=said,
        asked=asked,
        answered=bool(ANSWERED.search(text)),
        counts=bool(re.search(r"(?:(?<!哪)几|多少)(?:项|件|个|条|行)", text)),
        unit=_unit(text) if quantity else None,
        percent=bool(PERCENT.search(text)),
        money=bool(MONEY.search(text)) and (not change or bool(re.search("[元钱]", text))),
        change=change,
        ordinal=_ordinal(text),
        years=tuple(dict.fromkeys(a or b for a, b in YEAR.findall(text))),
        asks=_count_asks(text),
        each=bool(EACH.search(text)),
    )


def _asks_what_follows(text: str) -> bool:
    """Whether all that is asked is what follows for whoever the same clause says (谁没完成会有什么
    后果): a clause before or behind it asks for something of its own."""
    match = ASKS_CONSEQUENCE.search(text)
    if match is None:
        return False
    clauses = re.split(r"[，, ]", text[: match.start()])
    return not any(map(is_asking, (*clauses[:-1], text[match.end() :])))


def _asks_whether(text: str) -> bool:
    """Whether yes or no is asked; 说能不能领的是哪位 asks for somebody."""
    match = YES_NO.search(text)
    return match is not None and not re.search(rf"{WHO}|{BODY}", text[match.end() :])


def _record_role(text: str) -> str | None:
    """Which column of a work plan the question asks for, if it does."""
    who = re.search(rf"{WHO}|{OFFICE}", text)
    if _asks_whether(text):
        return _yes_no_role(text)
    if ASKS_CONDITION.search(text):
        return None
    if re.search(COOPERATE_NOUN, text) and not re.search(TASK_ASK, text):
        return COOPERATE
    charged = ASKS_CHARGED.search(text)
    behind = charged.start() if charged and not BESIDE.search(text) else 0
    if who and re.search(COOPERATE_VERB, text[behind:]):
        return COOPERATE
    if re.search(LEAD_NOUN, text) and not re.search(TASK_ASK, text):
        return LEAD
    if who and re.search(
        rf"{LEAD_VERB}|归(?:口)?{WHO}|归{OFFICE}|属于?{OFFICE}|找{WHO}|找{OFFICE}", text
    ):
        return LEAD
    if who and (BESIDE.search(text) or DONE_BY.search(text)):
        return LEAD
    if re.search(DEADLINE_NOUN, text):
        return DEADLINE
    if re.search(TIME_WORD, text) and re.search(DEADLINE_VERB, text):
        return DEADLINE
    keyword = None if is_asking(text) else re.search(r"\s(牵头|主责|责任|配合|协办)$", text.strip())
    if keyword:
        return COOPERATE if keyword.group(1) in ("配合", "协办") else LEAD
    return None


def _yes_no_role(text: str) -> str | None:
    """The column by which “X是不是牵头单位” or “要到12月才出台吗” is decided."""
    if re.search(r"牵头|主责|挑头|主办(?!方)|主抓|领头", text):
        return LEAD
    if re.search(COOPERATE_VERB, text):
        return COOPERATE
    when = dates(text)
    if when and re.search(rf"{DEADLINE_NOUN}|{DEADLINE_VERB}", text):
        return None if _claims_quantity(text, when) else DEADLINE
    if re.search(r"负责|归.{2,10}管|管吗|管？", text):
        return LEAD
    return None


def _claims_quantity(text: str, when: Sequence[DateMention]) -> bool:
    """Whether a quantity beside the dates is what is to be checked (到2025年达到60%吗)."""
    return any(
        one.unit and not any(date.start <= one.start < date.end for date in when)
        for one in numbers(text)
    )


def _set_role(text: str) -> str | None:
    """In which role a department's tasks are asked for; None if no set is asked."""
    asks_tasks = re.search(TASK_ASK, text)
    keywords = not is_asking(text) and re.search(
        r"任务|工作|事项|职责|清单|(?:牵头|负责|配合|承担|参与|协助)(?:推进|落实)?的[^，。]{0,8}(?:措施|举措|项目|工程)",
        text,
    )
    if not asks_tasks and not keywords:
        return None
    if keywords and re.search(rf"{LEAD_NOUN}|{COOPERATE_NOUN}", text):
        return None
    charged = TASKS_OF.search(text)
    if charged:
        return COOPERATE if re.search(COOPERATE_VERB, charged["who"]) else "any"
    if re.search(COOPERATE_VERB, text) and not re.search(r"牵头|主责|挑头|负责", text):
        return COOPERATE
    if re.search(r"牵头|主责|主抓|挑头|主管|主办|承办|领头", text):
        return LEAD
    if re.search(r"负责|承担|职责|分工|要管|管着|名下|手[上里头]|肩上|挂着|分管", text):
        return "any"
    return None


def _named_last(text: str) -> tuple[str, ...]:
    """What keywords ask for by the noun they end in (大会 交流发言单位)."""
    first, space, last = text.rstrip("。 ").rpartition(" ")
    if re.fullmatch("目标|指标", last):
        last = first.rpartition(" ")[2]
    if not space or len(last) > _LONGEST_NOUN:
        return ()
    return next((kinds for ending, kinds in _LAST if ending.search(last)), ())


_RATE = later(r"[增升提降减涨跌高低差]|率|比例|利息|贴息")  # 高几个点
_LONGEST_NOUN = 12  # characters


_LAST = (
    (later(r"(?:单位|部门|机构|企业|媒体)$"), (ORGANISATION, LIST)),
    (later(r"(?:人员|嘉宾|领导|专家|名单)$"), (PERSON, LIST)),
    (later(r"(?:主持人|负责人|讲师|发言人|联系人)$"), (PERSON,)),
    (later(r"(?:职务|身份|职位|头衔)$"), (POSITION,)),
    (later(r"(?:时间|日期|时限)$"), (DATE,)),
    (later(r"(?:(?<![效频])率|比例|占比|人数|数量|金额|面积|额度|票价|总额|次数)$"), (QUANTITY,)),
)


def _unit(text: str) -> str | None:
    """The measure word of the quantity asked for; days stand for any while."""
    if ASKS_DURATION.search(text):
        return "天"
    match = COUNT_UNIT.search(text)
    unit = match.group(1) if match else None
    if unit == "个点":
        return "百分点" if _RATE.search(text) else "个"
    return unit


def _ordinal(text: str) -> int | None:
    """1 for the first question asked, -1 for the last; None if no place is named."""
    match = ORDINAL.search(text)
    if not match:
        return None
    if match.group(2):
        return -1 if match.group(2).startswith("最后") else 1
    digits = match.group(1)
    if digits.isdigit():
        return int(digits)
    values = {character: number for number, character in enumerate("一二三四五六七八九十", 1)}
    return values.get(digits)


def _count_asks(text: str) -> int:
    text = re.sub(r"几([年月])(?:份)?几(?=[月日号])", r"几\1", text)  # one date
    if EACH.search(text):
        return max(2, len(ASK_UNITS.findall(text)))
    return max(1, len(ASK_UNITS.findall(text)))


def content_words(question: Question) -> str:
    """The question without question words: what a text that answers it should speak of."""
    text = re.sub(r"[？?。，,、；;：:！!（）()\-]", " ", QUESTION_WORDS.sub(" ", question.text))
    return re.sub(r"\s+", " ", text).strip() or question.text


def task_words(question: Question) -> str:
    """The question without what asks: what the task itself is called."""
    text = ROLE_WORDS.sub(" ", question.text)
    text = re.sub(r"[？?。，,、；;：:！!（）()]", " ", text)
    text = re.sub(
        r"(?:^|\s)(?:由|归|的|是|有|要|在|里|中|该|和|及|与|为|到|谁|这|那|会|得|应|应该|面向)+(?=\s|$)",
        " ",
        text,
    )
    return re.sub(r"\s+", " ", text).strip()


_FULL_WIDTH = str.maketrans(",?!:;()", "，？！：；（）")


# What the head of a body is called in its papers, whom people call 一把手; who that is in a
# county or a party committee, papers do not say alike.
_HEADS = {
    **dict.fromkeys(("健委", "改委", "资委", "管委", "委员会", "办", "中心", "办公室"), "主任"),
    **dict.fromkeys(("学校", "中学", "小学", "大学"), "校长"),
    **dict.fromkeys(("公司", "集团"), "董事长"),
    **{body: f"{body}长" for body in "局厅院"},
}
_HEAD = later(rf"(?P<body>{'|'.join(sorted(_HEADS, key=len, reverse=True))})的?一把手")


def question_text(raw: str) -> str:
    """The folded form with Chinese punctuation, 局长 for 局的一把手: what the rules here are
    written for."""
    text = fold(raw).translate(_FULL_WIDTH).strip()
    return _HEAD.sub(lambda head: head["body"] + _HEADS[head["body"]], text)
