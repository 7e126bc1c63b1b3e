"""Vectors: what is found by way of coarse rows is what comparing all of them finds; by way of a
graph nearly so, and only where that is allowed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qa_engine.adapters import faiss_vectors
from qa_engine.adapters.faiss_vectors import FaissVectors, count_vectors, read_vectors
from qa_engine.errors import IndexDamaged

DIMENSION = 24


def like_texts(count: int, seed: int) -> np.ndarray:  # type: ignore[type-arg]
    """Unit vectors that lie close together, as those of one language model do; some equal."""
    chance = np.random.default_rng(seed)
    middle = np.random.default_rng(0).standard_normal(DIMENSION)
    made = middle + 0.8 * chance.standard_normal((count, DIMENSION))
    made[count // 2 : count // 2 + 30] = made[0]
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def segments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, Path]]:
    """Three segments, of which the first two are large."""
    monkeypatch.setattr(faiss_vectors, "COARSE_FROM", 300)
    made = []
    for number, size in enumerate((1500, 700, 40)):
        exact, coarse = tmp_path / f"向量{number}", tmp_path / f"粗{number}"
        faiss_vectors.write_vectors(exact, like_texts(size, number + 1), coarse)
        made.append((exact, coarse))
    return made


def test_only_a_large_segment_has_coarse_rows(segments: list[tuple[Path, Path]]) -> None:
    assert [coarse.exists() for _, coarse in segments] == [True, True, False]
    assert count_vectors(segments[0][1]) == (1500, DIMENSION)
    assert segments[0][1].stat().st_size < segments[0][0].stat().st_size / 2


@pytest.mark.parametrize("share", [None, 0.9, 0.5, 0.01, 0.0])
@pytest.mark.parametrize("limit", [1, 10, 100, 5000])
def test_the_nearest_are_those_of_comparing_all(
    segments: list[tuple[Path, Path]], limit: int, share: float | None
) -> None:
    found_by = FaissVectors(segments, DIMENSION)
    everything = np.concatenate([read_vectors(exact) for exact, _ in segments])
    chance = np.random.default_rng(limit)
    for query in like_texts(12, 9):
        allowed = None if share is None else chance.random(len(everything)) < share
        scores = np.round(everything.astype(np.float64) @ query, 6)
        at = np.flatnonzero(np.ones(len(everything)) if allowed is None else allowed)
        ranked = sorted(at.tolist(), key=lambda row: -scores[row])
        rows, values = found_by.nearest(query, limit, allowed)
        assert len(set(rows.tolist())) == len(rows)
        assert set(rows.tolist()) <= set(ranked)
        assert np.allclose(values, scores[rows], atol=2e-6)
        best = scores[ranked[:limit]]
        assert np.allclose(np.sort(values)[::-1][:limit], best, atol=2e-6)
        tied = [row for row in ranked if len(best) and scores[row] >= best[-1] + 3e-6]
        assert set(tied) <= set(rows.tolist())


def test_equal_vectors_at_the_end_of_the_best_are_all_found(
    segments: list[tuple[Path, Path]],
) -> None:
    query = read_vectors(segments[0][0])[0]
    rows, _ = FaissVectors(segments, DIMENSION).nearest(query, 5, None)
    assert {0, *range(750, 780)} <= set(rows.tolist())


def test_a_damaged_file_and_another_dimension_are_told(
    segments: list[tuple[Path, Path]], tmp_path: Path
) -> None:
    with pytest.raises(IndexDamaged, match="维"):
        FaissVectors(segments, DIMENSION + 1)
    for content in (b"", b"nothing of faiss", segments[2][0].read_bytes()[:200]):
        broken = tmp_path / "broken"
        broken.write_bytes(content)
        with pytest.raises(IndexDamaged, match="broken"):
            FaissVectors([(broken, tmp_path / "none")], DIMENSION)


@pytest.fixture
def graphs(segments: list[tuple[Path, Path]], monkeypatch: pytest.MonkeyPatch) -> FaissVectors:
    """The same vectors; the large segments have graphs."""
    monkeypatch.setattr(faiss_vectors, "GRAPH_FROM", 300)
    monkeypatch.setattr(faiss_vectors, "NEIGHBOURS", 32)  # 30 of them are equal
    for exact, coarse in segments[:2]:
        faiss_vectors.write_vectors(exact, read_vectors(exact), coarse)
    return FaissVectors(segments, DIMENSION)


@pytest.mark.parametrize("share", [None, 0.9, 0.05])
def test_by_a_graph_nearly_all_of_the_nearest_are_found(
    graphs: FaissVectors, segments: list[tuple[Path, Path]], share: float | None
) -> None:
    exactly = FaissVectors([(exact, exact.parent / "none") for exact, _ in segments], DIMENSION)
    chance = np.random.default_rng(3)
    allowed = None if share is None else chance.random(2240) < share
    found = wanted = 0
    for query in like_texts(40, 9):
        rows, scores = exactly.nearest(query, 10, allowed)
        best = set(rows[np.argsort(-scores)][:10].tolist())
        rows, scores = graphs.nearest(query, 10, allowed, every=False)
        assert allowed is None or allowed[rows].all()
        found += len(best & set(rows[np.argsort(-scores)][:10].tolist()))
        wanted += len(best)
    assert found / wanted >= 0.97


def test_where_none_may_be_missed_the_graph_is_not_used(
    graphs: FaissVectors, segments: list[tuple[Path, Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faiss_vectors, "_GRAPH_FIRST", 1)
    monkeypatch.setattr(faiss_vectors, "LOOKED_AT", 1)  # a graph would miss some
    everything = np.concatenate([read_vectors(exact) for exact, _ in segments])
    for query in like_texts(20, 8):
        _, values = graphs.nearest(query, 10, None)
        best = np.sort(everything @ query)[::-1][:10]
        assert np.allclose(np.sort(values)[::-1][:10], best, atol=2e-6)


def test_many_equal_vectors_hide_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More equal passages than a row of a graph has neighbours would be an island in it."""
    for name in ("COARSE_FROM", "GRAPH_FROM"):
        monkeypatch.setattr(faiss_vectors, name, 100)
    vectors = like_texts(400, 1)
    vectors[:300] = vectors[0]
    faiss_vectors.write_vectors(tmp_path / "exact", vectors, tmp_path / "coarse")
    found_by = FaissVectors([(tmp_path / "exact", tmp_path / "coarse")], DIMENSION)
    rows, _ = found_by.nearest(vectors[0], 50, None, every=False)
    assert set(range(300)) <= set(rows.tolist())


def test_the_same_vectors_give_the_same_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("COARSE_FROM", "GRAPH_FROM"):
        monkeypatch.setattr(faiss_vectors, name, 100)
    for name in ("a", "b"):
        faiss_vectors.write_vectors(tmp_path / "exact", like_texts(3000, 1), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
