"""Enumerations in prose: 一是…二是…, 第一…第二…, (一)(二), 1.2., ①②, and lines below a colon."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa_engine.text.patterns import later

# What numbers an item before its text: 第三条, （二）, 3）, 二、, 1. (but no decimal).
NUMBERING = later(
    r"^\s*(?:第[一二三四五六七八九十百\d]{1,4}条(?=\s)|[（(]?[一二三四五六七八九十\d]{1,3}[）)]|"
    r"[一二三四五六七八九十\d]{1,3}[、．]|\d{1,2}\.(?!\d))\s*"
)
_SERIES = (
    r"(?P<m>[一二三四五六七八九十])(?:是要|是|要|则|来)",
    r"第(?P<m>[一二三四五六七八九十])(?:[个点步条项阶段期]{0,2})?[,，、:：是]?",
    r"[（(](?P<m>[一二三四五六七八九十])[）)]",
    r"(?<![\d.])(?P<m>\d{1,2})[.．、](?!\d)",
    r"[（(](?P<m>\d{1,2})[）)]",
    r"(?P<m>[①②③④⑤⑥⑦⑧⑨⑩])",
)
_SENTENCE = later(r"[^。！？\n]{4,}?(?=[。！？\n])")
_POINT = later(r"[^。！？\n]{4,30}?(?=[。！？\n]|$)")
_PATTERNS = tuple(re.compile(pattern) for pattern in _SERIES)
# A line that announces, and two or more below it that each end in a semicolon but the last.
_LINES = later(r"(?<=[:：]\n)(?:[^\n]{2,120}[；;]\n)+[^\n]{2,120}")
_VALUES = {character: number for number, character in enumerate("一二三四五六七八九十", 1)} | {
    character: number for number, character in enumerate("①②③④⑤⑥⑦⑧⑨⑩", 1)
}


@dataclass(frozen=True, slots=True)
class Enumeration:
    """Members as ``text[start:end]``; ``lead`` is where the sentence that announces them starts."""

    members: tuple[tuple[int, int], ...]
    lead: int

    @property
    def start(self) -> int:
        return self.members[0][0]

    @property
    def end(self) -> int:
        return self.members[-1][1]


def enumerations(text: str) -> list[Enumeration]:
    """The runs of markers 1, 2, 3 … of one series, at least two members each, in order."""
    found: list[Enumeration] = []
    for pattern in _PATTERNS:
        run: list[re.Match[str]] = []
        for match in pattern.finditer(text):
            value = _value(match.group("m"))
            if run and value == _value(run[-1].group("m")) + 1:
                run.append(match)
            elif value == 1:
                _close(text, run, found)
                run = [match]
        _close(text, run, found)
    found += [
        Enumeration(tuple(_lines(text, *block.span())), _lead(text, block.start()))
        for block in _LINES.finditer(text)
        if not NUMBERING.match(block.group())
    ]
    found.sort(key=lambda series: series.start)
    return found


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = text.find("\n", start, end) + 1 or end
        yield start, stop
        start = stop


def _lead(text: str, start: int) -> int:
    """Where the sentence before a first member starts."""
    before = max(start - 1, 0)
    return max(text.rfind(end, 0, before) for end in "。！？\n") + 1


def _value(marker: str) -> int:
    return int(marker) if marker.isascii() and marker.isdigit() else _VALUES.get(marker, 0)


def _close(text: str, run: list[re.Match[str]], found: list[Enumeration]) -> None:
    if len(run) < 2:
        return
    members: list[tuple[int, int]] = []
    for index, match in enumerate(run):
        stop = run[index + 1].start() if index + 1 < len(run) else _last_end(text, match.end())
        members.append((match.start(), stop))
    found.append(Enumeration(tuple(members), _lead(text, run[0].start())))


def _last_end(text: str, start: int) -> int:
    """Where the last member ends: at the end of its sentence."""
    match = re.search(r"[。！？\n]", text[start:])
    return start + match.end() if match else len(text)


def pieces(text: str, series: Enumeration) -> list[str]:
    """The members as they are written, without what parts them."""
    return [text[start:end].strip().rstrip("；;。，,") for start, end in series.members]


def heads(members: Sequence[str], budget: int) -> str:
    """The members in short: by their first sentences where each is a short point that the
    rest explains; else each whole if all fit; else cut at a sentence or clause end."""
    points = [_POINT.match(member) for member in members]
    explained = [
        len(member) > point.end() + 1
        for member, point in zip(members, points, strict=True)
        if point
    ]
    if all(points) and sum(explained) * 2 > len(members):
        return "；".join(point.group() for point in points if point)
    joined = "；".join(members)
    if len(joined) <= budget:
        return joined
    share = budget // len(members) - 1
    return "；".join(_shorten(member, share) for member in members)


def _shorten(member: str, share: int) -> str:
    if len(member) <= share:
        return member
    first = _SENTENCE.match(member)
    if first and first.end() <= share:
        return first.group()
    cut = 0
    for match in re.finditer(r"[，,。；;：:]", member):
        if match.start() > share:
            break
        if match.start() >= 4:
            cut = match.start()
    return member[:cut] if cut else member[: max(share - 1, 4)] + "…"
