"""The process that reads files for another one: requests come in, documents go out.

Started by ``adapters/apart.py``. A request is a line of JSON; the answer is a run of
frames (kind, length, content) that ends with ``DONE`` or ``FAILED``. Documents travel as
JSON, never as pickles: what reads a hostile file may send anything back.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa_engine.errors import SourceError, UnreadableFile, UnsupportedFormat
from qa_engine.serialise import to_bytes
from qa_engine.sources.columns import Vocabulary, load_vocabulary
from qa_engine.sources.read import read_documents
from qa_engine.sources.steps import listen

HEAD = struct.Struct(">cQ")
READY, STEP, DOCUMENT, PART, DONE, FAILED = b"R", b"S", b"D", b"P", b".", b"F"
OUT_OF_MEMORY = 77  # exit status
REPAIR = "请用 Office、WPS 或浏览器打开确认，另存后再试；其余文件不受影响。"
_SPARE = 30  # seconds of processor time beyond the time that the other side waits
_KINDS = {kind.__name__: kind for kind in (SourceError, UnreadableFile, UnsupportedFormat)}


def main() -> None:
    """Serve requests from standard input until it ends."""
    try:
        _serve()
    except MemoryError:  # whatever is left of this process is not worth keeping
        os._exit(OUT_OF_MEMORY)


def _serve() -> None:
    # Told to end, it ends what it waits for as well (LibreOffice): see `legacy`.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the frames
    requests = iter(sys.stdin.buffer.readline, b"")
    first = json.loads(next(requests))
    _limit_memory(first["memory"])
    words = load_vocabulary(Path(first["columns"]) if first["columns"] else None)
    seconds = 0.0

    def send(kind: bytes, content: bytes = b"") -> None:
        _limit_time(seconds)  # the clock of the other side starts again, too
        out.write(HEAD.pack(kind, len(content)) + content)
        out.flush()

    listen(lambda: send(STEP))
    send(READY)
    for line in requests:
        request = json.loads(line)
        seconds = request["seconds"]
        _limit_time(seconds)
        for kind, content in _answer(Path(os.fsdecode(request["path"])), request["id"], words):
            send(kind, content)


def _answer(path: Path, id: str, words: Vocabulary) -> Iterator[tuple[bytes, bytes]]:
    parts: list[bytes] = []

    def note(name: str, error: SourceError) -> None:
        parts.append(error_bytes(name, error))

    try:
        for document in read_documents(path, id, note, words):
            yield from ((PART, part) for part in parts)
            parts.clear()
            yield DOCUMENT, to_bytes(document)
        yield from ((PART, part) for part in parts)
        yield DONE, b""
    except SourceError as error:
        yield from ((PART, part) for part in parts)
        yield FAILED, error_bytes(id, error)
    except MemoryError:
        raise
    except Exception as error:  # a parser's mistake on one file must not lose the others
        said = UnreadableFile(f"{id}：解析时出错（{type(error).__name__}: {error}）。", REPAIR)
        yield FAILED, error_bytes(id, said)


def error_bytes(name: str, error: SourceError) -> bytes:
    """An error and the file or part that it is about."""
    plain = [name, type(error).__name__, error.message, error.hint]
    return json.dumps(plain).encode()


def error_from(content: bytes) -> tuple[str, SourceError]:
    """The inverse of ``error_bytes``."""
    name, kind, message, hint = (str(part) for part in json.loads(content))
    return name, _KINDS.get(kind, SourceError)(message, hint)


def _limit_memory(most: int) -> None:
    """``most`` bytes of address space, where the system knows such limits."""
    if sys.platform != "win32" and most:
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _limit_time(seconds: float) -> None:
    """Processor time for one file, in case the other side is no longer there to watch."""
    if sys.platform != "win32" and seconds:
        import resource

        used: Any = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        most = int(used.ru_utime + used.ru_stime + seconds) + _SPARE
        resource.setrlimit(resource.RLIMIT_CPU, (most, hard))
