"""Run a piece of work in a child process and let the n-th call to the disk go wrong.

The child is a fork of this process (nothing is imported again), waits, is attached to by
``strace`` and goes on. strace counts system calls, SQLite's and Whoosh's included, and
kills the process before the chosen one, or makes it and all later ones fail.
"""

from __future__ import annotations

import ctypes
import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# What changes a disk, and what makes a change lasting.
CHANGES = (
    "openat", "write", "pwrite64", "writev", "fsync", "fdatasync", "ftruncate", "rename",
    "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat", "link", "linkat",
    "symlink", "sendfile", "copy_file_range", "fallocate", "close",
)  # fmt: skip
_CALL = re.compile(r"^\d+ +(\w+)\((.*)$")
_PR_SET_PTRACER = 0x59616D61
_ANYONE = ctypes.c_ulong(-1)


@dataclass(frozen=True, slots=True)
class Step:
    """One system call of a run: the ``ordinal``-th of its name, and what strace shows of it."""

    call: str
    ordinal: int
    shown: str


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: its exit status (negative: the signal), and what it said."""

    status: int
    said: str
    log: str = ""


def available() -> bool:
    """Whether strace is there and may attach to a child."""
    if shutil.which("strace") is None:
        return False
    return run(lambda: 0, []).status == 0


def steps(work: Callable[[], int], folder: Path) -> list[Step]:
    """The calls of a whole run that change something in a folder."""
    ended = run(work, ["-e", f"trace={','.join(CHANGES)}"])
    assert ended.status == 0, ended.said
    counts: dict[str, int] = {}
    found: list[Step] = []
    for line in ended.log.splitlines():
        call = _CALL.match(line)
        if call is None:
            continue
        name, shown = call.groups()
        counts[name] = counts.get(name, 0) + 1
        changes = name != "openat" or "O_CREAT" in shown or "O_TRUNC" in shown
        if str(folder) in shown and name != "close" and changes:
            found.append(Step(name, counts[name], shown))
    return found


def paths_of(step: Step, folder: Path) -> list[str]:
    """The paths below a folder that a call names, by descriptor or as an argument."""
    return re.findall(rf'[<"]({re.escape(str(folder))}[^>"]*)[>"]', step.shown)


def killed_before(work: Callable[[], int], step: Step) -> Ended:
    """Run with SIGKILL in place of a call."""
    inject = f"inject={step.call}:signal=KILL:when={step.ordinal}"
    return run(work, ["-e", f"trace={step.call}", "-e", inject])


def failing_from(work: Callable[[], int], step: Step, error: str = "ENOSPC") -> Ended:
    """Run with a call failing; a full disk also fails all later ones that write."""
    more = "+" if "write" in step.call else ""  # opening may be for reading
    inject = f"inject={step.call}:error={error}:when={step.ordinal}{more}"
    return run(work, ["-e", f"trace={step.call}", "-e", inject])


def killed_after(work: Callable[[], int], seconds: float) -> Ended:
    """Run and kill at a moment, wherever it is then."""
    child, said = _start(work, wait=False)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return Ended(_reap(child), said())


def run(work: Callable[[], int], options: list[str] | None = None) -> Ended:
    """Run to the end, under strace when options are given."""
    if options is None:
        child, said = _start(work, wait=False)
        return Ended(_reap(child), said())
    child, said = _start(work, wait=True)
    # stopped, so that counting begins with the work
    os.waitpid(child, os.WUNTRACED)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        tracer = subprocess.Popen(
            ["strace", "-f", "-s", "0", "-y", "-o", str(log), "-p", str(child), *options],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert tracer.stderr is not None
        first = tracer.stderr.readline()
        os.kill(child, signal.SIGCONT)
        status = _reap(child)
        tracer.communicate()
        text = log.read_text(errors="replace") if log.exists() else ""
    if "attached" not in first:
        return Ended(127, first)
    return Ended(status, said(), text)


def _start(work: Callable[[], int], wait: bool) -> tuple[int, Callable[[], str]]:
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:  # pragma: no cover - another process
        status = 70
        # Not by write(): that may be the call that fails.
        sys.stdout = sys.stderr = _Said(theirs)  # type: ignore[assignment]
        try:
            if wait:
                ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANYONE, 0, 0, 0)
                os.kill(os.getpid(), signal.SIGSTOP)
            status = work()
        except BaseException:
            print(traceback.format_exc())
        finally:
            os._exit(status)
    theirs.close()
    heard: list[bytes] = []

    def listen() -> None:
        while part := ours.recv(65536):
            heard.append(part)
        ours.close()

    listener = threading.Thread(target=listen)
    listener.start()

    def said() -> str:
        listener.join()
        return b"".join(heard).decode("utf-8", "replace")

    return child, said


class _Said(io.StringIO):
    """Standard output and error of a child."""

    def __init__(self, channel: socket.socket) -> None:
        super().__init__()
        self._channel = channel

    def write(self, text: str) -> int:
        self._channel.sendall(text.encode("utf-8", "replace"))
        return len(text)


def _reap(child: int) -> int:
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)
