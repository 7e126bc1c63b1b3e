"""Use case: a question → ranked passages. One way for every front end."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qa_engine.errors import UsageError
from qa_engine.fusion import Fused, from_zero, min_max, weighted
from qa_engine.models import Hit, QueryInfo
from qa_engine.ports import BIGRAMS, CONTEXT, WORDS, Encoder, Filters, IndexReader, Scored, Vectors
from qa_engine.text.aliases import Aliases
from qa_engine.text.query import Parsed, both, described, parse_query, read_filters
from qa_engine.text.words import Cutter, term_counts

__all__ = ["MODES", "Query", "Retriever", "read_filters"]

MODES = ("hybrid", "words", "meaning")
MEANING = "meaning"
_DEPTH = 100  # passages taken from each lookup
_WEIGHTS = {WORDS: 0.3, BIGRAMS: 0.35, CONTEXT: 0.1, MEANING: 0.25}
_ALIAS_WEIGHT = 0.7  # of a term that was not typed but says the same
_VECTORS = 256  # questions whose vectors are kept


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it was understood. ``synonyms``: typed form → forms searched too."""

    text: str
    parsed: Parsed
    filters: Filters | None
    info: QueryInfo
    synonyms: Mapping[str, tuple[str, ...]]
    words: Mapping[str, float] = field(default_factory=dict)
    bigrams: Mapping[str, float] = field(default_factory=dict)


class Retriever:
    """Searches one generation of an index. Safe for many threads."""

    def __init__(
        self, reader: IndexReader, encoder: Encoder, cutter: Cutter, aliases: Aliases
    ) -> None:
        self._reader = reader
        self._encoder = encoder
        learned = json.loads(reader.manifest.meta.get("learned", "[]"))
        self._cutter = cutter.with_learned(learned)
        self._aliases = aliases
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def understand(self, question: str, filters: Filters | None = None) -> Query:
        """Take operators and filters out, find other names. Raises FilterError."""
        parsed = parse_query(question)
        chosen = both(filters, parsed.filters)
        text = parsed.text
        synonyms = self._aliases.in_text(text)
        cut = self._cutter.query(text)
        words, bigrams = term_counts(cut.words), term_counts(cut.bigrams)
        for others in synonyms.values():
            for other in others:
                for term in self._cutter.words(other):
                    words.setdefault(term, _ALIAS_WEIGHT / len(others))
                for term in self._cutter.bigrams(other):
                    bigrams.setdefault(term, _ALIAS_WEIGHT / len(others))
        info = QueryInfo(text=text, expanded=tuple(synonyms.items()), filters=described(chosen))
        return Query(text, parsed, chosen, info, synonyms, words, bigrams)

    def search(
        self,
        question: str,
        limit: int = 10,
        mode: str = "hybrid",
        filters: Filters | None = None,
    ) -> list[Hit]:
        """The best passages. Raises UsageError for another mode, FilterError."""
        if mode not in MODES:
            raise UsageError(f"没有名为 {mode} 的检索方式。", f"可用：{'、'.join(MODES)}。")
        query = self.understand(question, filters)
        fused = self._fused(query, max(_DEPTH, limit), mode)
        fused = self._held_to(query, fused)[: max(limit, 0)]
        passages = {p.id: p for p in self._reader.passages([f.id for f in fused])}
        return [Hit(f.score, passages[f.id], f.parts) for f in fused if f.id in passages]

    def _fused(self, query: Query, depth: int, mode: str) -> list[Fused]:
        lists: dict[str, dict[str, float]] = {}
        if mode != MEANING:
            lists[WORDS] = from_zero(self._match(WORDS, query.words, depth, query))
            lists[BIGRAMS] = from_zero(self._match(BIGRAMS, query.bigrams, depth, query))
            lists[CONTEXT] = from_zero(self._match(CONTEXT, query.words, depth, query))
        if mode != "words" and query.text:
            vector = self._vector(query.text)
            lists[MEANING] = min_max(self._reader.nearest(vector, depth, query.filters))
        return weighted(lists, _WEIGHTS)

    def _match(
        self, name: str, terms: Mapping[str, float], depth: int, query: Query
    ) -> list[Scored]:
        return self._reader.match(name, terms, depth, query.filters) if terms else []

    def _held_to(self, query: Query, fused: Sequence[Fused]) -> list[Fused]:
        """Without excluded words; with the exact phrases, if any passage has them."""
        kept = list(fused)
        for word in query.parsed.excluded:
            out = set(self._reader.phrase(BIGRAMS, self._cutter.bigrams(word)))
            kept = [f for f in kept if f.id not in out]
        wanted: set[str] | None = None
        for phrase in query.parsed.phrases:
            found = set(self._reader.phrase(BIGRAMS, self._cutter.bigrams(phrase), query.filters))
            wanted = found if wanted is None else wanted & found
        if wanted:
            kept = [f for f in kept if f.id in wanted]
        return kept

    def _vector(self, text: str) -> Vectors:
        with self._lock:
            if text in self._vectors:
                self._vectors.move_to_end(text)
                return self._vectors[text]
        vector: Vectors = self._encoder.encode_questions([text])[0]
        with self._lock:
            self._vectors[text] = vector
            while len(self._vectors) > _VECTORS:
                self._vectors.popitem(last=False)
        return vector
