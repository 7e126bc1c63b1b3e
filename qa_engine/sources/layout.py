"""What a layout parser gives back, and small helpers that all of them use.

A layout parser understands one kind of document (press conference, FAQ, newsletter,
notice, prose): ``parse(raw: RawDocument) -> Parsed | None``; None means "not mine". It
reads the paragraphs of ``raw`` and leaves the tables alone: ``understand`` puts the row
blocks of every table between the parser's blocks, by their place in the text, under the
headings that stand above, and then turns task paragraphs into duty clauses.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from qa_engine.alignment import Aligned, Edit
from qa_engine.models import Block, Dropped, Participant
from qa_engine.sources.raw import RawDocument


@dataclass(slots=True)
class Parsed:
    """A document understood as one kind, built up step by step.

    ``score`` in [0, 1] says how sure the parser is of the kind; the surest parser is
    taken, and prose (score 0) when none is. Blocks are in reading order; every paragraph
    of the source is in a block or in ``dropped``.
    """

    kind: str
    score: float = 0.0
    title: str | None = None
    date: str | None = None
    place: str | None = None
    source: str | None = None
    addressee: str | None = None  # the line, as a block
    blocks: list[Block] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    participants: tuple[Participant, ...] = ()
    problems: list[str] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)

    def drop(self, start: int, end: int, reason: str) -> None:
        self.dropped.append(Dropped(start, end, reason))


LayoutParser = Callable[[RawDocument], Parsed | None]

_SPACE = re.compile(r"\s+")
_BREAKS = frozenset("\r\n\f\v\x85\u2028\u2029")
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’…—·]")


def fold_breaks(text: Aligned) -> Aligned:
    """Line breaks inside a text closed: nothing beside a wide character, else a space."""
    edits: list[Edit] = []
    for match in _SPACE.finditer(text.text):
        if _BREAKS.isdisjoint(match.group()):
            continue
        before = text.text[match.start() - 1 : match.start()]
        after = text.text[match.end() : match.end() + 1]
        wide = not before or not after or _WIDE.match(before) or _WIDE.match(after)
        edits.append(Edit(match.start(), match.end(), "" if wide else " "))
    return text.edit(edits)


def source_start(block: Block) -> int | None:
    """Where the block begins in the source; None when all of it is synthetic."""
    return min((run.source_start for run in block.text.runs), default=None)
