"""What the reader sees, epoch by epoch, in a fixed order.

An epoch is a pure function of its number and the seed, so a run that is resumed sees what
it would have seen. Examples of one pool (512) are cut to windows, sorted by length and
batched; the batches of a pool are shuffled.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from qa_engine.adapters.reader_windows import TextTokens, join, question_ids, tokenize
from training.corpora import Corpora, Example
from training.indexed import Read
from training.nearmiss import Swapper, WrongParagraphs, without_its_sentence
from training.statutes import StatuteQuestions

POOL = 512
BATCH = 16

# Shares of the sets that are drawn anew for every epoch. Of CMRC and DRCD a part is enough: what
# they teach is known by the time near misses are learned.
NATIVE = 0.25
TRANSLATED_TIMES = 1  # an epoch: SQuAD2-zh, people's own near misses, and few of them
SWAPPED = 0.27
SWAPPED_BOTH = 0.12
WRONG_BY_WORDS = 0.09
WRONG_BY_ARTICLE = 0.22
WITHOUT_ANSWER = 0.06
WITHOUT_SENTENCE = 0.15
# Questions about statutes an epoch, and how many of them also beside a near-miss.
STATUTE_ROWS = 1600
STATUTE_NEAR = 0.7
# Of the questions that were written for this project, how often an epoch has each about a
# paragraph that the reader has not seen, how many of the others it has, and how many of the
# answerable ones also come with a wrong paragraph.
NEW_TIMES = 2
KNOWN = 0.25
WRONG_WRITTEN = 0.3


@dataclass(frozen=True, slots=True)
class Row:
    """An example and how to cut its window.

    ``keep``: the window holds [start, end) of the context (also for swapped questions, so
    that they are read beside the passage that misled); ``avoid``: it must not.
    """

    example: Example
    keep: tuple[int, int] | None
    avoid: bool = False
    answerable: bool = True


class Epochs:
    """All training rows of an epoch, from the corpora's training parts."""

    def __init__(
        self,
        corpora: Corpora,
        seed: int,
        statutes: StatuteQuestions | None = None,
        written: Sequence[Example] = (),
        new: Sequence[str] = (),
        indexed: Sequence[Read] = (),
    ) -> None:
        """``new``: how the names of the written questions' paragraphs begin that the reader
        has not seen; none by default. ``indexed``: questions with passages of whole documents."""
        self.seed = seed
        self.indexed = indexed
        self.new = tuple(new)
        self.statutes = statutes
        self.written = written
        self.translated = [example for example in corpora.squad_train if example.answerable]
        self.impossible = [example for example in corpora.squad_train if not example.answerable]
        native = [*corpora.cmrc_train, *corpora.drcd_train]
        self.native = native
        self.swapper = Swapper(native)
        self.wrong = WrongParagraphs([*native, *corpora.squad_train, *written])
        self.many = [*corpora.drcd_train, *(e for e in corpora.squad_train if e.answerable)]

    def rows(self, epoch: int) -> list[Row]:
        rng = random.Random(f"{self.seed}/{epoch}")
        native = list(_share(self.native, NATIVE, rng))
        answerable = [*native, *self.translated]
        rows = [
            self._positive(example, rng)
            for example in [*native, *TRANSLATED_TIMES * self.translated]
        ]
        rows += TRANSLATED_TIMES * [
            Row(example, None, answerable=False) for example in self.impossible
        ]
        for example in _share(native, SWAPPED, rng):
            swapped = self.swapper.unanswerable(example, rng)
            if swapped is not None:
                rows.append(Row(swapped, _span(swapped), answerable=False))
        for example in _share(answerable, WRONG_BY_WORDS, rng):
            wrong = self.wrong.by_words(example, rng)
            if wrong is not None:
                rows.append(Row(wrong, None, answerable=False))
        for example in _share(answerable, WITHOUT_SENTENCE, rng):
            silent = without_its_sentence(example)
            if silent is not None:
                rows.append(Row(silent, None, answerable=False))
        for example in _share(self.many, WRONG_BY_ARTICLE, rng):
            wrong = self.wrong.by_article(example, rng)
            if wrong is not None:
                rows.append(Row(wrong, None, answerable=False))
        rows += self._of_statutes(random.Random(f"{self.seed}/{epoch}/statutes"))
        rows += self._written(random.Random(f"{self.seed}/{epoch}/office"))
        rows += self._indexed(random.Random(f"{self.seed}/{epoch}/indexed"))
        rng.shuffle(rows)
        return rows

    def _written(self, rng: random.Random) -> Iterator[Row]:
        for example in self.written:
            span = _span(example) if example.answerable else None
            new = example.article.startswith(self.new)
            if not new and rng.random() >= KNOWN:
                continue
            for _ in range(NEW_TIMES if new else 1):
                yield Row(example, span, answerable=example.answerable)
            if example.answerable and rng.random() < WRONG_WRITTEN:
                wrong = self.wrong.by_words(example, rng)
                if wrong is not None:
                    yield Row(wrong, None, answerable=False)

    def _indexed(self, rng: random.Random) -> Iterator[Row]:
        for one in self.indexed:
            for example in one.drawn(rng):
                span = _span(example) if example.answerable else None
                yield Row(example, span, answerable=example.answerable)

    def _of_statutes(self, rng: random.Random) -> Iterator[Row]:
        if self.statutes is None:
            return
        known = self.statutes.examples
        for kind, example in rng.sample(known, min(STATUTE_ROWS, len(known))):
            yield Row(example, _span(example))
            if rng.random() < STATUTE_NEAR:
                near = self.statutes.near_miss(kind, example, rng)
                if near is not None:
                    yield Row(near, None, answerable=False)

    def _positive(self, example: Example, rng: random.Random) -> Row:
        draw = rng.random()
        if draw < SWAPPED_BOTH and example.id in self.swapper.mentions:
            both = self.swapper.still_answerable(example, rng)
            if both is not None:
                return Row(both, _span(both))
        if draw > 1 - WITHOUT_ANSWER and len(example.context) > 450:
            return Row(example, _span(example), avoid=True, answerable=False)
        return Row(example, _span(example))


