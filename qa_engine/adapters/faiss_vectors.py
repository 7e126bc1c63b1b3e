"""Vectors of immutable segments in FAISS, searched exactly, filters by selector."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qa_engine.errors import IndexDamaged
from qa_engine.ports import Vectors

Mask = npt.NDArray[np.bool_]


def write_vectors(path: Path, vectors: Vectors) -> None:
    """One flat inner-product index; rows keep their order."""
    index = _faiss().IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors, dtype=np.float32))
    # Written through Python: faiss opens files by narrow names, which fails on Windows
    # for a folder with a Chinese name.
    path.write_bytes(_faiss().serialize_index(index).tobytes())


def read_vectors(path: Path, rows: npt.NDArray[np.int64] | None = None) -> Vectors:
    """The vectors of a segment, or of some of its rows."""
    index = _open(path)
    found: Vectors = index.reconstruct_n(0, index.ntotal)
    return found if rows is None else found[rows]


class FaissVectors:
    """Segments searched as one; rows are numbered one segment after another."""

    def __init__(self, paths: Sequence[Path], dimension: int) -> None:
        self._indexes = [_open(path) for path in paths]
        for path, index in zip(paths, self._indexes, strict=True):
            if index.d != dimension:
                raise IndexDamaged(
                    f"{path} 的向量是 {index.d} 维，清单里写的是 {dimension} 维。",
                    "请运行：qa-engine doctor",
                )

    def nearest(
        self, vector: Vectors, limit: int, allowed: Mask | None
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Rows and cosines of the ``limit`` best allowed rows and of all that tie with the
        last of them (to six decimals), in no particular order."""
        faiss = _faiss()
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        rows: list[npt.NDArray[np.int64]] = []
        scores: list[npt.NDArray[np.float32]] = []
        base = 0
        for index in self._indexes:
            total = int(index.ntotal)
            parameters = None
            if allowed is not None:
                part = allowed[base : base + total]
                total = int(part.sum())
                bits = np.packbits(part, bitorder="little")
                selector = faiss.IDSelectorBitmap(bits)
                parameters = faiss.SearchParameters(sel=selector)
            wanted = min(limit, total)
            while wanted > 0:
                found, numbers = index.search(query, wanted, params=parameters)
                last_tie = round(float(found[0, -1]), 6) == round(
                    float(found[0, min(limit, wanted) - 1]), 6
                )
                if wanted >= total or (wanted > limit and not last_tie):
                    keep = numbers[0] >= 0
                    rows.append(numbers[0][keep] + base)
                    scores.append(found[0][keep])
                    break
                wanted = min(total, wanted * 2)
            base += int(index.ntotal)
        if not rows:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        return np.concatenate(rows), np.concatenate(scores)


def _open(path: Path) -> Any:
    try:
        return _faiss().deserialize_index(np.fromfile(path, dtype=np.uint8))
    except (RuntimeError, OSError) as error:
        raise IndexDamaged(f"读不了 {path}：{error}", "请运行：qa-engine doctor") from error


def _faiss() -> Any:
    # Its stubs do not know the Python side (arrays for pointers, keyword arguments).
    import faiss

    return faiss
