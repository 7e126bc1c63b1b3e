"""Use case: the whole index as JSON lines, and an index again from them.

The first line says what follows, then each line is a document as ``serialise`` writes it.
Passages, words and vectors are made again when it is read, so that a file serves any
encoder and holds nothing that could be run. Where the sources are still in their place,
the next ``index`` reads them again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from qa_engine.errors import QAEngineError, UnreadableFile, UsageError
from qa_engine.indexing import write_documents
from qa_engine.intake import Report
from qa_engine.models import Document
from qa_engine.places import Listed, Place, place, within
from qa_engine.ports import Encoder, IndexReader, IndexStore, ProgressCallback
from qa_engine.serialise import from_plain, to_plain
from qa_engine.text.words import Cutter

FORM = "qa-engine export"
VERSION = 1
_KEPT = ("roots", "removed")  # of the manifest; the rest is learned again


def export_lines(reader: IndexReader) -> Iterator[str]:
    """The lines of an export, without line ends; surrogates are escaped."""
    manifest = reader.manifest
    head = {
        "form": FORM,
        "version": VERSION,
        "documents": manifest.documents,
        "meta": {key: manifest.meta[key] for key in _KEPT if key in manifest.meta},
    }
    yield json.dumps(head, ensure_ascii=True)
    roots = [place(root) for root in manifest.roots]
    for listed in reader.documents():
        info = {} if listed.path is None else {"path": listed.path}
        if listed.path is not None and (root := _root(listed.path, roots)) is not None:
            info["root"] = str(root)
        line = {"document": to_plain(reader.document(listed.id)), "info": info}
        yield json.dumps(line, ensure_ascii=True)


def _root(path: str, roots: Sequence[Place]) -> Place | None:
    """The folder that it lies in, else a list, which may name anything."""
    inside = (root for root in roots if within(place(path), root))
    return next(inside, next((root for root in roots if isinstance(root, Listed)), None))


def import_lines(
    store: IndexStore,
    encoder: Encoder,
    cutter: Cutter,
    lines: Iterable[str],
    progress: ProgressCallback | None = None,
) -> Report:
    """Make a new index of an export. Raises UsageError when the folder already holds one,
    UnreadableFile (with the line's number) for what is no export or is cut short; then
    nothing is published."""
    if store.exists():
        raise UsageError("这里已经有索引。", "请用 --index 指定一个新的文件夹。")
    numbered = enumerate(lines, 1)
    _, first = next(numbered, (0, ""))
    head = _json(first, 1)
    if head.get("form") != FORM:
        raise UnreadableFile("第 1 行：这不是 qa-engine export 的输出。", "请检查文件。")
    if head.get("version") != VERSION:
        raise UnreadableFile(f"导出格式的版本 {head.get('version')} 不认识。", "请升级 qa-engine。")

    def documents() -> Iterator[tuple[Document, dict[str, str]]]:
        count = 0
        for number, line in numbered:
            if not line.strip():
                continue
            data = _json(line, number)
            try:
                document = from_plain(Document, data["document"])
                info = {str(key): str(value) for key, value in data["info"].items()}
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise _broken(number, error) from error
            count += 1
            yield document, info
        if count != head.get("documents"):
            raise UnreadableFile(
                f"应有 {head.get('documents')} 份文档，只读到 {count} 份：文件不完整。",
                "请重新导出。",
            )

    meta = {key: str(head.get("meta", {})[key]) for key in _KEPT if key in head.get("meta", {})}
    try:
        return write_documents(store, encoder, cutter, documents(), meta, progress)
    except QAEngineError:
        raise
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        raise _broken(0, error) from error


def _json(line: str, number: int) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _broken(number, error) from error
    if not isinstance(data, dict):
        raise _broken(number, TypeError("not an object"))
    return data


def _broken(number: int, error: Exception) -> UnreadableFile:
    where = f"第 {number} 行" if number else "文件"
    return UnreadableFile(f"{where}读不懂：{type(error).__name__}: {error}", "请重新导出。")
