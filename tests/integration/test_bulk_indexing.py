"""Bulk indexing with a local Ray cluster of two workers, one of which is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qa_engine import open_engine
from qa_engine.cli import main
from tests.milvus import LiteServer

pytestmark = pytest.mark.long

FILES = 30


def process_tree() -> dict[int, tuple[int, str]]:
    """Process → (its parent, its name)."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            name = status.with_name("cmdline").read_bytes().split(b"\0")[0].decode()
        except (OSError, ValueError, IndexError):
            continue
        found[int(status.parent.name)] = (parent, name)
    return found


def workers_of(driver: int) -> list[int]:
    """The processes that prepare files just now, descendants of ours only."""
    tree = process_tree()

    def is_ours(pid: int) -> bool:
        while pid in tree:
            if pid == driver:
                return True
            pid = tree[pid][0]
        return False

    return [p for p, (_, name) in tree.items() if name == "ray::prepare_file" and is_ours(p)]


def start(texts: Path, state: Path, uri: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "qa_engine.cli", "index", str(texts), "--bulk"),
            *("--workers", "2", "--json", "--model", "hashing", "--index", str(state)),
            *("--store", "milvus", "--uri", uri),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def wait_for_parts(state: Path, count: int, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 240
    while len(list((state / "bulk").glob("*.part"))) < count:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    for n in range(FILES):
        lines = [f"第{n}号文件第{m}条：燃气管道改造由区住建局负责。" for m in range(300)]
        (folder / f"{n:03}.txt").write_text("\n\n".join(lines), encoding="utf-8")
    return folder


def test_a_killed_worker_and_a_killed_run_lose_and_repeat_nothing(
    tmp_path: Path, texts: Path
) -> None:
    """The run completes with every document once; so does one begun after a kill."""
    lite = LiteServer(str(tmp_path / "data"))
    try:
        state = tmp_path / "state"
        stopped = start(texts, state, lite.uri)
        wait_for_parts(state, 3, stopped)
        stopped.kill()
        stopped.communicate()
        kept = len(list((state / "bulk").glob("*.part")))
        assert 3 <= kept < FILES
        running = start(texts, state, lite.uri)
        wait_for_parts(state, kept + 3, running)
        while not (working := workers_of(running.pid)):
            assert running.poll() is None, running.communicate()
        os.kill(working[0], signal.SIGKILL)
        out, err = running.communicate(timeout=400)
        assert running.returncode == 0, err
        report = json.loads(out)
        assert sorted(report["added"]) == [f"texts/{n:03}.txt" for n in range(FILES)]
        assert report["failed"] == []
        with open_engine(state, store="milvus", uri=lite.uri, model="hashing") as engine:
            documents = engine.documents()
            assert [d.id for d in documents] == [f"texts/{n:03}.txt" for n in range(FILES)]
            assert engine.manifest.passages == sum(d.passages for d in documents)
            assert engine.search("第7号文件", limit=1)[0].passage.document == "texts/007.txt"
        assert not (state / "bulk").exists()
    finally:
        lite.stop()


def test_without_ray_the_command_that_installs_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, exit status 1."""
    monkeypatch.setitem(sys.modules, "ray", None)
    (tmp_path / "a.txt").write_text("甲", encoding="utf-8")
    given = ["index", str(tmp_path / "a.txt"), "--model", "hashing", "--index", str(tmp_path)]
    assert main([*given, "--bulk"]) == 1
    assert 'pip install "qa-engine[bulk]"' in capsys.readouterr().err
    assert main([*given, "--workers", "2"]) == 2
