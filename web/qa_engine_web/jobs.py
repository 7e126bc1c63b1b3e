"""Long work, one job after another in one thread, watched by polling."""

from __future__ import annotations

import logging
import queue
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from qa_engine.errors import QAEngineError
from qa_engine.ports import Progress
from qa_engine.presentation import to_json
from qa_engine_web.english import english

_log = logging.getLogger("qa_engine_web")

KEPT = 200  # finished jobs that can still be looked up


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file: added, changed, removed, unchanged or failed."""

    name: str
    outcome: str
    message: str = ""


@dataclass(slots=True)
class Job:
    """``state``: waiting, running, done or failed. ``done`` of ``total`` in this ``stage``."""

    id: str
    kind: str
    state: str = "waiting"
    stage: str = ""
    done: int = 0
    total: int | None = None
    detail: str = ""
    results: list[FileResult] = field(default_factory=list)
    message: str = ""
    hint: str = ""

    def tell(self, progress: Progress) -> None:
        """Take over an indexing step."""
        self.stage, self.done = progress.stage, progress.done
        self.total, self.detail = progress.total, progress.detail


def job_json(job: Job) -> dict[str, Any]:
    """A job as the API gives it: messages in Chinese and English."""
    result: dict[str, Any] = to_json(job)
    for entry in (result, *result["results"]):
        found = english(entry["message"])
        entry["message_en"] = "see message" if found is None else found
    result["hint_en"] = english(job.hint) or ""
    return result


Work = Callable[[Job], None]


class Jobs:
    """Runs work in the order it came; the index has one writer at a time.

    ``kept``: how many jobs can be looked up; the oldest finished ones are forgotten.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._finished: dict[str, threading.Event] = {}
        self._queue: queue.Queue[tuple[Job, Work]] = queue.Queue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def submit(self, kind: str, work: Work) -> Job:
        """Queue work; it gets the job to report to."""
        job = Job(secrets.token_urlsafe(12), kind)
        with self._lock:
            self._jobs[job.id] = job
            self._finished[job.id] = threading.Event()
            while len(self._jobs) > self._kept:
                oldest = next(iter(self._jobs))
                if self._jobs[oldest].state not in {"done", "failed"}:
                    break
                del self._jobs[oldest]
                del self._finished[oldest]
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="qa-jobs", daemon=True)
                self._thread.start()
        self._queue.put((job, work))
        return job

    def get(self, id: str) -> Job | None:
        """The job, unless it is unknown or long past."""
        with self._lock:
            return self._jobs.get(id)

    def latest(self) -> list[Job]:
        """The newest first."""
        with self._lock:
            return list(reversed(self._jobs.values()))

    def wait(self, job: Job, seconds: float) -> bool:
        """Whether the job ended within that time."""
        with self._lock:
            event = self._finished.get(job.id)
        return event is None or event.wait(seconds)

    def drain(self, seconds: float) -> bool:
        """Whether all that was queued ended within that time."""
        return all(self.wait(job, seconds) for job in self.latest())

    def _run(self) -> None:
        while True:
            job, work = self._queue.get()
            job.state = "running"
            try:
                work(job)
                job.state = "done"
            except QAEngineError as error:
                job.message, job.hint, job.state = error.message, error.hint, "failed"
            except Exception as error:
                _log.error("job %s failed", job.id, exc_info=error)
                job.message = "程序出错了，问题已记入日志。"
                job.hint, job.state = "请运行 qa-engine doctor。", "failed"
            finally:
                with self._lock:
                    event = self._finished.get(job.id)
                if event is not None:
                    event.set()
