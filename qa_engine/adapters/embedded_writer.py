"""Builds the next generation of an embedded index from the current one."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import numpy as np

from qa_engine.adapters.faiss_vectors import read_vectors, write_vectors
from qa_engine.adapters.generations import (
    Generations,
    checksums,
    link_or_copy,
    read_manifest,
    sync_file,
    writing,
)
from qa_engine.adapters.manifests import manifest_roots
from qa_engine.adapters.postings import Postings, PostingsBuilder
from qa_engine.adapters.segments import Segment, read_segments, to_merge, write_segments
from qa_engine.adapters.sqlite_passages import PassageWriter, Place
from qa_engine.adapters.whoosh_words import WhooshWriter
from qa_engine.compatibility import FORMAT
from qa_engine.errors import DocumentNotFound
from qa_engine.models import Document, Manifest, Passage
from qa_engine.ports import PassageTerms, Vectors, check_added

SEGMENT_PASSAGES = 50_000  # held in memory at most before they become a segment
_PASSAGES = "passages.sqlite"
_SHARED = ("words", "postings", "vectors")  # folders whose files never change once written


class EmbeddedWriter:
    """Holds the writer's lock from its creation to ``publish`` or ``abort``."""

    def __init__(
        self,
        generations: Generations,
        lock: IO[bytes],
        base: Path | None,
        encoder: str,
        dimension: int,
        analyser: str,
    ) -> None:
        self._generations = generations
        self._lock: IO[bytes] | None = lock
        self._kind = (encoder, dimension, analyser)
        self._known: dict[str, str] = {}
        self._segments: list[Segment] = []
        self._next = 1
        self._removed = self._compacting = False
        self._words: WhooshWriter | None = None
        self._passages: PassageWriter | None = None
        self._path = generations.begin()
        try:
            with writing(generations.folder):
                self._take_over(base)
                self._words = WhooshWriter(self._path / "words")
                self._passages = PassageWriter(self._path / _PASSAGES)
        except BaseException:
            self.abort()
            raise
        self._start_segment()

    def add(
        self,
        document: Document,
        passages: Sequence[Passage],
        terms: Sequence[PassageTerms],
        vectors: Vectors,
        info: Mapping[str, str],
    ) -> None:
        check_added(passages, terms, vectors, self._kind[1])
        words, store = self._open()
        with writing(self._generations.folder):
            self._mark_deleted(store.remove(document.id))
            store.add(document, passages, info, self._next, self._postings.rows)
            for passage, cut in zip(passages, terms, strict=True):
                words.add(passage.id, cut)
                self._postings.add(passage.id, cut)
            self._vectors.append(np.asarray(vectors, dtype=np.float32).reshape(-1, self._kind[1]))
            if self._postings.rows >= SEGMENT_PASSAGES:
                self._finish_segment()

    def remove(self, id: str) -> None:
        _, store = self._open()
        with writing(self._generations.folder):
            places = store.remove(id)
        if places is None:
            raise DocumentNotFound(f"没有这篇文档：{id}", "文档列表可查到所有编号。")
        self._mark_deleted(places)

    def info(self) -> dict[str, dict[str, str]]:
        return self._open()[1].info()

    def compact(self) -> int:
        self._open()
        self._compacting = True
        marked = {(s.number, row) for s in self._segments for row in s.deleted}
        marked |= {(number, row) for number, rows in self._deleted.items() for row in rows}
        return len(marked)

    def publish(self, meta: Mapping[str, str]) -> Manifest:
        self._open()
        try:
            with writing(self._generations.folder):
                manifest = self._finish(meta)
                self._generations.publish(self._path, manifest)
        except BaseException:
            self.abort()
            raise
        with contextlib.suppress(OSError):  # what cannot be removed now goes the next time
            self._generations.clean()
        self._release()
        return manifest

    def _finish(self, meta: Mapping[str, str]) -> Manifest:
        """Write and sync all files of the generation but its manifest."""
        words, store = self._open()
        self._finish_segment()
        self._apply_deletions()
        documents, passages = store.counts()
        # As long as removed passages linger in segments the file may hold such, too: writing a
        # large one anew for each change would be most of what the change costs.
        store.close(shrink=self._removed and not any(s.deleted for s in self._segments))
        words.close()
        self._words = self._passages = None
        write_segments(self._path, self._segments, self._next)
        self._drop_unused_files()
        files = checksums(self._path, self._known)
        for name in files:
            if name not in self._known:
                sync_file(self._path / name)
        encoder, dimension, analyser = self._kind
        return Manifest(
            format=FORMAT,
            generation=self._path.name,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            encoder=encoder,
            dimension=dimension,
            analyser=analyser,
            documents=documents,
            passages=passages,
            roots=manifest_roots(meta),
            files=files,
            meta=dict(meta),
        )

    def abort(self) -> None:
        if self._lock is None:
            return
        with contextlib.suppress(Exception):
            if self._words is not None:
                self._words.close()
        if self._passages is not None:
            self._passages.abort()
        self._words = self._passages = None
        # Published after all, when stopped between the switch and here? Then it stays.
        with contextlib.suppress(OSError):
            if self._path.name in self._generations.others():
                shutil.rmtree(self._path, ignore_errors=True)
        self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.abort()

    def _take_over(self, base: Path | None) -> None:
        """Link what will not change; copy what will."""
        for name in _SHARED:
            (self._path / name).mkdir()
        if base is None:
            return
        manifest = read_manifest(base)
        for name, checksum in manifest.files.items():
            if name.split("/")[0] in _SHARED:
                link_or_copy(base / name, self._path / name)
                self._known[name] = checksum
        shutil.copyfile(base / _PASSAGES, self._path / _PASSAGES)
        self._segments, self._next = read_segments(base)
        self._removed = any(segment.deleted for segment in self._segments)

    def _open(self) -> tuple[WhooshWriter, PassageWriter]:
        if self._words is None or self._passages is None:
            raise ValueError("the writer is closed")
        return self._words, self._passages

    def _start_segment(self) -> None:
        self._postings = PostingsBuilder()
        self._vectors: list[Vectors] = []
        if not hasattr(self, "_deleted"):
            self._deleted: dict[int, set[int]] = {}

    def _mark_deleted(self, places: Sequence[Place] | None) -> None:
        """``places``: None for a document that was not there."""
        self._removed |= places is not None
        for segment, row in places or ():
            self._deleted.setdefault(segment, set()).add(row)

    def _finish_segment(self) -> None:
        if self._postings.rows:
            words, _ = self._open()
            name = words.commit({})
            assert name is not None  # it has rows
            self._write_segment(Segment(self._next, name, self._postings.rows))
        self._start_segment()

    def _write_segment(self, segment: Segment) -> None:
        self._postings.write(segment.postings(self._path))
        write_vectors(segment.vectors(self._path), np.concatenate(self._vectors))
        self._segments.append(segment)
        self._next += 1

    def _apply_deletions(self) -> None:
        """Record deletions and rewrite the segments that ask for it."""
        words, _ = self._open()
        self._segments = [
            Segment(
                s.number,
                s.words,
                s.rows,
                tuple(sorted({*s.deleted, *self._deleted.get(s.number, ())})),
            )
            for s in self._segments
        ]
        merged = to_merge(self._segments)
        if len(merged) == 1 and not merged[0].deleted:
            merged = []
        if not merged and self._deleted:
            words.commit(self._deletions())
        if merged:
            self._rewrite(merged, self._deletions())
        if self._compacting:
            for segment in [s for s in self._segments if s.deleted]:
                self._rewrite([segment], {})

    def _deletions(self) -> dict[str, list[int]]:
        """Rows deleted by this writer, by Whoosh's name of their segment."""
        names = {s.number: s.words for s in self._segments}
        return {names[number]: sorted(rows) for number, rows in self._deleted.items()}

    def _rewrite(self, merged: Sequence[Segment], deleted: Mapping[str, Sequence[int]]) -> None:
        """Replace segments by one that holds their live rows."""
        words, store = self._open()
        moves: list[tuple[Place, Place]] = []
        self._start_segment()
        for segment in merged:
            live = segment.live()
            mask = np.ones(segment.rows, dtype=np.bool_) if live is None else live
            kept = np.flatnonzero(mask)
            first = self._postings.rows
            moves += [
                ((segment.number, int(row)), (self._next, first + at))
                for at, row in enumerate(kept)
            ]
            self._postings.add_segment(Postings(segment.postings(self._path)), mask)
            self._vectors.append(read_vectors(segment.vectors(self._path).exact, kept))
        name = words.commit(deleted, [s.words for s in merged])
        store.move(moves)
        self._segments = [s for s in self._segments if s not in merged]
        if self._postings.rows:
            assert name is not None
            self._write_segment(Segment(self._next, name, self._postings.rows))

    def _drop_unused_files(self) -> None:
        used = {s.postings(self._path) for s in self._segments}
        used |= {path for s in self._segments for path in s.vectors(self._path)}
        for folder in ("postings", "vectors"):
            for path in (self._path / folder).iterdir():
                if path not in used:
                    path.unlink()
        for path in (self._path / "words").iterdir():
            if path.name.endswith("LOCK"):
                path.unlink()
        self._known = {n: c for n, c in self._known.items() if (self._path / n).exists()}

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None
