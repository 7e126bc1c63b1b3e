"""Asking set questions of an engine, and how right the sets are."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.answering.sets.questions import SetQuestion
from qa_engine.evaluation import comparable
from qa_engine.models import Answer


@dataclass(frozen=True, slots=True)
class Result:
    """``f1`` is 1 for a rightly declined question; a count must be said in the text, too."""

    question: SetQuestion
    answer: Answer
    given: frozenset[str]
    f1: float


def score(question: SetQuestion, answer: Answer, tasks: Sequence[str]) -> Result:
    """``tasks``: the texts of all tasks of the corpus."""
    given = frozenset(_tasks_of(answer, tasks)) if answer.found else frozenset()
    best = max(_f1(question.tasks, given), _f1(question.wider, given) if question.wider else 0.0)
    if not question.tasks:
        best = float(not answer.found)
    elif question.counts and not re.search(rf"(?<!\d){len(question.tasks)}(?!\d)", answer.text):
        best = 0.0 if len(question.tasks) > 1 else best
    return Result(question, answer, given, best)


def _tasks_of(answer: Answer, tasks: Sequence[str]) -> list[str]:
    """What the items' rows are about; a row of no known task stands for itself."""
    found: list[str] = []
    for item in answer.items:
        record = item.citation.passage.record
        values = {comparable(value) for value in record.values()} if record else set()
        found.append(next((one for one in tasks if comparable(one) in values), item.text))
    return found


def _f1(wanted: frozenset[str], given: frozenset[str]) -> float:
    both = len(wanted & given)
    return 2 * both / (len(wanted) + len(given)) if both else 0.0


def ask_all(
    questions: Sequence[SetQuestion], ask: Callable[[str], Answer], tasks: Sequence[str]
) -> list[Result]:
    return [score(one, ask(one.text), tasks) for one in questions]
