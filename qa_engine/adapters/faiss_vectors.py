"""Vectors of immutable segments in FAISS, filters by selector.

The vectors as they came are in a flat index that is mapped into memory. A large segment has
its rows in two smaller forms beside it. In one byte a dimension: all of those are compared
first, a quarter of the bytes to go through, and the best of them once more as they came. In
half a byte a dimension, laid out for tables in registers (André et al. 2015, FAISS's "fast
scan"): these say within a fraction of the time which rows are worth comparing as they came,
unless none may be missed (`docs/decisions/0120`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from qa_engine.errors import IndexDamaged
from qa_engine.ports import Vectors

Mask = npt.NDArray[np.bool_]
Found = tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]  # rows, scores

SMALL_FORMS_FROM = 20_000  # rows to compare; below that flat search is as fast
_FROM_NIBBLES = 2  # times as many as wanted are taken by half bytes …
LEAST = 100  # … and so many at least
_COARSE_FIRST = 4  # times as many as wanted are taken from the coarse rows
_SURE = 3  # times the largest error seen
_SPARE = 16  # looked for beyond what is wanted, for ties
_TIE = 1e-6


class VectorFiles(NamedTuple):
    """Of one segment; only a large one has the last two."""

    exact: Path
    coarse: Path
    nibbles: Path


def write_vectors(files: VectorFiles, vectors: Vectors) -> None:
    """A flat inner-product index; rows keep their order. A large segment's other forms too."""
    exact = np.ascontiguousarray(vectors, dtype=np.float32)
    faiss = _faiss()
    forms = [(faiss.IndexFlatIP(exact.shape[1]), files.exact)]
    if len(exact) >= SMALL_FORMS_FROM:
        forms += [
            (_bytes(exact.shape[1]), files.coarse),
            (_half_bytes(exact.shape[1]), files.nibbles),
        ]
    # By one thread, so that the same vectors always give the same files.
    threads = faiss.omp_get_max_threads()  # of this thread of Python only
    faiss.omp_set_num_threads(1)
    try:
        for index, path in forms:
            index.train(exact)
            index.add(exact)
            _write(index, path)
    finally:
        faiss.omp_set_num_threads(threads)


def _bytes(dimension: int) -> Any:
    faiss = _faiss()
    kind = faiss.ScalarQuantizer.QT_8bit_uniform
    return faiss.IndexScalarQuantizer(dimension, kind, faiss.METRIC_L2)


def _half_bytes(dimension: int) -> Any:
    """Each dimension by the nearest of sixteen values of its own."""
    faiss = _faiss()
    return faiss.IndexPQFastScan(dimension, dimension, 4, faiss.METRIC_INNER_PRODUCT)


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

    def __init__(self, files: Sequence[VectorFiles], dimension: int) -> None:
        self._segments = [_Segment(of_one) for of_one in files]
        for of_one, segment in zip(files, self._segments, strict=True):
            if segment.exact.d != dimension:
                raise IndexDamaged(
                    f"{of_one.exact} 的向量是 {segment.exact.d} 维，清单里写的是 {dimension} 维。",
                    "请运行：qa-engine doctor",
                )

    def nearest(
        self, vector: Vectors, limit: int, allowed: Mask | None, every: bool = True
    ) -> Found:
        """Rows and cosines of the ``limit`` best allowed rows and of all that tie with the
        last of them (to six decimals), in no particular order. ``every``: none may be missed;
        otherwise rows of large segments are chosen by half bytes."""
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        wanted = max(LEAST, _FROM_NIBBLES * limit)
        exact: list[Found] = []
        chosen: list[tuple[int, _Segment, Found]] = []  # by half bytes: about the cosines
        base = 0
        for segment in self._segments:
            size = int(segment.exact.ntotal)
            part = None if allowed is None else allowed[base : base + size]
            found = None if every else segment.about(query, wanted, part)
            if found is not None:
                chosen.append((base, segment, found))
            else:
                rows, scores = segment.nearest(query, limit, part)
                exact.append((rows + base, scores))
            base += size
        # Only the best of all segments are compared as they came.
        least = _last([about for _, _, (_, about) in chosen], wanted)
        for base, segment, (rows, about) in chosen:
            rows, scores = segment.compared(query, rows[about >= least])
            exact.append((rows + base, scores))
        if not exact:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        rows, scores = (np.concatenate(part) for part in zip(*exact, strict=True))
        tied = scores > _last([scores], limit) - _TIE
        return rows[tied], scores[tied]


