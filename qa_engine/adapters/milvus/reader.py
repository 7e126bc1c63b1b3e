"""One generation of an index on Milvus."""

from __future__ import annotations

import functools
import json
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from qa_engine.adapters.milvus.connection import CollectionMissing, Connection
from qa_engine.adapters.milvus.filters import expression, one_of, visible
from qa_engine.adapters.milvus.ledger import Head, Ledger
from qa_engine.adapters.milvus.schema import (
    DENSE,
    K1,
    MOST,
    B,
    dimension_of,
    hashed,
    kept_aside,
    read_id,
    unpack,
)
from qa_engine.adapters.milvus.statistics import Frequencies, Statistics
from qa_engine.errors import DocumentNotFound, IndexDamaged
from qa_engine.models import Document, DocumentInfo, Manifest, Passage
from qa_engine.ports import Codes, Filters, Scored, Vectors
from qa_engine.serialise import from_bytes, from_plain
from qa_engine.text.codes import codes_of

STRONG = 10.0  # seconds after opening in which reads wait for every write before them
_MARGIN = 32  # passages looked at beyond the last one, for those that tie with it
_WIDER = 100  # the same where scores are computed again
_KEYS = 100_000  # passages whose keys are kept
_EF = 200  # how far a graph of vectors is searched, at least

F = TypeVar("F", bound=Callable[..., Any])


def _whole(method: F) -> F:
    """A collection that is gone means that the generation is."""

    @functools.wraps(method)
    def wrapper(*args: Any, **options: Any) -> Any:
        try:
            return method(*args, **options)
        except CollectionMissing:
            raise IndexDamaged(
                "这一代索引在 Milvus 里已经不在了。", "请再试一次；仍不行请重建索引。"
            ) from None

    return wrapper  # type: ignore[return-value]


