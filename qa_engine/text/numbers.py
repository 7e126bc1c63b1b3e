"""Numbers and dates as they are written in office texts, and their normal forms.

二〇一三年 is 2013年, 百分之九十六 is 96%, 千分之一 is 1‰, 两次 is 2次, 十一部分 is 11部分,
2013.12 is a month. All functions take any text (folded or not) and give offsets of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from qa_engine.text.patterns import later

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "兩": 2}
_DIGITS |= dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True))
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}

_HAN = "零〇○一二两兩三四五六七八九十百千万萬亿億"
_HAN_NUMBER = rf"[{_HAN}]+"
_ARABIC = r"[0-9０-９]+(?:[,，][0-9]{3})*(?:[.．][0-9０-９]+)?"

# Measure words: a Chinese numeral counts only before one of these (三大, 一些 and 一定 don't).
_MEASURE_WORDS = (
    "个百分点 百分点 平方公里 平方米 立方米 公顷 公里 千米 厘米 毫米 公斤 千克 千瓦时 千瓦 "
    "个工作日 工作日 小时 分钟 星期 季度 个月 年度 周年 部分 方面 批次 人次 次 批 家 个 项 人 名 "
    "条 件 份 台 套 所 部 章 节 款 类 级 轮 届 期 场 户 间 座 辆 艘 架 只 张 本 册 页 篇 段 句 字 "
    "点 步 层 倍 元 角 分 万元 亿元 美元 吨 斤 亩 米 克 升 度 岁 天 日 月 年 周 位 门 支 组 对 双 "
    "把 块 片 种 样 处 起 例 宗 笔 单 代 阶段 环节 步骤 领域 镇 村 省 市 县 区 街道 多 余"
)
_NOT_COUNTS = later(
    r"^(?:一(?:些|定|般|起|样|致|并|律|直|旦|切|部分|方面|级|度|次性|线|体|季度)|十分|千万|万一|万分|百姓)"
)
_MEASURE = later("|".join(sorted({*_MEASURE_WORDS.split()}, key=len, reverse=True)))
_PERCENT = later(rf"([百千万])分之({_HAN_NUMBER}(?:点{_HAN_NUMBER})?|{_ARABIC})")
_NUMBER = later(
    rf"(?P<arabic>{_ARABIC})(?P<scale>[十百千]?[万萬亿億]+)?|(?P<han>{_HAN_NUMBER}(?:点[零〇一二三四五六七八九]+)?)"
)
_ABOUT = later(r"[余餘多来几]")
_PERCENT_SIGNS = {"%": "%", "％": "%", "﹪": "%", "‰": "‰", "℃": "℃"}
_RATIO = {"百": "%", "千": "‰", "万": "‱"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """``text[start:end]`` says ``value`` of ``unit`` (``""`` when no unit follows).

    ``about`` tells that 余, 多 or 几 stands with it (100余家, 三十多个).
    """

    start: int
    end: int
    value: Decimal
    unit: str
    about: bool = False

    @property
    def form(self) -> str:
        """The normal form: digits and unit (``96%``, ``11部分``, ``16000元``)."""
        return f"{plain(self.value)}{self.unit}"


@dataclass(frozen=True, slots=True)
class DateMention:
    """``written`` (= ``text[start:end]``) means ``iso``.

    ``iso`` is shortened when parts are unknown (2013, 2013-08, 2013-08-22), begins with
    ``--`` when the year is unknown (--08-22) and joins a range with ``/``. ``bound`` is
    ``by`` (…前, …底前), ``from`` (…起), ``end`` (…底), ``about`` (上旬, 左右) or ``""``.
    """

    start: int
    end: int
    iso: str
    written: str
    bound: str = ""


def plain(value: Decimal) -> str:
    """A decimal without exponent and without needless zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def han_value(numeral: str) -> Decimal | None:
    """The value of a Chinese numeral (二千零一十三, 二〇一三, 十一, 三点五); None if it is none."""
    whole, point, fraction = numeral.partition("点")
    value = _han_integer(whole)
    if value is None:
        return None
    if not point:
        return Decimal(value)
    if not fraction or any(c not in _DIGITS for c in fraction):
        return None
    return Decimal(f"{value}.{''.join(str(_DIGITS[c]) for c in fraction)}")


