"""Figures over a gold set of questions: answers, citations, ranking, declining.

A gold file holds one JSON object a line: ``id``, ``kind`` (``unanswerable`` for questions
without an answer), ``question``, ``answers`` (any one counts), ``all_of`` (all must
appear), ``none_of`` (must not appear, for the strict figure), ``evidence`` and
``evidence_alt`` (verbatim runs of the source), ``style``, ``abstain_ok``. An answer counts
when the normalised answer text contains what is asked and is at most 120 characters long
(300 for kind ``list``). recall@k: the evidence is in one of the first k passages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa_engine.errors import UsageError
from qa_engine.models import Answer
from qa_engine.text.normalise import fold

Gold = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the engine said to one question."""

    answer: str
    declined: bool
    citation: str
    passages: tuple[str, ...]
    confidence: float = 0.0


def prediction(answer: Answer) -> Prediction:
    """The parts of an answer that are scored; passages are the ten best."""
    cited = "\n".join(dict.fromkeys(citation.passage.text for citation in answer.citations))
    return Prediction(
        answer.text,
        not answer.found,
        cited,
        tuple(hit.passage.text for hit in answer.hits[:10]),
        answer.confidence,
    )


def comparable(text: str) -> str:
    """Folded, letters and digits only, but for %, ‰ and decimal points; a mark is left
    between numbers that punctuation parted."""
    text = re.sub(r"(?<=\d)．(?=\d{4}年)", "、", text)
    text = fold(text)
    text = re.sub(r"(?<=\d)\.(?=\d)", "\ue000", text)
    text = re.sub(r"(?<=\d)[^\w%‰\ue000]+(?=\d)", "\ue001", text)
    text = "".join(c for c in text if c.isalnum() or c in "%‰\ue000\ue001")
    return text.replace("\ue000", ".").replace("\ue001", "·")


def contains(wanted: str, text: str) -> bool:
    """Whether the text says it; digits at its ends must not go on (5个 is not in 15个)."""
    needle, hay = comparable(wanted), comparable(text)
    if not needle:
        return False
    before = r"(?<![\d.])" if needle[0].isdigit() else ""
    after = r"(?![\d]|\.\d)" if needle[-1].isdigit() else ""
    return re.search(before + re.escape(needle) + after, hay) is not None


def answered(gold: Gold, said: Prediction) -> bool:
    """Whether the answer counts (for an unanswerable question: whether it declined)."""
    text = said.answer
    declined = said.declined or not text.strip()
    if gold["kind"] == "unanswerable":
        return declined
    if declined:
        return bool(gold.get("abstain_ok"))
    if len(text) > (300 if gold["kind"] == "list" else 120):
        return False
    any_of = gold.get("answers") or []
    return (not any_of or any(contains(one, text) for one in any_of)) and all(
        contains(one, text) for one in gold.get("all_of") or []
    )


def strictly(gold: Gold, said: Prediction) -> bool:
    """Answered, and none of the neighbouring traps appears."""
    return answered(gold, said) and not any(
        contains(trap, said.answer) for trap in gold.get("none_of") or []
    )


def _evidence(gold: Gold) -> list[str]:
    runs = [gold.get("evidence", ""), *(gold.get("evidence_alt") or [])]
    return [comparable(run) for run in runs if run]


def cited(gold: Gold, said: Prediction) -> bool:
    """Whether a cited passage holds the evidence."""
    text = comparable(said.citation)
    return any(run in text for run in _evidence(gold))


def rank(gold: Gold, said: Prediction) -> int | None:
    """The place of the first passage that holds the evidence, from 1; None if in none."""
    runs = _evidence(gold)
    for place, passage in enumerate(said.passages, 1):
        text = comparable(passage)
        if any(run in text for run in runs):
            return place
    return None


def figures(golds: Sequence[Gold], said: Mapping[str, Prediction]) -> dict[str, float]:
    """All figures of one group of questions, in [0, 1] but for ``mean_length`` (characters)."""
    nothing = Prediction("", True, "", ())
    answerable = [gold for gold in golds if gold["kind"] != "unanswerable"]
    others = [gold for gold in golds if gold["kind"] == "unanswerable"]

    def got(gold: Gold) -> Prediction:
        return said.get(str(gold["id"]), nothing)

    def mean(values: Sequence[float]) -> float:
        return sum(values) / max(len(values), 1)

    def within(gold: Gold, k: int) -> bool:
        place = rank(gold, got(gold))
        return place is not None and place <= k

    given = [gold for gold in answerable if not got(gold).declined]
    return {
        "answer": mean([answered(gold, got(gold)) for gold in answerable]),
        "strict": mean([strictly(gold, got(gold)) for gold in answerable]),
        "citation": mean([cited(gold, got(gold)) for gold in answerable]),
        "recall@1": mean([within(gold, 1) for gold in answerable]),
        "recall@5": mean([within(gold, 5) for gold in answerable]),
        "recall@10": mean([within(gold, 10) for gold in answerable]),
        "declined_rightly": mean([answered(gold, got(gold)) for gold in others]),
        "declined_wrongly": mean([got(gold).declined for gold in answerable]),
        "mean_length": mean([float(len(got(gold).answer)) for gold in given]),
    }


def read_gold(path: Path) -> list[dict[str, Any]]:
    """The questions of a gold file. Raises UsageError with the line that cannot be read."""
    golds: list[dict[str, Any]] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UsageError(f"读不了 {path}：{error.strerror}。", "请检查路径。") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            gold = json.loads(line)
            gold["question"], gold["kind"], gold["id"]
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"{path} 第{number}行不是一道题：{error!r}。", "每行要有 id、kind、question。"
            ) from error
        golds.append(gold)
    return golds


def evaluate(
    golds: Sequence[Gold],
    ask: Callable[[str], Answer],
    progress: Callable[[int], None] | None = None,
) -> tuple[dict[str, dict[str, float]], dict[str, Prediction]]:
    """Ask every question; figures for all, by kind and by style, and what was said."""
    said: dict[str, Prediction] = {}
    for number, gold in enumerate(golds, 1):
        said[str(gold["id"])] = prediction(ask(gold["question"]))
        if progress:
            progress(number)
    groups: dict[str, list[Gold]] = {"ALL": list(golds)}
    for gold in golds:
        groups.setdefault(str(gold["kind"]), []).append(gold)
        if gold.get("style"):
            groups.setdefault(f"style:{gold['style']}", []).append(gold)
    return {
        name: {"questions": float(len(group)), **figures(group, said)}
        for name, group in groups.items()
    }, said


def confusion(golds: Sequence[Gold], said: Mapping[str, Prediction]) -> dict[str, int]:
    """How answering and declining fell on answerable and unanswerable questions."""
    table = {"answered_right": 0, "answered_wrong": 0, "declined_wrongly": 0, "declined_rightly": 0}
    table["answered_unanswerable"] = 0
    for gold in golds:
        got = said[str(gold["id"])]
        if gold["kind"] == "unanswerable":
            table["declined_rightly" if got.declined else "answered_unanswerable"] += 1
        elif got.declined:
            table["declined_wrongly"] += 1
        else:
            table["answered_right" if answered(gold, got) else "answered_wrong"] += 1
    return table
