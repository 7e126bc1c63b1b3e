"""Milvus for tests: Lite in a file, Lite as a server on loopback, or a server that is named."""

from __future__ import annotations

import atexit
import functools
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from qa_engine.adapters.milvus.store import MilvusStore
from qa_engine.settings import MilvusSettings

NAMED_SERVER = "QA_ENGINE_TEST_MILVUS_URI"


def milvus_store(uri: str, **options: float) -> MilvusStore:
    """A store of an index of its own; scores are made exact after every change, and only
    a change of half the mean length has all weights made again."""
    settings = MilvusSettings(index=f"test_{secrets.token_hex(4)}")
    return MilvusStore(uri, settings, **{"tolerance": 0.0, "rewrite": 0.5, **options})


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


class LiteServer:
    """A ``milvus-lite server`` of its own process, on loopback only."""

    def __init__(self, folder: str, port: int | None = None) -> None:
        self.port = port or free_port()
        self.uri = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "milvus_lite.cmdline", "server"),
                *("--host", "127.0.0.1", "--port", str(self.port), "--data-dir", self._folder),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"milvus-lite ended with {self.process.returncode}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError("milvus-lite did not listen within a minute")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@functools.cache
def lite_server() -> str:
    """The address of one server for all tests of this process."""
    folder = tempfile.mkdtemp(prefix="milvus-lite-")
    server = LiteServer(folder)

    def end() -> None:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    return server.uri
