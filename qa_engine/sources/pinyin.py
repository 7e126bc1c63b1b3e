"""Pinyin in brackets that annotates the character before it: 嚴(yán)雪松 → 嚴雪松.

Some web sites and converters insert it after every character of a list. A bracket goes
only when the syllable is a reading of the character in front of it; all other brackets
are the author's own and stay.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from qa_engine.alignment import Aligned, Edit
from qa_engine.models import Dropped
from qa_engine.text.normalise import to_simplified

REASON = "拼音注音"
LETTERS = "a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹḿêɡ"
_HAN = r"\u3400-\u9fff\uf900-\ufaff"
_NOTE = re.compile(
    rf"(?<=[{_HAN}])[（(]\s*([{LETTERS}]{{1,6}}[1-5]?(?:[\s·'’]+[{LETTERS}]{{1,6}}[1-5]?)*)\s*[）)]"
)


def remove_pinyin(text: Aligned) -> tuple[Aligned, list[Dropped]]:
    """The text without pinyin annotations, and what was taken out."""
    if "(" not in text.text and "（" not in text.text:
        return text, []
    edits = [Edit(*match.span()) for match in _NOTE.finditer(text.text) if _annotates(text, match)]
    dropped: list[Dropped] = []
    for edit in edits:
        span = text.source_span(edit.start, edit.end)
        if span is not None:
            dropped.append(Dropped(*span, REASON))
    return text.edit(edits), dropped


def _annotates(text: Aligned, match: re.Match[str]) -> bool:
    """Whether the syllables are readings of the characters before the bracket."""
    syllables = re.split(r"[\s·'’]+", match.group(1))
    start = match.start() - len(syllables)
    if start < 0:
        return False
    characters = text.text[start : match.start()]
    return all(
        toneless(syllable) in readings(character)
        for syllable, character in zip(syllables, characters, strict=True)
    )


def toneless(syllable: str) -> str:
    """``yán`` and ``yan2`` → ``yan``; ü is written v."""
    letters = syllable.lower().rstrip("12345").replace("ɡ", "g")
    decomposed = unicodedata.normalize("NFD", letters)
    kept = "".join(c for c in decomposed if unicodedata.category(c) != "Mn" or c == "\u0308")
    return kept.replace("u\u0308", "v").replace("\u0308", "").replace("ê", "e")


@cache
def readings(character: str) -> frozenset[str]:
    """The toneless readings of a character, also of its simplified form; empty if unknown."""
    from pypinyin import Style, pinyin

    found: set[str] = set()
    for form in {character, to_simplified(character)}:
        for reading in pinyin(form, style=Style.NORMAL, heteronym=True, errors="ignore"):
            found.update(toneless(syllable) for syllable in reading)
    # nü is printed nv, nu and nü; lue and lüe are one.
    return frozenset(found | {reading.replace("v", "u") for reading in found})
