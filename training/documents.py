"""Whole documents with questions, to train the retrieval model on passages as they are indexed.

``office_documents/texts/`` has invented documents (tables, transcripts, newsletters, guides,
rules). ``questions.jsonl`` has ``doc``, ``q``: question, ``e``: a run of the document that tells
where the answer is, ``a``: the answer, both as they stand there; ``a`` is null where the answer is
scattered, and "" in near misses, which the document does not answer and which have no ``e``. The
documents are read and cut by the engine itself, so that a row comes with its columns and title and
a turn with its speaker. Passages that hold the run are right, the document's others are wrong ones
to learn from. Questions on one document in `HELD_OUT` are only measured on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from zlib import crc32

from qa_engine.evaluation import comparable
from qa_engine.intake import encoded_texts
from qa_engine.passages import passages
from qa_engine.sources.read import read_documents
from qa_engine.text.normalise import fold
from training.pairs import Asked, Pieces

FOLDER = Path(__file__).parent / "office_documents"
TEXTS = "texts"
HELD_OUT = 8


def load_documents(pieces: Pieces, folder: Path = FOLDER) -> tuple[list[Asked], list[Asked]]:
    """(questions to train on, those to measure on); their passages join ``pieces``.

    Raises ValueError for a run that no passage of its document holds."""
    known: dict[str, list[tuple[int, str]]] = {}
    train: list[Asked] = []
    held: list[Asked] = []
    with (folder / "questions.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            name = row["doc"]
            if not row.get("e"):
                continue  # a near miss
            if name not in known:
                known[name] = _passages(pieces, folder / TEXTS / name)
            asked = _asked(row, known[name])
            (held if is_held_out(name) else train).append(asked)
    return train, held


def is_held_out(name: str) -> bool:
    """Whether the questions on a document are only measured on."""
    return crc32(name.encode()) % HELD_OUT == 0


def _passages(pieces: Pieces, path: Path) -> list[tuple[int, str]]:
    """(number among the pieces, text to compare) of each passage of a file."""
    made = [p for document in read_documents(path, path.name) for p in passages(document)]
    numbers = pieces.add(encoded_texts(made))
    return [(n, comparable(passage.text)) for n, passage in zip(numbers, made, strict=True)]


def _asked(row: Mapping[str, str], known: Sequence[tuple[int, str]]) -> Asked:
    run = comparable(row["e"])
    right = tuple(number for number, text in known if run in text)
    if not right:
        raise ValueError(f"no passage of {row['doc']} holds “{row['e']}”")
    return Asked(fold(row["q"]), right, tuple(number for number, _ in known))
