"""The protocols that adapters implement; their conventions are stated here, once.

Scores: larger is better. Vectors: float32, one row a text, length 1. Passages are named
by ``Passage.id``. All methods of readers may be called from many threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol, Self, runtime_checkable

import numpy as np
import numpy.typing as npt

from qa_engine.models import Document, DocumentInfo, Hit, Manifest, Passage

Vectors = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint32]  # words of one length as code points [length, words]

# Lexical fields of a passage. ``context`` is what stands above it: document title,
# headings, speaker and role, the question it answers.
WORDS = "words"
BIGRAMS = "bigrams"
CONTEXT = "context"
FIELDS = (WORDS, BIGRAMS, CONTEXT)


@runtime_checkable
class Encoder(Protocol):
    """Texts → unit vectors. ``name`` names the vector space: encoders that may serve
    each other's index (cosine ≥ 0.99 on the same text) share it."""

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def encode_questions(self, texts: Sequence[str]) -> Vectors: ...

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """``progress`` is called with the number of texts done since the last call."""
        ...


@runtime_checkable
class PassageMemory(Protocol):
    """What an encoder also has if it remembers passages' vectors between updates."""

    def hold(self, document: str, texts: Sequence[str]) -> None:
        """``document`` was written; it consists of these encoded texts and nothing else."""
        ...

    def retain(self, documents: Collection[str]) -> None:
        """The index was published with these documents; forget what no one holds."""
        ...

    def scrub(self) -> None:
        """Leave no byte of what was forgotten; takes as long as copying the file."""
        ...


@dataclass(frozen=True, slots=True)
class Span:
    """``text[start:end]`` answers with ``score`` (logit, comparable across passages)."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in one passage: spans, best first, and the no-answer score.

    ``answerable`` is the reader's own probability that the passage answers.
    """

    spans: tuple[Span, ...]
    null_score: float
    answerable: float


@runtime_checkable
class Reader(Protocol):
    """Extractive reading comprehension: question + passage texts → spans in each."""

    @property
    def name(self) -> str: ...

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """One reading a text, in order; offsets are characters of that text as given."""
        ...


@runtime_checkable
class Reranker(Protocol):
    """Question + ranked passages → a relevance score each, larger is better."""

    @property
    def name(self) -> str: ...

    def scores(self, question: str, hits: Sequence[Hit]) -> list[float]: ...


@runtime_checkable
class Generator(Protocol):
    """Puts an answer that was found into words; it is checked before it is used."""

    @property
    def name(self) -> str: ...

    def phrase(self, question: str, answer: str, passages: Sequence[str]) -> str:
        """Sentences that each end with ``[n]``, the number (from 1) of the passage behind it.
        Raises GeneratorFailed, within its time limit."""
        ...


@dataclass(frozen=True, slots=True)
class Filters:
    """Which passages may be found; empty means all. Values of one field are alternatives.

    ``documents``: document ids, or folders (ending in ``/``), or parts of a title.
    ``date_from``/``date_to``: inclusive ISO dates, possibly shortened; a passage without
    a date does not match when either is set. ``departments``: parts of a lead or
    cooperating department's name, or of a speaker's role.
    """

    documents: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    date_from: str | None = None
    date_to: str | None = None

    def __bool__(self) -> bool:
        return bool(
            self.documents
            or self.kinds
            or self.speakers
            or self.departments
            or self.date_from
            or self.date_to
        )


