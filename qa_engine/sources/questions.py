"""Questions and answers marked 问：/答：, Q:/A:, on lines of their own or in one run-on text.

``split_marked`` cuts a line so that every mark begins a line of its own; who speaks is
then read from the mark as from any other label.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from qa_engine.sources.lines import Line
from qa_engine.sources.people import is_likely_name
from qa_engine.text.normalise import to_simplified

_NUMBER = r"(?:第?\s*[\d一二三四五六七八九十]{1,3}\s*[.、．)）题问]?\s*)?"
# A mark counts at the head of a line or right after the end of a sentence.
_MARK = re.compile(
    rf"(?:^|(?<=[。！？!?；;”」』）)】…]))\s*(?P<mark>{_NUMBER}(?:问|答|记者问|提问|问题|回答|答案|[QA]\d{{0,2}})\s*[:：])"
)
# 网友“某某”问： inside what a host says.
_CALLER = re.compile(
    r"(?:^|(?<=[，。！？!?；;”」』）)】…\s]))(?P<mark>(?:网友|网民|听众|观众|市民|读者|家长)"
    r"\s*[“\"「『][^“”\"「」『』]{1,20}[”\"」』]\s*(?:提问|留言|咨询|问|说)?\s*[:：])"
)
# “…答记者问” closes a title that the text follows without a break.
_RUN_ON_TITLE = re.compile(
    r"^.{6,80}?(?:答记者问|答问|答问实录)(?=近日|日前|今日|昨日|\d{4}年|\d{1,2}月)"
)


# A label inside a paragraph: after the end of a sentence, before a colon.
_INNER = re.compile(
    r"(?<=[。！？!?；;”」』）)】…])\s*(?P<label>[^，。！？；：:“”《》（）()\s]{1,16})\s*[:：]"
)
_SELF_EVIDENT = re.compile(r"(?:记者|主持人|网友|主播)$")


def inner_labels(lines: Iterable[Line]) -> frozenset[str]:
    """The labels with which run-on paragraphs go from one speaker to the next.

    记者 and 主持人 speak for themselves when they come twice; a name must come twice, too.
    """
    counts: Counter[str] = Counter()
    for line in lines:
        text = to_simplified(line.text)
        counts.update(match.group("label") for match in _INNER.finditer(text))
        opening = re.match(r"([^，。！？；：:“”\s]{1,16})[:：]", text)
        if opening is not None:
            counts[opening.group(1)] += 1
    return frozenset(
        label
        for label, count in counts.items()
        if count > 1 and (_SELF_EVIDENT.search(label) or is_likely_name(label))
    )


def split_marked(line: Line, labels: frozenset[str] = frozenset()) -> list[Line]:
    """The line cut before each mark, and before each of the given labels."""
    text = to_simplified(line.text)
    cuts = {match.start("mark") for match in _CALLER.finditer(text)}
    within = {match.end("mark") for match in _CALLER.finditer(text)}
    cuts |= {one.start("mark") for one in _MARK.finditer(text) if one.end("mark") not in within}
    if labels:
        inner = _INNER.finditer(text)
        cuts |= {match.start("label") for match in inner if match.group("label") in labels}
    title = _RUN_ON_TITLE.match(text)
    if title is not None and len(text) > title.end():
        cuts.add(title.end())
    cuts.discard(0)
    if not cuts:
        return [line]
    bounds = [0, *sorted(cuts), len(text)]
    parts: list[Line] = []
    for start, end in pairwise(bounds):
        piece = line.aligned.slice(start, end).strip()
        if piece:
            parts.append(
                replace(line, aligned=piece, blank_before=line.blank_before if not start else 0)
            )
    return parts
