"""The whole run: which files, their parts by many workers, one publish."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from qa_engine.bulk.parts import Part, Parts, part_key
from qa_engine.errors import QAEngineError, SourceError, UnreachableSource, UsageError
from qa_engine.indexing import known_meta, known_roots, update
from qa_engine.intake import Fails, Report, content_of
from qa_engine.models import Document
from qa_engine.places import Place, merge_roots, root_of
from qa_engine.ports import Encoder, IndexStore, Progress, ProgressCallback, Vectors
from qa_engine.scanning import SourceFile, existing, files_of
from qa_engine.text.words import Cutter

FOLDER = "bulk"  # in the index folder: the parts of an unfinished run


@dataclass(frozen=True, slots=True)
class Task:
    """One file to prepare, by its path or URI; ``key`` names its part."""

    path: str
    id: str
    key: str


# Calls back for each task that is done, with its part as bytes, or with what went wrong.
Done = Callable[[Task, bytes | QAEngineError], None]
Run = Callable[[Sequence[Task], Done], None]


class PreparedEncoder:
    """An encoder that has the vectors of prepared texts already."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._ready: dict[str, Vectors] = {}

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    def take(self, part: Part) -> None:
        """Hold these vectors until they are asked for."""
        self._ready.update(zip(part.texts, part.vectors, strict=True))

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.encode_questions(texts)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        missing = [text for text in dict.fromkeys(texts) if text not in self._ready]
        made = dict(zip(missing, self._encoder.encode_passages(missing), strict=True))
        rows = [made[text] if text in made else self._ready[text] for text in texts]
        for text in texts:
            self._ready.pop(text, None)
        if progress is not None:
            progress(len(texts))
        return np.stack(rows) if rows else np.zeros((0, self.dimension), dtype=np.float32)


def bulk_update(
    store: IndexStore,
    encoder: Encoder,
    prepared: PreparedEncoder,
    cutter: Cutter,
    paths: Sequence[Place],
    parts: Parts,
    run: Run,
    made_with: Sequence[str],
    progress: ProgressCallback | None = None,
    *,
    rebuild: bool = False,
) -> Report:
    """What ``update`` does, with files prepared by ``run``.

    ``encoder`` ends in ``prepared`` (a cache may stand before it). ``made_with``: what
    besides a file decides its part (model, names of columns). A run that was stopped
    keeps its parts; the next one prepares only what is missing."""
    tasks = list(_tasks(store, encoder, cutter, paths, made_with, rebuild))
    missing = [task for task in tasks if not parts.has(task.key)]
    failed: dict[str, QAEngineError] = {}
    done = len(tasks) - len(missing)

    def finished(task: Task, result: bytes | QAEngineError) -> None:
        nonlocal done
        if isinstance(result, bytes):
            parts.put(task.key, result)
        else:
            failed[task.key] = result
        done += 1
        if progress is not None:
            progress(Progress("preparing", done, len(tasks), task.id))

    if missing:
        run(missing, finished)

    def take(file: SourceFile, content: str, fails: Fails) -> Iterator[Document]:
        key = part_key(content, file.id, made_with)
        if key in failed:
            raise failed[key]
        part = parts.get(key)
        if part is None:  # it came or changed since, or its part is damaged
            result: list[bytes | QAEngineError] = []
            run([Task(str(file.path), file.id, key)], lambda _, made: result.append(made))
            if isinstance(result[0], QAEngineError):
                raise result[0]
            part = Part.from_bytes(result[0])
        prepared.take(part)
        for one in part.failed:
            fails(one.name, SourceError(one.message, one.hint))
        yield from part.documents

    report = update(store, encoder, cutter, paths, progress, rebuild=rebuild, take=take)
    parts.clear()
    return report


def _tasks(
    store: IndexStore,
    encoder: Encoder,
    cutter: Cutter,
    paths: Sequence[Place],
    made_with: Sequence[str],
    rebuild: bool,
) -> Iterator[Task]:
    """The files that the update will read."""
    named = [existing(path) for path in paths]
    known = known_meta(store, rebuild)
    roots = merge_roots(known_roots(known), named)
    if not roots:
        raise UsageError("没有指定要索引的文件夹或文件。", "例如：qa-engine index 文件夹 --bulk")
    current: set[tuple[str, str]] = set()
    if known and not rebuild:
        with store.write(
            encoder=encoder.name, dimension=encoder.dimension, analyser=cutter.analyser
        ) as writer:
            infos = writer.info().values()
            current = {(info.get("path", ""), info.get("hash", "")) for info in infos}
    found: dict[str, SourceFile] = {}
    for scope in named if named and not rebuild else roots:
        try:
            found.update((str(file.path), file) for file in files_of(scope, root_of(scope, roots)))
        except UnreachableSource:
            continue  # the update says so
    for path, file in found.items():
        try:
            content = content_of(file)
        except (OSError, QAEngineError):
            continue  # so here
        if (path, content) not in current:
            yield Task(path, file.id, part_key(content, file.id, made_with))
