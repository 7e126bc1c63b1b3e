"""Changing the corpus: upload, replace, remove with undo, refresh."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO, Protocol

from qa_engine.errors import DocumentNotFound, QAEngineError
from qa_engine.places import Remote, given, place, within
from qa_engine.ports import ProgressCallback
from qa_engine.text.aliases import Aliases
from qa_engine.text.words import Cutter
from qa_engine_web.contract import WebEngine
from qa_engine_web.editing import save_text
from qa_engine_web.jobs import FileResult, Job, Jobs
from qa_engine_web.notebook import Notebook
from qa_engine_web.uploads import Binned, Uploads

QUICK = 10.0  # seconds that a change waits for those before it


class _Failure(Protocol):
    @property
    def path(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def hint(self) -> str: ...


class _Report(Protocol):
    @property
    def added(self) -> Sequence[str]: ...
    @property
    def changed(self) -> Sequence[str]: ...
    @property
    def removed(self) -> Sequence[str]: ...
    @property
    def skipped(self) -> Sequence[str]: ...
    @property
    def failed(self) -> Sequence[_Failure]: ...


class ChangingEngine(WebEngine, Protocol):
    """An engine whose index can be changed."""

    def add(self, *paths: str | Path, progress: ProgressCallback | None = None) -> _Report: ...

    def remove(self, *ids: str, compacted: bool = True) -> object: ...

    def compact(self) -> int: ...

    def use_aliases(self, aliases: Aliases) -> None: ...

    def use_cutter(self, cutter: Cutter, progress: ProgressCallback | None = None) -> _Report: ...


class Library:
    """One per application. Every change is a job; jobs run one after another."""

    def __init__(
        self,
        engine: ChangingEngine,
        state: Path,
        notebook: Notebook | None,
    ) -> None:
        self._engine = engine
        self._notebook = notebook
        self._seen = ""  # the generation that the notebook was last compared with
        self.uploads = Uploads(state)
        self.uploads.tidy()
        self.jobs = Jobs()

    def upload(self, files: Sequence[tuple[str, IO[bytes]]]) -> Job:
        """Save the files now and index them in a job; each gets its own result."""
        saved: list[tuple[str, Path, Path | None]] = []
        refused: list[FileResult] = []
        for name, data in files:
            try:
                saved.append((name, *self.uploads.save(name, data)))
            except QAEngineError as error:
                refused.append(FileResult(name[:200], "failed", str(error)))
            except OSError as error:
                refused.append(FileResult(name[:200], "failed", f"存不下来：{error.strerror}"))

        def work(job: Job) -> None:
            job.results.extend(refused)
            if saved:
                self._index(job, saved)

        return self.jobs.submit("upload", work)

    def _index(self, job: Job, saved: Sequence[tuple[str, Path, Path | None]]) -> None:
        paths = [path for _, path, _ in saved]
        try:
            report = self._engine.add(self.uploads.folder, *paths, progress=job.tell)
        except BaseException:
            for _, path, before in saved:
                _undo_save(path, before)
            raise
        again: list[Path] = []
        for name, path, before in saved:
            result = _result_of(name, path, self.uploads.folder.name, report)
            job.results.append(result)
            if result.outcome == "failed":
                _undo_save(path, before)
                again.append(path)
            elif before is not None:
                before.unlink(missing_ok=True)
        if any(path.exists() for path in again):  # what was replaced is indexed again
            self._engine.add(self.uploads.folder, progress=job.tell)

    def remove(self, id: str) -> Job:
        """Hide a document at once; its file and what is known of it go when undo is over."""
        self.jobs.drain(QUICK)  # it may be on its way in
        info = next((info for info in self._engine.documents() if info.id == id), None)
        if info is None:
            raise DocumentNotFound(f"没有这份文档：{id[:200]}", "请刷新文档库页面。")
        file = given(info.path) if info.path else None
        alone = file is not None and all(
            other.path != info.path or other.id == id for other in self._engine.documents()
        )

        def work(job: Job) -> None:
            self._engine.remove(id, compacted=False)  # quick; ``purge`` does the rest
            entry = self.uploads.put_in_bin(id, info.title, file if alone else None)
            job.results.append(FileResult(id, "removed", entry.key))

        return self.jobs.submit("remove", work)

    def _in_folder(self, file: Remote) -> bool:
        """Or is it known from a list only?"""
        return any(within(file, place(root)) for root in self._engine.manifest.roots)

    def restore(self, key: str) -> Job:
        """Undo a removal."""
        entry = self.uploads.entry(key)

        def work(job: Job) -> None:
            path = self.uploads.bring_back(entry)
            if path is None:
                job.results.append(FileResult(entry.document, "failed", "原文件已不在。"))
                return
            if isinstance(path, Remote) and not self._in_folder(path):
                said = "它在一份地址清单里，请用 qa-engine index --from-list 重新索引。"
                job.results.append(FileResult(entry.document, "failed", said))
                return
            folder = (self.uploads.folder,) if entry.moved else ()
            named = path.uri if isinstance(path, Remote) else path
            report = self._engine.add(*folder, named, progress=job.tell)
            back = entry.document in {*report.added, *report.changed}
            job.results.append(
                FileResult(
                    entry.document, "added" if back else "failed", "" if back else "没能恢复"
                )
            )

        return self.jobs.submit("restore", work)

    def purge(self, key: str) -> Job:
        """Delete a removed document for good: its file, the feedback on it, and what the
        index's files still hold of it."""
        return self._purge([self.uploads.entry(key)])

    def purge_expired(self) -> None:
        """The same for all whose undo time is over."""
        if expired := self.uploads.expired():
            self._purge(expired)

    def _purge(self, entries: Sequence[Binned]) -> Job:
        for entry in entries:
            self.uploads.drop(entry)
        if self._notebook is not None:
            self._notebook.forget([entry.document for entry in entries])

        def work(job: Job) -> None:
            self._engine.compact()
            job.results.extend(FileResult(entry.document, "removed") for entry in entries)

        return self.jobs.submit("purge", work)

    def refresh(self) -> Job:
        """Read all known folders again."""

        def work(job: Job) -> None:
            report = self._engine.add(progress=job.tell)
            for outcome, ids in (
                ("added", report.added),
                ("changed", report.changed),
                ("removed", report.removed),
            ):
                job.results.extend(FileResult(id, outcome) for id in ids)
            job.results.extend(
                FileResult(failure.path, "failed", f"{failure.message} {failure.hint}".strip())
                for failure in report.failed
            )

        return self.jobs.submit("refresh", work)

    def use_aliases(self, aliases: Aliases) -> None:
        """Search with these from now on."""
        self._engine.use_aliases(aliases)

    def use_dictionary(self, path: Path, text: str) -> Job:
        """Build the index anew with these words; the file is replaced once that is done."""

        def work(job: Job) -> None:
            report = self._engine.use_cutter(Cutter(text.encode()), progress=job.tell)
            save_text(path, text)
            job.results.extend(
                FileResult(failure.path, "failed", f"{failure.message} {failure.hint}".strip())
                for failure in report.failed
            )

        return self.jobs.submit("dictionary", work)

    def keep_house(self) -> None:
        """What is due: purge what is past undoing, let an old generation go, forget
        feedback on documents that left the index by another way."""
        self.purge_expired()
        generation = self._engine.manifest.generation  # also moves the engine on to it
        if generation == self._seen:
            return
        if self._notebook is not None:
            known = {info.id for info in self._engine.documents()}
            held = {entry.document for entry in self.uploads.binned()}
            self._notebook.forget(sorted(self._notebook.documents() - known - held))
        self._seen = generation


def _undo_save(path: Path, before: Path | None) -> None:
    if before is None:
        path.unlink(missing_ok=True)
    else:
        before.replace(path)


def _result_of(name: str, path: Path, root: str, report: _Report) -> FileResult:
    """What the report says of one file; members of archives lie below its id."""
    id = f"{root}/{path.name}"

    def of(ids: Sequence[str]) -> list[str]:
        return [known for known in ids if known == id or known.startswith(f"{id}/")]

    failures = [
        failure for failure in report.failed if failure.path == str(path) or of([failure.path])
    ]
    for outcome, ids in (
        ("added", of(report.added)),
        ("changed", of(report.changed)),
        ("unchanged", of(report.skipped)),
    ):
        if ids:
            return FileResult(name, outcome, "；".join(f.message for f in failures))
    if failures:
        return FileResult(
            name, "failed", "；".join(f"{f.message} {f.hint}".strip() for f in failures)
        )
    # Documents of a jsonl file have ids of their own.
    return FileResult(name, "added")
