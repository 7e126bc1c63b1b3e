"""Vectors of immutable segments in FAISS, filters by selector.

The vectors as they came are in a flat index that is mapped into memory. A large segment has
its rows in one byte a dimension beside it: all of those are compared first, a quarter of the
bytes to go through, and the best of them once more as they came. The largest have a graph of
neighbours over those rows (HNSW: Malkov & Yashunin 2018), by which rows are found that are
then compared as they came, unless none may be missed (`docs/decisions/0120`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qa_engine.errors import IndexDamaged
from qa_engine.ports import Vectors

Mask = npt.NDArray[np.bool_]
Found = tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]  # rows, scores

COARSE_FROM = 20_000  # rows to compare; below that flat search is as fast
GRAPH_FROM = 40_000  # rows of a segment; below that comparing all is as fast
NEIGHBOURS = 24  # of a row in the graph
_BUILT_BY = 100  # rows looked at to find them
LOOKED_AT = 200  # rows of a graph that a search takes, at least
_GRAPH_FIRST = 2  # times as many as wanted are taken from a graph
_COARSE_FIRST = 4  # times as many as wanted are taken from the coarse rows
_SURE = 3  # times the largest error seen
_SPARE = 16  # looked for beyond what is wanted, for ties
_TIE = 1e-6


def write_vectors(path: Path, vectors: Vectors, coarse: Path | None = None) -> None:
    """One flat inner-product index; rows keep their order. ``coarse``: where the rows of a
    large segment go in one byte a dimension."""
    exact = np.ascontiguousarray(vectors, dtype=np.float32)
    index = _faiss().IndexFlatIP(exact.shape[1])
    index.add(exact)
    _write(index, path)
    if coarse is not None and len(exact) >= COARSE_FROM:
        small = _graph(exact.shape[1]) if _in_a_graph(exact) else _bytes(exact.shape[1])
        small.train(exact)
        _added_in_turn(small, exact)
        _write(small, coarse)


def _bytes(dimension: int) -> Any:
    faiss = _faiss()
    kind = faiss.ScalarQuantizer.QT_8bit_uniform
    return faiss.IndexScalarQuantizer(dimension, kind, faiss.METRIC_L2)


def _graph(dimension: int) -> Any:
    faiss = _faiss()
    kind = faiss.ScalarQuantizer.QT_8bit_uniform
    index = faiss.IndexHNSWSQ(dimension, kind, NEIGHBOURS, faiss.METRIC_L2)
    index.hnsw.efConstruction = _BUILT_BY
    return index


def _in_a_graph(vectors: Vectors) -> bool:
    """Whether there are enough, and never so many equal ones that these are neighbours of
    each other only, which hides what lies behind them."""
    if len(vectors) < GRAPH_FROM:
        return False
    equal = Counter(row.tobytes() for row in vectors)
    return max(equal.values()) <= NEIGHBOURS


def _added_in_turn(index: Any, vectors: Vectors) -> None:
    """By one thread, so that the same vectors always give the same graph."""
    faiss = _faiss()
    threads = faiss.omp_get_max_threads()  # of this thread of Python only
    faiss.omp_set_num_threads(1)
    try:
        index.add(vectors)
    finally:
        faiss.omp_set_num_threads(threads)


def read_vectors(path: Path, rows: npt.NDArray[np.int64] | None = None) -> Vectors:
    """The vectors of a segment, or of some of its rows."""
    index = _open(path)
    found: Vectors = index.reconstruct_n(0, index.ntotal)
    return found if rows is None else found[rows]


def count_vectors(path: Path) -> tuple[int, int]:
    """Rows and dimension of a flat or coarse file. Raises IndexDamaged."""
    index = _open(path)
    return int(index.ntotal), int(index.d)


class FaissVectors:
    """Segments searched as one; rows are numbered one segment after another."""

    def __init__(self, paths: Sequence[tuple[Path, Path]], dimension: int) -> None:
        """``paths``: of each segment its vectors and, if there is such a file, its coarse rows."""
        self._segments = [
            _Segment(_open(exact), _Coarse(_open(coarse)) if coarse.exists() else None)
            for exact, coarse in paths
        ]
        for (path, _), segment in zip(paths, self._segments, strict=True):
            if segment.exact.d != dimension:
                raise IndexDamaged(
                    f"{path} 的向量是 {segment.exact.d} 维，清单里写的是 {dimension} 维。",
                    "请运行：qa-engine doctor",
                )

    def nearest(
        self, vector: Vectors, limit: int, allowed: Mask | None, every: bool = True
    ) -> Found:
        """Rows and cosines of the ``limit`` best allowed rows and of all that tie with the
        last of them (to six decimals), in no particular order. ``every``: none may be missed;
        otherwise the largest segments are searched by their graphs."""
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        rows: list[npt.NDArray[np.int64]] = []
        scores: list[npt.NDArray[np.float32]] = []
        base = 0
        for segment in self._segments:
            size = int(segment.exact.ntotal)
            part = None if allowed is None else allowed[base : base + size]
            found, values = segment.nearest(query, limit, part, every)
            rows.append(found + base)
            scores.append(values)
            base += size
        if not rows:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        return np.concatenate(rows), np.concatenate(scores)


class _Coarse:
    """Rows in one byte a dimension, compared with the query in the same form: whole numbers,
    a third faster than turning each byte back into a fraction.

    Of unit vectors the cosine is 1 - d² / 2, d being how far they lie apart, which is one
    unit of the form times the distance of the bytes."""

    def __init__(self, index: Any) -> None:
        faiss = _faiss()
        graph = isinstance(index, faiss.IndexHNSW)
        rows = faiss.downcast_index(index.storage) if graph else index
        low, width = faiss.vector_to_array(rows.sq.trained).tolist()
        self._low, self._unit = low, width / 255
        kind = faiss.ScalarQuantizer.QT_8bit_direct
        self._bytes = faiss.IndexScalarQuantizer(index.d, kind, faiss.METRIC_L2)
        self._bytes.codes = rows.codes
        self._bytes.ntotal = index.ntotal
        self._bytes.is_trained = True
        self._bytes.referenced_objects = [index, rows]  # its bytes are not copied
        self._graph = index if graph else None

    @property
    def has_graph(self) -> bool:
        return self._graph is not None

    def by_graph(self, query: Vectors, size: int, selector: Any) -> npt.NDArray[np.int64]:
        """About the nearest rows, so many if the graph leads to that many."""
        parameters = _faiss().SearchParametersHNSW(efSearch=size, sel=selector)
        return _search(self._graph, query, size, parameters)[1]

    def search(
        self, query: Vectors, wanted: int, selector: Any
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        """About the cosines, best first, and rows."""
        code = np.floor((query - self._low) / self._unit).clip(0, 255).astype(np.float32)
        distances, rows = _search(self._bytes, code, wanted, _only(selector))
        return 1 - distances * np.float32(self._unit * self._unit / 2), rows


class _Segment:
    def __init__(self, exact: Any, coarse: _Coarse | None) -> None:
        self.exact = exact
        self._coarse = coarse

    def nearest(self, query: Vectors, limit: int, allowed: Mask | None, every: bool) -> Found:
        total = int(self.exact.ntotal) if allowed is None else int(allowed.sum())
        if not total:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        selector = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")  # held until the searches are over
            selector = _faiss().IDSelectorBitmap(bits)
        if self._coarse is None or total < COARSE_FROM:
            return _all_ties(self.exact, query, limit, total, selector)
        # A graph leads through all rows; where most may not be found it would lead to few.
        if self._coarse.has_graph and not every and 2 * total > self.exact.ntotal:
            rows = self._coarse.by_graph(query, max(LOOKED_AT, _GRAPH_FIRST * limit), selector)
            if len(rows) >= limit:
                return self._best_of(query, rows, limit)
        return self._refined(query, limit, total, selector)

    def _refined(self, query: Vectors, limit: int, total: int, selector: Any) -> Found:
        """The best coarse rows compared as they came: so many of them that none of the others
        can be among the best, judged by the errors seen."""
        assert self._coarse is not None
        wanted = limit * _COARSE_FIRST
        while wanted < total:
            coarse, rows = self._coarse.search(query, wanted, selector)
            exact, found = self._compared(query, rows)
            error = np.abs(exact[np.argsort(found)] - coarse[np.argsort(rows)]).max()
            last = exact[limit - 1]
            if coarse[-1] + _SURE * error < last:
                tied = exact > last - _TIE
                return found[tied], exact[tied]
            wanted *= 4
        return _all_ties(self.exact, query, limit, total, selector)

    def _best_of(self, query: Vectors, rows: npt.NDArray[np.int64], limit: int) -> Found:
        exact, found = self._compared(query, rows)
        tied = exact > exact[limit - 1] - _TIE
        return found[tied], exact[tied]

    def _compared(
        self, query: Vectors, rows: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        """These rows' cosines as they came, best first, and the rows."""
        only = _only(_faiss().IDSelectorArray(rows))
        return _search(self.exact, query, len(rows), only)


