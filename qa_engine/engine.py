"""The engine: everything that the command line, the pages and scripts may ask of an index."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from qa_engine.answerer import Answerer
from qa_engine.answering.assemble import combine
from qa_engine.answering.evidence import Evidence
from qa_engine.answering.examples import examples, suggestions
from qa_engine.answering.followup import resolve
from qa_engine.answering.phrasing import phrased
from qa_engine.answering.question import question_text
from qa_engine.compatibility import check_same_kind
from qa_engine.errors import IndexMismatch, QuestionError
from qa_engine.generation import OpenGeneration
from qa_engine.models import Answer, Document, DocumentInfo, Hit, Manifest, Passage, QueryInfo
from qa_engine.ports import (
    Encoder,
    Filters,
    Generator,
    IndexStore,
    ProgressCallback,
    Reader,
    Reranker,
)
from qa_engine.retrieval import Candidate, Retriever, read_filters
from qa_engine.settings import MAX_QUESTION
from qa_engine.text.aliases import Aliases
from qa_engine.text.words import Cutter

if TYPE_CHECKING:
    # Loaded when something is changed: asking needs none of what reads documents.
    from qa_engine.intake import ReadDocuments, Report

_CHECK_EVERY = 0.5  # seconds between looks for a newer generation


def _reading_inside() -> AbstractContextManager[ReadDocuments]:
    from qa_engine.sources.read import read_documents

    return nullcontext(read_documents)


class Engine:
    """Ask, search, read and change one index. Safe for many threads.

    A running engine sees a newly published generation within half a second; a call
    that has begun ends on the generation it began with.
    """

    def __init__(
        self,
        store: IndexStore,
        encoder: Encoder,
        cutter: Cutter,
        aliases: Aliases,
        comprehension: Callable[[], Reader | None],
        reranker: Reranker | None = None,
        reading: Callable[[], AbstractContextManager[ReadDocuments]] | None = None,
        generator: Generator | None = None,
    ) -> None:
        """``reading`` gives what reads files for one change (by default this process);
        ``generator`` phrases answers from their cited passages (by default nobody does)."""
        self._store = store
        self._encoder = encoder
        self._cutter = cutter
        self._next_cutter: Cutter | None = None
        self._aliases = aliases
        self._comprehension = comprehension
        self._reranker = reranker
        self._reading = reading or _reading_inside
        self._generator = generator
        self._lock = threading.Lock()
        self._checked = 0.0
        self._generation = self._open()

    # -- lifetime -------------------------------------------------------------

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            self._retire(self._generation)

    def _open(self) -> OpenGeneration:
        reader = self._store.open()
        following = self._next_cutter
        if following is not None and reader.manifest.analyser == following.analyser:
            self._cutter, self._next_cutter = following, None
        try:
            check_same_kind(
                reader.manifest, self._encoder.name, self._encoder.dimension, self._cutter.analyser
            )
        except IndexMismatch:
            reader.close()
            raise
        retriever = Retriever(reader, self._encoder, self._cutter, self._aliases, self._reranker)
        return OpenGeneration(reader.manifest.generation, reader, retriever)

    def _retire(self, generation: OpenGeneration) -> None:
        generation.retired = True
        if generation.users == 0:
            generation.reader.close()

    @contextmanager
    def _use(self) -> Iterator[OpenGeneration]:
        """The newest generation, held open until the block ends."""
        self._look()
        with self._lock:
            generation = self._generation
            generation.users += 1
        try:
            yield generation
        finally:
            with self._lock:
                generation.users -= 1
                if generation.retired and generation.users == 0:
                    generation.reader.close()

    def _look(self) -> None:
        """Open a newer generation if there is one; one thread looks, the others go on."""
        with self._lock:
            now = time.monotonic()
            if now - self._checked < _CHECK_EVERY:
                return
            self._checked = now
        try:
            current = self._store.current()
            if current is None or current == self._generation.name:
                return
            fresh = self._open()
        except BaseException:
            self.refresh()  # a store that does not answer is asked again by the next one
            raise
        with self._lock:
            before, self._generation = self._generation, fresh
            self._retire(before)

    def refresh(self) -> None:
        """See a newer generation at once."""
        with self._lock:
            self._checked = 0.0

    def use_aliases(self, aliases: Aliases) -> None:
        """Search with these aliases from the next call on."""
        with self._lock:
            self._aliases = aliases
            fresh = self._open()
            self._retire(self._generation)
            self._generation = fresh

    # -- asking ---------------------------------------------------------------

    def ask(
        self,
        question: str,
        filters: Filters | Mapping[str, object] | None = None,
        context: str | Sequence[str] | None = None,
    ) -> Answer:
        """Answer from the documents, or decline.

        ``context``: the question asked before (or several, oldest first), for follow-ups
        such as “配合部门呢？”. Raises QuestionError when empty or over 500 characters,
        FilterError for a filter that cannot be read.
        """
        checked = check_question(question)
        previous = context if isinstance(context, str) or context is None else _last(context)
        with self._use() as generation:
            query = generation.retriever.understand(checked, read_filters(filters))
            text = resolve(question_text(query.text), question_text(previous or "") or None)
            answerer = Answerer(generation, self._comprehension(), query.filters)
            parts, answers = map(list, zip(*answerer.parts(text), strict=True))
            info = QueryInfo(
                text=text,
                expanded=query.info.expanded,
                suggestions=query.info.suggestions,
                filters=query.info.filters,
            )
        if self._generator is not None:  # after the generation is let go: it may take its time
            answers = [
                phrased(answer, part, self._generator)
                for part, answer in zip(parts, answers, strict=True)
            ]
        if len(answers) > 1:  # each part says which question it answers
            answers = [
                replace(answer, query=QueryInfo(text=part))
                for part, answer in zip(parts, answers, strict=True)
            ]
        result = answers[0] if len(answers) == 1 else combine(checked, answers)
        return _with_query(result, info)

    def evidence(self, question: str) -> Evidence:
        """What the engine would answer one question from; for calibration and debugging.

        Good for as long as no newer generation is published.
        """
        with self._use() as generation:
            answerer = Answerer(generation, self._comprehension(), None)
            return answerer.evidence(question_text(check_question(question)))

    def candidates(self, question: str) -> list[Candidate]:
        """What a search compares in full, with features; for learning how it is ranked."""
        with self._use() as generation:
            return generation.retriever.candidates(question_text(check_question(question)))

    def search(
        self,
        query: str,
        limit: int = 10,
        mode: str = "hybrid",
        filters: Filters | Mapping[str, object] | None = None,
    ) -> list[Hit]:
        """Ranked passages. ``mode``: hybrid, words or meaning."""
        checked = check_question(query)
        with self._use() as generation:
            return generation.retriever.search(
                checked, limit=limit, mode=mode, filters=read_filters(filters)
            )

    def examples(self, limit: int = 6) -> list[str]:
        """Questions that the indexed documents answer, for an empty search box."""
        with self._use() as generation:
            return examples(generation.reader, limit)

    def suggest(self, prefix: str, limit: int = 8) -> list[str]:
        """Titles, departments and tasks that go on from what has been typed."""
        with self._use() as generation:
            return suggestions(generation.reader, prefix, limit)

    # -- reading --------------------------------------------------------------

    @property
    def manifest(self) -> Manifest:
        with self._use() as generation:
            return generation.reader.manifest

    def document(self, id: str) -> Document:
        """Raises DocumentNotFound."""
        with self._use() as generation:
            return generation.document(id)

    def documents(self) -> list[DocumentInfo]:
        """All documents, by id."""
        with self._use() as generation:
            return generation.reader.documents()

    def passages_of(self, document: str) -> list[Passage]:
        """The passages of a document in order; empty if there is none of that id."""
        with self._use() as generation:
            return generation.reader.passages_of(document)

    def records(self, filters: Filters | Mapping[str, object] | None = None) -> list[Passage]:
        """Every table row and duty clause (passages whose ``record`` is set)."""
        with self._use() as generation:
            return generation.reader.records(read_filters(filters))

    def conferences(self) -> list[DocumentInfo]:
        """Press conferences and interviews, newest first, those without a date last."""
        found = [info for info in self.documents() if info.kind in {"press", "interview"}]
        return sorted(
            found, key=lambda info: (info.date is not None, info.date or ""), reverse=True
        )

    # -- changing -------------------------------------------------------------

    def add(self, *paths: str | Path, progress: ProgressCallback | None = None) -> Report:
        """Index files, folders or URIs, as ``qa-engine index PATH…`` does."""
        from qa_engine.indexing import update
        from qa_engine.places import given

        with self._reading() as read:
            report = update(
                self._store,
                self._encoder,
                self._cutter,
                [given(p) for p in paths],
                progress=progress,
                read=read,
            )
        self._move_on()
        return report

    def remove(self, *ids: str, compacted: bool = True) -> None:
        """Take documents out; they stay out until named again. Raises DocumentNotFound.

        ``compacted=False`` is quicker, but leaves their bytes in the files until
        ``compact``."""
        from qa_engine.indexing import remove

        remove(self._store, self._encoder, self._cutter, list(ids), compacted=compacted)
        self._move_on()

    def compact(self) -> int:
        """Rewrite every file that still holds passages of removed or changed documents;
        returns how many there were."""
        from qa_engine.indexing import compact

        found = compact(self._store, self._encoder, self._cutter)
        self._move_on()
        return found

    def _move_on(self) -> None:
        """Use what was just published, so that the generation before it can go."""
        self.refresh()
        with self._use():
            pass

    def use_cutter(self, cutter: Cutter, progress: ProgressCallback | None = None) -> Report:
        """Build the index anew with another cutter, and search with it once that is published.

        Until then, and if it fails, everything stays as it was.
        """
        from qa_engine.indexing import update

        self._next_cutter = cutter
        try:
            with self._reading() as read:
                report = update(
                    self._store,
                    self._encoder,
                    cutter,
                    [],
                    progress=progress,
                    rebuild=True,
                    read=read,
                )
        except BaseException:
            self._next_cutter = None
            raise
        self.refresh()
        with self._use():  # further changes are made with it
            return report


def check_question(text: str) -> str:
    """The question without blanks around it. Raises QuestionError."""
    stripped = text.strip()
    if not stripped:
        raise QuestionError("问题是空的。", "请输入一个问题或几个关键词。")
    if len(stripped) > MAX_QUESTION:
        raise QuestionError(
            f"问题有{len(stripped)}个字，超过了{MAX_QUESTION}个字的上限。", "请缩短后再问。"
        )
    return stripped


def _last(context: Sequence[str]) -> str | None:
    return context[-1] if context else None


def _with_query(result: Answer, info: QueryInfo) -> Answer:
    return replace(result, query=info)