@dataclass(frozen=True, slots=True)
class Scored:
    """A passage id and its score in one lookup."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class PassageTerms:
    """The terms of one passage, already cut by the engine, with repetitions."""

    words: tuple[str, ...]
    bigrams: tuple[str, ...]
    context: tuple[str, ...]


class IndexReader(Protocol):
    """One generation of an index, unchanged for as long as the reader is open."""

    @property
    def manifest(self) -> Manifest: ...

    def match(
        self,
        field: str,
        terms: Mapping[str, float],
        limit: int,
        filters: Filters | None = None,
    ) -> list[Scored]:
        """BM25 (k1 1.2, b 0.75 unless the store says otherwise) of an OR of weighted
        terms in one lexical field; best first, ties by id. Equal to scoring every
        allowed passage."""
        ...

    def nearest(self, vector: Vectors, limit: int, filters: Filters | None = None) -> list[Scored]:
        """Cosine to a unit vector of shape (dimension,); best first, ties by id."""
        ...

    def phrase(self, field: str, terms: Sequence[str], filters: Filters | None = None) -> list[str]:
        """Ids, sorted, of the allowed passages where the terms stand one after another.

        ``field`` is ``BIGRAMS``: the only one whose terms keep their places."""
        ...

    def frequencies(self, field: str, terms: Sequence[str]) -> dict[str, int]:
        """How many passages hold each term; 0 for unknown ones."""
        ...

    def han_terms(self, field: str, lengths: Sequence[int]) -> dict[int, Codes]:
        """By length, the field's terms of so many Han characters, sorted."""
        ...

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """In the order asked; unknown ids are left out."""
        ...

    def passages_of(self, document: str) -> list[Passage]:
        """All passages of a document, in order; empty if unknown."""
        ...

    def records(self, filters: Filters | None = None) -> list[Passage]:
        """Every allowed passage that has a record, by document and order."""
        ...

    def document(self, id: str) -> Document:
        """Raises DocumentNotFound."""
        ...

    def documents(self) -> list[DocumentInfo]:
        """Sorted by id."""
        ...

    def close(self) -> None: ...


def check_added(
    passages: Sequence[Passage], terms: Sequence[PassageTerms], vectors: Vectors, dimension: int
) -> None:
    """What a writer is given must belong together. Raises ValueError."""
    if len(passages) != len(terms) or len(vectors) != len(passages):
        raise ValueError("passages, terms and vectors differ in number")
    if len(vectors) and vectors.shape[1] != dimension:
        raise ValueError(f"vectors have {vectors.shape[1]} dimensions, not {dimension}")


class IndexWriter(Protocol):
    """Builds the next generation from the current one; nothing is seen before publish.

    Used as a context manager: leaving without ``publish`` aborts and leaves the current
    generation as it is.
    """

    def add(
        self,
        document: Document,
        passages: Sequence[Passage],
        terms: Sequence[PassageTerms],
        vectors: Vectors,
        info: Mapping[str, str],
    ) -> None:
        """Add or replace a document. ``info``: ``path``, ``hash``, ``root`` … kept as given."""
        ...

    def remove(self, id: str) -> None:
        """Raises DocumentNotFound."""
        ...

    def info(self) -> dict[str, dict[str, str]]:
        """``info`` of every document, by id, as it will be published."""
        ...

    def publish(self, meta: Mapping[str, str]) -> Manifest:
        """Make the new generation the current one, atomically."""
        ...

    def abort(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


@runtime_checkable
class Compacting(Protocol):
    """What a writer has besides when removed passages linger in files until rewritten."""

    def compact(self) -> int:
        """Let ``publish`` rewrite every file that still holds a removed passage; returns
        how many such passages there are."""
        ...


class IndexStore(Protocol):
    """Where generations live: a folder, or a collection of a server."""

    def exists(self) -> bool: ...

    def open(self) -> IndexReader:
        """The current generation. Raises IndexNotFound, IndexDamaged."""
        ...

    def current(self) -> str | None:
        """The name of the current generation (cheap: a running server asks often)."""
        ...

    def write(
        self, *, encoder: str, dimension: int, analyser: str, fresh: bool = False
    ) -> IndexWriter:
        """Raises IndexLocked, and IndexMismatch when the current generation was built
        with another encoder, dimension or analyser. ``fresh`` starts from nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an index, and the command that mends it."""

    what: str
    mend: str


@runtime_checkable
class Mendable(Protocol):
    """What a store offers besides when its files are its own to check and to tidy."""

    def problems(self) -> list[Problem]:
        """What is wrong with the current generation; reads every byte of it."""
        ...

    def leftovers(self) -> list[str]:
        """Generations that are not the current one: still read, or left by a killed writer."""
        ...

    def tidy(self) -> None:
        """Remove what a killed writer left; does nothing while another writer is at work."""
        ...

    def lingering(self) -> int:
        """Removed passages that no search finds but the current generation's files hold."""
        ...

    def meta(self) -> dict[str, str]:
        """What the last publish was told, also of an index too damaged to open."""
        ...


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of long work: ``stage`` is reading, encoding or writing."""

    stage: str
    done: int
    total: int | None
    detail: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


ProgressCallback = Callable[[Progress], None]
