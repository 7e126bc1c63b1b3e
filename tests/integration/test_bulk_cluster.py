"""Bulk indexing on a Ray cluster of two nodes, one of which is killed."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from qa_engine import open_engine
from tests.milvus import LiteServer, free_port

pytestmark = pytest.mark.long

FILES = 40
# Nodes and driver need one token; without, a token in the home folder is used by some only.
KEY = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}


class Node:
    """``ray start`` with one processor, and all that it starts."""

    def __init__(self, folder: Path, *options: str) -> None:
        command = [sys.executable, "-m", "ray.scripts.scripts", "start", "--block"]
        self._said = folder / f"node-{options[0].strip('-')[:4]}.log"
        self._log = self._said.open("wb")
        self.process = subprocess.Popen(
            [*command, "--node-ip-address=127.0.0.1", "--num-cpus=1", *options],
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **KEY, "RAY_USAGE_STATS_ENABLED": "0"},
            start_new_session=True,
        )

    def wait(self) -> None:
        """Until it has started."""
        end = time.monotonic() + 240
        while "Ray runtime started" not in (said := self._said.read_text("utf-8")):
            assert self.process.poll() is None, said
            assert time.monotonic() < end, said
            time.sleep(0.1)

    def preparing(self) -> bool:
        """Is a worker of this node at work on a file?"""
        for status in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError, ValueError, IndexError):
                session = int(status.read_text().rpartition(")")[2].split()[3])
                name = status.with_name("cmdline").read_bytes().split(b"\0")[0]
                if session == self.process.pid and name == b"ray::prepare_file":
                    return True
        return False

    def kill(self) -> None:
        """All of it at once, as when the machine loses power."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._log.close()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where the documents are: no path that a node could share."""
    folder = tmp_path / "served" / "texts"
    folder.mkdir(parents=True)
    for n in range(FILES):
        lines = [f"第{n}号文件第{m}条：燃气管道改造由区住建局负责。" for m in range(300)]
        (folder / f"{n:03}.txt").write_text("\n\n".join(lines), encoding="utf-8")
    handler = partial(Quiet, directory=str(folder.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/texts/"
        server.shutdown()
        thread.join()


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[tuple[str, Node]]:
    """A cluster's address, and its second node."""
    port = free_port()
    cluster = f"127.0.0.1:{port}"
    short = tempfile.mkdtemp(prefix="ray-")  # a socket's path has 107 bytes at most
    head = Node(
        tmp_path, "--head", f"--port={port}", "--include-dashboard=false", "--temp-dir", short
    )
    second = None
    try:
        head.wait()
        second = Node(tmp_path, f"--address={cluster}")
        second.wait()
        yield cluster, second
    finally:
        if second is not None:
            second.kill()
        head.kill()
        shutil.rmtree(short, ignore_errors=True)


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 240
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_node_that_dies_loses_and_repeats_nothing(
    tmp_path: Path, address: str, nodes: tuple[str, Node]
) -> None:
    """Both nodes fetch files by their addresses; the one left prepares the rest, and every
    document is there once. So it is for a second run, which does nothing."""
    cluster, second = nodes
    lite = LiteServer(str(tmp_path / "data"))
    state = tmp_path / "state"
    given = ["--bulk", "--ray", cluster, "--json", "--model", "hashing", "--index", str(state)]
    command = [sys.executable, "-m", "qa_engine.cli", "index", address, *given]
    try:
        running = subprocess.Popen(
            [*command, "--store", "milvus", "--uri", lite.uri],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, **KEY},
        )
        wait_for(lambda: len(list((state / "bulk").glob("*.part"))) >= 3, running)
        wait_for(second.preparing, running)
        second.kill()
        left = FILES - len(list((state / "bulk").glob("*.part")))
        assert left > 0
        out, err = running.communicate(timeout=400)
        assert running.returncode == 0, err
        report = json.loads(out)
        expected = [f"texts/{n:03}.txt" for n in range(FILES)]
        assert sorted(report["added"]) == expected
        assert report["failed"] == []
        with open_engine(state, store="milvus", uri=lite.uri, model="hashing") as engine:
            documents = engine.documents()
            assert [d.id for d in documents] == expected
            assert {d.passages for d in documents} == {documents[0].passages}
            assert engine.manifest.passages == sum(d.passages for d in documents)
        again = subprocess.run(
            [*command, "--store", "milvus", "--uri", lite.uri],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=True,
            env={**os.environ, **KEY},
        )
        assert sorted(json.loads(again.stdout)["skipped"]) == expected
    finally:
        lite.stop()
