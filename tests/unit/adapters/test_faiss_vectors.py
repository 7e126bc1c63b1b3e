"""Vectors: what is found by way of coarse rows is what comparing all of them finds; by way of
half bytes nearly so, and only where that is allowed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qa_engine.adapters import faiss_vectors
from qa_engine.adapters.faiss_vectors import (
    FaissVectors,
    VectorFiles,
    count_vectors,
    read_vectors,
)
from qa_engine.errors import IndexDamaged

DIMENSION = 24


def like_texts(count: int, seed: int) -> np.ndarray:  # type: ignore[type-arg]
    """Unit vectors that lie close together, as those of one language model do; some equal."""
    chance = np.random.default_rng(seed)
    middle = np.random.default_rng(0).standard_normal(DIMENSION)
    made = middle + 0.8 * chance.standard_normal((count, DIMENSION))
    made[count // 2 : count // 2 + 30] = made[0]
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def files(folder: Path, name: object) -> VectorFiles:
    return VectorFiles(*(folder / f"{form}{name}" for form in ("向量", "粗", "半")))


def only_exact(of: VectorFiles) -> VectorFiles:
    none = of.exact.parent / "none"
    return of._replace(coarse=none, nibbles=none)


@pytest.fixture
def segments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[VectorFiles]:
    """Three segments, of which the first two are large."""
    monkeypatch.setattr(faiss_vectors, "SMALL_FORMS_FROM", 300)
    made = []
    for number, size in enumerate((1500, 700, 40)):
        made.append(files(tmp_path, number))
        faiss_vectors.write_vectors(made[-1], like_texts(size, number + 1))
    return made


def test_only_a_large_segment_has_smaller_forms(segments: list[VectorFiles]) -> None:
    assert [of.coarse.exists() for of in segments] == [True, True, False]
    assert [of.nibbles.exists() for of in segments] == [True, True, False]
    large = segments[0]
    assert count_vectors(large.coarse) == count_vectors(large.nibbles) == (1500, DIMENSION)
    assert large.coarse.stat().st_size < large.exact.stat().st_size / 2


@pytest.mark.parametrize("share", [None, 0.9, 0.5, 0.01, 0.0])
@pytest.mark.parametrize("limit", [1, 10, 100, 5000])
def test_the_nearest_are_those_of_comparing_all(
    segments: list[VectorFiles], limit: int, share: float | None
) -> None:
    found_by = FaissVectors(segments, DIMENSION)
    everything = np.concatenate([read_vectors(of.exact) for of in segments])
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
    segments: list[VectorFiles],
) -> None:
    query = read_vectors(segments[0].exact)[0]
    rows, _ = FaissVectors(segments, DIMENSION).nearest(query, 5, None)
    assert {0, *range(750, 780)} <= set(rows.tolist())


def test_a_damaged_file_and_another_dimension_are_told(
    segments: list[VectorFiles], tmp_path: Path
) -> None:
    with pytest.raises(IndexDamaged, match="维"):
        FaissVectors(segments, DIMENSION + 1)
    for content in (b"", b"nothing of faiss", segments[2].exact.read_bytes()[:200]):
        broken = tmp_path / "broken"
        broken.write_bytes(content)
        with pytest.raises(IndexDamaged, match="broken"):
            FaissVectors([only_exact(files(tmp_path, 0)._replace(exact=broken))], DIMENSION)


@pytest.mark.parametrize("share", [None, 0.9, 0.05])
def test_by_half_bytes_nearly_all_of_the_nearest_are_found(
    segments: list[VectorFiles], share: float | None
) -> None:
    found_by = FaissVectors(segments, DIMENSION)
    exactly = FaissVectors([only_exact(of) for of in segments], DIMENSION)
    chance = np.random.default_rng(3)
    allowed = None if share is None else chance.random(2240) < share
    found = wanted = 0
    for query in like_texts(40, 9):
        rows, scores = exactly.nearest(query, 10, allowed)
        best = set(rows[np.argsort(-scores)][:10].tolist())
        rows, scores = found_by.nearest(query, 10, allowed, every=False)
        assert allowed is None or allowed[rows].all()
        found += len(best & set(rows[np.argsort(-scores)][:10].tolist()))
        wanted += len(best)
    assert found / wanted >= 0.97


def test_where_none_may_be_missed_half_bytes_are_not_used(
    segments: list[VectorFiles], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_FROM_NIBBLES", "LEAST"):
        monkeypatch.setattr(faiss_vectors, name, 1)  # would miss some
    found_by = FaissVectors(segments, DIMENSION)
    everything = np.concatenate([read_vectors(of.exact) for of in segments])
    for query in like_texts(20, 8):
        _, values = found_by.nearest(query, 10, None)
        best = np.sort(everything @ query)[::-1][:10]
        assert np.allclose(np.sort(values)[::-1][:10], best, atol=2e-6)


def test_a_graph_of_an_earlier_version_is_read_for_its_coarse_rows(
    segments: list[VectorFiles],
) -> None:
    import faiss

    large = segments[0]
    kind = faiss.ScalarQuantizer.QT_8bit_uniform
    graph = faiss.IndexHNSWSQ(DIMENSION, kind, 8, faiss.METRIC_L2)
    vectors = read_vectors(large.exact)
    graph.train(vectors)
    graph.add(vectors)
    large.coarse.write_bytes(faiss.serialize_index(graph).tobytes())
    large.nibbles.unlink()
    query = like_texts(1, 8)[0]
    _, values = FaissVectors([large], DIMENSION).nearest(query, 10, None, every=False)
    assert np.allclose(np.sort(values)[::-1][:10], np.sort(vectors @ query)[::-1][:10], atol=2e-6)


def test_the_same_vectors_give_the_same_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faiss_vectors, "SMALL_FORMS_FROM", 100)
    for name in ("a", "b"):
        faiss_vectors.write_vectors(files(tmp_path, name), like_texts(3000, 1))
    for one, other in zip(files(tmp_path, "a"), files(tmp_path, "b"), strict=True):
        assert one.read_bytes() == other.read_bytes()
