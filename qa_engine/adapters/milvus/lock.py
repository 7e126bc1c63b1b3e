"""One writer at a time, on a server that has no locks.

An alias can be created only once: whoever creates ``<index>_writing`` is the writer. It
points to a collection of the writer's own with one row that says who it is and, every few
seconds, that it is alive. A writer that has been silent for a minute is taken for dead.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import sys
import threading
import time
from typing import Any

from qa_engine.adapters.milvus.connection import CollectionMissing, Connection
from qa_engine.adapters.milvus.ledger import create_ledger
from qa_engine.adapters.milvus.schema import ledger_rows, pack, unpack
from qa_engine.errors import IndexError_, IndexLocked, QAEngineError

BEAT = 5.0  # seconds between two signs of life
SILENT = 60.0  # seconds after which a writer counts as dead
_PROCESS = secrets.token_hex(8)  # tells this process from one that had its number before
_OWNER = "owner"


class WriterLock:
    """Held from its creation to ``release``."""

    def __init__(self, connection: Connection, index: str) -> None:
        """Raises IndexLocked."""
        self._connection = connection
        self._alias = f"{index}_writing"
        self._mine = f"{index}_writer_{secrets.token_hex(6)}"
        self._held = False
        self._stop = threading.Event()
        self._beats = threading.Thread(target=self._live, daemon=True)
        create_ledger(connection, self._mine)
        try:
            self._beat()
            self._take()
        except BaseException:
            self._drop(self._mine)
            raise
        self._held = True
        self._beats.start()

    @property
    def name(self) -> str:
        """The collection of this writer."""
        return self._mine

    def check(self) -> None:
        """Raises IndexLocked when another writer took this one for dead."""
        if self._target() != self._mine:
            raise IndexLocked("另一个进程接管了写入。", "索引没有变，请再试一次。")

    def release(self) -> None:
        if not self._held:
            return
        self._held = False
        self._stop.set()
        self._beats.join()
        with contextlib.suppress(QAEngineError, CollectionMissing):
            if self._target() == self._mine:
                self._connection.call("drop_alias", self._alias)
        self._drop(self._mine)

    def _take(self) -> None:
        for _ in range(5):
            try:
                self._connection.call("create_alias", self._mine, self._alias)
            except IndexError_:
                other = self._target()
                if other is None:
                    continue  # let go of just now
                if other == self._mine:
                    return  # an earlier try was heard, its answer was not
                owner = self._owner(other)
                if owner is not None and self._alive(owner):
                    raise IndexLocked(
                        f"另一个进程正在写这个索引（{owner['who']}）。", "请等它结束后再试。"
                    ) from None
                with contextlib.suppress(QAEngineError, CollectionMissing):
                    self._connection.call("drop_alias", self._alias)
                self._drop(other)
            else:
                if self._target() == self._mine:
                    return
        raise IndexLocked("另一个进程正在写这个索引。", "请等它结束后再试。")

    def _alive(self, owner: dict[str, Any]) -> bool:
        if owner["process"] == _PROCESS:
            return True
        if self._connection.local:
            return False  # a file is open in one process only: this one
        if owner["host"] == socket.gethostname() and not _runs(int(owner["pid"])):
            return False
        return time.time() - float(owner["beat"]) < SILENT

    def _target(self) -> str | None:
        try:
            found = self._connection.call("describe_alias", self._alias)
        except (CollectionMissing, IndexError_):
            return None
        return str(found["collection_name"])

    def _owner(self, collection: str) -> dict[str, Any] | None:
        try:
            rows = self._connection.call(
                "get", collection, [_OWNER], output_fields=["data"], consistency_level="Strong"
            )
            return dict(json.loads(unpack([rows[0]["data"]]))) if rows else None
        except (CollectionMissing, IndexError_):
            return None

    def _beat(self) -> None:
        now = time.time()
        owner = {
            "who": f"pid {os.getpid()}, host {socket.gethostname()}",
            "process": _PROCESS,
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "beat": now,
        }
        row = ledger_rows(_OWNER, "owner", pack(json.dumps(owner).encode()), 0)
        self._connection.call("upsert", self._mine, row)

    def _live(self) -> None:
        while not self._stop.wait(BEAT):
            with contextlib.suppress(QAEngineError, CollectionMissing):
                self._beat()

    def _drop(self, collection: str) -> None:
        with contextlib.suppress(QAEngineError, CollectionMissing):
            self._connection.call("drop_collection", collection)


def _runs(pid: int) -> bool:
    """Whether a process of this machine has that number."""
    if sys.platform == "win32":  # where signal 0 is no question
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
