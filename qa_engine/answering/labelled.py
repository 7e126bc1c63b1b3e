"""Which of several values in one sentence is meant: the one whose own label is asked for.

有证无照的8家，无证无照的24家: each number, date or telephone stands behind (or before) what it
is the value of. A sentence with several is decided where the question names the label of one
and not, or less, those of the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import NamedTuple

from qa_engine.answering.asking import CHANGE, EXCEPT
from qa_engine.answering.brackets import in_bracket
from qa_engine.answering.kinds import contacts_for, quantities_for
from qa_engine.answering.limits import ASKS_LEAST, ASKS_MOST, is_least, is_most
from qa_engine.answering.mentions import HOUR, asks_before, is_change, whole_quantity
from qa_engine.answering.question import CONTACT, DATE, LIST, QUANTITY, TEXT, Question
from qa_engine.text.normalise import fold
from qa_engine.text.numbers import dates, numbers
from qa_engine.text.patterns import later
from qa_engine.text.sentences import sentences

_NAMED = 0.6  # of the label's pairs of characters, in the question
_AHEAD = 0.25  # of the next label
_SAME_WORDS = 5  # characters before values that are told in the same words
_OF_ITS_OWN = 2  # pairs of characters that the question names of one sentence alone
_SHORT_SUBJECT = 3  # characters of what only says each of them (每项)
_CLAUSE = 4  # characters of a clause that can label a date further ahead
_PIECES = 0.8  # what a label in pieces counts, of one in whole
_NEAR = 40  # characters in front of a value that can be its label
_TIES = later(rf"(?:\s*{HOUR})?\s*(?:[至到~～—–-]+|[、和与及])\s*")
_CHANGED = later(rf"(?:{CHANGE}|增|降|[比较][^，。；]{{1,12}}[多少高低])了?\s*$")
_DIFFERENCE_ASKED = later(r"(?:相差|差距|(?<![误偏])差)(?:是|有|了|为)?(?:多少|多大|几)")
_DIFFERENCE = later(r"(?:相差|差距|(?<![误偏])差)(?:是|有|了|为|约)*\s*$")
_AGAINST = later(
    r"按可比口径|[同环]比|[比较](?:[去上前]一?[年届期月季][度]?(?:同期)?|同期|\d{4}年)"
)
_FROM = later(r"[由从][^，、；。]{1,12}?(?:到|至|为)了?\s*$")
_ITEM = later(r"[；;]|其中")  # what stands before is of another one
_AMOUNT = later(r"(?:奖金|费用?|价格?|金额|补贴|补助|罚款|工资|月薪|租金|押金)$")
_LIMITS = (  # asked for, told
    (later(ASKS_MOST), is_most),
    (later(ASKS_LEAST), is_least),
)
_EDGES = later(
    r"^[^\w]*(?:[的了在将于为是和与及由从比共约]|其中|以及|[全我本][省市区县镇州])*|"
    r"(?:[的了在于为是约共达有至到由从个各]|达到|不超过|不少于|分别|人均|平均|时间|日期)*[^\w]*$"
)
_RANGE = later(r"(?:以上|以下)?\s*[至到~～—–-]*\s*")  # between its ends
_NOUN_COUNTED = later(r"[\u4e00-\u9fff]{1,2}(?=[、和与及])")
_PLACE = later(r"(?<=^[\u4e00-\u9fff]{2})(?:[区县市镇乡村]|街道)$")  # people leave it out
_LABEL_UNITS = frozenset("年 月 日 号 层 级".split())  # of numbers in names of things
_OTHER_WORDS = {"生效": "起施行实施", "动工": "开工", "完工": "竣工", "投用": "投入使用"}
_HAN_DIGITS = str.maketrans("一二三四五六七八九", "123456789")


class Label(NamedTuple):
    """What stands before and behind a value; ``group`` holds all that 分别 tells of at once."""

    before: str
    behind: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """In ``text[start:end]`` the values at ``others`` are not meant, that at ``value`` is."""

    start: int
    end: int
    value: tuple[int, int]
    others: tuple[tuple[int, int], ...]


def choices(question: Question, text: str) -> list[Choice]:
    """The sentences of a text of which the question's words tell one value from the others."""
    if question.asks > 1 or question.each or question.yes_no or question.wants(LIST):
        return []
    if question.types[0] == TEXT and question.money and _AMOUNT.search(question.text):
        question = replace(question, types=(QUANTITY,))  # keywords: 二等奖 奖金
    if question.types[0] not in (QUANTITY, DATE, CONTACT):
        return []
    values = _values(question, text, 0, len(text))
    bracket = in_bracket(question.text, text, values)
    if bracket is not None:
        others = tuple(one for one in values if one != values[bracket])
        return [Choice(0, len(text), values[bracket], others)]
    found = []
    for start, end in sentences(text):
        every = _values(question, text, start, end)
        values = every
        if _DIFFERENCE_ASKED.search(question.text):
            apart = [one for one in every if _DIFFERENCE.search(text[start : one[0]])]
            if apart and len(every) > 1:
                others = tuple(one for one in every if one != apart[0])
                found.append(Choice(start, end, apart[0], others))
            continue
        if question.change:
            values = [
                one for one in every if _tells_change(text[start : one[0]], every, one, start)
            ]
        if len(every) < 2 or not values:
            continue
        limited = _limits(question.text, text, values)
        if len(limited) == 1:
            others = tuple(one for one in every if one != limited[0])
            found.append(Choice(start, end, limited[0], others))
            continue
        values = limited or values
        best = _best(question, _labels(question, text, start, end, values))
        if best is not None:
            others = tuple(one for one in every if one != values[best])
            found.append(Choice(start, end, values[best], others))
    return found or _in_parallel(question, text)


