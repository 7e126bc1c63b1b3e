"""Files → documents → passages → a writer: what one run of an update takes in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from qa_engine.errors import DuplicateDocument, QAEngineError, UnreachableSource
from qa_engine.models import Document, Passage
from qa_engine.passages import context_text, passages
from qa_engine.places import Place, holds, root_of
from qa_engine.ports import (
    Encoder,
    IndexWriter,
    PassageMemory,
    Progress,
    ProgressCallback,
    Vectors,
)
from qa_engine.scanning import SourceFile, digest, fetched, files_of, size
from qa_engine.text.learning import learned_short_names, learned_words
from qa_engine.text.normalise import fold
from qa_engine.text.words import Cutter

# Documents are read this many characters at a time, then cut and encoded together.
CHUNK_CHARACTERS = 4_000_000
BATCH = 64  # passages encoded between two progress reports

# A part of what decides whether a file must be read again: raise it whenever the same
# file gives other documents or passages.
READING = 9

Fails = Callable[[str, QAEngineError], None]  # a part of a file, and why it cannot be read
ReadDocuments = Callable[[Path, str, Fails], Iterable[Document]]
# The same for a file wherever it lies, with its content as ``content_of`` tells it.
TakeDocuments = Callable[[SourceFile, str, Fails], Iterable[Document]]


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be read, and why."""

    path: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        # Most messages name their file themselves.
        start = "" if self.path in self.message else f"{self.path}："
        return f"{start}{self.message} {self.hint}".strip()


