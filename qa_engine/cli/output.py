"""Answers, hits and figures as text for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from qa_engine.models import Answer, Hit
from qa_engine.presentation import confidence_words, place_of

if TYPE_CHECKING:
    from qa_engine.intake import Report


def print_answer(answer: Answer, question: str | None = None, passages: int = 0) -> None:
    """The answer, then what it rests on; for a decline the reason and the nearest passages."""
    if question:
        print(f"问：{question}")
    if answer.found:
        print(f"{answer.text}（{confidence_words(answer)}）")
    else:
        print(answer.note or "未找到答案。")
    if answer.found and answer.note:
        print(f"注：{answer.note}")
    if answer.phrased_by:
        print(f"注：文字由模型“{answer.phrased_by}”根据下列出处改写。")
    if answer.query:
        for typed, forms in answer.query.expanded:
            print(f"已扩展：{typed} → {'、'.join(forms)}")
        for typed, close in answer.query.suggestions:
            print(f"您是不是要找：{close}（{typed}）")
    shown: set[str] = set()
    number = 0
    for citation in answer.citations:
        if citation.passage.id in shown:
            continue
        shown.add(citation.passage.id)
        number += 1
        passage = citation.passage
        speaker = f"，{passage.speaker}" if passage.speaker else ""
        print(f"\n[{number}] 《{passage.title}》{place_of(passage)}{speaker}　{passage.document}")
        print(_indented(passage.text))
    if passages or not answer.found:
        rest = [hit for hit in answer.hits if hit.passage.id not in shown][: passages or 3]
        if rest:
            print("\n相近的段落：")
            print_hits(rest)


def print_hits(hits: Sequence[Hit]) -> None:
    if not hits:
        print("没有找到相关段落。")
    for number, hit in enumerate(hits, 1):
        passage = hit.passage
        speaker = f"，{passage.speaker}" if passage.speaker else ""
        where = f"《{passage.title}》{place_of(passage)}{speaker}　{passage.document}"
        print(f"{number}. {hit.score:.3f} {where}")
        print(_indented(passage.text))


def print_report(report: Report) -> None:
    """What indexing added, changed, removed, skipped, and could not read."""
    print(
        f"新增 {len(report.added)}，更新 {len(report.changed)}，移除 {len(report.removed)}，"
        f"未变 {len(report.skipped)}，失败 {len(report.failed)}；"
        f"共 {report.documents} 份文件、{report.passages} 个段落。"
    )
    for failure in report.failed:
        print(f"  未能读取 {failure}")


def print_figures(table: Mapping[str, Mapping[str, float]], falls: Mapping[str, int]) -> None:
    """One line a group of questions."""
    for name, row in table.items():
        cells = "  ".join(f"{key} {value:.3f}" for key, value in row.items() if key != "questions")
        print(f"{name:<24} {int(row['questions']):>4}  {cells}")
    print("  ".join(f"{key} {value}" for key, value in falls.items()))


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