def _limits(asked: str, text: str, values: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The values that are told as the most or the least, where one of these is asked for."""
    for asks, told in _LIMITS:
        if asks.search(asked):
            return [value for value in values if told(text, *value)]
    return []


def _in_parallel(question: Question, text: str) -> list[Choice]:
    """个人最高可贷15万元。企业最高可贷300万元: of values told in the same words by several
    sentences, that of the only one of which the question names something of its own."""
    asked = _pairs(_comparable(EXCEPT.sub("", question.text)))
    said: dict[str, list[tuple[set[str], tuple[int, int]]]] = {}
    for start, end in sentences(text):
        named = _pairs(_comparable(text[start:end])) & asked
        for value in _values(question, text, start, end):
            words = _comparable(text[start : value[0]])[-_SAME_WORDS:]
            if len(words) == _SAME_WORDS:
                said.setdefault(words, []).append((named, value))
    for same in said.values():
        own = [
            named.difference(*(other for other, _ in same if other is not named))
            for named, _ in same
        ]
        meant = [n for n, pairs in enumerate(own) if pairs]
        if len(same) > 1 and len(meant) == 1 and len(own[meant[0]]) >= _OF_ITS_OWN:
            value = same[meant[0]][1]
            others = tuple(one for _, one in same if one != value)
            return [Choice(0, len(text), value, others)]
    return []


def _pairs(text: str) -> set[str]:
    return {text[n : n + 2] for n in range(len(text) - 1)}


def _best(question: Question, labels: Sequence[Label]) -> int | None:
    """The one label that the question names clearly better than any other; the first of
    those it names, of changes (an amount and its percentage stand side by side)."""
    asked = _comparable(EXCEPT.sub("", question.text))
    asked += "".join(same for word, same in _OTHER_WORDS.items() if word in asked)
    shares = [_share(label, asked, question.change) for label in labels]
    best = max(range(len(shares)), key=shares.__getitem__)
    enough = _NAMED - 0.1 if question.change else _NAMED
    if shares[best] < enough:
        return _named_alone(labels, asked) if question.types[0] in (DATE, CONTACT) else None
    # One named in full is told from one that is named in part.
    near = 1.0 if shares[best] == 1.0 else shares[best] - _AHEAD
    tied = [n for n, share in enumerate(shares) if share == shares[best] or share > near]
    if question.change or len(tied) == 1:
        return best
    meant = _of_its_own(labels, tied, asked)
    return meant if meant is not None and shares[meant] == shares[best] else None


def _named_alone(labels: Sequence[Label], asked: str) -> int | None:
    """The only label that names anything of the question (其余苇湾、荻溪两座推迟到…), what leads to
    all of them (今年新建4座，…) left aside."""
    said = []
    for n, label in enumerate(labels):
        # Clauses that lead to this value were taken for what the one before tells.
        led = re.split(r"[，,；;]", labels[n - 1].behind)[1:] if n else []
        before = _ITEM.split(fold("，".join([*led, label.before])))[-1]
        parts = re.split(r"[，,]", before)
        own = "，".join(parts[1:]) if n == 0 and len(parts) > 1 else before
        said.append(_pairs(_comparable(own)) & _pairs(asked))
    meant = [n for n, pairs in enumerate(said) if pairs]
    return meant[0] if len(meant) == 1 else None


def _of_its_own(labels: Sequence[Label], tied: Sequence[int], asked: str) -> int | None:
    """Of labels that the question names alike the only one of which it names something that
    no other has (甘蔗产量 before 产量), in it or in what 分别 tells of together with it."""
    said = {
        n: _pairs(_comparable(_EDGES.sub("", _ITEM.split(fold(labels[n].before))[-1])))
        | _pairs(_comparable(labels[n].behind))
        | _pairs(_comparable(labels[n].group))
        for n in tied
    }
    named = _pairs(asked)
    meant = [n for n in tied if named & said[n].difference(*(said[m] for m in tied if m != n))]
    return meant[0] if len(meant) == 1 else None


def _values(question: Question, text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The values of the kind asked for, in order; 从70万提高到90万 and ranges are one."""
    piece = text[start:end]
    kind = question.types[0]
    if kind == CONTACT:
        places = sorted(set(contacts_for(question, piece)))
    elif kind == DATE:
        places = [(one.start, one.end) for one in dates(piece)]
    else:
        places = [(one.start, one.end) for one in quantities_for(question, piece)]
        places = [place for place in places if not _is_label(piece, place)]
    values: list[tuple[int, int]] = []
    for left, right in places:
        between = piece[values[-1][1] - start : left] if values else None
        if between is not None and is_change(between.strip()):
            place = (left + start, right + start)
            values[-1] = values[-1] if asks_before(question.text) else place
        elif between is not None and (
            _RANGE.fullmatch(between) or (kind == DATE and _TIES.fullmatch(between))
        ):
            values[-1] = values[-1][0], right + start
        else:
            values.append((left + start, right + start))
    return values


def _is_label(text: str, place: tuple[int, int]) -> bool:
    """Whether a number only tells what the next one is the value of (六层20万元)
    or is a name (3号线)."""
    behind = numbers(text[place[1] : place[1] + 12])[:1]
    return text[place[1] : place[1] + 1] == "号" or (bool(behind) and behind[0].start == 0)


def _tells_change(
    before: str, values: Sequence[tuple[int, int]], value: tuple[int, int], start: int
) -> bool:
    """Whether a value is by how much something grew or fell, or goes on a run of such."""
    if _CHANGED.search(before):
        return True
    left = [one for one in values if one[1] <= value[0]]
    if not left or not _TIES.fullmatch(before[left[-1][1] - start :]):
        return False
    return _tells_change(before[: left[-1][0] - start], values, left[-1], start)


def _labels(
    question: Question, text: str, start: int, end: int, values: Sequence[tuple[int, int]]
) -> list[Label]:
    """That of each value; the nouns behind 分别 take the values in their order."""
    labels: list[Label] = []
    at = start
    for n, (left, right) in enumerate(values):
        stop = values[n + 1][0] if n + 1 < len(values) else end
        noun = re.match(r"[^，,、；;：:。！？（(\d]*", text[right:stop])
        behind = noun.group() if noun else ""
        if question.types[0] == DATE:
            behind = _happens(text[right:stop], last=stop == end)
        labels.append(Label(text[max(at, left - _NEAR) : left], behind))
        # What stands between two values is of the second, but for a noun that is counted.
        at = right + len(behind) if text[right + len(behind) : stop] else right
    for each in re.finditer("分别", text[start : values[-1][0]]):
        labels = _in_order(text, start, values, labels, start + each.start())
    return labels


def _happens(between: str, *, last: bool) -> str:
    """What a text tells of a date behind it: as far as the clause that holds the next one."""
    part = re.split(r"[；;。]", between)[0]
    if last or len(part) < len(between):
        return part
    return between[: max(between.rfind(mark) for mark in "，, ") + 1]


def _in_order(
    text: str, start: int, values: Sequence[tuple[int, int]], labels: list[Label], at: int
) -> list[Label]:
    """甲、乙分别有3人和5人: the second label is 乙; ``at`` is where 分别 stands."""
    first = next(n for n, (left, _) in enumerate(values) if left > at)
    last = first
    while last + 1 < len(values) and _TIES.fullmatch(
        re.sub(
            r"[\u4e00-\u9fff]{1,2}(?=[、和与及])", "", text[values[last][1] : values[last + 1][0]]
        )
    ):
        last += 1
    count = last - first + 1
    clause = re.split(r"[，,；;。：:]", text[start:at])[-1]
    nouns = [noun for noun in re.split(r"[、和与及]", clause) if noun]
    if count < 2:
        return labels
    if len(nouns) == 1 and len(clause) <= _SHORT_SUBJECT:
        # 制定国家标准、行业标准的，每项分别奖励…: what they are of stands in the clause before.
        parts = re.split(r"[，,；;。：:]", text[start:at])
        before = parts[-2].removesuffix("的") if len(parts) > 1 else ""
        listed = [noun for noun in re.split(r"[、和与及]", before) if noun]
        nouns = listed if len(listed) == count else nouns
    if len(nouns) != count:
        # 实现产值8亿元、利税2亿元，分别增长5%和3%: what the numbers before are of.
        told = [one for one in numbers(text[start:at]) if one.unit not in _LABEL_UNITS]
        if len(told) < count:
            return labels
        edges = [0, *(one.end for one in told)]
        head = clause if text[start:at].removesuffix(clause)[-1:] in ("；", ";", "") else ""
        nouns = [
            head + text[start + edges[n] : start + told[n].start]
            for n in range(len(told) - count, len(told))
        ]
    return [
        Label(nouns[n - first], "", clause) if first <= n <= last else label
        for n, label in enumerate(labels)
    ]


def _share(label: Label, asked: str, change: bool) -> float:
    """Of the label's pairs of characters, the share that the question has; by the better
    side of the value, and for a change by the clauses in front that best name what changed."""
    if not change:
        first, *more = re.split(r"[，,]", label.behind)
        told = [label.before, first, *(part for part in more if len(part) >= _CLAUSE)]
        return max(_covered(part, asked) for part in told)
    bare = _CHANGED.sub("", _AGAINST.sub("", fold(label.before)).rstrip())
    parts = re.split(r"[，,；;：:]", bare)
    return max(_covered("，".join(parts[n:]), asked) for n in range(len(parts)))


def _covered(part: str, asked: str) -> float:
    folded = _FROM.sub("", fold(part))
    for one in reversed(numbers(folded)):
        if one.unit not in _LABEL_UNITS and folded[: one.start].strip("，,；; "):
            folded = folded[: one.start] + folded[one.end :]  # the level beside a change
    bare = _PLACE.sub("", _comparable(_EDGES.sub("", folded)))
    pairs = [bare[n : n + 2] for n in range(len(bare) - 1)]
    named = sum(pair in asked for pair in pairs) / len(pairs) if pairs else 0.0
    return max(named, _PIECES * _in_pieces(bare, asked))


def _in_pieces(label: str, asked: str) -> float:
    """The share of a label that the question has in its order, in pieces of two characters or
    more (新开线路 of 新开公交线路)."""
    blocks = SequenceMatcher(None, label, asked, autojunk=False).get_matching_blocks()
    sizes = [block.size for block in blocks if block.size > 1]
    return sum(sizes) / len(label) if len(sizes) > 1 else 0.0


def _comparable(text: str) -> str:
    return re.sub(r"[^\w]", "", fold(text)).translate(_HAN_DIGITS)


def narrowed(
    question: Question, text: str, start: int, end: int, among: Sequence[Choice]
) -> tuple[int, int, float]:
    """A span with how its label speaks: 1 for the value meant (a span that has it among
    others becomes it), -1 for one of the others, 0 where nothing is told apart."""
    for choice in among:
        left, right = choice.value
        holds = [place for place in choice.others if start < place[1] and place[0] < end]
        if start < right and left < end:
            if holds:
                left, right = whole_quantity(text, left, right, question.text)
                return left, right, 1.0
            return start, end, 1.0
        if holds:
            return start, end, -1.0
    return start, end, 0.0
