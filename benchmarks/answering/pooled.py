"""Answers end to end over a pool of paragraphs: retrieval, choice, span and declining at once.

    python -m benchmarks.answering.pooled ASKED.json [MORE.json …] --index DIR [--part test]
        [--questions N] [--seed S] [--reader none] [--json FILE]

The files are sets in SQuAD's format. Their paragraphs are indexed together, a document
each, without titles (once: DIR is kept). Questions of the first set go through
``Engine.ask``; CMRC2018's official exact match and F1 are taken of ``answer.text``, and a
declined question counts 0. ``--part`` keeps the questions of every second paragraph:
``fit`` is for looking at, ``test`` for figures.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from qa_engine import open_engine
from qa_engine.engine import Engine
from qa_engine.settings import settings
from qa_engine.wiring import index
from training.scores import exact_match, f1

PARTS = ("fit", "test")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, the document that answers it and what counts as the answer."""

    id: str
    question: str
    document: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """``rank`` is the place of the right document among the passages found, from 1; 0 if
    it is not there. ``cited`` tells that the answer comes from it."""

    asked: Asked
    said: str
    kind: str
    confidence: float
    rank: int
    cited: bool
    em: float
    f1: float


def load(path: Path) -> tuple[dict[str, str], list[Asked]]:
    """Paragraphs by id (equal ones once) and the answerable questions, in file order."""
    ids: dict[str, str] = {}
    questions: list[Asked] = []
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            text = paragraph["context"].strip()
            id = ids.setdefault(text, f"{path.stem}-{len(ids):05d}")
            for one in paragraph["qas"]:
                texts = tuple(answer["text"].strip() for answer in one["answers"])
                if texts:
                    questions.append(Asked(str(one["id"]), one["question"].strip(), id, texts))
    return {id: text for text, id in ids.items()}, questions


def chosen(questions: Sequence[Asked], part: str | None, count: int, seed: int) -> list[Asked]:
    """A sample; a part holds the questions of every second document."""
    if part is not None:
        kept = set(sorted({one.document for one in questions})[PARTS.index(part) :: 2])
        questions = [one for one in questions if one.document in kept]
    return random.Random(seed).sample(list(questions), min(count, len(questions)))


def outcome(engine: Engine, asked: Asked) -> Outcome:
    answer = engine.ask(asked.question)
    found = [hit.passage.document for hit in answer.hits]
    right = next((id for id in found if id.endswith(asked.document)), None)
    return Outcome(
        asked,
        answer.text,
        answer.kind,
        answer.confidence,
        found.index(right) + 1 if right else 0,
        any(one.passage.document == right for one in answer.citations),
        exact_match(asked.answers, answer.text),
        f1(asked.answers, answer.text),
    )


def figures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """In percent but for ``questions``."""
    given = [one for one in outcomes if one.said]

    def mean(values: Sequence[float]) -> float:
        return round(100 * sum(values) / max(len(values), 1), 1)

    return {
        "questions": len(outcomes),
        "em": mean([one.em for one in outcomes]),
        "f1": mean([one.f1 for one in outcomes]),
        "declined": mean([float(not one.said) for one in outcomes]),
        "f1 of given": mean([one.f1 for one in given]),
        "right paragraph first": mean([float(one.rank == 1) for one in outcomes]),
        "among ten": mean([float(0 < one.rank <= 10) for one in outcomes]),
        "cited": mean([float(one.cited) for one in outcomes]),
    }


def build(files: Sequence[Path], folder: Path) -> list[Asked]:
    """Index the paragraphs of all files in ``folder``; the questions of the first."""
    loaded = [load(path) for path in files]
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "paragraphs.jsonl"
    rows = [{"id": id, "text": text} for paragraphs, _ in loaded for id, text in paragraphs.items()]
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n"
    if not source.exists() or source.read_text(encoding="utf-8") != lines:
        source.write_text(lines, encoding="utf-8")
    report = index(settings(folder / "index"), [source])
    if report.failed:
        raise SystemExit(f"not indexed: {report.failed}")
    return loaded[0][1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="SET.json")
    parser.add_argument("--index", type=Path, required=True, metavar="DIR")
    parser.add_argument("--part", choices=PARTS)
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--reader", help="none: rules alone")
    parser.add_argument("--json", type=Path, help="what was said to each question")
    arguments = parser.parse_args()
    questions = build(arguments.files, arguments.index)
    asked = chosen(questions, arguments.part, arguments.questions, arguments.seed)
    with open_engine(arguments.index / "index", reader=arguments.reader) as engine:
        outcomes = []
        for number, one in enumerate(asked, 1):
            outcomes.append(outcome(engine, one))
            if number % 20 == 0:
                print(number, figures(outcomes), file=sys.stderr, flush=True)
                keep(outcomes, arguments.json)
    for name, value in figures(outcomes).items():
        print(f"{name:<22} {value}")
    keep(outcomes, arguments.json)


def keep(outcomes: Sequence[Outcome], path: Path | None) -> None:
    if path is not None:
        text = json.dumps([asdict(one) for one in outcomes], ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