def _all_ties(index: Any, query: Vectors, limit: int, total: int, selector: Any) -> Found:
    """The ``limit`` best of the ``total`` selected rows and all that tie with the last."""
    wanted = min(limit + _SPARE, total)
    while True:
        scores, rows = _search(index, query, wanted, _only(selector))
        last = scores[min(limit, wanted) - 1]
        if wanted >= total or scores[-1] <= last - _TIE:
            return rows, scores
        wanted = min(total, wanted * 2)


def _only(selector: Any) -> Any:
    return None if selector is None else _faiss().SearchParameters(sel=selector)


def _search(
    index: Any, query: Vectors, wanted: int, parameters: Any
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Scores, best first, and rows."""
    scores, rows = index.search(query, wanted, params=parameters)
    held = rows[0] >= 0
    return scores[0][held], rows[0][held]


def _write(index: Any, path: Path) -> None:
    # Through Python: faiss opens files by narrow names, which fails on Windows for a folder
    # with a Chinese name.
    path.write_bytes(_faiss().serialize_index(index).tobytes())


def _open(path: Path) -> Any:
    """The index over the mapped file, of which nothing is copied."""
    faiss = _faiss()
    try:
        mapped = np.memmap(path, dtype=np.uint8, mode="r")
        index = faiss.read_index(faiss.ZeroCopyIOReader(faiss.swig_ptr(mapped), mapped.size))
    except (RuntimeError, OSError, ValueError) as error:
        raise IndexDamaged(f"读不了 {path}：{error}", "请运行：qa-engine doctor") from error
    index.referenced_objects = [mapped]  # for as long as the index
    return index


def _faiss() -> Any:
    # Its stubs do not know the Python side (arrays for pointers, keyword arguments).
    import faiss

    return faiss
