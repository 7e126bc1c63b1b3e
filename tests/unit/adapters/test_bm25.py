"""BM25 over segments: what is left out never changes what is found."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from qa_engine.adapters import bm25
from qa_engine.adapters.bm25 import K1, B, Scorer
from qa_engine.adapters.postings import Mask, Postings, PostingsBuilder
from qa_engine.ports import WORDS, PassageTerms
from qa_engine.text.codes import words_of

# As words are in texts: the n-th stands in about a share of 1/n of the rows.
TERMS = [f"词{number}" for number in range(1, 120)]


def texts(count: int, seed: int) -> list[tuple[str, ...]]:
    chance = random.Random(seed)
    weights = [1 / number for number in range(1, 120)]
    return [tuple(chance.choices(TERMS, weights, k=chance.randrange(1, 40))) for _ in range(count)]


def segment(path: Path, rows: Sequence[tuple[str, ...]]) -> Postings:
    builder = PostingsBuilder()
    for number, words in enumerate(rows):
        builder.add(str(number), PassageTerms(words, (), ()))
    builder.write(path)
    return Postings(path)


def exhaustive(
    rows: Sequence[tuple[str, ...]], live: Mask, allowed: Mask, terms: Mapping[str, float]
) -> dict[int, float]:
    """The score of every allowed row that has any."""
    total = int(live.sum())
    average = sum(len(row) for row, there in zip(rows, live, strict=True) if there) / total
    found = {}
    for number in np.flatnonzero(allowed).tolist():
        score = 0.0
        for term, weight in terms.items():
            holding = sum(1 for row, there in zip(rows, live, strict=True) if there and term in row)
            tf = rows[number].count(term)
            idf = math.log(1 + (total - holding + 0.5) / (holding + 0.5))
            norm = K1 * (1 - B + B * len(rows[number]) / average)
            score += weight * idf * tf * (K1 + 1) / (tf + norm)
        if score > 0:
            found[number] = score
    return found


@pytest.mark.parametrize("at_once", [0, 60, 10_000])
@pytest.mark.parametrize("seed", range(6))
def test_the_best_rows_are_those_of_scoring_every_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, at_once: int
) -> None:
    monkeypatch.setattr(bm25, "AT_ONCE", at_once)
    monkeypatch.setattr(bm25, "KEPT", 300)  # lists are made again and again
    chance = random.Random(seed)
    parts = [texts(150, 10 * seed + n) for n in range(3)]
    rows = [row for part in parts for row in part]
    deleted = [None, np.random.default_rng(seed).random(150) < 0.8, None]
    live = np.concatenate([np.ones(150, dtype=np.bool_) if d is None else d for d in deleted])
    segments = [segment(tmp_path / str(n), part) for n, part in enumerate(parts)]
    scorer = Scorer(segments, deleted)
    for limit in (1, 5, 40, 1000):
        asked = chance.sample(TERMS, 8) + TERMS[:2]
        terms = {term: chance.choice([0.35, 1.0, 2.0]) for term in (*asked, "未见")}
        allowed = live & (np.random.default_rng(limit).random(450) < chance.choice([0.05, 1.0]))
        wanted = exhaustive(rows, live, allowed, terms)
        found, scores = scorer.best(WORDS, terms, limit, allowed)
        ordered = sorted((round(score, 6) for score in wanted.values()), reverse=True)
        last = ordered[: limit + 1][-1] if len(ordered) <= limit else ordered[limit - 1]
        assert found.tolist() == [n for n, score in wanted.items() if round(score, 6) >= last]
        assert np.allclose(scores, [wanted[n] for n in found.tolist()], atol=1e-9)


def test_long_lists_are_only_looked_up_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that hold the rare term are the best, so the common one's list is not gone through."""
    monkeypatch.setattr(bm25, "AT_ONCE", 0)
    rows = [("常见",)] * 4000 + [("罕见", "常见")] * 5
    scorer = Scorer([segment(tmp_path / "0", rows)], [None])
    looked_up: list[int] = []
    of = bm25._List.of

    def watched(self: bm25._List, some: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        looked_up.append(len(some))
        return of(self, some)

    monkeypatch.setattr(bm25._List, "of", watched)
    found, scores = scorer.best(WORDS, {"罕见": 1.0, "常见": 1.0}, 3, None)
    assert found.tolist() == list(range(4000, 4005))
    assert len(set(scores.tolist())) == 1
    assert looked_up == [5]


def test_nothing_is_found_for_no_terms_unknown_ones_or_none_wanted(tmp_path: Path) -> None:
    scorer = Scorer([segment(tmp_path / "0", [("词1",)])], [None])
    for terms, limit in (({}, 5), ({"别的": 1.0}, 5), ({"词1": 1.0}, 0)):
        rows, scores = scorer.best(WORDS, terms, limit, None)
        assert rows.tolist() == scores.tolist() == []


def test_frequencies_count_live_rows(tmp_path: Path) -> None:
    part = segment(tmp_path / "0", [("一", "一"), ("一",), ("二",)])
    scorer = Scorer([part], [np.array([True, False, True])])
    assert [scorer.frequency(WORDS, term) for term in ("一", "二", "三")] == [1, 1, 0]
    assert words_of(scorer.han_terms(WORDS, [1])[1]) == ["一", "二"]
