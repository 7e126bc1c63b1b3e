"""Questions that look answerable but are not, made from answerable ones.

One constraint of the question (a year, a number, a place, a person, a name, or a word with
an opposite) is swapped for another of the same type that does not stand in the paragraph.
So that the reader compares instead of noticing that a question was edited, the same swap
can be made in the paragraph as well: then the question stays answerable.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from training.corpora import Example

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("title", re.compile(r"《[^《》]{1,20}》")),
    ("year", re.compile(r"(?<!\d)(?:1[0-9]|20)\d\d(?=年|至|-|—|～)")),
    ("date", re.compile(r"\d{1,2}月\d{1,2}日|(?<!\d)\d{1,2}月(?!\d)")),
    ("ordinal", re.compile(r"(?<=第)[一二三四五六七八九十]{1,3}|(?<=第)\d{1,3}")),
    ("number", re.compile(r"(?<![\d.第])\d+(?:\.\d+)?(?=%|万|亿|[个名人座所家米吨项元岁公])")),
)
_TAGS = {"nr": "person", "nrt": "person", "nrfg": "person", "ns": "place", "nt": "name"}
_OPPOSITES = (
    "最大 最小|最高 最低|最早 最晚|最多 最少|最长 最短|之前 之后|以前 以后|首次 末次|增加 减少|"
    "上升 下降|提高 降低|出生 逝世|成立 解散|开始 结束|起点 终点|胜利 失败|父亲 母亲|哥哥 弟弟|"
    "丈夫 妻子|导演 编剧|作者 译者|主席 副主席|校长 副校长|总统 副总统|东部 西部|南部 北部|"
    "左侧 右侧|内部 外部|男性 女性|国内 国外|进口 出口|收入 支出|批准 驳回|支持 反对|优点 缺点|"
    "牵头 配合|允许 禁止|公开 保密|任命 免去|加入 退出|创建 撤销|新增 取消|城镇 农村|上半年 下半年|"
    "赢得 失去|开工 停工|买入 卖出|毕业 入学|上任 卸任|冠军 亚军|原因 后果|优势 劣势"
)
_PAIRS: list[tuple[str, str]] = [
    (pair.split()[0], pair.split()[1]) for pair in _OPPOSITES.split("|")
]
OPPOSITE = {**dict(_PAIRS), **{b: a for a, b in _PAIRS}}
_SENTENCE = re.compile(r"[^。！？\n]*[。！？\n]+[”」』]?|[^。！？\n]+")
LEFT_AT_LEAST = 60  # characters of a paragraph
_CHINESE_DIGITS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Mention:
    """``question[start:end]`` names something of this kind."""

    kind: str
    start: int
    end: int
    text: str


def mentions(question: str) -> list[Mention]:
    """Swappable constraints of a question, patterns before tagged names, no overlaps."""
    import jieba.posseg

    found: list[Mention] = []

    def add(kind: str, start: int, end: int) -> None:
        if all(end <= other.start or start >= other.end for other in found):
            found.append(Mention(kind, start, end, question[start:end]))

    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(question):
            add(kind, match.start(), match.end())
    for word in OPPOSITE:
        place = question.find(word)
        if place >= 0:
            add("opposite", place, place + len(word))
    place = 0
    for token in jieba.posseg.cut(question):
        tag = _TAGS.get(token.flag)
        if tag and len(token.word) >= 2:
            add(tag, place, place + len(token.word))
        place += len(token.word)
    return found


class Swapper:
    """Knows the names of a corpus by kind, and swaps."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.mentions: dict[str, list[Mention]] = {}
        pools: dict[str, set[str]] = defaultdict(set)
        for example in examples:
            found = mentions(example.question)
            self.mentions[example.id] = found
            for mention in found:
                pools[mention.kind].add(mention.text)
        self.pools = {kind: sorted(pool) for kind, pool in pools.items()}

    def _other(self, mention: Mention, example: Example, rng: random.Random) -> str | None:
        for _ in range(12):
            text = self._candidate(mention, rng)
            taken = text in example.context or text in example.question
            if text == mention.text or taken:
                continue
            # A name that shares two characters may be the same thing under another name.
            if mention.kind in ("person", "name", "title", "place") and _shares_two(
                text, mention.text
            ):
                continue
            return text
        return None

    def _candidate(self, mention: Mention, rng: random.Random) -> str:
        text = mention.text
        if mention.kind == "opposite":
            return OPPOSITE[text]
        if mention.kind == "year":
            return str(int(text) + rng.choice((-1, 1)) * rng.randint(1, 9))
        if mention.kind == "date":
            return re.sub(r"\d+(?=月)", lambda _: str(rng.randint(1, 12)), text)
        if mention.kind == "ordinal" and not text[0].isdigit():
            return rng.choice(_CHINESE_DIGITS)
        if mention.kind in ("ordinal", "number"):
            value = float(text)
            other = value * rng.choice((0.5, 0.8, 1.5, 2.0)) + rng.randint(1, 3)
            return f"{other:.1f}" if "." in text else str(int(other))
        return rng.choice(self.pools[mention.kind])

    def unanswerable(self, example: Example, rng: random.Random) -> Example | None:
        """The question with one constraint swapped, or None when nothing can be.

        The constraint must stand in the paragraph (a year may not, an opposite need not).
        """
        usable = [
            mention
            for mention in self.mentions[example.id]
            if mention.kind == "opposite" or mention.text in example.context
        ]
        rng.shuffle(usable)
        for mention in usable:
            other = self._other(mention, example, rng)
            if other is not None:
                question = (
                    example.question[: mention.start] + other + example.question[mention.end :]
                )
                return replace(example, id=example.id + "-swap", question=question)
        return None

    def still_answerable(self, example: Example, rng: random.Random) -> Example | None:
        """The same swap in question and paragraph; None when it would touch the answer."""
        answer, start = example.answers[0], example.start
        assert start is not None
        usable = [
            mention
            for mention in self.mentions[example.id]
            if mention.kind not in ("opposite", "ordinal", "number", "date")
            and mention.text in example.context
            and not _touches(example.context, mention.text, start, start + len(answer))
        ]
        if not usable:
            return None
        mention = rng.choice(usable)
        other = self._other(mention, example, rng)
        if other is None:
            return None
        before = example.context[:start].replace(mention.text, other)
        after = example.context[start + len(answer) :].replace(mention.text, other)
        return replace(
            example,
            id=example.id + "-both",
            question=example.question.replace(mention.text, other),
            context=before + answer + after,
            start=len(before),
        )