class MilvusReader:
    """Words, bigrams and meaning are looked up by Milvus; ranks are the engine's."""

    def __init__(
        self,
        connection: Connection,
        ledger: Ledger,
        head: Head,
        base: Callable[[Ledger, str], Frequencies],
        tolerance: float,
    ) -> None:
        """``base`` reads (or remembers) the statistics of a name. ``tolerance``: how far
        mean lengths may be from those that weights were made with before scores are
        computed again from the passages' terms."""
        self._connection = connection
        self._ledger = ledger
        self._head = head
        self._base = base
        self._manifest = ledger.manifest(head)
        self._again = head.drift(self._manifest.passages) > tolerance
        self._opened = time.monotonic()
        self._statistics: Statistics | None = None
        self._keys: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()
        connection.call("load_collection", head.passages)

    @property
    def manifest(self) -> Manifest:
        return self._manifest

    @_whole
    def match(
        self,
        field: str,
        terms: Mapping[str, float],
        limit: int,
        filters: Filters | None = None,
    ) -> list[Scored]:
        idf = {term: value for term in terms if (value := self._idf(field, term)) > 0}
        query: dict[int, float] = {}
        for term in sorted(idf):
            at = dimension_of(term)
            query[at] = query.get(at, 0.0) + terms[term] * idf[term]
        if not query or limit <= 0:
            return []

        def search(wanted: int) -> list[Scored]:
            found = self._search(field, query, wanted, filters, {"metric_type": "IP"})
            return [s for s in found if s.score > 0]

        if not self._again:
            return _with_ties(search, limit)
        rough = _with_ties(search, 2 * limit + _WIDER)
        weights = {term: terms[term] * value for term, value in idf.items()}
        return _best(self._scored_again(field, weights, rough))[:limit]

    @_whole
    def nearest(self, vector: Vectors, limit: int, filters: Filters | None = None) -> list[Scored]:
        if limit <= 0 or not self._manifest.passages:
            return []
        query = np.asarray(vector, dtype=np.float32)

        def search(wanted: int) -> list[Scored]:
            options = {"metric_type": "COSINE", "params": {"ef": max(_EF, wanted)}}
            return self._search(DENSE, query, wanted, filters, options)

        return _with_ties(search, limit)

    @_whole
    def phrase(self, field: str, terms: Sequence[str], filters: Filters | None = None) -> list[str]:
        wanted = list(terms)
        if not wanted or not all(self.frequencies(field, wanted).values()):
            return []
        common: set[str] | None = None
        for term in sorted(set(wanted), key=lambda t: self._stats().frequency(field, t)):
            holding = set(self._holding(field, term, filters))
            common = holding if common is None else common & holding
            if not common:
                return []
        found = []
        for key, row in self._rows_of(sorted(common or ()), ["passage", "terms"]).items():
            order = self._terms(key, row["terms"])[field]
            if any(order[at : at + len(wanted)] == wanted for at in range(len(order))):
                found.append(read_id(row["passage"]))
        return sorted(found)

    @_whole
    def frequencies(self, field: str, terms: Sequence[str]) -> dict[str, int]:
        return {term: self._stats().frequency(field, term) for term in terms}

    @_whole
    def han_terms(self, field: str, lengths: Sequence[int]) -> dict[int, Codes]:
        terms = self._stats().vocabulary(field)
        return {length: codes_of(terms, length) for length in lengths}

    @_whole
    def passages(self, ids: Sequence[str]) -> list[Passage]:
        with self._lock:
            known = {id: self._keys[id] for id in ids if id in self._keys}
        rows = list(self._rows_of(list(known.values()), ["data"]).items())
        unknown = [hashed(id) for id in dict.fromkeys(ids) if id not in known]
        for at in range(0, len(unknown), 500):
            condition = f"{one_of('name', unknown[at : at + 500])} and {self._visible()}"
            rows += [(row["key"], row) for row in self._query(condition, ["key", "data"])]
        found = {p.id: p for p in self._read(rows)}
        return [found[id] for id in ids if id in found]

    @_whole
    def passages_of(self, document: str) -> list[Passage]:
        condition = f"{one_of('owner', [hashed(document)])} and {self._visible()}"
        return sorted(self._all(condition), key=lambda p: p.ordinal)

    @_whole
    def records(self, filters: Filters | None = None) -> list[Passage]:
        condition = f"record == 1 and {expression(filters, self._head.generation)}"
        return sorted(self._all(condition), key=lambda p: (p.document, p.ordinal))

    @_whole
    def document(self, id: str) -> Document:
        found = self._ledger.all("document", self._head.generation, [hashed(id)])
        if not found:
            raise DocumentNotFound(f"没有这篇文档：{id}", "文档列表可查到所有编号。")
        return from_bytes(Document, next(iter(found.values())))

    @_whole
    def documents(self) -> list[DocumentInfo]:
        found = self._ledger.all("listing", self._head.generation)
        listed = [from_plain(DocumentInfo, read_json(data)[0]) for data in found.values()]
        return sorted(listed, key=lambda info: info.id)

    def count(self) -> int:
        """How many passages this generation sees, counted one by one."""
        fields = ["key"]
        return sum(1 for _ in self._connection.rows(self._head.passages, self._visible(), fields))

    def close(self) -> None:
        """The connection is the store's; a generation holds nothing open."""

    def _visible(self) -> str:
        return visible(self._head.generation)

    def _consistency(self) -> str:
        return "Strong" if time.monotonic() - self._opened < STRONG else "Bounded"

    def _search(
        self, field: str, query: Any, limit: int, filters: Filters | None, options: dict[str, Any]
    ) -> list[Scored]:
        condition = expression(filters, self._head.generation)
        return self._searched(field, query, limit, condition, options)

    def _searched(
        self, field: str, query: Any, limit: int, condition: str, options: dict[str, Any]
    ) -> list[Scored]:
        if not self._manifest.passages:
            return []
        found = self._connection.call(
            "search",
            self._head.passages,
            [query],
            anns_field=field,
            limit=min(limit, MOST),
            filter=condition,
            search_params=options,
            output_fields=["passage"],
            consistency_level=self._consistency(),
        )
        result = []
        with self._lock:
            for hit in found[0]:
                id = read_id(hit["entity"]["passage"])
                self._keys[id] = hit["key"]
                result.append(Scored(id, float(hit["distance"])))
            while len(self._keys) > _KEYS:
                self._keys.popitem(last=False)
        return result

    def _holding(self, field: str, term: str, filters: Filters | None) -> Iterator[str]:
        """The keys of all allowed passages that hold the term, however many there are."""
        condition = expression(filters, self._head.generation)
        waiting = [""]
        while waiting:
            start = waiting.pop()
            part = f'key >= "{start}" and key <= "{start}g" and {condition}'
            found = self._connection.call(
                "search",
                self._head.passages,
                [{dimension_of(term): 1.0}],
                anns_field=field,
                limit=MOST,
                filter=part if start else condition,
                search_params={"metric_type": "IP"},
                output_fields=["key"],
                consistency_level=self._consistency(),
            )[0]
            if len(found) < MOST:
                yield from (hit["key"] for hit in found)
            else:  # more than one answer holds: by the first digits of their keys
                waiting += [f"{start}{digit:x}" for digit in range(16)]

    def _query(self, condition: str, fields: list[str]) -> list[dict[str, Any]]:
        return list(
            self._connection.call(
                "query",
                self._head.passages,
                filter=condition,
                output_fields=fields,
                limit=MOST,
                consistency_level=self._consistency(),
            )
        )

    def _rows_of(self, keys: Sequence[str], fields: list[str]) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for at in range(0, len(keys), 500):
            for row in self._connection.call(
                "get",
                self._head.passages,
                list(keys[at : at + 500]),
                output_fields=["key", *fields],
                consistency_level=self._consistency(),
            ):
                found[row["key"]] = row
        return found

    def _all(self, condition: str) -> list[Passage]:
        rows = self._connection.rows(self._head.passages, condition, ["key", "data"])
        return self._read([(row["key"], row) for row in rows])

    def _read(self, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Passage]:
        aside = [name for _, row in rows if (name := kept_aside(row["data"]))]
        texts = self._ledger.texts(aside) if aside else {}
        result = []
        for _, row in rows:
            name = kept_aside(row["data"])
            data = texts[name] if name else unpack([row["data"]])
            result.append(from_bytes(Passage, data))
        return result

    def _terms(self, key: str, text: str) -> dict[str, list[str]]:
        return terms_of(self._ledger, text)

    def _scored_again(
        self, field: str, weights: Mapping[str, float], rough: Sequence[Scored]
    ) -> list[Scored]:
        """BM25 from the passages' own terms and the mean length as it is now."""
        with self._lock:
            keys = {self._keys[s.id]: s.id for s in rough if s.id in self._keys}
        average = self._head.lengths[field] / self._manifest.passages
        result = []
        for key, row in self._rows_of(list(keys), ["terms"]).items():
            held = self._terms(key, row["terms"])[field]
            counts = Counter(held)
            norm = K1 * (1 - B + B * len(held) / (average or 1.0))
            score = 0.0
            for term in sorted(weights):
                if counts[term]:
                    score += weights[term] * counts[term] * (K1 + 1) / (counts[term] + norm)
            if score > 0:  # a shared dimension alone is no match
                result.append(Scored(keys[key], score))
        return result

    def _idf(self, field: str, term: str) -> float:
        frequency = self._stats().frequency(field, term)
        if frequency <= 0:
            return 0.0
        total = self._manifest.passages
        return float(np.log1p((total - frequency + 0.5) / (frequency + 0.5)))

    def _stats(self) -> Statistics:
        with self._lock:
            if self._statistics is None:
                base = self._base(self._ledger, self._head.base)
                texts = self._ledger.texts(self._head.changes)
                missing = [name for name in self._head.changes if name not in texts]
                if missing:
                    raise IndexDamaged(
                        f"Milvus 里的索引不完整：缺少 {missing[0]}。",
                        "请用 qa-engine index --rebuild 重建索引。",
                    )
                self._statistics = Statistics(base, (read_json(t) for t in texts.values()))
            return self._statistics


def read_json(data: bytes) -> Any:
    return json.loads(data.decode("utf-8", "surrogatepass"))


def terms_of(ledger: Ledger, text: str) -> dict[str, list[str]]:
    """The terms of a passage, by field, from its row."""
    name = kept_aside(text)
    data = ledger.text(name) if name else unpack([text])
    return dict(read_json(data))


def _with_ties(search: Callable[[int], list[Scored]], limit: int) -> list[Scored]:
    """The best ``limit``, ties by id: Milvus breaks them in an order of its own, so it is
    asked for more until what is beyond the last place scores less."""
    wanted = limit + _MARGIN
    while True:
        found = search(wanted)
        complete = len(found) < min(wanted, MOST) or wanted >= MOST
        ranked = _best(found)
        if complete or round(ranked[limit - 1].score, 6) > round(ranked[-1].score, 6):
            return ranked[:limit]
        wanted *= 4


def _best(scored: Sequence[Scored]) -> list[Scored]:
    return sorted(scored, key=lambda s: (-round(s.score, 6), s.id))