def _han_integer(numeral: str) -> int | None:
    if not numeral or any(c not in _DIGITS and c not in _UNITS and c not in _BIG for c in numeral):
        return None
    if all(c in _DIGITS for c in numeral):
        return int("".join(str(_DIGITS[c]) for c in numeral))
    total = section = 0
    digit: int | None = None
    last_unit = 10
    for character in numeral:
        if character in _DIGITS:
            if digit not in (None, 0):
                return None  # 一二十 is no number but two
            digit = _DIGITS[character]
        elif character in _UNITS:
            unit = _UNITS[character]
            section += (1 if digit in (None, 0) else digit or 1) * unit
            digit, last_unit = None, unit
        else:
            section += digit or 0
            total = (total + (section or 1)) * _BIG[character]
            section, digit, last_unit = 0, None, _BIG[character]
    if digit is not None:
        # 一百五 is 150, 一百零五 is 105.
        spoken = numeral[-2:-1] in _UNITS and last_unit > 10
        section += digit * (last_unit // 10 if spoken else 1)
    return total + section


def _decimal(text: str) -> Decimal | None:
    digits = text.translate(_ASCII_DIGITS).replace(",", "").replace("，", "").replace("．", ".")
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


_ASCII_DIGITS = {ord("０") + i: str(i) for i in range(10)}


def numbers(text: str) -> list[Quantity]:
    """Every quantity of the text in order: digits always, numerals before a measure word."""
    found: list[Quantity] = []
    at = 0
    while at < len(text):
        match = _PERCENT.search(text, at)
        number = _NUMBER.search(text, at)
        if match is None and number is None:
            break
        if match is not None and (number is None or match.start() <= number.start()):
            value = _any_value(match.group(2))
            if value is not None:
                unit = _RATIO[match.group(1)]
                found.append(Quantity(match.start(), match.end(), value, unit))
            at = match.end()
            continue
        assert number is not None
        quantity = _quantity(text, number)
        if quantity is None:
            at = number.end()
            continue
        found.append(quantity)
        at = quantity.end
    return found


def numbers_with_units(text: str) -> list[Quantity]:
    """``numbers``, where the first end of a range has the unit of the second (3—12个月)."""
    found = numbers(text)
    for n in range(len(found) - 2, -1, -1):
        here, behind = found[n], found[n + 1]
        if not here.unit and _RANGE.fullmatch(text, here.end, behind.start):
            found[n] = replace(here, unit=behind.unit)
    return found


def _any_value(text: str) -> Decimal | None:
    return han_value(text) if text[0] in _HAN else _decimal(text)


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    start, end = match.span()
    value: Decimal | None
    if match.group("arabic"):
        value = _decimal(match.group("arabic"))
        for character in match.group("scale") or "":
            if value is not None:
                value *= _UNITS.get(character) or _BIG[character]
    else:
        if _NOT_COUNTS.match(text, start) or (start and text[start - 1] in "第几"):
            return None
        value = han_value(match.group("han"))
    if value is None:
        return None
    about = False
    if end < len(text) and _ABOUT.match(text[end]):
        about, end = True, end + 1
        if end < len(text) and text[end] in _BIG:  # 三十多万
            value *= _BIG[text[end]]
            end += 1
    if end < len(text) and text[end] in _PERCENT_SIGNS:
        return Quantity(start, end + 1, value, _PERCENT_SIGNS[text[end]], about)
    unit = _MEASURE.match(text, end)
    if unit is None:
        return None if match.group("han") else Quantity(start, end, value, "", about)
    return Quantity(start, unit.end(), value, unit.group(), about)


def canonical_numbers(text: str) -> str:
    """The text with every quantity and date-like numeral in digits: 十一部分 → 11部分."""
    years = _HAN_YEAR.sub(lambda m: f"{_han_integer(m.group(1))}年", text)
    parts: list[str] = []
    at = 0
    for quantity in numbers(years):
        written = years[quantity.start : quantity.end]
        about = "余" if quantity.about else ""
        parts.append(years[at : quantity.start])
        parts.append(f"{plain(quantity.value)}{about}{quantity.unit}" if written else "")
        at = quantity.end
    parts.append(years[at:])
    return "".join(parts)


_HAN_YEAR = later(r"([一二][〇○零一二三四五六七八九]{3})年")
_Y = r"(?P<y>(?:19|20)\d{2}|[一二][〇○零一二三四五六七八九]{3})"
_M = r"(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_D = r"(?P<d>3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"
_DATE = later(
    rf"(?<![\d.]){_Y}\s*年\s*(?:{_M}\s*月\s*(?:份|{_D}\s*[日号號])?|(?:底|末|初|度)?)"
    rf"|(?<![\d.]){_Y.replace('<y>', '<y2>')}[-./]{_M.replace('<m>', '<m2>')}"
    rf"(?:[-./]{_D.replace('<d>', '<d2>')})?(?![\d.]|\s*[%％万亿元倍])"
    rf"|(?P<rel>[今本去上前明次]年)?(?<![\d.]){_M.replace('<m>', '<m3>')}\s*月\s*"
    rf"(?:份|{_D.replace('<d>', '<d3>')}\s*[日号號])?"
)
_BOUND = later(r"(底|末|初|中旬|上旬|下旬)?(以前|之前|前)?(起|开始|以来|左右)?")
_RANGE = later(r"\s*(?:—+|–|－|-+|~|～|至|到)\s*")
_DAY_ONLY = later(rf"\s*(?:—+|–|－|-+|~|～|至|到)\s*{_D}\s*[日号號]")
_RELATIVE = {"去": -1, "上": -1, "前": -2, "明": 1, "次": 1}
_YEAR_END = later(
    r"(?:(?<![\d年一-龥])|(?<=[到至在于今本]))年(?:底|末)(?:以前|之前|前)?|(?<=[，。、；\s])年底前"
)


def dates(text: str, year: int | None = None) -> list[DateMention]:
    """The dates of the text in order; ``year`` is assumed where none is written."""
    found: list[DateMention] = []
    at = 0
    while match := _DATE.search(text, at):
        mention = _mention(text, match, year)
        at = match.end()
        if mention is None:
            continue
        at = max(at, mention.end)
        if found and (joined := _join(text, found[-1], mention)):
            found[-1] = joined
        else:
            found.append(mention)
    taken = [(mention.start, mention.end) for mention in found]
    for match in _YEAR_END.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            iso = f"{year}-12" if year else "--12"
            bound = "by" if match.group().endswith("前") else "end"
            found.append(DateMention(match.start(), match.end(), iso, match.group(), bound))
    return sorted(found, key=lambda mention: mention.start)


def _mention(text: str, match: re.Match[str], year: int | None) -> DateMention | None:
    group = match.groupdict()
    written_year = group["y"] or group["y2"]
    month = group["m"] or group["m2"] or group["m3"]
    day = group["d"] or group["d2"] or group["d3"]
    y = _han_integer(written_year) if written_year and written_year[0] in _DIGITS else None
    if written_year and y is None:
        y = int(written_year)
    m = _calendar(month)
    d = _calendar(day)
    if m is None and y is None:
        return None
    if group["m3"] and not _stands_alone(text, match):
        return None
    if y is None and year is not None:
        y = year + _RELATIVE.get((group["rel"] or "今")[0], 0)
    iso = _iso(y, m, d)
    end = match.end()
    until = _DAY_ONLY.match(text, end) if d is not None else None
    if until is not None:  # 9月1日至30日
        end = until.end()
        iso = f"{iso}/{_iso(y, m, _calendar(until.group('d')))}"
    bound = ""
    closing = match.group().rstrip()[-1:]
    tail = _BOUND.match(text, end)
    if tail is not None and tail.group():
        end = tail.end()
        bound = _bound(tail.group())
    if closing in "底末":
        if bound == "" or bound == "end":
            bound = "end"
        if m is None:
            iso = f"{iso}-12"
    elif m is None and tail is not None and (tail.group(1) or "") in ("底", "末"):
        iso = f"{iso}-12"
    return DateMention(match.start(), end, iso, text[match.start() : end], bound)


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """Whether a month without a year is one, and not part of 三个月 or 岁月."""
    if match.group("rel"):
        return True
    before = text[match.start() - 1 : match.start()]
    return before not in tuple("每个第岁蜜" + _HAN) or not before


def _calendar(written: str | None) -> int | None:
    if written is None:
        return None
    if written[0] in _DIGITS or written[0] in _UNITS:
        return _han_integer(written)
    return int(written)


def _iso(year: int | None, month: int | None, day: int | None) -> str:
    head = "-" if year is None else f"{year:04d}"
    if month is None:
        return head
    if day is None:
        return f"{head}-{month:02d}"
    return f"{head}-{month:02d}-{day:02d}"


def same_date(one: str, other: str) -> bool:
    """Whether two dates in ISO 8601's order (2023-08-15, 2023-08, --08-15) can be the same: year,
    month and day are equal as far as both say them, and both say one of them."""
    pairs = [
        (left, right)
        for left, right in zip(_parts(one), _parts(other), strict=True)
        if left is not None and right is not None
    ]
    return bool(pairs) and all(left == right for left, right in pairs)


def _parts(iso: str) -> tuple[str | None, str | None, str | None]:
    match = _ISO.match(iso)
    assert match is not None, iso
    return match["year"], match["month"], match["day"]


_ISO = later(r"(?:-|0000|(?P<year>\d{4}))(?:-(?P<month>\d{2}))?(?:-(?P<day>\d{2}))?")


def _bound(tail: str) -> str:
    if tail.endswith("前"):
        return "by"
    if tail.endswith(("起", "开始", "以来")):
        return "from"
    if tail.endswith(("旬", "左右", "初")):
        return "about"
    return "end"


def _join(text: str, first: DateMention, second: DateMention) -> DateMention | None:
    """2023年9月1日-9月30日: two mentions with a dash or 至 between are one range."""
    if "/" in first.iso or not _RANGE.fullmatch(text, first.end, second.start):
        return None
    end = second.iso
    if end.startswith("--") and not first.iso.startswith("--"):
        end = first.iso[:4] + end[1:]
    written = text[first.start : second.end]
    return DateMention(first.start, second.end, f"{first.iso}/{end}", written, second.bound)
