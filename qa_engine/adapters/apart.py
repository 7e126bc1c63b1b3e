"""Read files in a process of their own, which may hang, swell or crash without harm.

One process serves many files. It is replaced when a file takes too long or too much
memory, or makes it crash; the error then names the file, and the rest is read on.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from qa_engine.errors import SourceError, UnreadableFile
from qa_engine.models import Document
from qa_engine.serialise import from_bytes
from qa_engine.sources.read import OnError
from qa_engine.sources.worker import (
    DOCUMENT,
    DONE,
    FAILED,
    HEAD,
    OUT_OF_MEMORY,
    PART,
    READY,
    REPAIR,
    STEP,
    error_from,
)

_PROGRAM = "from qa_engine.sources.worker import main; main()"
_AHEAD = 8  # documents that may wait to be taken
_START = 60  # seconds
_PARTING = 2  # seconds
_MOST_FRAME = 4 << 30  # bytes of one document

Frame = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Limits:
    """For one file: seconds between two signs of life (a document, a page), plus
    ``seconds_per_mb`` for its size; ``memory`` is bytes of address space of the process (0:
    no limit; not on Windows)."""

    seconds: float = 300
    seconds_per_mb: float = 10
    memory: int = 4 << 30

    def time(self, size: int) -> float:
        """Seconds that a file of ``size`` bytes may take; 0: no limit."""
        return self.seconds and self.seconds + self.seconds_per_mb * size / 1e6


class ReaderApart:
    """Called like ``read_documents``; a context manager that ends the process."""

    def __init__(self, columns: Path | None = None, limits: Limits | None = None) -> None:
        """``columns``: the user's names of table columns (see ``load_vocabulary``)."""
        self._columns = columns
        self._limits = limits or Limits()
        self._process: _Process | None = None
        self.started = 0  # processes so far

    def __call__(self, path: Path, id: str, on_error: OnError | None = None) -> Iterator[Document]:
        """The documents in a file, as ``read_documents`` gives them.

        Raises UnreadableFile also when reading it takes too long, too much memory, or the
        process with it."""
        seconds = self._limits.time(_size(path))
        process = self._running(id)
        finished = False
        try:
            process.ask({"path": os.fsdecode(path), "id": id, "seconds": seconds})
            while True:
                kind, content = process.frame(seconds)
                if kind == DOCUMENT:
                    yield from_bytes(Document, content)
                elif kind == PART:
                    name, error = error_from(content)
                    if on_error is None:
                        raise error
                    on_error(name, error)
                elif kind == STEP:
                    continue
                elif kind == FAILED:
                    finished = True
                    raise error_from(content)[1]
                elif kind == DONE:
                    finished = True
                    return
                else:
                    raise ValueError(f"a frame of kind {kind!r}")
        except queue.Empty:
            raise UnreadableFile(
                f"{id}：读取超过 {seconds:.0f} 秒，已中止。",
                "请拆分后再试；确需更久，可设 QA_ENGINE_READING_SECONDS。",
            ) from None
        except SourceError:
            raise
        except (OSError, EOFError, ValueError, TypeError) as error:
            raise UnreadableFile(f"{id}：读取时进程{process.ending()}。", REPAIR) from error
        finally:
            if not finished:  # an error, an impatient caller or Ctrl-C: it still works on the file
                self.close()

    def close(self) -> None:
        """End the process; a further file starts another one."""
        if self._process is not None:
            self._process.end()
            self._process = None

    def __enter__(self) -> Self:
        """Start the process, so that it gets ready while others work."""
        with contextlib.suppress(OSError):  # told with the first file
            self._process = self._process or _Process(self._columns, self._limits.memory)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _running(self, id: str) -> _Process:
        """The process, ready. Raises UnreadableFile."""
        try:
            self._process = self._process or _Process(self._columns, self._limits.memory)
            if not self._process.ready:
                if self._process.frame(_START)[0] != READY:
                    raise EOFError("it does not say that it is ready")
                self._process.ready = True
                self.started += 1
        except (OSError, EOFError, queue.Empty) as error:
            self.close()
            raise UnreadableFile(
                f"{id}：读取文件的进程没能启动（{error}）。",
                "可设 QA_ENGINE_READING=inside，在本进程内读取（没有时间和内存限制）。",
            ) from error
        return self._process


class _Process:
    """The other process, and the thread that listens to it."""

    def __init__(self, columns: Path | None, memory: int) -> None:
        self.ready = False
        root = str(Path(__file__).parents[2])
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        more: dict[str, Any] = {} if sys.platform == "win32" else {"start_new_session": True}
        self._child = subprocess.Popen(  # this Python, no shell  # nosec B603
            # -P: nothing is imported from the folder that happens to be the current one.
            [sys.executable, "-P", "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
            **more,
        )
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._input: IO[bytes] = self._child.stdin
        self._frames: queue.Queue[Frame | Exception] = queue.Queue(_AHEAD)
        self._ended = threading.Event()
        self._listener = threading.Thread(
            target=self._listen, args=(self._child.stdout,), daemon=True
        )
        self._listener.start()
        self.ask({"columns": str(columns.absolute()) if columns else None, "memory": memory})

    def ask(self, request: dict[str, Any]) -> None:
        """Raises OSError when the process is gone."""
        self._input.write(json.dumps(request).encode() + b"\n")
        self._input.flush()

    def frame(self, seconds: float) -> Frame:
        """The next one. Raises queue.Empty after ``seconds``, EOFError at the end."""
        found = self._frames.get(timeout=seconds or None)
        if isinstance(found, Exception):
            raise found
        return found

    def ending(self) -> str:
        """How it ended, in words."""
        try:
            status = self._child.wait(5)
        except subprocess.TimeoutExpired:
            return "给出了读不懂的结果"
        if status == OUT_OF_MEMORY:
            return "内存超过上限"
        if status < 0:
            return f"被信号 {signal.Signals(-status).name} 终止"
        return f"意外退出（{status}）"

    def end(self) -> None:
        """End it with what it started, such as LibreOffice; kill it if it does not listen."""
        self._ended.set()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.terminate()
            self._child.wait(_PARTING)
        if sys.platform != "win32":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, signal.SIGKILL)
        self._child.kill()
        self._child.wait()
        self._listener.join()
        for stream in (self._child.stdin, self._child.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):  # what was not taken any more
                    stream.close()

    def _listen(self, stream: IO[bytes]) -> None:
        while not self._ended.is_set():
            try:
                kind, length = HEAD.unpack(_exactly(stream, HEAD.size))
                found: Frame | Exception = (kind, _exactly(stream, length))
            except (EOFError, OSError, ValueError) as error:
                found = error if isinstance(error, EOFError) else EOFError(str(error))
            while not self._ended.is_set():
                try:
                    self._frames.put(found, timeout=0.2)
                    break
                except queue.Full:
                    continue
            if isinstance(found, Exception):
                return


def _exactly(stream: IO[bytes], length: int) -> bytes:
    """Raises EOFError when less is there, or when a length is beyond all measure."""
    if length > _MOST_FRAME:
        raise EOFError("a frame of impossible length")
    data = stream.read(length)
    if len(data) < length:
        raise EOFError("the process ended")
    return data


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
