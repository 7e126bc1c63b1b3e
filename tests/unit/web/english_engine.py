"""An engine whose documents are English and whose own words are as Chinese as ever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qa_engine.alignment import Aligned
from qa_engine.models import (
    COOPERATE,
    DEADLINE,
    LEAD,
    TASK,
    Answer,
    Block,
    Cell,
    Citation,
    Document,
    Dropped,
    Item,
    Participant,
    Passage,
    QueryInfo,
    Record,
)
from tests.unit.web.fake import FakeEngine

HEADERS = (("Work", TASK), ("Due", DEADLINE), ("Lead", LEAD), ("Helps", COOPERATE))
ROWS = (("Mend the dam", "2031-06", "Water works", "Treasury"), ("Count trees", "", "Forestry", ""))


def _table() -> tuple[Document, list[Passage]]:
    id, title = "corpus/dam.txt", "Work on the dam"
    text, blocks, passages = f"{title}\n", [], []
    for number, values in enumerate(ROWS, 1):
        cells: list[Cell] = []
        begin = len(text)
        for (header, role), value in zip(HEADERS, values, strict=True):
            at = (len(text), len(text) + len(value)) if value else (-1, -1)
            cells.append(Cell(header, value, role, *at))
            text += f"{value}\n"
        blocks.append((number, Record(tuple(cells)), begin, len(text) - 1))
    found: list[Block] = [Block("title", Aligned.of(text, 0, len(title)), level=1)]
    for number, record, begin, end in blocks:
        aligned = Aligned.of(text, begin, end)
        found.append(Block("row", aligned, table=1, row=number, record=record))
        passage = Passage(
            f"{id}#{number}",
            id,
            title,
            aligned.text,
            "row",
            start=begin,
            end=end,
            row=number,
            table=1,
            record=record,
            ordinal=number - 1,
            date="2031",
            runs=aligned.runs,
        )
        passages.append(passage)
    document = Document(
        id,
        title,
        text,
        "table",
        "2031",
        blocks=tuple(found),
        source="Town hall",
        facts=Record(
            (Cell("文号", text[:3], start=0, end=3), Cell("附件（2）", text[:4], start=0, end=4))
        ),
        dropped=(Dropped(0, 4, "页眉页脚"), Dropped(4, 8, "说话人标签（见 speaker）")),
        problems=("第 2 页是扫描图像，没有文字层，未能读出。", "引号不成对，引号按普通字符读入。"),
    )
    return document, passages


def _press() -> tuple[Document, list[Passage]]:
    id, title = "corpus/press.txt", "Press conference on trees"
    question, speech = "Reporter: how are trees kept?", "Each tree has a file. It is seen twice."
    text = f"{title}\n{question}\n{speech}\n"

    def of(part: str) -> Aligned:
        return Aligned.of(text, text.index(part), text.index(part) + len(part))

    blocks = (
        Block("title", of(title), level=1),
        Block("question", of(question), turn=1, speaker="Reporter", asker="Gazette"),
        Block("speech", of(speech), turn=1, speaker="Leaf", role="Ranger", question=question),
    )
    passage = Passage(
        f"{id}#1",
        id,
        title,
        speech,
        "speech",
        start=text.index(speech),
        end=text.index(speech) + len(speech),
        turn=1,
        speaker="Leaf",
        role="Ranger",
        question=question,
        date="2032-05-06",
        runs=of(speech).runs,
    )
    people = (Participant("Leaf", "Ranger", "Speaker"),)
    document = Document(
        id, title, text, "press", "2032-05-06", "Room 1", "Forestry", blocks, people
    )
    return document, [passage]


@dataclass
class EnglishEngine(FakeEngine):
    """“who” asks for a cell, “which” for a set, “ and ” for two answers."""

    def ask(
        self,
        question: str,
        filters: Mapping[str, Any] | None = None,
        context: str | Sequence[str] | None = None,
    ) -> Answer:
        self._check(question)
        info = QueryInfo(question, (("dam", ("dike", "wall")),), (("dmm", "dam"),))
        if " and " in question:
            parts = tuple(self.ask(part) for part in question.split(" and "))
            note = "问题有2个部分，其中1个没有找到答案。"
            return replace(parts[0], parts=parts, note=note, query=info)
        hits = tuple(self.search("Mend the dam"))
        row = hits[0].passage
        assert row.record is not None
        cited = [Citation(c.value, c.start, c.end, row) for c in row.record.cells]
        if "which" in question:
            items = (Item("Mend the dam", cited[0]), Item("Dam watch", cited[2]))
            return Answer(
                "共2项：Mend the dam；Dam watch",
                True,
                0.9,
                "set",
                tuple(item.citation for item in items),
                items,
                note="来自2份文件",
                reasons=("从全部记录里筛选：Water works",),
                hits=hits,
                query=info,
            )
        if "who" in question:
            reasons = ("按记录查“Lead”一栏", "任务匹配度 0.93", "按发言人标注")
            return Answer(
                "Water works", True, 0.93, "record", (cited[2],), (), "", reasons, hits, query=info
            )
        if "blank" in question:
            note = "原文该项的“Helps”一栏是空白，文件没有写明。"
            reasons = ("该单元格为空", "把握 0.20 低于 0.35")
            return Answer("", False, 0.2, "none", (cited[0],), (), note, reasons, hits, query=info)
        note = "未找到答案：记录里没有“Mars”。"
        return Answer("", False, 0.1, "none", note=note, hits=hits, query=info)

    def examples(self) -> list[str]:
        return ["who mends the dam?"]

    def suggest(self, prefix: str) -> list[str]:
        return ["who mends the dam?"]


def english_engine() -> EnglishEngine:
    """A table and a press conference."""
    found = [_table(), _press()]
    return EnglishEngine({document.id: (document, passages) for document, passages in found})
