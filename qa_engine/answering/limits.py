"""Numbers that are told or asked for as limits (不超过3万元, 60周岁以上; 最多多少, 至少几个)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from qa_engine.text.numbers import Quantity
from qa_engine.text.patterns import later

# Parts of patterns: words that ask for the most or the least.
ASKS_MOST = r"最[高多](?!的)|至多|顶多|封顶|上限"
ASKS_LEAST = r"最[低少](?!的)|至少|起码|下限"
_PLAIN = r"(?<!不)(?<!不得)(?<!不能)"
_STRICTLY_BELOW = rf"{_PLAIN}(?:低于|少于|小于)|不[满足到]|未满"
_STRICTLY_ABOVE = rf"{_PLAIN}(?:超过|大于|高于|多于|超出)"
_BELOW = rf"{_STRICTLY_BELOW}|不(?:得|能)?(?:超过|高于|大于)|{ASKS_MOST}|最[大长]"
_ABOVE = (
    rf"{_STRICTLY_ABOVE}|(?<![不未])(?:满|达到?)|不(?:得|能)?(?:低于|少于|小于)|"
    rf"{ASKS_LEAST}|最[小短]"
)
_GAP = r"[^，,；;。：:\d]{0,6}"  # 不超过每户300元
_CLAUSE = 16  # characters before a value that can say what limit it is
_BEFORE = {"high": _BELOW, "low": _ABOVE}
_AT = {side: later(rf"(?:{words})了?$") for side, words in _BEFORE.items()}
_NEAR = {side: later(rf"(?:{words})了?{_GAP}$") for side, words in _BEFORE.items()}
_BEHIND = {
    "high": later(r"[（(]?含?[）)]?(?:及|或)?(?:以[下内]|之内)|封顶|为限|为上限"),
    "low": later(r"[（(]?含?[）)]?(?:及|或)?以上|起(?![^，。；]{0,4}[至到])"),
}
_STRICT = later(rf"(?:{_STRICTLY_BELOW}|{_STRICTLY_ABOVE})了?$")


@dataclass(frozen=True, slots=True)
class Limit:
    """Not below ``low`` or not above ``high``; ``strict``: nor just there."""

    low: Decimal | None
    high: Decimal | None
    strict: bool

    def holds(self, value: Decimal) -> bool:
        """Whether the value is on the right side."""
        if value in (self.low, self.high):
            return not self.strict
        return (self.low is None or value > self.low) and (self.high is None or value < self.high)


def limit_told(text: str, one: Quantity) -> Limit | None:
    """The limit that a number in the text is; None where the words beside it make it none."""
    before = text[: one.start].rstrip()
    if _AT["high"].search(before) or _BEHIND["high"].match(text, one.end):
        return Limit(None, one.value, _STRICT.search(before) is not None)
    if _AT["low"].search(before) or _BEHIND["low"].match(text, one.end):
        return Limit(one.value, None, _STRICT.search(before) is not None)
    return None


def is_most(text: str, start: int, end: int) -> bool:
    """Whether the value at that place is told as the most, in its clause (不超过每户300元)."""
    return _told("high", text, start, end)


def is_least(text: str, start: int, end: int) -> bool:
    """Whether the value at that place is told as the least, in its clause."""
    return _told("low", text, start, end)


def _told(side: str, text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _CLAUSE) : start]
    return bool(_NEAR[side].search(before) or _BEHIND[side].match(text, end))
