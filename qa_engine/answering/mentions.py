"""Dates and quantities as whole mentions: what a span that cuts into one should be."""

from __future__ import annotations

from itertools import pairwise

from qa_engine.text.normalise import fold
from qa_engine.text.numbers import dates, numbers, numbers_with_units
from qa_engine.text.patterns import later

_DAY = later(r"哪一?[天日]|几[号日]|什么日期|何日")
_MONTH = later(r"几月|哪个?月")
_YEAR = later(r"哪一?年|何年|几几年")
_BEFORE = later(
    r"(?:不少于|不低于|不超过|不高于|低于|高于|超过|超|少于|多于|达到|达|约|近|至少|最多|突破)$"
)
_AFTER = later(r"(?:以上|以下|左右|以内|之内|上下|(?<=[天日月年时钟])内(?!容))")
_DASH = later(r"\s*(?:—+|–|－|-|~|～)\s*")
_COUNTED = later(r"(?:几|多少)(?:余|多)?个?(?P<noun>[\u4e00-\u9fff]{1,3})")


def grain_of(question: str) -> str:
    """``day``, ``month``, ``year`` or ``""``: how exact a date a folded question wants."""
    for grain, pattern in (("day", _DAY), ("month", _MONTH), ("year", _YEAR)):
        if pattern.search(question):
            return grain
    return ""


def known_parts(text: str) -> frozenset[str]:
    """Which of year, month and day the text's best known date says."""
    best: frozenset[str] = frozenset()
    for mention in dates(text):
        iso = mention.iso.split("/")[0]
        parts = set() if iso.startswith("-") else {"year"}
        rest = [part for part in iso.lstrip("-").split("-") if part]
        behind = rest[1:] if "year" in parts else rest
        parts.update(name for name, _ in zip(("month", "day"), behind, strict=False))
        if len(parts) > len(best):
            best = frozenset(parts)
    return best


_EVENT = later(r"(?<![来各亲独私擅])自(?![治行然己动主由愿])[^，。；：、\n自]{2,40}?之日起?")


def events(text: str) -> list[tuple[int, int]]:
    """Where a day is told by what happens on it: 自公布之日起."""
    return [match.span() for match in _EVENT.finditer(text)]


def whole_date(text: str, start: int, end: int) -> tuple[int, int]:
    """The whole date, or day of an event, that the span is a part of."""
    for one in dates(text):
        if one.start < end and start < one.end and end - start <= one.end - one.start + 2:
            return min(start, one.start), max(end, one.end)
    for left, right in events(text):
        if left <= start and end <= right:
            return left, right
    return start, end


HOUR = r"(?:[上下]午|晚上?|早上?)?\d{1,2}[:：]\d{2}"  # part of a pattern
_CLOCK = rf"\s*(?:{HOUR}|(?:[上下]午)?\d{{1,2}}[时点](?:\d{{1,2}}分|半)?)"
_THROUGH = later(rf"(?:{_CLOCK})?\s*(?:[至到~～—–-]+)\s*")
_AT = later(_CLOCK)
_ENDS = later(r"截止|截至|最晚|最迟|结束|为止|到(?:什么时候|哪天|几[月号日]|何时)")
_BEGINS = later(r"开始|起始|(?:从|自)(?:什么时候|哪天|几[月号日]|何时)")


def end_of_range(text: str, start: int, end: int, question: str) -> tuple[int, int]:
    """Of 7月8日9:00至7月26日17:00, which the span is in, the end that the folded question asks
    for; the span itself where it asks for neither."""
    ends, begins = _ENDS.search(question), _BEGINS.search(question)
    if bool(ends) == bool(begins):
        return start, end
    for first, last in pairwise(dates(text)):
        through = _THROUGH.fullmatch(text, first.end, last.start)
        if through is None or not (first.start < end and start < last.end):
            continue
        one = last if ends else first
        clock = _AT.match(text, one.end)
        return one.start, clock.end() if clock else one.end
    return start, end


_CHANGED_TO = later(
    r"(?:左右|以上|以下|以内)?(?:减少|增加|提高|降低|下降|上升|增长|调整|压缩|缩短|延长|放宽|扩大|扩展|扩充|修订|提升|降|升|提|改|变|增|减|扩|缩|涨|调)"
    r"(?:到|至|为)了?"
)
_NOUN_BEFORE = 2  # characters that may stand between 到 and the number (到每人5元)
_BEFORE_CHANGE = later(r"原|旧|之前|以前|过去|此前|从前|[改造调整变]前|[由从]多少")


def asks_before(question: str) -> bool:
    """Whether a folded question asks for what was before a change."""
    return bool(_BEFORE_CHANGE.search(question))


def is_change(between: str) -> bool:
    """Whether what stands between two quantities makes the first become the second."""
    change = _CHANGED_TO.match(between)
    return change is not None and len(between) - change.end() <= _NOUN_BEFORE


def changed_to(text: str, start: int, end: int, question: str) -> tuple[int, int]:
    """Of 由160个减少到120个 the second, unless the question asks for what was before."""
    change = _CHANGED_TO.match(text, end)
    if change is None or asks_before(question):
        return start, end
    before = numbers(text[start:end])
    for one in numbers(text[change.end() : change.end() + 24])[:1]:
        if one.start <= _NOUN_BEFORE and before and before[0].unit == one.unit:
            return change.end() + one.start, change.end() + one.end
    return start, end


def _whole_range(text: str, start: int, end: int) -> tuple[int, int]:
    """Both ends of 3—12个月, where the span is one of them."""
    found = numbers_with_units(text)
    for low, high in pairwise(found):
        ends = (low.start, low.end), (high.start, high.end)
        same = bool(low.unit) and low.unit == high.unit
        if same and (start, end) in ends and _DASH.fullmatch(text, low.end, high.start):
            return low.start, high.end
    return start, end


def whole_quantity(text: str, start: int, end: int, question: str) -> tuple[int, int]:
    """Take in 不少于 …, … 以上, a measure word left out, and the noun that is counted
    when the folded question names it (几个批次: 7个 → 7个批次)."""
    for one in numbers(text):
        if one.start < end and start < one.end and end <= one.end + 1:
            start, end = min(start, one.start), max(end, one.end)
    start, end = _whole_range(text, start, end)
    before = _BEFORE.search(text[max(0, start - 4) : start])
    if before:
        start -= len(before.group())
    counted = _COUNTED.search(question)
    if counted:
        noun = counted.group("noun")
        for length in range(len(noun), 0, -1):
            at = end + 1 if text[end : end + 1] == "个" else end
            if fold(text[at : at + length]) == noun[:length] and (length > 1 or at > end):
                end = at + length
                break
    after = _AFTER.match(text, end)
    return start, after.end() if after else end