def _share(items: Sequence[Example], share: float, rng: random.Random) -> list[Example]:
    return [item for item in items if rng.random() < share]


def _span(example: Example) -> tuple[int, int]:
    assert example.start is not None
    return example.start, example.start + len(example.answers[0])


@dataclass(frozen=True, slots=True)
class Window:
    """Token ids, where the context begins in them, and the target span (None: no answer)."""

    ids: list[int]
    context: int
    target: tuple[int, int] | None


def cut_window(
    question: Sequence[int], text: TextTokens, row: Row, size: int, rng: random.Random
) -> Window:
    """One window of at most ``size`` tokens around the kept span, placed at random."""
    room = size - len(question) - 4
    total = len(text.ids)
    span = text.tokens_of(*row.keep) if row.keep else None
    if total <= room:
        first = 0
        if row.avoid and span:  # all of it holds the answer: cut before or after it
            before = span[0] >= total - span[1]
            ids = text.ids[: span[0]] if before else text.ids[span[1] + 1 :]
            return Window(*join(question, ids), None)
    elif span is None:
        first = rng.randint(0, total - room)
    elif row.avoid:
        places = [p for p in range(0, total - room + 1, 8) if p > span[1] or p + room <= span[0]]
        if not places:
            ids = text.ids[: span[0]] if span[0] > total - span[1] else text.ids[span[1] + 1 :]
            return Window(*join(question, ids[:room]), None)
        first = rng.choice(places)
    else:
        low = max(0, span[1] + 1 - room)
        first = rng.randint(min(low, span[0]), min(span[0], total - room))
    ids, begin = join(question, text.ids[first : first + room])
    if not row.answerable or span is None:
        return Window(ids, begin, None)
    target = (span[0] - first + begin, min(span[1], first + room - 1) - first + begin)
    return Window(ids, begin, target)


@dataclass(frozen=True, slots=True)
class Batch:
    ids: Tensor
    mask: Tensor
    context: Tensor
    start: Tensor
    end: Tensor


def collate(windows: Sequence[Window], pad: int = 1) -> Batch:
    """Pad to the longest; a window without answer points at token 0."""
    length = max(len(window.ids) for window in windows)
    ids = np.full((len(windows), length), pad, np.int64)
    mask = np.zeros((len(windows), length), bool)
    context = np.zeros((len(windows), length), bool)
    for i, window in enumerate(windows):
        ids[i, : len(window.ids)] = window.ids
        mask[i, : len(window.ids)] = True
        context[i, window.context : len(window.ids) - 1] = True
    targets = torch.tensor([window.target or (0, 0) for window in windows])
    return Batch(
        torch.from_numpy(ids),
        torch.from_numpy(mask),
        torch.from_numpy(context),
        targets[:, 0],
        targets[:, 1],
    )


class Feed:
    """Batches from a given position on; ``position`` is what a checkpoint keeps."""

    def __init__(self, epochs: Epochs, tokenizer: object, position: tuple[int, int]) -> None:
        self.epochs = epochs
        self.tokenizer = tokenizer
        self.epoch, self.pool = position
        self.size = 144

    def batches(self) -> Iterator[Batch]:
        """Endless. ``position`` names the pool in work: resuming repeats at most one pool."""
        while True:
            rows = self.epochs.rows(self.epoch)
            pools = len(rows) // POOL
            while self.pool < pools:
                rng = random.Random(f"{self.epochs.seed}/{self.epoch}/{self.pool}")
                part = rows[self.pool * POOL : (self.pool + 1) * POOL]
                windows = []
                for row in part:
                    question = question_ids(tokenize(self.tokenizer, row.example.question).ids)
                    text = tokenize(self.tokenizer, row.example.context)
                    window = cut_window(question, text, row, self.size, rng)
                    if window.context < len(window.ids) - 1:
                        windows.append(window)
                windows.sort(key=lambda window: len(window.ids))
                groups = [windows[i : i + BATCH] for i in range(0, len(windows), BATCH)]
                rng.shuffle(groups)
                for group in groups:
                    yield collate(group)
                self.pool += 1
            self.epoch, self.pool = self.epoch + 1, 0

    @property
    def position(self) -> tuple[int, int]:
        return self.epoch, self.pool
