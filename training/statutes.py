"""Questions about statutes, made from the forms in which statutes say things.

Who is responsible for what, within what time, at what price, what a word means, from when
on a law is in force: legal drafting says these in a few fixed forms, so that question and
answer can be cut out of a sentence by pattern. The questions are asked in changing words.
They bring the language of offices into training, which encyclopaedic sets lack, and
near-misses of the same kind: a paragraph of the same or of another statute that states the
same *kind* of thing (a duty, a period, a fine) about something else.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from training.corpora import Example

PARAGRAPH = 320  # characters, about
_CLEAN = re.compile(r"[\u3000 \t]+")
_BODY = (
    r"(?:[\u4e00-\u9fff]{0,14}(?:人民政府|主管部门|行政部门|管理部门|监督管理机构|管理机构|委员会|公安机关"
    r"|人民法院|人民检察院|办公厅|办公室|管理局|总局|部门|机关|法院|中心|协会))"
)
_ORG = re.compile(f"^(?!应当|由|本部门|有关|其他|征求|会同|报|经|的|和|或者){_BODY}$")
_DUTY = re.compile(
    rf"(?P<answer>{_BODY})(?P<verb>负责|主管|组织实施|具体负责|承担)(?P<object>[^，。；：、（）]{{5,36}}?)(?:的)?(?:[，。；])"
)
_BY = re.compile(
    rf"(?P<object>[^，。；：（）]{{4,30}}?)，?由(?P<answer>{_BODY})"
    r"(?:会同[^，。；：（）]{2,30}?)?(?P<verb>负责|制定|规定|批准|审批|组织|公布|决定|核发|确定|备案|协调|执行)(?:[。；，])"
)
_WITHIN = re.compile(
    r"(?P<subject>[\u4e00-\u9fff]{2,20})应当(?:自|在|于)(?P<from>[^，。；：（）]{3,36}?)(?:之日)?起"
    r"(?P<answer>[一二三四五六七八九十百\d]{1,4}个?(?:工作日|日|月|年|小时))(?:以)?内"
    r"[，]?(?P<object>[^，。；：（）]{4,40})[，。；]"
)
_FINE = re.compile(
    r"(?P<object>[^，。；：（）]{6,50})的，[^。；]{0,60}?(?:处以?|并处|可以处)"
    r"(?P<answer>[一二三四五六七八九十百千万\d]{1,6}元以上[一二三四五六七八九十百千万\d]{1,6}元以下)(?:的)?罚款"
)
_MEANS = re.compile(
    r"(?:所称|所称的)(?P<object>[\u4e00-\u9fff]{2,14})，(?:是)?指(?P<answer>[^。；]{6,46})[。；]"
)
_FORCE = re.compile(
    r"(?:本|该)(?P<kind>法|条例|办法|规定|规则|决定|细则|解释)自(?P<answer>\d{4}年\d{1,2}月\d{1,2}日)起(?:施行|实施)"
)
_GOAL = re.compile(r"^(?:第一条 ?)?为了?(?P<answer>[^。]{6,40}?)，(?:根据|依据|制定|结合)")
# What refers to another article, or is a piece of a longer condition, asks for nothing.
_WEAK = re.compile(
    r"第[一二三四五六七八九十百\d]+[条款项章]|下列|前款|之一|规定"
    r"|^(?:或者|以及|并|及|和|的|应当|其|该|本|人|尚|由|提出|经|对|向|在|以下|部门|机构|造成|情节|逾期|拒不)"
)
_WHO = ("由哪个部门", "由谁", "由哪个单位", "由什么机关", "由哪个机构", "由哪家单位")
_WHICH = ("哪个部门", "谁", "哪个单位", "什么机关", "哪个机构", "哪些部门")
_LONG = ("多长时间内", "几天内", "多久之内", "什么期限内", "多少日内")
_END = ("？", "？", "？", "", "?")


def load_paragraphs(path: Path, titles: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """(id, title, paragraph) of ``titles`` statutes of a JSONL file (``id``, ``title``,
    ``text``; .gz or not)."""
    packed = path.suffix == ".gz"
    with gzip.open(path, "rt", encoding="utf-8") if packed else path.open() as file:
        lines = [line for line in file if line.strip()]
    for line in sorted(random.Random(seed).sample(lines, min(titles, len(lines)))):
        document = json.loads(line)
        title = re.sub(r"[（(].*?[)）]$", "", document["title"])
        for number, text in enumerate(paragraphs(document["text"])):
            yield f"{document['id']}#{number}", title, text


def paragraphs(text: str) -> Iterator[str]:
    body = text.split("<!-- INFO END -->")[-1]
    piece = ""
    for line in body.split("\n"):
        line = _CLEAN.sub(" ", line).strip()
        if not line or line.startswith("#"):
            continue
        if piece and len(piece) + len(line) > PARAGRAPH:
            yield piece
            piece = ""
        piece += line
    if piece:
        yield piece


def asked(title: str, text: str, rng: random.Random) -> Iterator[tuple[str, str, int, str]]:
    """(kind, question, start, answer) of what a paragraph says in one of the known forms."""
    end = rng.choice(_END)
    for match in _DUTY.finditer(text):
        thing = match["object"].removeprefix("全国").removeprefix("本行政区域内").lstrip("的")
        if len(thing) < 4 or _WEAK.search(thing) or not _ORG.match(match["answer"]):
            continue
        verb = rng.choice(("负责", match["verb"], "主管"))
        yield (
            "duty",
            rng.choice(
                (
                    f"{rng.choice(_WHICH)}{verb}{thing}{end}",
                    f"{thing}{rng.choice(_WHO)}负责{end}",
                    f"{thing}归{rng.choice(('谁', '哪个部门', '哪里'))}管{end}",
                    f"负责{thing}的是{rng.choice(_WHICH)}{end}",
                )
            ),
            match.start("answer"),
            match["answer"],
        )
    for match in _BY.finditer(text):
        thing, verb = match["object"], match["verb"]
        if _WEAK.search(thing) or not _ORG.match(match["answer"]):
            continue
        yield (
            "duty",
            rng.choice(
                (
                    f"{thing}{rng.choice(_WHO)}{verb}{end}",
                    f"{rng.choice(_WHICH)}{verb}{thing}{end}",
                    f"{thing}，{rng.choice(_WHICH)}来{verb}{end}",
                )
            ),
            match.start("answer"),
            match["answer"],
        )
    for match in _WITHIN.finditer(text):
        if _WEAK.search(match["object"]) or _WEAK.search(match["subject"]):
            continue
        yield (
            "period",
            rng.choice(
                (
                    f"{match['subject']}应当在{rng.choice(_LONG)}{match['object']}{end}",
                    f"{match['from']}后{rng.choice(_LONG)}{match['object']}{end}",
                    f"{match['subject']}{match['object']}的期限是多久{end}",
                )
            ),
            match.start("answer"),
            match["answer"],
        )
    for match in _FINE.finditer(text):
        if _WEAK.search(match["object"]):
            continue
        yield (
            "fine",
            rng.choice(
                (
                    f"{match['object']}的，罚款多少{end}",
                    f"{match['object']}要罚多少钱{end}",
                    f"{match['object']}会被处以多少罚款{end}",
                )
            ),
            match.start("answer"),
            match["answer"],
        )
    for match in _MEANS.finditer(text):
        yield (
            "meaning",
            rng.choice(
                (
                    f"什么是{match['object']}{end}",
                    f"{match['object']}指的是什么{end}",
                    f"{match['object']}是什么意思{end}",
                )
            ),
            match.start("answer"),
            match["answer"],
        )
    for match in _FORCE.finditer(text):
        yield (
            "force",
            rng.choice(
                (
                    f"这个{match['kind']}什么时候开始施行{end}",
                    f"《{title}》自哪天起施行{end}",
                    f"{title}的施行日期是哪天{end}",
                )
            ),
            match.start("answer"),
            match["answer"],
        )
    goal = _GOAL.match(text)
    if goal:
        yield (
            "goal",
            rng.choice((f"为什么制定《{title}》{end}", f"{title}的制定目的是什么{end}")),
            goal.start("answer"),
            goal["answer"],
        )


class StatuteQuestions:
    """Answerable questions, and for each kind the paragraphs that state such a thing."""

    def __init__(self, path: Path, titles: int = 1200, seed: int = 11) -> None:
        rng = random.Random(seed)
        self.examples: list[tuple[str, Example]] = []
        self.paragraphs: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for id, title, text in load_paragraphs(path, titles, seed):
            kinds = set()
            for number, (kind, question, start, answer) in enumerate(asked(title, text, rng)):
                kinds.add(kind)
                example = Example(f"{id}.{number}", title, question, text, (answer,), start)
                self.examples.append((kind, example))
            for kind in kinds:
                self.paragraphs[kind].append((title, text))
        self._by_title: dict[tuple[str, str], list[str]] = defaultdict(list)
        for kind, found in self.paragraphs.items():
            for title, text in found:
                self._by_title[kind, title].append(text)

    def near_miss(self, kind: str, example: Example, rng: random.Random) -> Example | None:
        """The question beside a paragraph that states the same kind of thing about
        something else: of the same statute where there is one. None for what is asked of a
        statute as a whole: no paragraph says which statute it belongs to."""
        if kind in ("force", "goal"):
            return None
        same = [t for t in self._by_title[kind, example.article] if t != example.context]
        pool = same if same and rng.random() < 0.7 else [t for _, t in self.paragraphs[kind]]
        for _ in range(6):
            text = rng.choice(pool)
            if example.answers[0] not in text and example.question[:6] not in text:
                return Example(
                    f"{example.id}-near", example.article, example.question, text, (), None
                )
        return None
