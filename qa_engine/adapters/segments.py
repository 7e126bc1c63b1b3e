"""Segments of an embedded index: what a generation lists, and when they are merged."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from qa_engine.adapters.faiss_vectors import VectorFiles
from qa_engine.errors import IndexDamaged

SEGMENTS = "segments.json"
MOST = 10  # segments; above that the smallest are merged …
GROWTH = 2  # … and what is at most so many times as large as those together
SMALL = 256  # passages: up to that a segment with deletions is rewritten at once …
FEW = 2  # … and no more such segments than these are kept apart: each is looked up in
DELETED_SHARE = 0.2  # above that a larger one is


@dataclass(frozen=True, slots=True)
class Segment:
    """An immutable run of passages. ``words`` is Whoosh's name for it."""

    number: int
    words: str
    rows: int
    deleted: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        return self.rows - len(self.deleted)

    def live(self) -> npt.NDArray[np.bool_] | None:
        """The rows that are not deleted; None for all."""
        if not self.deleted:
            return None
        mask = np.ones(self.rows, dtype=np.bool_)
        mask[list(self.deleted)] = False
        return mask

    def postings(self, generation: Path) -> Path:
        return generation / "postings" / f"{self.number}.arrays"

    def vectors(self, generation: Path) -> VectorFiles:
        folder = generation / "vectors"
        return VectorFiles(
            exact=folder / f"{self.number}.faiss",
            coarse=folder / f"{self.number}.coarse.faiss",
            nibbles=folder / f"{self.number}.nibbles.faiss",
        )


def to_merge(segments: Sequence[Segment]) -> list[Segment]:
    """The segments to rewrite as one.

    Merging costs as much as indexing does, so a large segment is left alone until small
    changes have added up to about its size; each passage is then rewritten a number of
    times that grows with the logarithm of the index (O'Neil et al. 1996, LSM-tree)."""
    dirty = [
        s
        for s in segments
        if s.deleted and (s.size <= SMALL or len(s.deleted) > DELETED_SHARE * s.rows)
    ]
    clean = sorted((s for s in segments if s not in dirty), key=lambda s: (s.size, s.number))
    small = [s for s in clean if s.size <= SMALL]
    if len(small) + bool(dirty) > FEW:
        dirty += small
        clean = clean[len(small) :]
    surplus = len(clean) + bool(dirty) - MOST
    chosen = dirty + (_smallest(clean, sum(s.size for s in dirty)) if surplus > 0 else [])
    return sorted(chosen, key=lambda s: s.number)


def _smallest(ordered: Sequence[Segment], size: int) -> list[Segment]:
    """The first two, and those after them that do not outgrow what was taken before."""
    chosen: list[Segment] = []
    for segment in ordered:
        if len(chosen) >= 2 and segment.size > GROWTH * size:
            break
        chosen.append(segment)
        size += segment.size
    return chosen


def write_segments(generation: Path, segments: Sequence[Segment], following: int) -> None:
    """``following`` is the number of the next new segment."""
    listed = [[s.number, s.words, s.rows, list(s.deleted)] for s in segments]
    text = json.dumps({"next": following, "segments": listed})
    (generation / SEGMENTS).write_text(text, encoding="utf-8")


def read_segments(generation: Path) -> tuple[list[Segment], int]:
    """Raises IndexDamaged."""
    path = generation / SEGMENTS
    try:
        data = json.loads(path.read_text("utf-8"))
        segments = [
            Segment(int(number), str(words), int(rows), tuple(int(row) for row in deleted))
            for number, words, rows, deleted in data["segments"]
        ]
        return segments, int(data["next"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexDamaged(f"读不了 {path}：{error}", "请运行：qa-engine doctor") from error
