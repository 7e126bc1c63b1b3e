"""Passages of whole documents as the engine reads them, to train and measure the reader on.

    python -m training.indexed --out PASSAGES.jsonl

`documents` says what is in ``office_documents/``. They are indexed, each question is asked, and the
passages that the engine would read become examples, each below what the engine reads above it: the
one with the answer, those of the same document that do not have it and, where a question names its
document's place, those of other documents. So the reader learns to tell the right passage from the
ones that ranking puts beside it (hard negatives, as Karpukhin et al. 2020 have them for retrieval).

Every line has ``q``, ``doc``, ``text``, ``a`` ("" where the passage does not answer), ``start``,
``near``: whether the question is a near miss, which no passage answers. Questions on one document
in `HELD_OUT` are only measured on.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa_engine import open_engine
from qa_engine.answering.evidence import Evidence
from qa_engine.answering.reading import heads_of
from qa_engine.answering.spans import passages_to_read
from qa_engine.engine import Engine
from qa_engine.evaluation import comparable
from qa_engine.models import Passage
from qa_engine.settings import settings
from qa_engine.text.normalise import normalise
from qa_engine.wiring import index
from training.corpora import Example
from training.documents import FOLDER, TEXTS, is_held_out

# What stands before the place in the name of a file: 《, 2024年, 关于开展, 一图读懂：.
_BEFORE_NAME = re.compile(
    r"^(?:《|\d{4}年|关于\S{0,4}?(?=[\u4e00-\u9fff]{2}[市县区])|[^：:]+[：:])+"
)
WRONG = 2  # wrong passages of a question, drawn anew for every epoch


@dataclass(frozen=True, slots=True)
class Read:
    """A question and the passages read for it: at most one that answers, and wrong ones."""

    right: Example | None
    wrong: tuple[Example, ...]
    near_miss: bool

    def drawn(self, rng: random.Random) -> list[Example]:
        """The right passage and some of the wrong ones."""
        wrong = rng.sample(self.wrong, min(WRONG, len(self.wrong)))
        return [*([self.right] if self.right else []), *wrong]


def load_indexed(path: Path) -> tuple[list[Read], list[Read]]:
    """(to train on, to measure on) of a file that this module made."""
    questions: dict[tuple[str, str], list[dict[str, Any]]] = {}
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            questions.setdefault((row["doc"], row["q"]), []).append(row)
    train: list[Read] = []
    held: list[Read] = []
    for number, ((document, _), rows) in enumerate(questions.items()):
        examples = [_example(f"indexed-{number}-{n}", row) for n, row in enumerate(rows)]
        found = Read(
            next((one for one in examples if one.answerable), None),
            tuple(one for one in examples if not one.answerable),
            any(row["near"] for row in rows),
        )
        (held if is_held_out(document) else train).append(found)
    return train, held


def _example(id: str, row: dict[str, Any]) -> Example:
    answers = (row["a"],) if row["a"] else ()
    return Example(id, row["doc"], row["q"], row["text"], answers, row["start"])


def rows(engine: Engine, asked: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The lines of each question that has an answer or is a near miss, in order."""
    ids = {Path(info.path or "").name: info.id for info in engine.documents()}
    for row in asked:
        if row.get("a") is not None:
            yield from _of_question(engine, row, ids[row["doc"]])


def _of_question(engine: Engine, row: dict[str, Any], document: str) -> Iterator[dict[str, Any]]:
    evidence = engine.evidence(row["q"])
    answer, run = normalise(row["a"]).text, row.get("e", "")
    same = {"q": evidence.question.text, "doc": row["doc"], "near": not answer}
    own = engine.passages_of(document) if answer else []
    right = [p for p in own if comparable(run) in comparable(p.text)]
    for passage in right:
        head, text = _read_as(evidence, passage)
        place = _place(text, answer, normalise(run).text)
        if place is not None:
            yield {**same, "text": head + text, "a": answer, "start": len(head) + place}
            break
    named = _name(row["doc"]) in row["q"]
    for hit in passages_to_read(evidence):
        passage = hit.passage
        if passage in right or (passage.document != document and not named):
            continue
        head, text = _read_as(evidence, passage)
        if not answer or answer not in text:  # else it may answer as well
            yield {**same, "text": head + text, "a": "", "start": None}


def _read_as(evidence: Evidence, passage: Passage) -> tuple[str, str]:
    return heads_of(evidence, [passage])[0], normalise(passage.text).text


def _place(text: str, answer: str, run: str) -> int | None:
    """Where the answer stands, closest to the run."""
    near = max(0, text.find(run))
    found = [at for at in range(len(text)) if text.startswith(answer, at)]
    return min(found, key=lambda at: abs(at - near), default=None)


def _name(document: str) -> str:
    """What a document's place is called, by the name of its file: its first two characters."""
    return _BEFORE_NAME.sub("", document)[:2]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.indexed", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    with (FOLDER / "questions.jsonl").open(encoding="utf-8") as lines:
        asked = [json.loads(line) for line in lines]
    with tempfile.TemporaryDirectory() as folder:
        index(settings(folder), [FOLDER / TEXTS])
        with open_engine(folder) as engine, arguments.out.open("w", encoding="utf-8") as file:
            for row in rows(engine, asked):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
