"""Use cases: bring an index up to date with what folders and files hold now, take documents
out, publish. `intake` does what lies between a file and the writer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from qa_engine.errors import IndexDamaged, IndexMismatch, UsageError
from qa_engine.intake import Intake, ReadDocuments, Report, TakeDocuments, fetching, taught
from qa_engine.models import Document
from qa_engine.places import Listed, Place, merge_roots, place
from qa_engine.ports import (
    Compacting,
    Encoder,
    IndexStore,
    IndexWriter,
    Mendable,
    PassageMemory,
    Progress,
    ProgressCallback,
)
from qa_engine.scanning import existing, there
from qa_engine.sources.read import read_documents
from qa_engine.text.words import Cutter


def update(
    store: IndexStore,
    encoder: Encoder,
    cutter: Cutter,
    paths: Sequence[Place],
    progress: ProgressCallback | None = None,
    *,
    rebuild: bool = False,
    read: ReadDocuments = read_documents,
    take: TakeDocuments | None = None,
) -> Report:
    """Make the index hold exactly what ``paths`` hold now; other indexed roots stay.

    Without paths all known roots are refreshed. Only files whose content changed are
    read again, by ``read`` or, where they lie, by ``take``. Files that cannot be read are
    reported and the rest is published. An interrupted update leaves the index as it was.

    Raises UsageError (a path does not exist, nothing to index), IndexMismatch, IndexLocked.
    """
    named = [existing(path) for path in paths]
    known = known_meta(store, rebuild)
    roots = merge_roots(known_roots(known), named)
    if not roots:
        raise UsageError("没有指定要索引的文件夹或文件。", "例如：qa-engine index 文件夹")
    if rebuild:
        roots = _still_there(roots, named)
    removed_ids = set(json.loads(known.get("removed", "[]")))
    report = Report()
    with store.write(
        encoder=encoder.name, dimension=encoder.dimension, analyser=cutter.analyser, fresh=rebuild
    ) as writer:
        run = Intake(writer, encoder, cutter, progress, report, take or fetching(read))
        scope = named if named and not rebuild else roots
        run.files(scope, roots, removed_ids, {str(p) for p in named if isinstance(p, Listed)})
        meta = dict(known)
        meta["roots"] = json.dumps([str(root) for root in roots], ensure_ascii=False)
        meta["removed"] = json.dumps(sorted(removed_ids), ensure_ascii=False)
        if not writer.info() and (rebuild or not store.exists()):
            raise UsageError(
                "没有读到任何文档。",
                "；".join(str(f) for f in report.failed[:3]) or "请检查文件夹里有没有可读的文件。",
            )
        touched = report.added or report.changed or report.removed
        if touched or rebuild or meta != known or not store.exists():
            _publish(writer, encoder, meta, report, progress)
        else:
            _count(store, report)
    return report


def remove(
    store: IndexStore,
    encoder: Encoder,
    cutter: Cutter,
    ids: Sequence[str],
    *,
    compacted: bool = True,
) -> Report:
    """Take documents out of the index; they stay out until their file is named again.

    ``compacted``: at once out of every file, which rewrites the segments that held them
    (about as long as indexing those); otherwise they are only never found again until
    `compact`. Raises DocumentNotFound (then nothing is removed)."""
    known = known_meta(store)
    report = Report()
    with store.write(
        encoder=encoder.name, dimension=encoder.dimension, analyser=cutter.analyser
    ) as writer:
        for id in dict.fromkeys(ids):
            writer.remove(id)
            report.removed.append(id)
        removed = {*json.loads(known.get("removed", "[]")), *ids}
        meta = {**known, "removed": json.dumps(sorted(removed), ensure_ascii=False)}
        if compacted and isinstance(writer, Compacting):
            writer.compact()
        _publish(writer, encoder, meta, report, None)
        if compacted and isinstance(encoder, PassageMemory):
            encoder.scrub()
    return report


def compact(
    store: IndexStore,
    encoder: Encoder,
    cutter: Cutter,
    progress: ProgressCallback | None = None,
) -> int:
    """Rewrite every file that still holds passages of removed or changed documents.

    Returns how many there were; nothing is published when there are none."""
    known = known_meta(store)
    if not known:
        return 0
    with store.write(
        encoder=encoder.name, dimension=encoder.dimension, analyser=cutter.analyser
    ) as writer:
        found = writer.compact() if isinstance(writer, Compacting) else 0
        if found:
            _publish(writer, encoder, known, Report(), progress)
        if isinstance(encoder, PassageMemory):
            if not found:  # what an update that was killed just after publishing left
                encoder.retain(writer.info().keys())
            encoder.scrub()
    return found


def write_documents(
    store: IndexStore,
    encoder: Encoder,
    cutter: Cutter,
    documents: Iterable[tuple[Document, dict[str, str]]],
    meta: Mapping[str, str],
    progress: ProgressCallback | None = None,
) -> Report:
    """Publish an index of documents that were read before, each with its ``info``."""
    report = Report()
    with store.write(
        encoder=encoder.name, dimension=encoder.dimension, analyser=cutter.analyser
    ) as writer:
        run = Intake(writer, encoder, cutter, progress, report, fetching(read_documents))
        run.documents(documents)
        _publish(writer, encoder, meta, report, progress)
    return report


def _publish(
    writer: IndexWriter,
    encoder: Encoder,
    meta: Mapping[str, str],
    report: Report,
    progress: ProgressCallback | None,
) -> None:
    if progress is not None:
        progress(Progress("publishing", 0, 1))
    infos = writer.info()
    pairs = sorted(taught(infos, "short_names"))
    lessons = {
        "learned": json.dumps(sorted(taught(infos, "learned")), ensure_ascii=False),
        "short_names": json.dumps([pair.split("\t") for pair in pairs], ensure_ascii=False),
    }
    manifest = writer.publish({**meta, **lessons})
    if isinstance(encoder, PassageMemory):
        encoder.retain(infos.keys())
    report.documents = manifest.documents
    report.passages = manifest.passages
    report.generation = manifest.generation
    if progress is not None:
        progress(Progress("publishing", 1, 1))


def _count(store: IndexStore, report: Report) -> None:
    reader = store.open()
    try:
        manifest = reader.manifest
    finally:
        reader.close()
    report.documents, report.passages = manifest.documents, manifest.passages
    report.generation = manifest.generation


def _still_there(roots: Sequence[Place], named: Sequence[Place]) -> list[Place]:
    """The roots of a rebuild, which cannot keep what lies in a folder that is not there.

    Raises UsageError unless the user said which ones to keep."""
    missing = [root for root in roots if not there(root)]
    if missing and not named:
        raise UsageError(
            f"找不到 {'、'.join(map(str, missing))}，重建会丢掉其中的文档。",
            "请先恢复；确实不要了，就列出要保留的：qa-engine index --rebuild 文件夹…",
        )
    return [root for root in roots if root not in missing]


def known_roots(meta: Mapping[str, str]) -> list[Place]:
    """The roots of the last publish."""
    return [place(root) for root in json.loads(meta.get("roots", "[]"))]


def known_meta(store: IndexStore, rebuild: bool = False) -> dict[str, str]:
    """What the last publish was told. A rebuild also takes an index that cannot be opened."""
    try:
        if not store.exists():
            return {}
        reader = store.open()
    except (IndexDamaged, IndexMismatch):
        if rebuild and isinstance(store, Mendable):
            return store.meta()
        raise
    try:
        return dict(reader.manifest.meta)
    finally:
        reader.close()
