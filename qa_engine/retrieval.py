"""Use case: a question → ranked passages. One way for every front end."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

from qa_engine.errors import UsageError
from qa_engine.features import Features, Profile, Unit, expected, features, weight
from qa_engine.fusion import (
    Fused,
    from_zero,
    logistic,
    min_max,
    reciprocal_rank,
    shipped_model,
    weighted,
)
from qa_engine.models import Hit, Passage, QueryInfo
from qa_engine.passages import context_text
from qa_engine.ports import (
    BIGRAMS,
    CONTEXT,
    WORDS,
    Encoder,
    Filters,
    IndexReader,
    Reranker,
    Scored,
    Vectors,
)
from qa_engine.text.aliases import Aliases
from qa_engine.text.normalise import fold
from qa_engine.text.numbers import dates, numbers, plain
from qa_engine.text.patterns import later
from qa_engine.text.query import Parsed, both, described, parse_query, read_filters
from qa_engine.text.typos import Correction, Speller
from qa_engine.text.words import Cutter, QueryTerms, term_counts

__all__ = ["MODES", "Candidate", "Query", "Retriever", "read_filters"]

MODES = ("hybrid", "words", "meaning")
MEANING = "meaning"
_DEPTH = 100  # passages taken from each lookup
_LOOKED_AT = 40  # of those, how many are compared with the question in full
_FIRST = {WORDS: 0.3, BIGRAMS: 0.35, CONTEXT: 0.1, MEANING: 0.25}
_OTHER_FORM = 0.7  # the weight of a term that was not typed but may be meant
_VECTORS = 256  # questions whose vectors are kept
_TITLE = later(r"《([^《》]{2,40})》")
_UNITS = "年月日"
_ASIDE = 2  # lookups by meaning that run beside others
_TEXTS = 4096  # passages whose matching form is kept


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it was understood. ``synonyms``: typed form → forms searched too;
    ``meant`` is the text with its sure slips of the pen put right."""

    text: str
    meant: str
    parsed: Parsed
    filters: Filters | None
    info: QueryInfo
    synonyms: Mapping[str, tuple[str, ...]]
    words: Mapping[str, float]
    bigrams: Mapping[str, float]
    profile: Profile


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that lookups found, and what it has in common with the question."""

    passage: Passage
    first: Fused
    features: Features


class Retriever:
    """Searches one generation of an index. Safe for many threads."""

    def __init__(
        self,
        reader: IndexReader,
        encoder: Encoder,
        cutter: Cutter,
        aliases: Aliases,
        reranker: Reranker | None = None,
    ) -> None:
        """``reranker``: has the last word on the order of what is compared in full."""
        self._reader = reader
        self._encoder = encoder
        self._reranker = reranker
        learned = json.loads(reader.manifest.meta.get("learned", "[]"))
        self._cutter = cutter.with_learned(learned)
        pairs = json.loads(reader.manifest.meta.get("short_names", "[]"))
        self._aliases = aliases.of_corpus(learned, pairs)
        self._model = shipped_model()
        self._spelling: Speller | None = None
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._texts: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self._lock = threading.Lock()
        self._aside = ThreadPoolExecutor(_ASIDE, thread_name_prefix="meaning")

    def understand(self, question: str, filters: Filters | None = None) -> Query:
        """Take operators and filters out, find other names. Raises FilterError."""
        parsed = parse_query(question)
        chosen = both(filters, parsed.filters)
        synonyms = dict(self._aliases.in_text(parsed.text))
        cut = self._cutter.query(parsed.text)
        corrections = self._corrections(cut.content, synonyms)
        forms = {**synonyms, **{c.typed: (c.meant,) for c in corrections}}
        words, bigrams = term_counts(cut.words), term_counts(cut.bigrams)
        for others in forms.values():
            for other in others:
                for term in self._cutter.words(other):
                    words.setdefault(term, _OTHER_FORM / len(others))
                for term in self._cutter.bigrams(other):
                    bigrams.setdefault(term, _OTHER_FORM / len(others))
        meant = parsed.text
        for slip in corrections:
            meant = meant.replace(slip.typed, slip.meant) if slip.sure else meant
        return Query(
            text=parsed.text,
            meant=meant,
            parsed=parsed,
            filters=chosen,
            info=QueryInfo(
                text=parsed.text,
                expanded=tuple(synonyms.items()),
                suggestions=tuple((c.typed, c.meant) for c in corrections),
                filters=described(chosen),
            ),
            synonyms=synonyms,
            words=words,
            bigrams=bigrams,
            profile=self._profile(cut, forms, parsed),
        )

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
        if limit <= 0:
            return []
        query = self.understand(question, filters)
        fused = self._found(query, limit, mode)
        if mode != "hybrid":
            return self._hits(fused[:limit])
        # Always the same number is compared in full, so that asking for more passages
        # never changes the first ones.
        candidates = self._candidates(query, fused[:_LOOKED_AT])
        # By the value: far from the middle the scores lie closer than they can tell apart.
        ranked = sorted(
            [(-self._model.value(c.features), c.passage.id, c) for c in candidates],
            key=lambda valued: valued[:2],
        )
        if self._reranker is None:
            ranked = ranked[:limit]
        hits = [Hit(logistic(-value), c.passage, dict(c.first.parts)) for value, _, c in ranked]
        if self._reranker is not None and hits:
            hits = _reordered(hits, self._reranker, query.text)
        if limit > len(hits):
            floor = hits[-1].score if hits else 1.0
            rest = self._hits(fused[_LOOKED_AT:limit])
            hits += [replace(hit, score=hit.score * floor) for hit in rest]
        return hits[:limit]

    def lookup(self, question: str, name: str, limit: int) -> list[str]:
        """The ids that one lookup alone finds: words, bigrams, context or meaning."""
        query = self.understand(question)
        return [scored.id for scored in self._lookup(query, name, limit)]

    def plain(self, question: str, limit: int, way: str) -> list[str]:
        """The ids by a fusion without a model, to compare with: ``rrf`` or ``min-max``."""
        query = self.understand(question)
        if way == "rrf":
            lists = {n: self._lookup(query, n, _DEPTH) for n in (WORDS, MEANING)}
            return [f.id for f in reciprocal_rank(lists)[:limit]]
        return [f.id for f in self._first(query, _DEPTH, "hybrid")[:limit]]

    def candidates(self, question: str, filters: Filters | None = None) -> list[Candidate]:
        """What ``search`` orders, in the order of the first fusion (for learning weights)."""
        query = self.understand(question, filters)
        return self._candidates(query, self._found(query, 1, "hybrid")[:_LOOKED_AT])

    def _hits(self, fused: Sequence[Fused]) -> list[Hit]:
        found = {p.id: p for p in self._reader.passages([f.id for f in fused])}
        return [Hit(f.score, found[f.id], f.parts) for f in fused if f.id in found]

    def _candidates(self, query: Query, fused: Sequence[Fused]) -> list[Candidate]:
        found = {p.id: p for p in self._reader.passages([f.id for f in fused])}
        result = []
        for first in fused:
            passage = found.get(first.id)
            if passage is not None:
                text, above = self._folded(passage)
                row = features(query.profile, text, above, first.parts)
                result.append(Candidate(passage, first, row))
        return result

    def _first(self, query: Query, depth: int, mode: str, limit: int | None = None) -> list[Fused]:
        """The lookups, fused by fixed weights: the best ``limit``, else all."""
        names = [name for name in _FIRST if _in_mode(name, mode)]
        return weighted(
            {
                name: (min_max if name == MEANING else from_zero)(found)
                for name, found in self._looked_up(query, names, depth).items()
            },
            _FIRST,
            limit,
        )

    def _looked_up(self, query: Query, names: Sequence[str], depth: int) -> dict[str, list[Scored]]:
        """All lookups; that by meaning beside the others, since it takes as long as they do."""
        if len(names) < 2 or MEANING not in names:
            return {name: self._lookup(query, name, depth) for name in names}
        aside = self._aside.submit(self._lookup, query, MEANING, depth)
        try:
            found = {n: self._lookup(query, n, depth) for n in names if n != MEANING}
        finally:
            begun = not aside.cancel()  # where every thread is taken, it has not
            if begun:
                wait([aside])  # whatever happens, the index stays open that long
        found[MEANING] = aside.result() if begun else self._lookup(query, MEANING, depth)
        return {name: found[name] for name in names}

    def _lookup(self, query: Query, name: str, depth: int) -> list[Scored]:
        if name == MEANING:
            if not query.text:
                return []
            return self._reader.nearest(self._vector(fold(query.text)), depth, query.filters)
        terms = query.bigrams if name == BIGRAMS else query.words
        return self._reader.match(name, terms, depth, query.filters) if terms else []

    def _corrections(
        self, content: str, synonyms: Mapping[str, tuple[str, ...]]
    ) -> list[Correction]:
        """Close words for what the corpus does not know, other names apart."""

        def known(pairs: Sequence[str]) -> Mapping[str, int]:
            return self._reader.frequencies(BIGRAMS, pairs)

        pairs = set(self._cutter.bigrams(content))
        if not pairs or all(known(list(pairs)).values()):
            return []
        found = self._speller().corrections(self._cutter.pieces(content), known)
        return [c for c in found if not any(c.typed in s or s in c.typed for s in synonyms)]

    def _speller(self) -> Speller:
        with self._lock:
            if self._spelling is None:
                self._spelling = Speller(self._reader.han_terms, self._cutter.learned)
            return self._spelling

    def _profile(
        self, cut: QueryTerms, synonyms: Mapping[str, tuple[str, ...]], parsed: Parsed
    ) -> Profile:
        total = self._reader.manifest.passages
        content = cut.content
        known = self._reader.frequencies(BIGRAMS, list(dict.fromkeys(cut.bigrams)))
        units: list[Unit] = []
        at = 0
        for term in cut.bigrams:
            place = content.find(term, at)
            # A pair that no passage holds says nothing about which one is meant.
            if place >= 0:
                at = place
            forms = [term]
            for form, others in synonyms.items():
                start = content.find(form)
                if 0 <= start <= place and place + len(term) <= start + len(form):
                    forms += others
            if known.get(term, 0) or len(forms) > 1:
                units.append(Unit(place, weight(total, known.get(term, 0)), tuple(forms)))
        frequencies = self._reader.frequencies(WORDS, list(dict.fromkeys(cut.words)))
        words = {w: weight(total, n) for w, n in frequencies.items() if n}
        names = [fold(phrase) for phrase in parsed.phrases]
        names += [fold(title) for title in _TITLE.findall(parsed.text)]
        names += self._cutter.names(content)
        counted = []
        for quantity in numbers(content):
            digits = plain(quantity.value) + (quantity.unit if quantity.unit in "%‰" else "")
            written = content[quantity.start : quantity.end]
            if quantity.unit not in ("年", "月", "日"):
                counted.append(tuple(dict.fromkeys((digits, written))))
        counted += [_date_forms(mention.iso, mention.written) for mention in dates(content)]
        return Profile(
            units=tuple(units),
            words=words,
            names=tuple(dict.fromkeys(names)),
            numbers=tuple(counted),
            expects=expected(fold(parsed.text)),
        )

    def _folded(self, passage: Passage) -> tuple[str, str]:
        """The matching forms of a passage and of what stands above it."""
        with self._lock:
            known = self._texts.get(passage.id)
        if known is None:
            known = (fold(passage.text), fold(context_text(passage)))
            with self._lock:
                self._texts[passage.id] = known
                while len(self._texts) > _TEXTS:
                    self._texts.popitem(last=False)
        return known

    def _found(self, query: Query, limit: int, mode: str) -> list[Fused]:
        """The first fusion without excluded words and, if any passage has them, with the
        exact phrases only; looked for as deep as it takes."""
        excluded: set[str] = set()
        for word in query.parsed.excluded:
            excluded.update(self._reader.phrase(BIGRAMS, self._cutter.bigrams(word)))
        wanted: set[str] | None = None
        for phrase in query.parsed.phrases:
            found = set(self._reader.phrase(BIGRAMS, self._cutter.bigrams(phrase), query.filters))
            wanted = found if wanted is None else wanted & found

        def kept(fused: Sequence[Fused]) -> list[Fused]:
            return [f for f in fused if f.id not in excluded and (not wanted or f.id in wanted)]

        total = self._reader.manifest.passages
        depth = _DEPTH
        if limit <= depth and not excluded and not wanted:
            return self._first(query, depth, mode, max(limit, _LOOKED_AT))
        result = kept(self._first(query, depth, mode))
        while len(result) < _LOOKED_AT and depth < total and (excluded or wanted):
            depth *= 4
            result = kept(self._first(query, depth, mode))
        if limit > depth:
            head = {f.id for f in result}
            more = kept(self._first(query, limit, mode))
            result += [f for f in more if f.id not in head]
        return result

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


def _reordered(hits: Sequence[Hit], reranker: Reranker, question: str) -> list[Hit]:
    """By the reranker's scores, ties as before. Those have no common scale, so each place
    keeps its own score; what the reranker said stands among the parts."""
    scores = reranker.scores(question, hits)
    order = sorted(range(len(hits)), key=lambda at: (-scores[at], at))
    return [
        Hit(place.score, hits[at].passage, {**hits[at].parts, "reranker": float(scores[at])})
        for place, at in zip(hits, order, strict=True)
    ]


def _date_forms(iso: str, written: str) -> tuple[str, ...]:
    """How a date may be written: 2013-08-22 → 2013年8月22日, 2013.8.22 …"""
    parts = [part.lstrip("0") for part in iso.partition("/")[0].strip("-").split("-")]
    named = "".join(f"{p}{unit}" for p, unit in zip(parts, _UNITS, strict=False))
    if iso.startswith("--"):
        named = "".join(f"{p}{unit}" for p, unit in zip(parts, _UNITS[1:], strict=False))
    joined = [mark.join(parts) for mark in ".-/"] if len(parts) > 1 else []
    padded = [iso] if not iso.startswith("--") else []
    return tuple(dict.fromkeys([named, written, *joined, *padded]))


def _in_mode(name: str, mode: str) -> bool:
    return mode == "hybrid" or (name == MEANING) == (mode == MEANING)
