"""是 or 不是, where a sentence decides a yes-no question: by a number, a post, or by what it
allows, forbids, demands or denies."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from qa_engine.answering.limits import Limit, limit_told
from qa_engine.answering.posts import POST
from qa_engine.text.numbers import dates, numbers, same_date
from qa_engine.text.patterns import later
from qa_engine.text.sentences import clauses

_POST = later(POST)
_SAME_DIMENSION = (
    {"%", "‰", "‱", "百分点", "个百分点"},
    {"元", "万元", "亿元"},
    {"年", "个月", "天", "日"},
    {"年", "周年"},
    {"人", "名"},
    {"平方米", "平米", "平"},
    {"小时", "个小时"},
)


_PARTS = later(r"[；;。\n]")


def within_limit(question: str, sentence: str, covers: Callable[[str, str], float]) -> str:
    """The verdict where the question gives a number (48岁能报吗) and the part of the sentence
    that speaks most of the question a limit for such (不超过50周岁的); "" without one."""
    question, sentence = (one.replace("周岁", "岁") for one in (question, sentence))
    asked = [one for one in numbers(question) if one.unit and not _in_date(question, one.start)]
    if len(asked) != 1 or re.search(r"多少|几|哪|什么|怎", question):
        return ""
    limited = [
        (covers(question, part), part, limits)
        for part in _PARTS.split(sentence)
        if (limits := _limits(part, asked[0].unit))
    ]
    if not limited:
        return ""
    _, part, limits = max(limited, key=lambda one: one[0])
    both = len(limits) == 2 and (limits[0].low is None) != (limits[1].low is None)
    if not (len(limits) == 1 or both) or _ASKS_NO.search(question):
        return ""
    holds = all(limit.holds(asked[0].value) for limit in limits)
    denied = _NO.search(_NO_DENIAL.sub("", _LIMIT_WORDS.sub("", part))) is not None
    if denied and not holds:
        return ""  # what is not forbidden need not be allowed
    return _said(question, yes=holds and not denied)


_LIMIT_WORDS = later(r"不(?:得|能)?(?:超过|高于|大于|低于|少于|小于|满|足|到)|未满")


def _limits(part: str, unit: str) -> list[Limit]:
    """Those of such a unit in a part of a sentence."""
    return [
        limit
        for one in numbers(part)
        if _comparable(unit, one.unit) and not _in_date(part, one.start)
        if (limit := limit_told(part, one)) is not None
    ]


def verdict(question: str, sentence: str) -> str:
    """``是``, ``不是`` or ``""`` when the sentence alone doesn't tell; both texts folded."""
    asked = [one for one in numbers(question) if not _in_date(question, one.start)]
    if asked:
        told = numbers(sentence)
        # Every number that is claimed must be told: in 三级…达到60% the first only names.
        equal = [
            any(one.value == other.value and _alike(one.unit, other.unit) for other in comparable)
            for one in asked
            if (comparable := [two for two in told if _comparable(one.unit, two.unit)])
        ]
        if equal:
            return "是" if all(equal) else "不是"
    wanted_dates = dates(question)
    told_dates = dates(sentence)
    if wanted_dates and told_dates and not _SINCE.match(question, wanted_dates[-1].end):
        same = any(same_date(a.iso, b.iso) for a in wanted_dates for b in told_dates)
        return "是" if same else "不是"
    posts = _POST.findall(question)
    if posts and re.search(r"是|担任|任", question):
        told_posts = _POST.findall(sentence)
        if told_posts:
            return "是" if any(post in told_posts for post in posts) else "不是"
    return ""


_SINCE = later(r"(?:以|之)?[后前]|起|开始|[上中下]旬")  # 10月以后 claims no day


def _in_date(text: str, at: int) -> bool:
    return any(date.start <= at < date.end for date in dates(text))


def _alike(one: str, other: str) -> bool:
    return one == other or not one or not other


def _comparable(one: str, other: str) -> bool:
    if one == other:
        return True
    return any(one in group and other in group for group in _SAME_DIMENSION)


