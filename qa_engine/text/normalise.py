"""The matching form of a text: NFKC, simplified characters, lower case, one form of each mark.

The matching form is never shown. ``normalise`` keeps the map back to the text it was
made from; ``fold`` gives the form alone. Both treat characters one by one, but for the
choice between simplified forms that depends on the neighbours (乾隆, 乾燥), so that a
query and a document that differ only in script or width get the same form.
"""

from __future__ import annotations

import threading
import unicodedata
from functools import cache
from typing import Protocol

from qa_engine.alignment import Aligned, Run
from qa_engine.text.patterns import later

# Marks that NFKC leaves apart though office texts use them for one another.
_MARKS = {
    **dict.fromkeys("“”„‟「」『』〝〞＂«»", '"'),
    **dict.fromkeys("‘’‚‛`´", "'"),
    **dict.fromkeys("‐‑‒–—―−－﹣─━", "-"),
    **dict.fromkeys("•‧∙⋅・･·", "·"),
    **dict.fromkeys("～〜∼˜", "~"),
    **dict.fromkeys("〔【〖［", "["),
    **dict.fromkeys("〕】〗］", "]"),
    "○": "〇",
    "◯": "〇",
    "｡": "。",
    "､": "、",
}
# Radicals that pdf and OCR give instead of the characters; NFKC knows the Kangxi ones only.
_RADICALS = dict(
    zip(
        "⺁⺄⺆⺈⺊⺌⺍⺎⺏⺐⺒⺓⺔⺗⺙⺛⺜⺝⺟⺠⺢⺣⺦⺩⺪⺬⺭⺮⺯⺱⺲⺷⺺⺻⺼⺾⻁⻂⻃⻄⻅⻆⻈⻉⻋⻌⻐⻒⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
        "厂乙冂刀卜小小兀尣尢巳幺彑心攵无日月母民水火丬王疋示礻竹糸网网羊聿聿肉艹虎衤覀西见角讠贝车辶钅长长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
        strict=False,
    )
)
# Variants that neither NFKC nor OpenCC joins.
_VARIANTS = {
    "妳": "你",
    "牠": "它",
    "祂": "他",
    "囯": "国",
    "囻": "国",
    "糰": "团",
    "氹": "凼",
    "産": "产",
    "説": "说",
    "関": "关",
    "戸": "户",
    "歩": "步",
    "黒": "黑",
    "拡": "扩",
    "価": "价",
    "県": "县",
    "対": "对",
    "発": "发",
    "鉄": "铁",
}
# 著 stands for 着 in traditional text, but not in these words.
_ZHU = later(
    r"(?<![显顯卓昭名专專原编編论論译譯合土巨遗遺拙所新旧舊撰巨共大执執])著"
    r"(?![名作述者称稱书書录錄有文说說译譯，。、；:：,.\"'“”《》()（）\s]|$)"
)


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


_lock = threading.Lock()
_converter: _Converter | None = None


def to_simplified(text: str) -> str:
    """Traditional characters → simplified ones (OpenCC t2s), length kept.

    Where the neighbours would change the length, each character is converted alone.
    """
    if text.isascii() or _traditional().isdisjoint(text):
        return text
    converter = _opencc()
    try:
        result = converter.convert(text)
    except UnicodeEncodeError:  # lone surrogates, as of a file name that is no UTF-8
        result = converter.convert(text.encode("utf-8", "replace").decode("utf-8"))
    if len(result) != len(text):
        result = "".join(_simplified_character(character) for character in text)
    return _ZHU.sub("着", result) if "著" in result else result


def fold(text: str) -> str:
    """The matching form without a map."""
    if text.isascii():
        return text.translate(_TABLE)
    return to_simplified(text.translate(_TABLE))


def normalise(text: str) -> Aligned:
    """The matching form, its runs tying it to the characters of ``text``.

    A character that becomes several (㎡ → m2) or none (zero width) is a run or a gap of
    its own; everything else maps one to one.
    """
    folded = text.translate(_TABLE)
    if len(folded) == len(text) and not _has_length_change(text):
        return Aligned(to_simplified(folded), (Run(0, len(text), 0, len(text)),) if text else ())
    runs: list[Run] = []
    at = 0  # in the matching form
    start = 0  # of the pending one-to-one stretch, in the text
    for index, character in enumerate(text):
        width = len(_character(character))
        if width == 1:
            continue
        if index > start:
            runs.append(Run(at, at + index - start, start, index))
            at += index - start
        if width:
            runs.append(Run(at, at + width, index, index + 1))
            at += width
        start = index + 1
    if len(text) > start:
        runs.append(Run(at, at + len(text) - start, start, len(text)))
    return Aligned(to_simplified(folded), tuple(runs))


def _has_length_change(text: str) -> bool:
    return any(len(_character(character)) != 1 for character in set(text))


@cache
def _character(character: str) -> str:
    """One character → its folded form, script apart; empty for invisible ones."""
    if character in _RADICALS:
        return _RADICALS[character]
    if character in _MARKS:
        return _MARKS[character]
    if character in _VARIANTS:
        return _VARIANTS[character]
    if character in "\t\r\n":
        return character
    category = unicodedata.category(character)
    if category == "Cf" or character == "\ufffd" or 0xFE00 <= ord(character) <= 0xFE0F:
        return ""
    if category in {"Zs", "Zl", "Zp"}:
        return " " if category == "Zs" else "\n"
    if category == "Cc":
        return " "
    form = unicodedata.normalize("NFKC", character).lower()
    if len(form) == 1:
        return _MARKS.get(form, form)
    # NFKC gives spacing forms of accents (´ → space + accent): a space is enough.
    return "".join(_MARKS.get(part, part) for part in form).strip() or " "


class _Table(dict[int, str]):
    def __missing__(self, key: int) -> str:
        value = self[key] = _character(chr(key))
        return value


_TABLE = _Table()


# Characters of both scripts that change in some words only (答覆, 藉口, 瞭解).
_IN_WORDS = "覆藉瞭彷牴著"


@cache
def _traditional() -> frozenset[str]:
    """The characters that a simplified text does not have: text without them stays as it is."""
    characters = [chr(code) for code in (*range(0x3400, 0xA000), *range(0xF900, 0xFB00))]
    converted = _opencc().convert("\n".join(characters)).split("\n")
    changed = (c for c, form in zip(characters, converted, strict=True) if c != form)
    return frozenset((*changed, *_IN_WORDS))


def _opencc() -> _Converter:
    global _converter
    if _converter is None:
        with _lock:
            if _converter is None:
                from opencc import OpenCC

                _converter = OpenCC("t2s")
    return _converter


@cache
def _simplified_character(character: str) -> str:
    result = _opencc().convert(character)
    return result if len(result) == 1 else character
