"""Questions and the pieces of text that answer them, for training the retrieval model.

A paragraph is cut into pieces about as long as passages are: windows of whole sentences of two
lengths, and itself. A piece is right for a question when it holds the whole answer. Wrong ones
to learn from are the other pieces of the paragraph, and pieces elsewhere that share most words
with the question.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_matrix

from qa_engine.text.normalise import fold
from qa_engine.text.sentences import sentences
from training.corpora import Corpora, Example

WINDOWS = (70, 150)  # characters of a piece
LIKE = 20  # pieces that share most words with a question
SHOWN = 24  # characters of a paragraph's beginning that stand for a title
# Of the encyclopaedic sets, how many questions an epoch draws.
NATIVE = 0.35


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the pieces that answer it and all pieces of its paragraph, by number."""

    question: str
    right: tuple[int, ...]
    paragraph: tuple[int, ...]


@dataclass(slots=True)
class Pieces:
    """Pieces of paragraphs, folded as passages are before they are encoded."""

    texts: list[str] = field(default_factory=list)
    _known: dict[tuple[str, str], list[tuple[int, int, int]]] = field(default_factory=dict)

    def add(self, texts: Sequence[str]) -> list[int]:
        """The numbers of more pieces, folded already."""
        first = len(self.texts)
        self.texts.extend(texts)
        return list(range(first, len(self.texts)))

    def of(self, title: str, text: str) -> list[tuple[int, int, int]]:
        """(number, start, end) of each piece of a paragraph; made once."""
        known = self._known.get((title, text))
        if known is None:
            known = []
            for start, end in cut(text):
                above = title or (_opening(text) if start else "")
                known.append((len(self.texts), start, end))
                self.texts.append(fold(f"{above}\n{text[start:end].strip()}".strip()))
            self._known[title, text] = known
        return known

    def asked(self, examples: Iterable[Example], titled: bool = False) -> list[Asked]:
        """The answerable examples; ``titled``: the article's name stands above its pieces."""
        found = []
        for example in examples:
            pieces = self.of(example.article if titled else "", example.context)
            if example.start is None or example.end is None:
                continue
            right = [n for n, a, b in pieces if a <= example.start and example.end <= b]
            everything = tuple(n for n, _, _ in pieces)
            found.append(Asked(fold(example.question), tuple(right), everything))
        return [one for one in found if one.right]


def cut(text: str) -> list[tuple[int, int]]:
    """Where the pieces of a paragraph stand: itself and windows of whole sentences."""
    parts = [(a, b) for a, b in sentences(text) if text[a:b].strip()]
    found = {(0, len(text))}
    for size in WINDOWS:
        first = 0
        while first < len(parts):
            last = first
            while last + 1 < len(parts) and parts[last + 1][1] - parts[first][0] <= size:
                last += 1
            found.add((parts[first][0], parts[last][1]))
            first = last + 1
    return sorted(found)


def _opening(text: str) -> str:
    """How a text begins, where that is short enough for a title."""
    first = next(iter(sentences(text)), (0, 0))
    opening = text[first[0] : first[1]].strip().rstrip("。：；")
    return opening if 4 <= len(opening) <= SHOWN else ""


def trained_on(
    pieces: Pieces, corpora: Corpora, office: Sequence[Example], own: Sequence[Example]
) -> tuple[list[Asked], list[Asked]]:
    """(questions that are always used, those of which an epoch draws `NATIVE`)."""
    always = [
        *pieces.asked(office),
        *pieces.asked(own),
        *pieces.asked(corpora.drcd_train, titled=True),
        *pieces.asked(corpora.squad_train),
    ]
    return always, pieces.asked(corpora.cmrc_train)


def epoch_of(
    always: Sequence[Asked], drawn: Sequence[Asked], seed: int, number: int
) -> list[Asked]:
    """The questions of one epoch in their order, by seed and number alone."""
    rng = random.Random(f"{seed}/{number}")
    chosen = [*always, *rng.sample(drawn, int(NATIVE * len(drawn)))]
    rng.shuffle(chosen)
    return chosen


def alike(texts: Sequence[str], asked: Sequence[Asked], batch: int = 512) -> dict[str, list[int]]:
    """For each question the wrong pieces of other paragraphs with which it shares most pairs of
    characters, rare ones weighing more (idf)."""
    columns: dict[str, int] = {}
    rows = [{columns.setdefault(pair, len(columns)) for pair in _pairs(text)} for text in texts]
    holds = _matrix(rows, len(columns))
    weight = np.log1p(len(texts) / (1.0 + np.asarray(holds.sum(axis=0)).ravel()))
    held = holds.T.tocsr()
    found: dict[str, list[int]] = {}
    for at in range(0, len(asked), batch):
        some = asked[at : at + batch]
        wanted = [{columns[p] for p in _pairs(one.question) if p in columns} for one in some]
        shared = _matrix(wanted, len(columns)).multiply(weight.astype(np.float32)).tocsr() @ held
        for number, one in enumerate(some):
            row = shared.getrow(number)
            order = np.argsort(-row.data, kind="stable")[: LIKE + len(one.paragraph)]
            best = [int(row.indices[n]) for n in order]
            found[one.question] = [n for n in best if n not in one.paragraph][:LIKE]
    return found


def _pairs(text: str) -> set[str]:
    return {text[n : n + 2] for n in range(len(text) - 1) if text[n : n + 2].isalnum()}


def _matrix(rows: Sequence[set[int]], columns: int) -> csr_matrix:
    ends = np.cumsum([0, *(len(row) for row in rows)])
    indices = np.fromiter((n for row in rows for n in sorted(row)), np.int32, int(ends[-1]))
    return csr_matrix((np.ones(len(indices), np.float32), indices, ends), (len(rows), columns))
