"""Corpora of a wanted size, questions on them, and vectors without an hour of embedding.

The source is a JSON-lines file (plain or .gz) with ``id``, ``title`` and ``text`` a line,
long texts such as statutes. A smaller corpus is a part of each larger one.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.retrieval.vectors import CachedEncoder
from qa_engine.intake import passage_text
from qa_engine.passages import context_text, passages
from qa_engine.ports import Encoder, Vectors
from qa_engine.sources.read import read_documents
from qa_engine.text.normalise import fold

CHARACTERS = 98  # of a statute, to one passage that the engine makes of it
SPREAD = 0.5  # how far made-up vectors lie from the real one (length of the noise)
_TAILS = ("由哪个部门负责？", "有什么规定？", "应当怎么处理？", "的期限是多久？", "")
_CLAUSE = re.compile(r"[^，。；：、\s（）《》0-9]{6,22}")


def write_corpus(source: Path, folder: Path, wanted: int, seed: int = 1) -> int:
    """About ``wanted`` passages as text files, one a document; returns the characters."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = list(_lines(source))
    random.Random(seed).shuffle(lines)
    characters = 0
    for number, line in enumerate(lines):
        if characters >= CHARACTERS * wanted:
            break
        document = json.loads(line)
        (folder / f"{number:05d}.txt").write_text(document["text"], "utf-8")
        characters += len(document["text"])
    return characters


def _lines(source: Path) -> Iterator[str]:
    packed = source.suffix == ".gz"
    with gzip.open(source, "rt", encoding="utf-8") if packed else source.open("rt") as file:
        yield from file


def questions(texts: Sequence[str], count: int, seed: int = 2) -> list[str]:
    """Questions about clauses that stand in some of the texts, all different."""
    chance = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        clauses = _CLAUSE.findall(chance.choice(texts))
        if clauses:
            found[chance.choice(clauses) + chance.choice(_TAILS)] = None
    return list(found)


def real_texts(folder: Path, count: int) -> list[str]:
    """The encoded texts of the first documents' passages."""
    found: list[str] = []
    for path in sorted(folder.iterdir()):
        for document in read_documents(path, path.name):
            found += [fold(passage_text(context_text(p), p)) for p in passages(document)]
        if len(found) >= count:
            return found[:count]
    return found


class SampledEncoder:
    """Real vectors for the texts whose vectors are kept, for others a real one and noise.

    Which one, and what noise, follows from the text alone. ``name`` and ``dimension`` are
    those of the encoder that made the real ones.
    """

    def __init__(self, encoder: Encoder, cache: Path, texts: Sequence[str]) -> None:
        self._encoder = CachedEncoder(encoder, cache)
        distinct = list(dict.fromkeys(texts))
        self._real = self._encoder.encode_passages(distinct)
        self._known = {text: row for row, text in enumerate(distinct)}

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.encode_questions(texts)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        result = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(result, texts, strict=True):
            row[:] = self._vector(text)
        if progress:
            progress(len(texts))
        return result

    def _vector(self, text: str) -> Vectors:
        known = self._known.get(text)
        if known is not None:
            return self._real[known]
        digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
        chance = np.random.default_rng(int.from_bytes(digest, "little"))
        real = self._real[chance.integers(len(self._real))]
        noise = chance.standard_normal(self.dimension, dtype=np.float32)
        mixed: Vectors = real + noise * (SPREAD / np.linalg.norm(noise))
        return mixed / np.float32(np.linalg.norm(mixed))