# What forbids, exempts or denies. 不但, 不仅 and 不断 deny nothing.
_NO = later(
    r"禁止|严禁|不得|不准|不许|不能|不可|不予|不强制|不需要?|不用|不必|不要求|无需|无须|毋须|免[收交缴予]|"
    r"没有|没|尚未|未|并?不是|并不|不属于|不包括|不含|不参加|不再|不会|不提供|不允许|不接受|不收"
)
_NO_DENIAL = later(r"不但|不仅|不断|不少|不同|不得不|未来|不超过|不低于|不少于|不满|不足|没收")
# What leaves open when it holds: then the sentence alone stands as the answer.
_OPEN = later(
    r"只有|只能|仅[限供对]|除[^，。]{1,20}外|但是?|如果|如需|确需|原则上|一般|可能|酌情|视情况"
)
_LEAVE = r"可以|可不可以|能不能|能够?|允许|准许"  # asked for
# What is asked leave for: 可以[直接堵上]吗.
_WANTED = later(rf"(?:{_LEAVE})(?P<verb>[^，。？?]{{1,8}}?)(?:了|呢)?[吗么？?]")
_COMMON = frozenset("的了在到上下去来个一不是有人们给把被对和就还也")
_NEAR = 6
# Of the content, by weight, in the sentence and what stands above it: for leave given or denied
# in so many words, and for other statements.
_SPOKEN_OF, _WELL = 0.25, 0.5
_GRANTS = later(r"可以?(?![能见])|能够?|上浮|享受|给予|予以|放宽|优先|准予|允许|不限|都行")
_ASKS_LEAVE = later(rf"(?:{_LEAVE}|让不让|行不行)[^，。]*[吗么？?]|(?:可以|行|成)[吗么]")
_EXCEPTED = later(r"(?:^|[，,；;（(。])(?P<who>[^，,；;（）()。]{2,12}?)(?:的)?(?:除外|不在此列)")
_BUT = later(r"(?<![^，,；;。])但是?(?=可)")  # what comes behind it is said for itself
_FORBIDS = later(r"禁止|严禁|不(?:得|准|许|能|可|予|再|允许|接受)")  # no leave is given
_MAY = later(r"(?<![许不])可以?(?![能见])")
_ASKS_NO = later(
    r"(?<!能)(?<!要)(?<!会)(?:不能|不可以|不用|不需要|不必|不得|没有?|未|不会|不是|不要)[^，。]*吗|"
    r"是不是就?(?:不|没)"
)
_LISTED = later(r"(?:下列|以下|如下)[^：:。]{0,12}[：:]")
# How yes and no are said, by what the question asks with.
_SAID = (
    (re.compile(r"有没有|有无"), "有", "没有"),
    (re.compile(rf"{_LEAVE}|让不让"), "可以", "不可以"),
    (
        re.compile(
            r"需不需要|要不要|用不用|需要|(?<!主)要(?!求|是|么|件|点)|必须|应当|收(?!入|益|到)"
        ),
        "需要",
        "不需要",
    ),
    (re.compile(r"会不会|会"), "会", "不会"),
)
_BRIEF = 14  # characters
_ASKS_BAN = later(r"禁止|违[法规]|不[得准许]")
_BARE = later(
    r"(?P<no>不可以|不能|不行|不需要|不用|不必|不会|不是|没有|不对|否|不要|不收)|"
    r"(?P<yes>可以|能|行|需要|会|是的?|有|对|要|收费?)(?=[。，！,!])"
)


