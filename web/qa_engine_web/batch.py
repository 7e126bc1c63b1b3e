"""Many questions at once: a file of questions in, a file of answers out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zipfile import BadZipFile

from qa_engine.errors import QAEngineError, UnreadableFile, UnsupportedFormat, UsageError
from qa_engine.models import Answer, Passage
from qa_engine.presentation import confidence_words, reference_of
from qa_engine.settings import MAX_QUESTION
from qa_engine.sources.packages import check_size, open_package

LIMIT = 500  # questions in one JSON request, which waits for its answers
MOST = 5000  # questions in a job; more belong on the command line
HEADERS = ("问题", "答案", "把握", "引文", "出处", "说明")
_NAMES = {"问题", "问", "题目", "question", "questions", "q"}


@dataclass(frozen=True, slots=True)
class Answered:
    """One question's outcome; ``error`` says why there is none."""

    question: str
    answer: Answer | None
    error: str = ""

    def row(
        self,
        words: Callable[[Answer], str] = confidence_words,
        reference: Callable[[Passage], str] = reference_of,
    ) -> tuple[str, ...]:
        """The columns of HEADERS; ``words`` says how sure an answer is."""
        if self.answer is None:
            return (self.question, "", "", "", "", self.error)
        answer = self.answer
        cited = [item.citation for item in answer.items] or list(answer.citations)
        text = answer.text
        if answer.items:
            text = "\n".join(f"{n}. {item.text}" for n, item in enumerate(answer.items, 1))
        return (
            self.question,
            text,
            words(answer),
            "\n".join(citation.quote.strip() for citation in cited),
            "\n".join(reference(citation.passage) for citation in cited),
            answer.note,
        )


def questions_in(name: str, data: bytes, limit: int = LIMIT) -> list[str]:
    """The questions of a csv, xlsx or text file: the column called 问题, else the first.

    At most ``limit`` of them. Raises UnsupportedFormat, UnreadableFile, UsageError (none,
    or too many).
    """
    kind = name.rsplit(".", 1)[-1].casefold() if "." in name else ""
    if kind == "xlsx":
        rows = _xlsx_rows(name, data, limit)
    elif kind == "csv":
        rows = list(csv.reader(io.StringIO(_decoded(name, data), newline="")))
    elif kind in {"txt", ""}:
        rows = [[line] for line in _decoded(name, data).splitlines()]
    else:
        raise UnsupportedFormat(
            f"{name[:100]}：批量提问不认识这种文件。", "请用 csv、xlsx 或 txt。"
        )
    return checked(_column(rows), limit)


def checked(questions: Sequence[str], limit: int = LIMIT) -> list[str]:
    """Without blank ones; raises UsageError when there are none or too many."""
    kept = [" ".join(question.split()) for question in questions]
    kept = [question for question in kept if question]
    if not kept:
        raise UsageError("没有找到问题。", "请把问题放在第一列，或放在名为“问题”的列。")
    if len(kept) > limit:
        raise UsageError(
            f"一次最多 {limit} 个问题，这里有 {len(kept)} 个。",
            "请分几次上传，或用命令行 qa-engine ask --file 文件。",
        )
    return kept


def _column(rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    head = [cell.strip().casefold() for cell in rows[0]]
    column = next((at for at, cell in enumerate(head) if cell in _NAMES), None)
    body = rows if column is None else rows[1:]
    at = column or 0
    return [row[at] for row in body if len(row) > at]


def _decoded(name: str, data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(f"{name[:100]}：编码读不懂。", "请另存为 UTF-8 或 GB18030。")


def _xlsx_rows(name: str, data: bytes, limit: int) -> list[list[str]]:
    from openpyxl import load_workbook

    for part in open_package(data, name[:100]).infolist():
        check_size(part, name[:100])
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise UnreadableFile(f"{name[:100]}：不是完好的 xlsx。", "请重新另存为 xlsx。") from error
    try:
        sheet: Any = book.worksheets[0]
        return [
            ["" if value is None else str(value) for value in row]
            for row in sheet.iter_rows(
                max_row=min(limit * 2, 1_048_576), max_col=50, values_only=True
            )
        ]
    except (BadZipFile, KeyError, ValueError, IndexError, SyntaxError) as error:
        raise UnreadableFile(f"{name[:100]}：不是完好的 xlsx。", "请重新另存为 xlsx。") from error
    finally:
        book.close()


def answered(questions: Sequence[str], ask: Callable[[str], Answer]) -> Iterator[Answered]:
    """Ask each; a question that cannot be asked does not stop the others."""
    for question in questions:
        if len(question) > MAX_QUESTION:
            yield Answered(question, None, f"问题太长：最多 {MAX_QUESTION} 字。")
            continue
        try:
            yield Answered(question, ask(question))
        except QAEngineError as error:
            yield Answered(question, None, str(error))
