"""Words that exclude one another: what holds of one says nothing of another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa_engine.answering.limits import ASKS_LEAST, ASKS_MOST
from qa_engine.text.normalise import fold
from qa_engine.text.numbers import han_value
from qa_engine.text.patterns import later

# Each line a set of alternatives.
_ALTERNATIVES = tuple(
    tuple(line.split())
    for line in """
高级 中级 初级
小学 初中 高中 中职 大学 幼儿园
小学 中学
专科 本科 硕士 博士
国家级 省级 市级 县级
特等 一等 二等 三等
上半年 下半年
城镇 农村
城镇 乡村
城市 农村
城市 乡村
职工 居民
收入 支出
进口 出口
最高 最低
开工 竣工
新建 改建
成人 儿童
线上 线下
首套 二套
""".split("\n")
    if line
)
# A value for each of many is none of the whole, which the same words name.
_EACH = later(r"[人户亩]均")
_FOR_EACH = later(r"均|每|人|户|亩|单产")
# What is told in all is not told of the second part or of each.
_IN_ALL = later(r"总(?:额|共|计|数|量|投资)|合计|共计|一共|累计")
_PART = later(
    r"单独|光是|"
    r"第[二三四五六七八九十\d]+(?:批|期|轮|阶段|季度)|每[一个名户人所家次批条台件亩]|各(?:自|个)"
)
_YEAR = later(r"(?<!\d)((?:19|20)\d{2})年")
# What was first meant to be is no more, where the question doesn't ask for it.
_AT_FIRST = later(r"原(?:定|计划|拟|先|本)|本来|起初|最初")
_NOW = ("目前", "现在", "当前", "现有", "眼下")
_AIMS = r"力争|确保|争取|到20\d{2}年"
_AIM = later(rf"目标|{_AIMS}")
# Bodies by what they do in a project: the one asked for is none of the others.
TRADES = (
    r"监理|施工|设计|勘察|检测|审计|代建|运营|招标|中标|承建|供货|咨询|评估|养护|管护|使用|建设|"
    r"主管|验收"
)
_ASKS_TRADE = later(rf"({TRADES})(?:单位|部门|机构|企业|公司)")
# Which body does something (哪家公司施工), and what a body is said to do (由甲投资建设).
_ASKS_WHO_DOES = later(
    rf"(?:谁|哪[家个些]?(?:单位|公司|企业|机构|部门|集团)?)来?(?:负责)?({TRADES}|投资|编制)(?!单位|部门)"
)
_DOES = later(rf"(?:负责|组织)?((?:(?:{TRADES}|投资|编制)[、和]?)+)(?!单位|部门|机构|企业|公司)")
_LABEL_OF_TRADE = later(rf"({TRADES})(?:单位|部门|机构|企业|公司)[：:为是 ]*$")
# What has been reached is asked for, and only what is aimed at is told.
_ALREADY = rf"{'|'.join(_NOW)}|已(?![婚故满退])|实际(?!控制|情况)|[完建]成了"
_REACHED = later(rf"{_ALREADY}|最终|如今|[迄至]今|支持了|达到了|做到了")
_AIMED = later(
    rf"{_AIMS}|拟(?![定写])|预计|有望|(?:计划|规划)(?=[新建投实支完开])|将(?![军领士来])|"
    r"到明年|要(?=再?[新建达实完做投])"
)
_TOLD = later(rf"{_ALREADY}|截至|累计")
_AIM_ASKED = later(rf"{_AIMED.pattern}|今年|本年|目标|打算|计划|(?<!主)要(?!求|点|素|么|件)")
_DONE_ASKED = later(rf"{_REACHED.pattern}|去年|上年|前年|往年|完成了")
_REACHED_COLUMN = later(
    r"[^：:\n]{0,10}(?:完成值|完成数|实际|上年|去年|基数|现状|现值|\d{4}年完成)[^：:\n]{0,8}[：:]"
)
_AIM_COLUMN = later(r"(?:^|\n)[^：:\n]{0,10}(?:目标|计划|任务)[^：:\n]{0,8}[：:]")
_STOP = later(r"[。；;！？\n]")
_LABEL = 12  # characters before a span that can be its label
_MOST = later(rf"{ASKS_MOST}|最[大长](?=多|几)|不超过|不高于|不多于|以[下内]")
_LEAST = later(rf"{ASKS_LEAST}|最[小短](?=多|几)|不少于|不低于|年满|已满|以上")
# Told apart by a number before them; 以上 and 以下, 合格 and 不合格.
_NUMBERED = later(r"([一二三四五六七八九十两\d]+)(孩|套|级|年级|档|胎|等奖|号线|号楼|标段)")
_BOUNDS = ("以上", "以下")
# 非居民, 非住宅; in 非常, 非法 and the like nothing is set apart.
_OTHER_THAN = later(r"(?<!是)(?<!除)非(?![常法典凡但要得洲公])([\u4e00-\u9fff]{2})")
_DENIED = later(r"(不)?(合格|达标|及格|同意|符合|通过)")


def contrary(question: str, near: str) -> list[str]:
    """What the question names and ``near`` lacks, having an alternative to it instead.

    Both folded. A word that the question sets beside its alternative tells nothing.
    """
    found = [
        asked
        for group in _ALTERNATIVES
        for asked in group
        if asked in question
        and asked not in near
        and not any(other in question for other in group if other != asked)
        and any(other in near for other in group)
    ]
    found += [
        f"非{word}"
        for word in _OTHER_THAN.findall(question)
        if f"非{word}" not in near and word in near
    ]
    now = next((word for word in _NOW if word in question), None)
    if now and _AIM.search(near) and not any(word in near for word in _NOW):
        found.append(now)
    return found


def contrary_clause(question: str, clause: str) -> bool:
    """Whether a clause speaks of an alternative to what the question names: closer than
    ``contrary``, for one clause among others that say the same of other things."""
    each = bool(_EACH.search(clause)) and not _FOR_EACH.search(question)
    changed = bool(_AT_FIRST.search(clause)) and not re.search(r"原|本来|[起最]初", question)
    whole = bool(_IN_ALL.search(clause)) and bool(_PART.search(question))
    whole = whole and not _IN_ALL.search(question) and not _PART.search(clause)
    return (
        each
        or changed
        or whole
        or bool(contrary(question, clause))
        or any(_denials(question, clause))
    )


def of_another_trade(question: str, text: str, start: int, end: int) -> bool:
    """Whether a body is asked for by what it does, and the words before a span call it one that
    does something else (建设单位：甲 is no 监理单位) or those behind it say so (甲投资，乙施工)."""
    asked = set(_ASKS_TRADE.findall(question))
    told = _LABEL_OF_TRADE.search(fold(text[max(0, start - _LABEL) : start])) if asked else None
    if told is not None:
        return told.group(1) not in asked
    wanted = _ASKS_WHO_DOES.search(question)
    does = _DOES.match(fold(text[end : end + _LABEL])) if wanted else None
    return does is not None and wanted is not None and wanted.group(1) not in does.group(1)


def only_aimed(question: str, text: str, end: int) -> bool:
    """Whether what has been reached is asked for, and the words that lead up to the end of a span
    since the last full stop or semicolon tell an aim."""
    if not _REACHED.search(question) or _AIMED.search(question):
        return False
    stops = [match.end() for match in _STOP.finditer(text, 0, end)]
    told = fold(text[stops[-1] if stops else 0 : end])
    return bool(_AIMED.search(told)) and not _TOLD.search(told)


def only_reached(question: str, text: str, start: int) -> bool:
    """Whether an aim is asked for (今年要压到几天), and a span stands in a column of what has been
    reached, beside one of aims (2024年完成值：9.4天, 目标值：8.8天)."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    there = _REACHED_COLUMN.match(line) and _AIM_COLUMN.search(text)
    return bool(there) and asks_aim(question)


