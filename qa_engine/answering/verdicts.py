"""是 or 不是, where a sentence decides a yes-no question by a number or a post."""

from __future__ import annotations

import re

from qa_engine.answering.posts import POST
from qa_engine.text.numbers import dates, numbers

_POST = re.compile(POST)
_SAME_DIMENSION = (
    {"%", "‰", "‱", "百分点", "个百分点"},
    {"元", "万元", "亿元"},
    {"年", "个月", "天", "日"},
)


def verdict(question: str, sentence: str) -> str:
    """``是``, ``不是`` or ``""`` when the sentence alone doesn't tell; both texts folded."""
    asked = [one for one in numbers(question) if not _in_date(question, one.start)]
    if asked:
        told = numbers(sentence)
        comparable = [
            (one, other) for one in asked for other in told if _comparable(one.unit, other.unit)
        ]
        if comparable:
            equal = any(
                one.value == other.value and _alike(one.unit, other.unit)
                for one, other in comparable
            )
            return "是" if equal else "不是"
    wanted_dates = dates(question)
    told_dates = dates(sentence)
    if wanted_dates and told_dates:
        return "是" if any(a.iso == b.iso for a in wanted_dates for b in told_dates) else "不是"
    posts = _POST.findall(question)
    if posts and re.search(r"是|担任|任", question):
        told_posts = _POST.findall(sentence)
        if told_posts:
            return "是" if any(post in told_posts for post in posts) else "不是"
    return ""


def _in_date(text: str, at: int) -> bool:
    return any(date.start <= at < date.end for date in dates(text))


def _alike(one: str, other: str) -> bool:
    return one == other or not one or not other


def _comparable(one: str, other: str) -> bool:
    if one == other:
        return True
    return any(one in group and other in group for group in _SAME_DIMENSION)
