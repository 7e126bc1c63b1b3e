"""What an answer is drawn from, and the draft that a strategy makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from qa_engine.answering.matching import Matcher
from qa_engine.answering.question import Question
from qa_engine.models import Citation, Document, Hit, Item, Passage
from qa_engine.ports import Reader
from qa_engine.text.normalise import fold


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before its confidence is known.

    ``features`` feed the calibration. ``blank`` marks a cell that the question asks for
    and the document leaves empty; ``refusal`` says why there can be no answer.
    """

    text: str
    kind: str
    citations: tuple[Citation, ...] = ()
    items: tuple[Item, ...] = ()
    note: str = ""
    reasons: tuple[str, ...] = ()
    features: Mapping[str, float] = field(default_factory=dict)
    blank: bool = False
    refusal: str = ""


@dataclass(frozen=True)
class Evidence:
    """A question, its ranked passages, and the ways to look further.

    ``search(text, kinds, limit)`` ranks passages of some kinds with the filters of the
    question; ``records()`` gives all allowed passages that have a record.
    """

    question: Question
    hits: Sequence[Hit]
    matcher: Matcher
    search: Callable[[str, tuple[str, ...], int], list[Hit]]
    records: Callable[[], list[Passage]]
    document: Callable[[str], Document]
    passages_of: Callable[[str], list[Passage]]
    comprehension: Reader | None = None
    synonyms: Sequence[Sequence[str]] = ()

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {}

    def folded_document(self, id: str) -> str:
        """The matching form of a document's title and cleaned text."""
        if id not in self._folded:
            document = self.document(id)
            blocks = "\n".join(block.text.text for block in document.blocks)
            self._folded[id] = fold(f"{document.title}\n{blocks or document.text}")
        return self._folded[id]

    def cite(self, passage: Passage, start: int = 0, end: int | None = None) -> Citation:
        """Cite ``passage.text[start:end]`` by the exact range of the document behind it."""
        stop = len(passage.text) if end is None else end
        span = passage.aligned.source_span(start, stop)
        left, right = span if span is not None else (passage.start, passage.end)
        return Citation(self.document(passage.document).text[left:right], left, right, passage)

    def cite_source(self, passage: Passage, start: int, end: int) -> Citation:
        """Cite a range of the document that lies in the passage."""
        return Citation(self.document(passage.document).text[start:end], start, end, passage)


def scope(passage: Passage) -> str:
    """The matching form of a passage with what stands above it."""
    parts = [
        passage.title,
        *passage.headings,
        passage.speaker or "",
        passage.role or "",
        passage.question or "",
        passage.text,
    ]
    return fold("\n".join(part for part in parts if part))


def answers_to(evidence: Evidence, hit: Hit) -> list[Hit]:
    """The passages that answer a question passage, with its score."""
    asked = hit.passage
    return [
        Hit(hit.score, passage, hit.parts)
        for passage in evidence.passages_of(asked.document)
        if passage.question is not None
        and passage.kind != "question"
        and asked.ordinal < passage.ordinal <= asked.ordinal + 6
        and fold(passage.question)[:20] == fold(asked.text)[:20]
    ]
