"""A small engine in memory with invented documents, for tests of the pages and the API.

It looks words up and answers from one table; that is enough to show every state of a
page. What the real engine finds is tested elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qa_engine.alignment import Aligned
from qa_engine.errors import DocumentNotFound, QuestionError
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
    DocumentInfo,
    Dropped,
    Hit,
    Item,
    Manifest,
    Participant,
    Passage,
    QueryInfo,
    Record,
)

HEADERS = (("主要工作", TASK), ("完成时间", DEADLINE), ("牵头部门", LEAD), ("配合部门", COOPERATE))
ROWS = (
    ("修缮青石河堤岸", "2031年6月", "水务站", "村建办、财政所"),
    ("组织河堤巡查队", "", "水务站", "武装部"),
    ("整理沿河古树名录", "2031年9月", "林业站", "水务站"),
)
HOSTILE = "<script>alert('x')</script>\" onload=\"alert(1) javascript:alert(2) {{ 7*7 }} {% raw %}"


def table_document(id: str = "corpus/河堤.txt") -> tuple[Document, list[Passage]]:
    """A task table flattened to text: cells on lines of their own."""
    title = "青石镇2031年河堤工作任务表"
    text = f"{title}\n"
    rows: list[tuple[Record, int, int]] = []
    for values in ROWS:
        cells: list[Cell] = []
        begin = len(text)
        for (header, role), value in zip(HEADERS, values, strict=True):
            if value:
                cells.append(Cell(header, value, role, len(text), len(text) + len(value)))
            else:
                cells.append(Cell(header, "", role))
            text += f"{value}\n"
        rows.append((Record(tuple(cells)), begin, len(text) - 1))
    blocks = [Block("title", Aligned.of(text, 0, len(title)), level=1)]
    passages: list[Passage] = []
    for number, (record, begin, end) in enumerate(rows, 1):
        aligned = Aligned.join(
            [
                Aligned.synthetic(f"{cell.header}：") + Aligned.of(text, cell.start, cell.end)
                for cell in record.cells
                if cell.value
            ],
            "；",
        )
        blocks.append(Block("row", aligned, table=1, row=number, record=record))
        passages.append(
            Passage(
                id=f"{id}#{number}",
                document=id,
                title=title,
                text=aligned.text,
                kind="row",
                start=begin,
                end=end,
                row=number,
                table=1,
                record=record,
                ordinal=number - 1,
                date="2031",
                runs=aligned.runs,
            )
        )
    return (
        Document(id, title, text, "table", "2031", blocks=tuple(blocks), source="青石镇政府"),
        passages,
    )


def press_document(id: str = "corpus/发布会.txt") -> tuple[Document, list[Passage]]:
    """A press conference with spam at the top and one question."""
    spam, title = "免费观看高清视频", "青石镇古树保护新闻发布会"
    question = "林间晚报记者：古树怎么保护？"
    speech = "古树一树一档，每年体检两次。"
    text = f"{spam}\n{title}\n{question}\n{speech}\n"
    at = {part: text.index(part) for part in (spam, title, question, speech)}

    def of(part: str) -> Aligned:
        return Aligned.of(text, at[part], at[part] + len(part))

    blocks = (
        Block("title", of(title), level=1),
        Block("question", of(question), turn=1, speaker="林间晚报记者", asker="林间晚报"),
        Block("speech", of(speech), turn=1, speaker="叶听松", role="林业站站长", question=question),
    )
    passage = Passage(
        id=f"{id}#1",
        document=id,
        title=title,
        text=speech,
        kind="speech",
        start=at[speech],
        end=at[speech] + len(speech),
        turn=1,
        speaker="叶听松",
        role="林业站站长",
        question=question,
        date="2032-05-06",
        runs=of(speech).runs,
    )
    return (
        Document(
            id,
            title,
            text,
            "press",
            "2032-05-06",
            "镇会议室",
            "青石镇林业站",
            blocks,
            (Participant("叶听松", "林业站站长", "发布人"),),
            (Dropped(0, len(spam), "广告"),),
        ),
        [passage],
    )


def hostile_document(id: str = 'corpus/a"onload=<b>.txt') -> tuple[Document, list[Passage]]:
    """Everything in it would be dangerous if it were trusted as HTML."""
    text = f"{HOSTILE}\n恶意{HOSTILE}正文\n"
    start = len(HOSTILE) + 1
    block = Block(
        "speech", Aligned.of(text, start, len(text) - 1), turn=1, speaker=HOSTILE, role=HOSTILE
    )
    passage = Passage(
        id=f"{id}#1",
        document=id,
        title=HOSTILE,
        text=block.text.text,
        kind="speech",
        headings=(HOSTILE,),
        start=start,
        end=len(text) - 1,
        turn=1,
        speaker=HOSTILE,
        role=HOSTILE,
        question=HOSTILE,
        date="2033-01-01",
        note=HOSTILE,
        runs=block.text.runs,
    )
    heading = Block("heading", Aligned.of(text, 0, len(HOSTILE)), level=1)
    return (
        Document(
            id,
            HOSTILE,
            text,
            "press",
            "2033-01-01",
            HOSTILE,
            HOSTILE,
            (heading, block),
            (Participant(HOSTILE, HOSTILE, HOSTILE),),
            (Dropped(0, 5, HOSTILE),),
            (HOSTILE,),
        ),
        [passage],
    )


@dataclass
class FakeEngine:
    """Documents and passages by id."""

    documents_: dict[str, tuple[Document, list[Passage]]]

    @property
    def manifest(self) -> Manifest:
        count = sum(len(passages) for _, passages in self.documents_.values())
        return Manifest(
            1, "g1", "2031-01-02T03:04:05Z", "fake", 8, "fake", len(self.documents_), count
        )

    def _check(self, question: str) -> str:
        if not question.strip():
            raise QuestionError("问题是空的。", "请输入一个问题。")
        return question

    def ask(
        self,
        question: str,
        filters: Mapping[str, Any] | None = None,
        context: str | Sequence[str] | None = None,
    ) -> Answer:
        """和 splits a question in two; 哪些 asks for a set; otherwise one cell answers."""
        self._check(question)
        info = QueryInfo(question, (("河堤", ("堤岸",)),), (("河提", "河堤"),))
        if "和" in question:
            parts = [self.ask(part, filters) for part in question.split("和")]
            found = any(part.found for part in parts)
            hits = tuple(hit for part in parts for hit in part.hits)
            return Answer(
                "；".join(part.text for part in parts),
                found,
                0.8,
                "record",
                tuple(c for part in parts for c in part.citations),
                hits=hits,
                parts=tuple(parts),
                query=info,
            )
        hits = tuple(self.search(question, 10, "hybrid", filters))
        if "哪些" in question:
            rows = [hit for hit in hits if hit.passage.record is not None]
            items = tuple(
                Item(hit.passage.record["主要工作"], self._cite(hit.passage, 0))
                for hit in rows
                if hit.passage.record is not None
            )
            return Answer(
                f"共{len(items)}项",
                bool(items),
                0.9,
                "set",
                tuple(item.citation for item in items),
                items,
                hits=hits,
                query=info,
            )
        for hit in hits:
            if hit.passage.record is not None and "谁" in question:
                citation = self._cite(hit.passage, 2)
                return Answer(
                    citation.quote,
                    True,
                    0.93,
                    "record",
                    (citation,),
                    reasons=("表格第1行的“牵头部门”",),
                    hits=hits,
                    query=info,
                )
            if "恶意" in question or "保护" in question:
                passage = hit.passage
                text = self.document(passage.document).text[passage.start : passage.end]
                cited = Citation(text, passage.start, passage.end, passage)
                reasons = (HOSTILE,) if "恶意" in question else ()
                note = HOSTILE if "恶意" in question else ""
                return Answer(
                    text, True, 0.5, "turn", (cited,), (), note, reasons, hits, query=info
                )
        return Answer("", False, 0.1, "none", note="文档没有说。", hits=hits, query=info)

    def _cite(self, passage: Passage, column: int) -> Citation:
        assert passage.record is not None
        cell = passage.record.cells[column]
        return Citation(cell.value, cell.start, cell.end, passage)

    def search(
        self,
        query: str,
        limit: int = 10,
        mode: str = "hybrid",
        filters: Mapping[str, Any] | None = None,
    ) -> list[Hit]:
        """Passages by how many pairs of characters they share with the query."""
        self._check(query)
        pairs = {query[i : i + 2] for i in range(len(query) - 1)}
        hits: list[Hit] = []
        for passage in self._passages(filters):
            score = sum(pair in passage.text for pair in pairs)
            if score:
                hits.append(Hit(float(score), passage, {"words": float(score)}))
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))[:limit]

    def _passages(self, filters: Mapping[str, Any] | None) -> list[Passage]:
        def allowed(document: Document, passage: Passage) -> bool:
            for key, value in (filters or {}).items():
                values = [value] if isinstance(value, str) else list(value)
                have = {
                    "document": document.id,
                    "kind": document.kind,
                    "speaker": passage.speaker or "",
                    "date": (passage.date or "")[:4],
                    "department": passage.text,
                }[key]
                if not any(v == have or (key == "department" and v in have) for v in values):
                    return False
            return True

        return [
            passage
            for document, passages in self.documents_.values()
            for passage in passages
            if allowed(document, passage)
        ]

    def document(self, id: str) -> Document:
        if id not in self.documents_:
            raise DocumentNotFound(f"没有这份文档：{id}", "用 qa-engine doctor 查看。")
        return self.documents_[id][0]

    def documents(self) -> list[DocumentInfo]:
        return [
            DocumentInfo(
                document.id,
                document.title,
                document.kind,
                document.date,
                document.place,
                document.source,
                len(document.text),
                len(passages),
                document.problems,
                document.meta.get("path"),
            )
            for document, passages in self.documents_.values()
        ]

    def passages_of(self, document: str) -> list[Passage]:
        return self.documents_[document][1] if document in self.documents_ else []

    def records(self, filters: Mapping[str, Any] | None = None) -> list[Passage]:
        return [passage for passage in self._passages(filters) if passage.record is not None]

    def conferences(self) -> list[DocumentInfo]:
        return [info for info in self.documents() if info.kind == "press"]

    def examples(self) -> list[str]:
        return [f"{values[0]}由谁牵头？" for values in ROWS]

    def suggest(self, prefix: str) -> list[str]:
        return [f"{values[0]}由谁牵头？" for values in ROWS if prefix in values[0]]


def fake_engine(**extra: tuple[Document, list[Passage]]) -> FakeEngine:
    """The three documents and what else is given."""
    found = [table_document(), press_document(), hostile_document(), *extra.values()]
    return FakeEngine({document.id: (document, passages) for document, passages in found})


def with_path(engine: FakeEngine, id: str, path: str) -> None:
    """Say where a document's original file lies."""
    document, passages = engine.documents_[id]
    engine.documents_[id] = (replace(document, meta={"path": path}), passages)