def without_its_sentence(example: Example) -> Example | None:
    """The question beside its own paragraph without the sentences that hold the answer.

    What is left speaks of the same thing and does not say it. None when the answer stands
    elsewhere too, or too little is left.
    """
    start, end = example.start, example.end
    assert start is not None
    assert end is not None
    sentences = [match.span() for match in _SENTENCE.finditer(example.context)]
    left = "".join(
        example.context[first:last] for first, last in sentences if last <= start or first >= end
    )
    if len(left) < LEFT_AT_LEAST or any(answer in left for answer in example.answers):
        return None
    return replace(example, id=example.id + "-without", context=left, answers=(), start=None)


def _shares_two(left: str, right: str) -> bool:
    return any(left[i : i + 2] in right for i in range(len(left) - 1))


def _touches(context: str, text: str, start: int, end: int) -> bool:
    """Whether an occurrence overlaps context[start:end] or stands inside it."""
    place = context.find(text)
    while place >= 0:
        if place < end and place + len(text) > start:
            return True
        place = context.find(text, place + 1)
    return False


class WrongParagraphs:
    """Finds paragraphs that look right for a question and do not hold its answer."""

    def __init__(self, examples: Iterable[Example]) -> None:
        self.contexts = sorted({example.context for example in examples})
        self.articles: dict[str, list[str]] = defaultdict(list)
        for example in examples:
            if example.context not in self.articles[example.article]:
                self.articles[example.article].append(example.context)
        self.postings: dict[str, list[int]] = defaultdict(list)
        for index, context in enumerate(self.contexts):
            for bigram in set(_bigrams(context)):
                self.postings[bigram].append(index)

    def by_words(self, example: Example, rng: random.Random, rank: int = 4) -> Example | None:
        """One of the best ``rank`` other paragraphs by weighted character bigrams."""
        scores: dict[int, float] = defaultdict(float)
        for bigram in set(_bigrams(example.question)):
            posting = self.postings.get(bigram, [])
            if 0 < len(posting) <= len(self.contexts) // 20 + 1:
                for index in posting:
                    scores[index] += 1.0 / (5 + len(posting)) ** 0.5
        best = sorted(scores, key=lambda index: (-scores[index], index))[: rank * 2]
        found = [
            self.contexts[index] for index in best if self._is_wrong(self.contexts[index], example)
        ]
        return self._paired(example, rng.choice(found[:rank])) if found else None

    def by_article(self, example: Example, rng: random.Random) -> Example | None:
        """Another paragraph of the same article."""
        found = [c for c in self.articles[example.article] if self._is_wrong(c, example)]
        return self._paired(example, rng.choice(found)) if found else None

    @staticmethod
    def _is_wrong(context: str, example: Example) -> bool:
        return context != example.context and not any(a in context for a in example.answers)

    @staticmethod
    def _paired(example: Example, context: str) -> Example:
        return replace(example, id=example.id + "-wrong", context=context, answers=(), start=None)


def _bigrams(text: str) -> list[str]:
    return [text[i : i + 2] for i in range(len(text) - 1)]
