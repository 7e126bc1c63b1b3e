"""Text that remembers where it came from.

Cleaning removes noise, repairs damage and adds headers; a citation must still be an
exact slice of the source. ``Aligned`` pairs a text with runs that map its characters
to character offsets of the source. A run whose two sides are equally long maps
character by character; otherwise it maps as a whole (a repaired piece). Characters
outside every run are synthetic: they stand nowhere in the source.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """``text[start:end]`` came from ``source[source_start:source_end]``."""

    start: int
    end: int
    source_start: int
    source_end: int

    @property
    def exact(self) -> bool:
        return self.end - self.start == self.source_end - self.source_start


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace ``text[start:end]`` by ``replacement``; an empty one deletes."""

    start: int
    end: int
    replacement: str = ""


@dataclass(frozen=True, slots=True)
class Aligned:
    """A text and the runs, in order and without overlap, that tie it to its source."""

    text: str
    runs: tuple[Run, ...] = ()

    @classmethod
    def of(cls, source: str, start: int = 0, end: int | None = None) -> Aligned:
        """The slice ``source[start:end]`` as it stands."""
        stop = len(source) if end is None else end
        text = source[start:stop]
        return cls(text, (Run(0, len(text), start, start + len(text)),) if text else ())

    @classmethod
    def synthetic(cls, text: str) -> Aligned:
        """Text that stands nowhere in the source."""
        return cls(text)

    @classmethod
    def join(cls, parts: Iterable[Aligned], separator: str = "") -> Aligned:
        """The parts one after another with a synthetic separator between them."""
        texts: list[str] = []
        runs: list[Run] = []
        at = 0
        for number, part in enumerate(parts):
            if number and separator:
                texts.append(separator)
                at += len(separator)
            texts.append(part.text)
            for run in part.runs:
                moved = Run(run.start + at, run.end + at, run.source_start, run.source_end)
                last = runs[-1] if runs else None
                if (
                    last is not None
                    and last.exact
                    and moved.exact
                    and last.end == moved.start
                    and last.source_end == moved.source_start
                ):
                    runs[-1] = Run(last.start, moved.end, last.source_start, moved.source_end)
                else:
                    runs.append(moved)
            at += len(part.text)
        return cls("".join(texts), tuple(runs))

    def __len__(self) -> int:
        return len(self.text)

    def __bool__(self) -> bool:
        return bool(self.text)

    def __add__(self, other: Aligned) -> Aligned:
        return Aligned.join((self, other))

    def slice(self, start: int, end: int) -> Aligned:
        """``text[start:end]`` with its alignment."""
        start = max(0, start)
        end = min(len(self.text), end)
        if start >= end:
            return Aligned("")
        runs: list[Run] = []
        for run in self.runs:
            if run.end <= start or run.start >= end:
                continue
            left, right = max(run.start, start), min(run.end, end)
            if run.exact:
                shift = run.source_start - run.start
                runs.append(Run(left - start, right - start, left + shift, right + shift))
            else:
                runs.append(Run(left - start, right - start, run.source_start, run.source_end))
        return Aligned(self.text[start:end], tuple(runs))

    def strip(self, characters: str | None = None) -> Aligned:
        """Without the given characters (white space) at both ends."""
        start = len(self.text) - len(self.text.lstrip(characters))
        return self.slice(start, len(self.text.rstrip(characters)))

    def edit(self, edits: Sequence[Edit]) -> Aligned:
        """All edits at once; they are in order and do not overlap.

        A non-empty replacement keeps the source range of what it replaces.
        """
        if not edits:
            return self
        parts: list[Aligned] = []
        at = 0
        for change in edits:
            if change.start < at:
                raise ValueError("edits overlap or are out of order")
            parts.append(self.slice(at, change.start))
            if change.replacement:
                span = self.source_span(change.start, change.end)
                run = () if span is None else (Run(0, len(change.replacement), *span),)
                parts.append(Aligned(change.replacement, run))
            at = change.end
        parts.append(self.slice(at, len(self.text)))
        return Aligned.join(parts)

    def lines(self) -> list[Aligned]:
        """The lines without their ends."""
        result: list[Aligned] = []
        at = 0
        for line in self.text.splitlines(keepends=True):
            body = line.rstrip("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
            result.append(self.slice(at, at + len(body)))
            at += len(line)
        return result

    def source_span(self, start: int, end: int) -> tuple[int, int] | None:
        """The smallest source range that covers ``text[start:end]``; None if synthetic."""
        low: int | None = None
        high: int | None = None
        for run in self.runs:
            if run.end <= start or run.start >= end:
                continue
            if run.exact:
                shift = run.source_start - run.start
                left, right = max(run.start, start) + shift, min(run.end, end) + shift
            else:
                left, right = run.source_start, run.source_end
            low = left if low is None else min(low, left)
            high = right if high is None else max(high, right)
        return None if low is None or high is None else (low, high)

    def text_span(self, source_start: int, source_end: int) -> tuple[int, int] | None:
        """The smallest range of the text that covers a source range; None if absent."""
        low: int | None = None
        high: int | None = None
        for run in self.runs:
            if run.source_end <= source_start or run.source_start >= source_end:
                continue
            if run.exact:
                shift = run.start - run.source_start
                left = max(run.source_start, source_start) + shift
                right = min(run.source_end, source_end) + shift
            else:
                left, right = run.start, run.end
            low = left if low is None else min(low, left)
            high = right if high is None else max(high, right)
        return None if low is None or high is None else (low, high)
