"""Several processes on one Milvus Lite server: web servers answer while an index changes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.milvus import LiteServer, free_port

pytestmark = pytest.mark.long

QUESTIONS = ("燃气管道由哪个部门负责？", "质量月活动", "老旧小区改造 2014", "绿化工程")


class WebServer:
    """``qa-engine serve`` in a process of its own."""

    def __init__(self, state: Path, environment: dict[str, str]) -> None:
        self.address = f"http://127.0.0.1:{free_port()}"
        port = self.address.rpartition(":")[2]
        self._log = (state.parent / f"{state.name}.log").open("w+")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "qa_engine.cli", "serve", "--port", port, "--index", str(state)],
            env=environment,
            stdout=self._log,
            stderr=self._log,
        )
        end = time.monotonic() + 120
        while time.monotonic() < end and self._process.poll() is None:
            if self.get("/api/v1/health/live")[0] == 200:
                return
            time.sleep(0.1)
        self._log.seek(0)
        raise RuntimeError(f"no server: {self._log.read()}")

    def get(self, path: str) -> tuple[int, str]:
        """Status (0: no connection) and body."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    def generation(self) -> str:
        return str(json.loads(self.get("/api/v1/health")[1]).get("generation", ""))

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(30)
        self._log.close()


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[LiteServer]:
    server = LiteServer(str(tmp_path / "data"))
    yield server
    server.stop()


def test_no_request_fails_while_another_process_rebuilds_and_switches(
    tmp_path: Path, lite: LiteServer
) -> None:
    """Two web servers, a third process: rebuilds (the alias moves), a change, a removal."""
    environment = {
        **os.environ,
        "QA_ENGINE_STORE": "milvus",
        "QA_ENGINE_MILVUS_URI": lite.uri,
        "QA_ENGINE_MODEL": "hashing",
        "QA_ENGINE_READER": "none",
    }
    texts = tmp_path / "texts"
    texts.mkdir()

    def write(name: str, subject: str) -> None:
        lines = [f"{subject}第{n}项由区住建局负责，2014年{n % 12 + 1}月前完成。" for n in range(40)]
        (texts / name).write_text("\n".join(lines), encoding="utf-8")

    def change(*arguments: str) -> None:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "qa_engine.cli", *arguments),
                *("--index", str(tmp_path / "writer")),
            ],
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr

    write("a.txt", "燃气管道")
    write("b.txt", "质量月活动")
    change("index", str(texts))
    servers = [WebServer(tmp_path / f"web{n}", environment) for n in range(2)]
    failed: list[tuple[int, str]] = []
    answered = [0, 0]
    over = threading.Event()

    def keep_asking(number: int) -> None:
        turn = 0
        while not over.is_set():
            question = urllib.parse.quote(QUESTIONS[turn % len(QUESTIONS)])
            path = "/api/v1/ask" if turn % 2 else "/api/v1/search"
            status, body = servers[number].get(f"{path}?q={question}")
            if status == 200:
                answered[number] += 1
            else:
                failed.append((status, body[:300]))
            turn += 1

    asking = [threading.Thread(target=keep_asking, args=(n % 2,)) for n in range(4)]
    try:
        seen = {server.generation() for server in servers}
        assert len(seen) == 1
        for thread in asking:
            thread.start()
        write("c.txt", "老旧小区改造")
        change("index", str(texts), "--rebuild")
        write("d.txt", "绿化工程")
        change("index", str(texts))
        change("remove", "texts/a.txt")
        change("index", "--rebuild")
        time.sleep(2)
        over.set()
        for thread in asking:
            thread.join()
        assert failed == []
        assert min(answered) > 20, answered
        now = {server.generation() for server in servers}
        assert len(now) == 1
        assert not now & seen
        for server in servers:
            status, body = server.get("/api/v1/documents")
            assert status == 200
            for name, held in (("a", False), ("b", True), ("c", True), ("d", True)):
                assert (f"texts/{name}.txt" in body) is held
    finally:
        over.set()
        for server in servers:
            server.stop()
