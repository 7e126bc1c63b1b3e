"""Is an embedded index whole? Files against their checksums, and its parts against each other.

Nothing is changed. Reading every byte takes seconds for a large index, so this is what
``qa-engine doctor`` does, not what opening an index does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from qa_engine.adapters.faiss_vectors import count_vectors, read_vectors
from qa_engine.adapters.generations import MANIFEST, damaged_files, unlisted_files
from qa_engine.adapters.postings import Postings
from qa_engine.adapters.segments import Segment, read_segments
from qa_engine.adapters.whoosh_words import WhooshReader
from qa_engine.errors import QAEngineError
from qa_engine.models import Manifest
from qa_engine.ports import Problem

REBUILD = "qa-engine index --rebuild"
_SHOWN = 3  # examples named of each kind of trouble


def problems(generation: Path, manifest: Manifest) -> list[Problem]:
    """Everything that is wrong with a generation; empty when it is whole."""
    found = [
        Problem(f"文件缺失或已损坏：{name}", REBUILD)
        for name in damaged_files(generation, manifest)
    ]
    found += [
        Problem(f"多出的文件：{name}", REBUILD) for name in unlisted_files(generation, manifest)
    ]
    try:
        found += [Problem(what, REBUILD) for what in _disagreements(generation, manifest)]
    except (QAEngineError, sqlite3.Error, OSError, ValueError) as error:
        said = error.message if isinstance(error, QAEngineError) else str(error)
        if not found:  # otherwise it only says the same in other words
            found.append(Problem(f"{generation / MANIFEST} 所列的文件读不了：{said}", REBUILD))
    return found


def _disagreements(generation: Path, manifest: Manifest) -> Iterator[str]:
    """Where words, vectors and passages do not speak of the same rows."""
    segments, _ = read_segments(generation)
    words = WhooshReader(generation / "words")
    try:
        counted = words.rows()
        stored = _Stored(generation / "passages.sqlite")
        try:
            # Whoosh keeps an empty segment when all of one was deleted.
            if {name for name, (rows, _) in counted.items() if rows} != {s.words for s in segments}:
                yield "词索引与段清单不一致（words/ 与 segments.json）"
            for segment in segments:
                yield from _segment(generation, segment, counted, manifest.dimension)
                yield from _passages(segment, words, stored)
            yield from stored.troubles({s.number for s in segments}, manifest)
        finally:
            stored.close()
    finally:
        words.close()


def _segment(
    generation: Path, segment: Segment, counted: dict[str, tuple[int, set[int]]], dimension: int
) -> Iterator[str]:
    name = f"第 {segment.number} 段"
    rows = Postings(segment.postings(generation)).rows
    if rows != segment.rows:
        yield f"{name}：倒排表有 {rows} 行，段清单写的是 {segment.rows} 行"
    files = segment.vectors(generation)
    vectors = read_vectors(files.exact)
    if vectors.shape != (segment.rows, dimension):
        yield f"{name}：向量是 {vectors.shape}，应为 {(segment.rows, dimension)}"
    elif not np.isfinite(vectors).all():
        yield f"{name}：向量里有不是数的值"
    for path in (files.coarse, files.nibbles):
        if path.exists() and count_vectors(path) != vectors.shape:
            yield f"{name}：{path.name} 里的向量是 {count_vectors(path)}，应为 {vectors.shape}"
    if segment.words in counted:
        total, deleted = counted[segment.words]
        if total != segment.rows:
            yield f"{name}：词索引有 {total} 行，段清单写的是 {segment.rows} 行"
        if deleted != set(segment.deleted):
            yield f"{name}：词索引与段清单记的已删除行不同"


def _passages(segment: Segment, words: WhooshReader, stored: _Stored) -> Iterator[str]:
    """Each live row is one passage, on both sides."""
    live = set(range(segment.rows)) - set(segment.deleted)
    there = stored.ids(segment.number)
    if missing := sorted(live - there.keys()):
        yield f"第 {segment.number} 段：{_some(missing)} 行有词和向量，没有段落"
    if orphans := [there[row] for row in sorted(there.keys() - live)]:
        yield f"第 {segment.number} 段：段落没有词和向量：{_some(orphans)}"
    named = words.names(segment.words)
    wrong = [there[row] for row in sorted(live & there.keys()) if named.get(row) != there[row]]
    if wrong:
        yield f"第 {segment.number} 段：词索引与段落库说的不是同一段落：{_some(wrong)}"


class _Stored:
    """The SQLite side."""

    def __init__(self, path: Path) -> None:
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True)

    def close(self) -> None:
        self._connection.close()

    def ids(self, segment: int) -> dict[int, str]:
        """Row → passage id."""
        return dict(
            self._connection.execute("SELECT row, id FROM passages WHERE segment = ?", (segment,))
        )

    def troubles(self, segments: set[int], manifest: Manifest) -> Iterator[str]:
        (state,) = self._connection.execute("PRAGMA integrity_check(1)").fetchone()
        if state != "ok":
            yield f"段落库已损坏：{state}"
        known = {n for (n,) in self._connection.execute("SELECT DISTINCT segment FROM passages")}
        if lost := sorted(known - segments):
            yield f"段落库指向不存在的段：{_some(lost)}"
        homeless = self._connection.execute(
            "SELECT DISTINCT document FROM passages"
            " WHERE document NOT IN (SELECT id FROM documents) ORDER BY 1"
        ).fetchall()
        if homeless:
            yield f"段落没有文档：{_some([id for (id,) in homeless])}"
        for table, count in (("documents", manifest.documents), ("passages", manifest.passages)):
            count_all = f"SELECT count(*) FROM {table}"  # nosec B608 (the names above)
            (found,) = self._connection.execute(count_all).fetchone()
            if found != count:
                yield f"段落库的 {table} 有 {found} 条，清单写的是 {count} 条"


def _some(values: list[int] | list[str]) -> str:
    shown = "、".join(map(str, values[:_SHOWN]))
    return f"{shown} 等 {len(values)} 个" if len(values) > _SHOWN else shown