@dataclass(slots=True)
class Report:
    """What an update did, by document id; ``documents`` and ``passages`` count all of the index."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    documents: int = 0
    passages: int = 0
    generation: str = ""


class Intake:
    """One run of ``update``: files → documents → passages → writer."""

    def __init__(
        self,
        writer: IndexWriter,
        encoder: Encoder,
        cutter: Cutter,
        progress: ProgressCallback | None,
        report: Report,
        take: TakeDocuments,
    ) -> None:
        self._writer = writer
        self._encoder = encoder
        self._cutter = cutter
        self._progress = progress
        self._report = report
        self._take = take
        self._before = writer.info()
        self._owner: dict[str, str] = {}  # id → path, of what is in the new generation
        self._waiting: list[tuple[Document, dict[str, str]]] = []
        self._waiting_characters = 0
        self._encoded = 0
        self._read_bytes = 0
        self._total_bytes = 0

    def files(
        self,
        scope: Sequence[Place],
        roots: Sequence[Place],
        removed: set[str],
        lists: set[str],
    ) -> None:
        """Read what changed in ``scope`` and drop what is no longer there. ``removed`` ids stay
        out until their file is named, by itself or by one of ``lists``."""
        found: list[SourceFile] = []
        missing: list[Place] = []
        for path in scope:
            try:
                found.extend(files_of(path, root_of(path, roots)))
            except UnreachableSource as error:
                # A drive that is not plugged in must not empty the index.
                missing.append(path)
                said = f"{error.message.rstrip('。')}，其中的文档保持原样。"
                self._fail(str(path), said, error.hint)
        found = [
            replace(file, named=True) if file.root in lists else file
            for file in {file.path: file for file in found}.values()
        ]
        by_path: dict[str, list[str]] = {}
        for id, info in self._before.items():
            by_path.setdefault(info.get("path", ""), []).append(id)
        here = {str(file.path) for file in found}
        kept_roots = {str(root) for root in roots}
        for id, info in self._before.items():
            at, root = info.get("path", ""), info.get("root", "")
            inside = any(holds(s, at, root) for s in scope if s not in missing)
            if (inside and at not in here) or root not in kept_roots:
                self._writer.remove(id)
                self._report.removed.append(id)
            elif not inside:
                self._owner[id] = at
        sizes = {file.path: size(file) for file in found}
        self._total_bytes = sum(sizes.values())
        for number, file in enumerate(found, 1):
            self._tell("reading", number - 1, len(found), file.id)
            self._file(file, by_path.get(str(file.path), []), removed)
            self._read_bytes += sizes[file.path]
            if self._waiting_characters >= CHUNK_CHARACTERS:
                self._flush()
        self._tell("reading", len(found), len(found), "")
        self._flush()

    def documents(self, given: Iterable[tuple[Document, dict[str, str]]]) -> None:
        """Take documents that need no reading."""
        for document, info in given:
            if self._claim(document.id, info.get("path", "")):
                self._queue(document, info)
            if self._waiting_characters >= CHUNK_CHARACTERS:
                self._flush()
        self._flush()

    def _file(self, file: SourceFile, before: list[str], removed: set[str]) -> None:
        try:
            content = content_of(file)
        except OSError as error:
            self._fail(file.id, f"{file.id}：无法打开（{error.strerror}）。", "请检查路径和权限。")
            self._keep(file, before)
            return
        except QAEngineError as error:
            self._unreachable(file, before, error)
            return
        current = all(
            self._before[id].get("hash") == content and self._before[id].get("root") == file.root
            for id in before
        )
        if before and current and not (file.named and removed & {file.id}):
            self._keep(file, before)
            self._report.skipped.extend(before)
            return
        if file.id in removed and not file.named:
            return
        seen: set[str] = set()
        info = {"path": str(file.path), "root": file.root, "hash": content}
        try:
            for document in self._take(
                file, content, lambda name, error: self._fail(name, error.message, error.hint)
            ):
                if file.named:
                    removed.discard(document.id)
                elif document.id in removed:
                    continue
                if self._claim(document.id, str(file.path)):
                    seen.add(document.id)
                    self._queue(document, info)
        except UnreachableSource as error:
            self._unreachable(file, before, error)
            return
        except QAEngineError as error:
            self._fail(file.id, error.message, error.hint)
        except (ValueError, KeyError, IndexError, TypeError, RecursionError, MemoryError) as error:
            # A parser's mistake on one file must not lose the others.
            self._fail(file.id, f"{file.id}：解析时出错（{type(error).__name__}: {error}）。", "")
        self._drop(file, [id for id in before if id not in seen])

    def _keep(self, file: SourceFile, ids: Sequence[str]) -> None:
        for id in ids:
            self._owner.setdefault(id, str(file.path))

    def _drop(self, file: SourceFile, ids: Sequence[str]) -> None:
        for id in ids:
            if self._owner.get(id) in (None, str(file.path)):
                self._writer.remove(id)
                self._report.removed.append(id)

    def _unreachable(self, file: SourceFile, before: Sequence[str], error: QAEngineError) -> None:
        """What is gone goes; what cannot be looked at stays as it was."""
        self._fail(file.id, error.message, error.hint)
        if isinstance(error, UnreachableSource) and error.gone:
            self._drop(file, before)
        else:
            self._keep(file, before)

    def _claim(self, id: str, path: str) -> bool:
        owner = self._owner.get(id)
        if owner is not None:
            error = DuplicateDocument(
                f"文档编号 {id} 重复：{owner} 与 {path}。", "请改名，或只索引其中一个。"
            )
            self._fail(id, error.message, error.hint)
            return False
        self._owner[id] = path
        return True

    def _queue(self, document: Document, info: dict[str, str]) -> None:
        (self._report.changed if document.id in self._before else self._report.added).append(
            document.id
        )
        learned = learned_words(document)
        if learned:
            info = {**info, "learned": "\n".join(learned)}
        shortened = learned_short_names(document)
        if shortened:
            info = {**info, "short_names": "\n".join("\t".join(pair) for pair in shortened)}
        self._waiting.append((document, info))
        self._waiting_characters += len(document.text)

    def _flush(self) -> None:
        """Cut, encode and write the documents that wait."""
        if not self._waiting:
            return
        cutter = self._cutter.with_learned(
            taught({**self._writer.info(), **{d.id: i for d, i in self._waiting}}, "learned")
        )
        made = [passages(document) for document, _ in self._waiting]
        contexts = [[context_text(p) for p in some] for some in made]
        texts = [text for some in made for text in encoded_texts(some)]
        vectors = self._encode(texts)
        at = 0
        for number, ((document, info), some, above) in enumerate(
            zip(self._waiting, made, contexts, strict=True), 1
        ):
            terms = [cutter.passage(p.text, c) for p, c in zip(some, above, strict=True)]
            self._writer.add(document, some, terms, vectors[at : at + len(some)], info)
            if isinstance(self._encoder, PassageMemory):
                self._encoder.hold(document.id, texts[at : at + len(some)])
            at += len(some)
            self._tell("writing", number, len(self._waiting), document.id)
        self._waiting.clear()
        self._waiting_characters = 0

    def _encode(self, texts: Sequence[str]) -> Vectors:
        """One vector a text; equal texts are encoded once, texts of like length together."""
        distinct = sorted(set(texts), key=lambda text: (len(text), text))
        rows: dict[str, Vectors] = {}
        share = max(self._read_bytes, 1) / max(self._total_bytes, 1)
        total = max(self._encoded + len(distinct), round((self._encoded + len(distinct)) / share))
        for at in range(0, len(distinct), BATCH):
            batch = distinct[at : at + BATCH]
            rows.update(zip(batch, self._encoder.encode_passages(batch), strict=True))
            self._encoded += len(batch)
            self._tell("encoding", self._encoded, total, "")
        if not texts:
            return np.zeros((0, self._encoder.dimension), dtype=np.float32)
        return np.stack([rows[text] for text in texts])

    def _fail(self, path: str, message: str, hint: str) -> None:
        self._report.failed.append(Failure(path, message, hint))

    def _tell(self, stage: str, done: int, total: int | None, detail: str) -> None:
        if self._progress is not None:
            self._progress(Progress(stage, done, total, detail))


def content_of(file: SourceFile) -> str:
    """What a file's documents were read from: its content and the way of reading it.

    Raises OSError, UnreachableSource."""
    return f"{READING}:{digest(file)}"


def fetching(read: ReadDocuments) -> TakeDocuments:
    """Reading that fetches a file first, where it lies elsewhere."""

    def take(file: SourceFile, content: str, fails: Fails) -> Iterable[Document]:
        with fetched(file.path, file.id) as path:
            yield from read(path, file.id, fails)

    return take


def encoded_texts(some: Sequence[Passage]) -> list[str]:
    """What is encoded of each passage, folded as questions are: any script, any width."""
    return [fold(passage_text(context_text(passage), passage)) for passage in some]


def passage_text(context: str, passage: Passage) -> str:
    """What is encoded of a passage: what stands above it gives a row or a turn its meaning."""
    return f"{context}\n{passage.text}" if context else passage.text


def taught(infos: Mapping[str, Mapping[str, str]], key: str) -> set[str]:
    """What documents taught, kept with each of them so that it goes when they go."""
    return {line for info in infos.values() for line in info.get(key, "").split("\n") if line}
