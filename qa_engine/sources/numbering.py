"""Automatic numbers of word processors as the reader sees them: 一、, （二）, 1.2."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

_DIGITS = "零一二三四五六七八九"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"


def chinese(number: int) -> str:
    """12 → 十二, 105 → 一百零五; numbers from 1 to 9999."""
    if not 0 < number < 10_000:
        return str(number)
    result = ""
    zero = False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            result += ("零" if zero and result else "") + _DIGITS[digit] + name
            zero = False
        elif result:
            zero = True
    return result.removeprefix("一") if result.startswith("一十") else result


def roman(number: int) -> str:
    """4 → IV; numbers from 1 to 3999."""
    result = ""
    for value, letters in (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
        (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ):  # fmt: skip
        count, number = divmod(number, value)
        result += letters * count
    return result


def show(number: int, form: str) -> str:
    """A number in one of the formats of WordprocessingML (ST_NumberFormat)."""
    if form.startswith(("chinese", "japanese", "taiwanese", "ideographDigital", "korean")):
        return chinese(number)
    if form == "ideographTraditional":
        return _STEMS[(number - 1) % len(_STEMS)]
    if form == "ideographZodiac":
        return _BRANCHES[(number - 1) % len(_BRANCHES)]
    if form.startswith("decimalEnclosedCircle") and 0 < number <= 20:
        return chr(0x2460 + number - 1)
    if form == "decimalZero":
        return f"{number:02}"
    if form in ("upperRoman", "lowerRoman"):
        return roman(number) if form == "upperRoman" else roman(number).lower()
    if form in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A") + (number - 1) % 26) * (1 + (number - 1) // 26)
        return letter if form == "upperLetter" else letter.lower()
    return str(number)


@dataclass(frozen=True, slots=True)
class Level:
    """``template`` is such as ``（%1）``; ``start`` its first number."""

    form: str = "decimal"
    template: str = "%1."
    start: int = 1
    legal: bool = False  # all numbers in it decimal, whatever their own format


@dataclass(slots=True)
class Numbering:
    """Lists of a document: which levels each has, and where its count stands."""

    lists: dict[str, dict[int, Level]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)  # list → the one whose count it shares
    _counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def label(self, number: str, depth: int) -> str:
        """The next number of a list at a depth; "" for bullets and unknown lists."""
        levels = self.lists.get(number)
        if levels is None or depth not in levels:
            return ""
        counts = self._counts[self.owners.get(number, number)]
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        level = levels[depth]
        if level.form in ("bullet", "none"):
            return ""
        text = level.template
        for at in range(9):
            mark = f"%{at + 1}"
            if mark in text:
                own = levels.get(at, Level())
                form = "decimal" if level.legal else own.form
                text = text.replace(mark, show(counts.get(at, own.start), form))
        return text
