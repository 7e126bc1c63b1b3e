"""Questions answered on one generation of an index: taken apart, each part from its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from qa_engine.answering.aspects import aspects
from qa_engine.answering.assemble import answer, together
from qa_engine.answering.evidence import Evidence
from qa_engine.answering.followup import resolve, with_topic
from qa_engine.answering.matching import Matcher
from qa_engine.answering.numbered import asked_within
from qa_engine.answering.parted import Part, in_one_passage, settled
from qa_engine.answering.question import analyse, split_questions
from qa_engine.generation import OpenGeneration
from qa_engine.models import Answer, Hit
from qa_engine.ports import BIGRAMS, Filters, Reader

_READ = 40  # passages ranked for an answer
_WIDER = 5  # passages ranked for each one wanted, where a filter cannot be narrowed


def _documents(answer: Answer) -> set[str]:
    return {citation.passage.document for citation in answer.citations if answer.found}


class Answerer:
    """Answers folded questions from one open generation, within ``filters``."""

    def __init__(
        self, generation: OpenGeneration, comprehension: Reader | None, filters: Filters | None
    ) -> None:
        self._generation = generation
        self._comprehension = comprehension
        self._filters = filters

    def parts(self, text: str) -> list[tuple[str, Answer]]:
        """The questions that a text holds, each with its answer; those that ask on about what
        the first names are answered with it."""
        parts = split_questions(text)
        asked = [parts[0], *(resolve(part, parts[0]) for part in parts[1:])]
        answers = [self._taken_apart(one) for one in asked]
        for n in range(1, len(parts)):
            if asked[n] == parts[n]:
                answers[n] = self._on_the_same(parts[0], answers[0], parts[n], answers[n])
        on = [0, *(n for n in range(1, len(parts)) if asked[n] != parts[n])]
        given = self._from_one_passage([asked[n] for n in on], [answers[n] for n in on])
        for n, one in zip(on, given, strict=True):
            answers[n] = one
        return list(zip(parts, answers, strict=True))

    def _on_the_same(self, first: str, told: Answer, part: str, alone: Answer) -> Answer:
        """The answer to a later part; where the first is answered from another document, that to
        the same asked of what the first speaks of, if it is as sure (当护林员有年龄要求吗？什么情况
        会辞退？)."""
        asked = with_topic(part, first)
        if asked == part or not told.found or _documents(told) & _documents(alone):
            return alone
        given = self._taken_apart(asked)
        surer = not alone.found or given.confidence >= alone.confidence
        return given if surer and _documents(given) & _documents(told) else alone

    def evidence(self, wording: str, filters: Filters | None = None) -> Evidence:
        """What one question is answered from; ``filters`` instead of the answerer's own."""
        filters = filters or self._filters
        retriever, reader = self._generation.retriever, self._generation.reader
        query = retriever.understand(wording, filters)

        def search(text: str, kinds: tuple[str, ...], limit: int) -> list[Hit]:
            if filters is None or not filters.kinds or not kinds:
                narrowed = replace(filters or Filters(), kinds=kinds)
                return retriever.search(text, limit=limit, filters=narrowed)
            # The reader's filter may name kinds of documents; both must hold.
            found = retriever.search(text, limit=_WIDER * limit, filters=filters)
            return [hit for hit in found if hit.passage.kind in kinds][:limit]

        def frequencies(terms: Sequence[str]) -> Mapping[str, int]:
            return reader.frequencies(BIGRAMS, terms)

        return Evidence(
            question=analyse(wording, query.meant),
            hits=retriever.search(wording, limit=_READ, filters=filters),
            matcher=Matcher(frequencies, reader.manifest.passages, query.synonyms),
            search=search,
            records=lambda: self._generation.records(filters),
            document=self._generation.document,
            passages_of=reader.passages_of,
            comprehension=self._comprehension,
            synonyms=tuple((form, *others) for form, others in query.synonyms.items()),
        )

    def _taken_apart(self, asked: str) -> Answer:
        """To one question, taken apart where it asks several things at once."""
        whole = self._one(asked)
        parts = aspects(asked)
        if len(parts) < 2:
            return whole
        return together(whole, self._from_one_passage(parts, [self._one(part) for part in parts]))

    def _from_one_passage(self, parts: Sequence[str], told: Sequence[Answer]) -> list[Answer]:
        if settled(told) or self._comprehension is None:
            return list(told)
        return in_one_passage(
            [Part(self.evidence(part), one) for part, one in zip(parts, told, strict=True)]
        )

    def _one(self, asked: str) -> Answer:
        """To one thing asked; from the document that it names by its number, if that tells."""
        evidence = self.evidence(asked)
        inside = asked_within(evidence)
        if inside is not None and not (self._filters and self._filters.documents):
            document, rest = inside
            only = replace(self._filters or Filters(), documents=(document,))
            given = answer(self.evidence(rest, only))
            if given.found:
                return given
        return answer(evidence)
