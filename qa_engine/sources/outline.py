"""Numbered headings of Chinese office documents: 第一章, 一、, （一）, 1., （1）."""

from __future__ import annotations

import re

_NUMERAL = "[一二三四五六七八九十百零〇]+"
# Outermost first; the level of a pattern is its place, from 1.
_LEVELS = (
    re.compile(rf"第(?:{_NUMERAL}|\d+)[编篇章部分]+(?![\d一二三四五六七八九十])"),
    re.compile(rf"第(?:{_NUMERAL}|\d+)节"),
    re.compile(rf"{_NUMERAL}\s*[、．.]"),
    re.compile(rf"[（(]\s*{_NUMERAL}\s*[）)]"),
    re.compile(r"\d{1,3}\s*[、．.](?!\d)"),
    re.compile(r"[（(]\s*\d{1,3}\s*[）)]|\d{1,2}[）)]|[①-⑳]"),
)
_SENTENCE_END = "。；;！？!?，,、"


def number_level(line: str) -> int | None:
    """The level (1 outermost) of the item number that a line begins with, None without."""
    text = line.lstrip()
    for level, pattern in enumerate(_LEVELS, 1):
        if pattern.match(text):
            return level
    return None


def is_heading(line: str, longest: int = 40) -> bool:
    """A short numbered line that is no sentence: “二、具体工作”."""
    text = line.strip()
    return (
        0 < len(text) <= longest
        and number_level(text) is not None
        and text[-1] not in _SENTENCE_END
        and not any(mark in text for mark in "。；！？")
    )
