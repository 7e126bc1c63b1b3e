"""Questions written for this project, answerable ones and near misses.

A ``questions.jsonl`` has ``p``: paragraph, ``q``, ``a``: the answer as it stands there, or ""
where the paragraph does not say it, ``n``: which occurrence. In ``office_questions`` the
paragraphs are invented (``passages.jsonl``: ``id``, ``text``) or of statutes, named
``<id of the statute>#<number>`` and cut from their file (`training.statutes.paragraphs`). In
``encyclopaedia_questions`` they are those of the data sets' training parts, named ``<file>#<number
of the paragraph>``. The texts of statutes and data sets are not in the project.

The questions on one paragraph in `HELD_OUT` are only measured on. The paragraphs of
encyclopaedias are trained on all the same, by the sets' own questions.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from training.corpora import Corpora, Example
from training.statutes import paragraphs

OFFICE = Path(__file__).parent / "office_questions"
ENCYCLOPAEDIA = Path(__file__).parent / "encyclopaedia_questions"
HELD_OUT = 6


@dataclass(frozen=True, slots=True)
class WrittenQuestions:
    """For training, and the rest."""

    train: list[Example]
    held: list[Example]


def load_office(statutes: Path | None, folder: Path = OFFICE) -> WrittenQuestions:
    """The questions whose paragraph is at hand; those on statutes need their file.

    Raises ValueError for an answer that does not stand in its paragraph."""
    lines = [json.loads(line) for line in _lines(folder / "questions.jsonl")]
    known = {row["id"]: row["text"] for row in map(json.loads, _lines(folder / "passages.jsonl"))}
    if statutes is not None:
        known.update(_of_statutes(statutes, {row["p"] for row in lines}))
    return _parted("office", [row for row in lines if row["p"] in known], known)


def load_encyclopaedia(corpora: Corpora, folder: Path = ENCYCLOPAEDIA) -> WrittenQuestions:
    """The questions on paragraphs that the data sets' own training questions are about too.

    Raises ValueError as `load_office` does, KeyError for a paragraph of a held-out part."""
    lines = [json.loads(line) for line in _lines(folder / "questions.jsonl")]
    return _parted("encyclopaedia", lines, corpora.train_paragraphs)


def _parted(
    kind: str, lines: Sequence[dict[str, Any]], known: Mapping[str, str]
) -> WrittenQuestions:
    found = [_example(f"{kind}-{n}", row, known[row["p"]]) for n, row in enumerate(lines)]
    held = [crc32(example.article.encode()) % HELD_OUT == 0 for example in found]
    return WrittenQuestions(
        [example for example, out in zip(found, held, strict=True) if not out],
        [example for example, out in zip(found, held, strict=True) if out],
    )


def _example(id: str, row: dict[str, Any], text: str) -> Example:
    answer = row["a"]
    if not answer:
        return Example(id, row["p"], row["q"], text, (), None)
    start = -1
    for _ in range(row.get("n", 0) + 1):
        start = text.find(answer, start + 1)
        if start < 0:
            raise ValueError(f"{row['p']}: {answer!r} does not stand in the paragraph")
    return Example(id, row["p"], row["q"], text, (answer,), start)


def _of_statutes(path: Path, wanted: Iterable[str]) -> Iterator[tuple[str, str]]:
    documents = {id.partition("#")[0] for id in wanted}
    packed = path.suffix == ".gz"
    with gzip.open(path, "rt", encoding="utf-8") if packed else path.open() as file:
        for line in file:
            document = json.loads(line)
            if document["id"] in documents:
                for number, text in enumerate(paragraphs(document["text"])):
                    yield f"{document['id']}#{number}", text


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()