def polarity(
    question: str, sentence: str, content: str, around: str, covers: Callable[[str, str], float]
) -> str:
    """How the sentence decides the question: 可以, 不需要, 没有 …; ``""`` when it doesn't.

    All folded; ``around`` is the sentence with what stands above it, ``covers(content,
    text)`` the share of the content that a text has. The clause that speaks most of it
    decides; of a list under 禁止下列…：, its head does."""
    if re.search(r"多少|几|哪|什么|怎", question):
        return ""
    excepted = _EXCEPTED.search(sentence)
    if excepted and not _ASKS_NO.search(question) and covers(excepted["who"], question) >= 0.6:
        return _said(question, yes=bool(_NO.search(sentence[: excepted.start()])))
    parts = [sentence[start:end] for start, end in clauses(sentence)]
    if not parts or covers(content, around) < _SPOKEN_OF:
        return ""
    told = _leave(question, parts)
    if told is not None and (not told or not _OPEN.search(_BUT.sub("", sentence))):
        return _said(question, yes=told)
    if covers(content, around) < _WELL:
        return ""
    deciding = max(parts, key=lambda part: covers(content, part))
    if _OPEN.search(sentence):
        return ""
    share = covers(content, deciding)
    head = _LISTED.search(sentence)
    if head is not None and _NO.search(sentence[: head.end()]):
        deciding, share = sentence[: head.end()], covers(content, sentence)
    deciding = _NO_DENIAL.sub("", deciding)
    denials = list(_NO.finditer(deciding))
    negative = bool(_ASKS_NO.search(question))
    if len(denials) > 1 or (denials and negative):
        return ""  # 并不是没有 …: what two denials make of it is left to the reader
    if denials:
        # 不能申请 denies what was asked when that was 申请, however else it is put.
        named = deciding[denials[0].end() :][:2]
        certain = share >= 0.5 or (len(named) == 2 and named in question)
        return _said(question, yes=False) if certain else ""
    # A plain statement proves what was asked only if it is of just that, or grants it.
    granted = share >= 0.25 and _GRANTS.search(deciding) and _ASKS_LEAVE.search(question)
    return _said(question, yes=True) if (share >= 0.6 or granted) and not negative else ""


def _leave(question: str, parts: Sequence[str]) -> bool | None:
    """Whether the only clause that speaks of what leave is asked for gives or denies it (能直接堵上
    吗: 不得简单封堵); None without one."""
    wanted = _WANTED.search(question)
    if wanted is None or _ASKS_NO.search(question):
        return None
    verb = set(wanted["verb"]) - _COMMON
    told = set()
    for part in parts:
        bare = _NO_DENIAL.sub("", part)
        denials = list(_NO.finditer(bare))
        forbids = len(denials) == 1 and _FORBIDS.match(denials[0].group())
        word = denials[0] if forbids else None if denials else _MAY.search(bare)
        if word is not None and verb & set(bare[word.end() :][:_NEAR]):
            told.add(not denials)
    return told.pop() if len(told) == 1 else None


def brief_denial(answer: str) -> int:
    """Where a first sentence ends that is short and denies (不强制公证。); 0 without one."""
    end = re.search(r"[。！!]", answer[:_BRIEF])
    return end.end() if end and _NO.search(_NO_DENIAL.sub("", answer[: end.end()])) else 0


def bare_verdict(question: str, answer: str) -> tuple[str, int]:
    """The 可以 or 不可以 that a given answer begins with, and where its sentence ends; none
    when it answers another kind of question (可以 says nothing of 要交押金吗)."""
    match = _BARE.match(answer)
    if match is None:
        return "", 0
    forms = {_said(question, yes=True), _said(question, yes=False)}
    if not any(match.group().startswith(one) or one.startswith(match.group()) for one in forms):
        return "", 0
    end = re.compile(r"[。！!\n]|$").search(answer, match.end())
    assert end is not None
    return _said(question, yes=match["no"] is None), end.end()


def forbidden(question: str, before: str) -> str:
    """The 不可以 of an item that stands under 禁止下列行为：, ``before`` being what stands before
    it in its passage; none for another list, or a question that asks whether it is forbidden."""
    head = max(_LISTED.finditer(before), key=lambda one: one.start(), default=None)
    if (
        head is None
        or _ASKS_NO.search(question)
        or re.search(r"禁止|违[法规]|不[得准许]", question)
    ):
        return ""
    sentence = re.split(r"[。！？!?\n]", before[: head.end()])[-1]
    return _said(question, yes=False) if re.search(r"禁止|严禁|不[得准许]", sentence) else ""


def _said(question: str, *, yes: bool) -> str:
    for asks, said, denied in _SAID:
        if asks.search(question):
            return said if yes else denied
    return "是" if yes else "不是"
