"""How a file was understood: encoding, kind, tables, duties, turns, what was dropped and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from qa_engine.errors import QAEngineError
from qa_engine.models import PERSON, Block, Document, Record
from qa_engine.sources.read import read_documents

_KINDS = {
    "table": "表格",
    "press": "发布会实录",
    "newsletter": "简报",
    "faq": "问答",
    "notice": "通知文件",
    "prose": "文章",
}
_ROLES = {
    "lead": "牵头",
    "cooperate": "配合",
    "deadline": "时限",
    "task": "任务",
    "group": "归类",
    "number": "序号",
    "target": "目标",
    "check": "考核",
    "person": "姓名",
    "other": "其他",
}
_CLAUSES = {"duties": "正文中的任务分工", "people": "正文中的任职", "contacts": "联系方式"}
_SHOWN = 60  # characters of a text in the printed report
_EXAMPLES = 5  # dropped parts shown of each reason

Report = dict[str, Any]


Read = Callable[[Path, str, Callable[[str, QAEngineError], None]], Iterable[Document]]


def report(path: Path, read: Read = read_documents) -> Report:
    """The documents of a file as plain JSON values, and the errors of its parts.

    ``read`` is what reads them. Offsets are characters of each document's text. Raises
    UnsupportedFormat or UnreadableFile when the file as a whole cannot be read.
    """
    errors: list[dict[str, str]] = []

    def note(id: str, error: QAEngineError) -> None:
        errors.append({"id": id, "message": error.message, "hint": error.hint})

    documents = [_document(document) for document in read(path, path.name, note)]
    return {"file": str(path), "documents": documents, "errors": errors}


def _document(document: Document) -> Report:
    blocks = document.blocks
    return {
        "id": document.id,
        "title": document.title,
        "kind": document.kind,
        "date": document.date,
        "place": document.place,
        "source": document.source,
        "encoding": document.encoding,
        "encoding_confidence": document.encoding_confidence,
        "characters": len(document.text),
        "problems": list(document.problems),
        "meta": dict(document.meta),
        "participants": [
            {"name": person.name, "role": person.role, "function": person.function}
            for person in document.participants
        ],
        "counts": dict(Counter(block.kind for block in blocks)),
        "outline": [
            {"level": len(block.headings) + 1, "text": block.text.text}
            for block in blocks
            if block.kind in ("title", "heading")
        ],
        "tables": _tables(blocks),
        "facts": _cells(document.facts),
        "duties": _records(blocks, lambda block: block.kind == "clause" and not _names(block)),
        "people": _records(blocks, lambda block: block.kind == "clause" and _names(block)),
        "contacts": _records(blocks, lambda block: block.kind in ("paragraph", "meta")),
        "turns": _turns(blocks),
        "dropped": [
            {
                "start": part.start,
                "end": part.end,
                "reason": part.reason,
                "text": document.text[part.start : part.end],
            }
            for part in document.dropped
        ],
    }


def _records(blocks: Sequence[Block], wanted: Callable[[Block], bool]) -> list[Report]:
    return [
        {"cells": _cells(block.record), "headings": list(block.headings)}
        for block in blocks
        if block.record is not None and wanted(block)
    ]


def _names(block: Block) -> bool:
    """Is the record about a person (an appointment), rather than a task?"""
    return block.record is not None and bool(block.record.by_role(PERSON))


def _tables(blocks: Sequence[Block]) -> list[Report]:
    """Every table with its columns, their roles and its rows."""
    rows = [block for block in blocks if block.kind == "row" and block.record is not None]
    tables: list[Report] = []
    for number, group in groupby(rows, key=lambda block: block.table):
        members = list(group)
        first = members[0].record
        assert first is not None
        tables.append(
            {
                "table": number,
                "headings": list(members[0].headings),
                "columns": [{"header": cell.header, "role": cell.role} for cell in first.cells],
                "rows": [
                    {"row": block.row, "page": block.page, "cells": _cells(block.record)}
                    for block in members
                    if block.record is not None
                ],
            }
        )
    return tables


def _cells(record: Record) -> list[Report]:
    return [
        {
            "header": cell.header,
            "value": cell.value,
            "role": cell.role,
            "start": cell.start if cell.start >= 0 else None,
            "end": cell.end if cell.end >= 0 else None,
            "carried": cell.carried,
        }
        for cell in record.cells
    ]


def _turns(blocks: Sequence[Block]) -> list[Report]:
    """Who asked what and who answered, turn by turn."""
    turns: list[Report] = []
    spoken = [block for block in blocks if block.turn is not None]
    for number, group in groupby(spoken, key=lambda block: block.turn):
        members = list(group)
        first = members[-1]
        turns.append(
            {
                "turn": number,
                "speaker": first.speaker,
                "role": first.role,
                "asker": first.asker,
                "question": first.question,
                "blocks": len(members),
                "characters": sum(len(block.text.text) for block in members),
                "begins": members[0].text.text[:_SHOWN],
            }
        )
    return turns


def describe(found: Mapping[str, Any]) -> str:
    """A report as lines for people."""
    lines: list[str] = []
    for document in found["documents"]:
        lines.extend(_lines(document))
        lines.append("")
    lines.extend(f"读不了：{error['message']} {error['hint']}" for error in found["errors"])
    return "\n".join(lines).rstrip()


def _lines(document: Mapping[str, Any]) -> list[str]:
    kind = _KINDS.get(document["kind"], document["kind"])
    lines = [f"《{document['title']}》　{document['id']}"]
    encoding = document["encoding"]
    if encoding:
        sure = document["encoding_confidence"]
        lines.append(f"编码：{encoding}" + (f"（把握 {sure:.0%}）" if sure is not None else ""))
    known = [("日期", "date"), ("地点", "place"), ("来源", "source")]
    stated = "　".join(f"{label}：{document[key]}" for label, key in known if document[key])
    lines.append(f"类型：{kind}，{document['characters']} 字" + (f"　{stated}" if stated else ""))
    lines.extend(f"注意：{problem}" for problem in document["problems"])
    lines.extend(
        f"参加人：{person['name']}　{person['role']}　{person['function']}"
        for person in document["participants"]
    )
    if document["facts"]:
        stated = "　".join(f"{cell['header']}：{cell['value']}" for cell in document["facts"])
        lines.append(f"文件信息：{stated}")
    if document["outline"]:
        lines.append("标题：")
        lines.extend("  " * entry["level"] + entry["text"] for entry in document["outline"])
    for table in document["tables"]:
        lines.extend(_table_lines(table))
    for name, title in _CLAUSES.items():
        if document[name]:
            lines.append(f"{title} {len(document[name])} 条：")
            lines.extend(f"  {_record_line(one['cells'])}" for one in document[name])
    if document["turns"]:
        lines.append(f"发言与问答 {len(document['turns'])} 轮：")
        for turn in document["turns"]:
            who = turn["speaker"] or "（未署名）"
            asked = f"　问：{_short(turn['question'])}" if turn["question"] else ""
            lines.append(f"  {turn['turn']}. {who}：{_short(turn['begins'])}{asked}")
    if document["dropped"]:
        lines.append(f"略去 {len(document['dropped'])} 处：")
        by_reason: dict[str, list[str]] = {}
        for part in document["dropped"]:
            by_reason.setdefault(part["reason"], []).append(_short(part["text"]))
        for reason, texts in by_reason.items():
            shown = "、".join(texts[:_EXAMPLES]) + ("……" if len(texts) > _EXAMPLES else "")
            lines.append(f"  [{reason}] {len(texts)} 处：{shown}")
    return lines


def _table_lines(table: Mapping[str, Any]) -> list[str]:
    columns = "｜".join(
        f"{column['header']}（{_ROLES.get(column['role'], column['role'])}）"
        for column in table["columns"]
    )
    lines = [f"表 {table['table']}：{len(table['rows'])} 行，列：{columns}"]
    lines.extend(f"  {row['row']}. {_record_line(row['cells'])}" for row in table["rows"])
    return lines


def _record_line(cells: Sequence[Mapping[str, Any]]) -> str:
    return "｜".join(_short(cell["value"]) or "（空白）" for cell in cells)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