class _Coarse:
    """Rows in one byte a dimension, compared with the query in the same form: whole numbers,
    a third faster than turning each byte back into a fraction.

    Of unit vectors the cosine is 1 - d² / 2, d being how far they lie apart, which is one
    unit of the form times the distance of the bytes."""

    def __init__(self, path: Path) -> None:
        faiss = _faiss()
        index = _open(path)
        # A large segment of before half bytes has them below a graph of neighbours.
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

    def search(
        self, query: Vectors, wanted: int, selector: Any
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        """About the cosines, best first, and rows."""
        code = np.floor((query - self._low) / self._unit).clip(0, 255).astype(np.float32)
        distances, rows = _search(self._bytes, code, wanted, _only(selector))
        return 1 - distances * np.float32(self._unit * self._unit / 2), rows


class _Segment:
    def __init__(self, files: VectorFiles) -> None:
        self.exact = _open(files.exact)
        self._coarse = _Coarse(files.coarse) if files.coarse.exists() else None
        self._nibbles = _open(files.nibbles) if files.nibbles.exists() else None

    def about(self, query: Vectors, wanted: int, allowed: Mask | None) -> Found | None:
        """Rows that are about the nearest, and about their cosines; None where there are no
        half bytes, or where most rows may not be found."""
        if self._nibbles is None:
            return None
        if allowed is None:
            scores, rows = _search(self._nibbles, query, wanted, None)
            return rows, scores
        may = int(allowed.sum())
        if 2 * may <= len(allowed):
            return None
        # These are found with the others, of which so many more are looked for.
        scores, rows = _search(self._nibbles, query, wanted * len(allowed) // may, None)
        kept = allowed[rows]
        return rows[kept], scores[kept]

    def nearest(self, query: Vectors, limit: int, allowed: Mask | None) -> Found:
        total = int(self.exact.ntotal) if allowed is None else int(allowed.sum())
        if not total:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        selector = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")  # held until the searches are over
            selector = _faiss().IDSelectorBitmap(bits)
        if self._coarse is None or total < SMALL_FORMS_FROM:
            return _all_ties(self.exact, query, limit, total, selector)
        return self._refined(query, limit, total, selector)

    def _refined(self, query: Vectors, limit: int, total: int, selector: Any) -> Found:
        """The best coarse rows compared as they came: so many of them that none of the others
        can be among the best, judged by the errors seen."""
        assert self._coarse is not None
        wanted = limit * _COARSE_FIRST
        while wanted < total:
            coarse, rows = self._coarse.search(query, wanted, selector)
            found, exact = self.compared(query, rows)
            error = np.abs(exact[np.argsort(found)] - coarse[np.argsort(rows)]).max()
            last = exact[limit - 1]
            if coarse[-1] + _SURE * error < last:
                tied = exact > last - _TIE
                return found[tied], exact[tied]
            wanted *= 4
        return _all_ties(self.exact, query, limit, total, selector)

    def compared(self, query: Vectors, rows: npt.NDArray[np.int64]) -> Found:
        """These rows and their cosines as they came, best first."""
        if not len(rows):
            return rows, np.zeros(0, dtype=np.float32)
        only = _only(_faiss().IDSelectorArray(rows))
        scores, rows = _search(self.exact, query, len(rows), only)
        return rows, scores


def _last(scores: Sequence[npt.NDArray[np.float32]], limit: int) -> float:
    """The ``limit``-th largest of all; below all if they are fewer."""
    every = np.concatenate(scores) if scores else np.zeros(0, dtype=np.float32)
    if len(every) <= limit:
        return -math.inf
    return float(np.partition(every, len(every) - limit)[len(every) - limit])


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
