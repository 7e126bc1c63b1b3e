"""Sensible borders for an answer: what a careful person would mark in the text.

The network chooses tokens; these rules move a border by a few characters at most. They
never look at the question.
"""

from __future__ import annotations

from qa_engine.text.patterns import later

_LOOSE = frozenset("，。、；：！？,;:!?．…　 \t\r\n·—-－~～|/")
_LOOSE_START = _LOOSE | frozenset(".%％‰")
_LOOSE_END = _LOOSE | frozenset(".")
_CLOSER = {
    "《": "》", "（": "）", "(": ")", "“": "”", "‘": "’", "「": "」", "『": "』",
    "【": "】", "[": "]", "〈": "〉", "〔": "〕", "{": "}",
}  # fmt: skip
_OPENER = {closer: opener for opener, closer in _CLOSER.items()}
_DIGITS = frozenset("0123456789０１２３４５６７８９")
# What may follow a number and belongs to it. Longer units come first.
_UNIT = later(
    r"\s?(?:[％%‰℃°]|个?百分点|(?:多|余)?(?:[十百千万亿兆]+)?(?:多|余)?"
    r"(?:平方公里|平方千米|平方米|立方米|公里|千米|厘米|毫米|公斤|千克|公顷|小时|分钟|个月|年代|世纪|"
    r"人次|美元|欧元|日元|英镑|港元|元|年|月|日|号|时|分|秒|天|周|岁|个|人|名|位|家|项|件|次|届|期|"
    r"种|座|条|所|间|层|倍|户|台|辆|艘|架|部|集|米|亩|吨|克|升|度|英里|英尺|英寸|款|级|章|篇|册|套)"
    r"|[十百千万亿兆]+)"
)


def tidy(text: str, start: int, end: int) -> tuple[int, int]:
    """Borders near ``start``, ``end`` (0 ≤ start ≤ end ≤ len(text)) that cut nothing in two.

    Punctuation and blanks at the edges go; a number is taken whole, with its unit; a
    bracket or quotation mark whose partner is left out is either completed (when the
    partner is next to the border) or dropped. The result may be empty when the span held
    nothing but punctuation.
    """
    start, end = _strip(text, start, end)
    if start >= end:
        return start, start
    start, end = _whole_numbers(text, start, end)
    start, end = _balance(text, start, end)
    return _strip(text, start, end)


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _LOOSE_START and not _signs_number(text, start, end):
        start += 1
    while end > start and text[end - 1] in _LOOSE_END:
        end -= 1
    return start, end


def _signs_number(text: str, start: int, end: int) -> bool:
    """Whether a dash is a minus: a number follows and none stands before."""
    return (
        text[start] in "-－"
        and start + 1 < end
        and text[start + 1] in _DIGITS
        and (start == 0 or text[start - 1] not in _DIGITS)
    )


def _whole_numbers(text: str, start: int, end: int) -> tuple[int, int]:
    while start > 0 and text[start] in _DIGITS and _continues(text, start - 1):
        start -= 1
    while end < len(text) and text[end - 1] in _DIGITS and _continues(text, end):
        end += 1
    if text[end - 1] in _DIGITS:
        unit = _UNIT.match(text, end)
        if unit:
            end = unit.end()
    return start, end


def _continues(text: str, place: int) -> bool:
    """A digit, or a point or comma between digits."""
    if text[place] in _DIGITS:
        return True
    return (
        text[place] in ".,．"
        and 0 < place < len(text) - 1
        and text[place - 1] in _DIGITS
        and text[place + 1] in _DIGITS
    )


def _balance(text: str, start: int, end: int) -> tuple[int, int]:
    for _ in range(4):  # nested brackets need a few rounds
        opened, stray = _unmatched(text, start, end)
        if stray is not None:
            if start > 0 and text[start - 1] == _OPENER[text[stray]]:
                start -= 1
            elif stray == end - 1:
                end -= 1
            elif stray == start:
                start += 1
            else:
                break
        elif opened is not None:
            if end < len(text) and text[end] == _CLOSER[text[opened]]:
                end += 1
            elif opened == start:
                start += 1
            elif opened == end - 1:
                end -= 1
            else:
                # "甲（又名" : the answer is what stands before the bracket.
                end = opened
        else:
            break
        if start >= end:
            return start, start
    return start, end


def _unmatched(text: str, start: int, end: int) -> tuple[int | None, int | None]:
    """Places of the last opener without closer and the first closer without opener."""
    stack: list[int] = []
    for place in range(start, end):
        char = text[place]
        if char in _CLOSER:
            stack.append(place)
        elif char in _OPENER:
            if stack and _CLOSER[text[stack[-1]]] == char:
                stack.pop()
            else:
                return None, place
    return (stack[-1] if stack else None), None