def asks_aim(question: str) -> bool:
    """Whether what is to be reached is asked for, not what has been."""
    return bool(_AIM_ASKED.search(question)) and not _DONE_ASKED.search(question)


def other_number(question: str, text: str, start: int, end: int) -> bool:
    """Whether a span is governed by another grade, set or year of school than is asked about
    (一等奖1名，奖金500元；二等奖…): the one that its part of the sentence names, else the last
    one that the sentence names before it."""
    asked = _numbered(question)
    if not asked:
        return False
    first = max(text.rfind(mark, 0, start) for mark in "。\n；;") + 1
    last = min((at for mark in "。\n；;" if (at := text.find(mark, end)) >= 0), default=len(text))
    told = _numbered(fold(text[first:last]))
    if not told:
        sentence = max(text.rfind(mark, 0, start) for mark in "。\n") + 1
        before = list(_NUMBERED.finditer(fold(text[sentence:start])))
        told = _numbered(before[-1].group()) if before else {}
    kinds = asked.keys() & told.keys()
    return bool(kinds) and not any(asked[kind] & told[kind] for kind in kinds)


def other_year(question_years: Sequence[str], text: str, start: int) -> bool:
    """Whether a span is governed by another year than is asked about: the last one that its
    paragraph names before it, in a sentence that names none of those."""
    if not question_years:
        return False
    paragraph = text.rfind("\n", 0, start) + 1
    told = list(_YEAR.finditer(text, paragraph, start))
    if not told or told[-1].group(1) in question_years:
        return False
    sentence = text.rfind("。", 0, told[-1].start()) + 1
    named = [one.group(1) for one in told if one.start() >= sentence]
    return not any(year in question_years for year in named)


def _denials(question: str, clause: str) -> Iterator[bool]:
    asked, told = _numbered(question), _numbered(clause)
    for unit, numbers in asked.items():
        yield unit in told and not numbers & told[unit]
    bounds = [word for word in _BOUNDS if word in question]
    yield len(bounds) == 1 and bounds[0] not in clause and any(b in clause for b in _BOUNDS)
    for word in _OTHER_THAN.findall(clause):
        plain = rf"(?<!非){word}"
        yield bool(re.search(plain, question)) and not re.search(plain, clause)
    for one, other in ((_MOST, _LEAST), (_LEAST, _MOST)):
        yield all(
            pattern.search(text) and not opposite.search(text)
            for pattern, opposite, text in ((one, other, question), (other, one, clause))
        )
    meant, said = _signs(question), _signs(clause)
    for word, signs in meant.items():
        yield len(signs) == 1 and word in said and not signs & said[word]


def _numbered(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for number, unit in _NUMBERED.findall(text):
        value = number if number.isdigit() else str(han_value(number) or number)
        found.setdefault(unit, set()).add(value)
    return found


def _signs(text: str) -> dict[str, set[bool]]:
    found: dict[str, set[bool]] = {}
    for denial, word in _DENIED.findall(text):
        found.setdefault(word, set()).add(bool(denial))
    return found
