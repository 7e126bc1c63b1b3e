"""``python benchmarks/load.py``: many clients, a server, an index that changes underneath.

Starts a server of its own on 127.0.0.1, lets the clients ask, search and read for a while
as the corpus is changed and indexed again five times, and prints a table. An answer is of
a wrong generation when it mixes two versions of the corpus, or shows one that was not
current at any time between ``GRACE`` before the request and its end. Then the same
requests go on, one after another, to see whether memory grows. Ends by itself.
"""

from __future__ import annotations

import argparse
import http.client
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

DOCUMENTS = 40
GRACE = 1.5  # seconds; a running server looks for a new generation every half second
_VERSION = re.compile(r"第(\d+)版")
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")
_KINDS = {
    "ask": "/api/v1/ask?q=" + quote("泵站的管网检查由哪个部门负责？"),
    "search": "/api/v1/search?q=" + quote("泵站 管网 检查") + "&limit=20",
    "document": "/api/v1/documents/" + quote("corpus/7.txt"),
    "page": "/?q=" + quote("泵站由谁负责"),
}


@dataclass(slots=True)
class Seen:
    """What the clients saw; ``published`` is when a version began to be current."""

    times: dict[str, list[float]] = field(default_factory=lambda: {k: [] for k in _KINDS})
    errors: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    begun: dict[int, float] = field(default_factory=dict)  # version → its indexing began
    ended: dict[int, float] = field(default_factory=dict)  # version → the next was published
    lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self, kind: str, body: str, start: float, end: float) -> None:
        versions = {int(v) for v in _VERSION.findall(body)}
        if len(versions) > 1:
            self.wrong.append(f"{kind}: versions {sorted(versions)} in one answer")
        for version in versions:
            early = end < self.begun.get(version, float("inf"))
            late = start > self.ended.get(version, float("inf")) + GRACE
            if early or late:
                self.wrong.append(f"{kind}: version {version} was not current")


def write_corpus(folder: Path, version: int) -> None:
    folder.mkdir(exist_ok=True)
    for number in range(DOCUMENTS):
        text = f"第{version}版说明\n\n" + "\n\n".join(
            f"第{version}版：{number}号泵站的管网检查由供水{n}处负责，每{n + 2}月一次。"
            for n in range(6)
        )
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")


def client(port: int, stop: threading.Event, seen: Seen, seed: int, most: int | None) -> None:
    chance = random.Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    done = 0
    while not stop.is_set() and (most is None or done < most):
        kind = chance.choice(list(_KINDS))
        start = time.monotonic()
        try:
            connection.request("GET", _KINDS[kind])
            response = connection.getresponse()
            body = response.read().decode()
            status = response.status
        except (OSError, http.client.HTTPException) as error:
            with seen.lock:
                seen.errors.append(f"{kind}: {type(error).__name__}: {error}")
            connection.close()
            continue
        end = time.monotonic()
        with seen.lock:
            seen.times[kind].append(end - start)
            if status != 200:
                seen.errors.append(f"{kind}: {status} {body[:200]}")
            else:
                seen.check(kind, body, start, end)
        done += 1
    connection.close()


def memory(pid: int) -> float:
    """Resident, in MB (Linux)."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024  # type: ignore[index]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--clients", type=int, default=64)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--switches", type=int, default=5)
    options.add_argument("--requests", type=int, default=20_000, help="for the memory figure")
    options.add_argument("--model", default="default")
    options.add_argument("--reader", default="default", help="none: answers without a model")
    wanted = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        base = [sys.executable, "-m", "qa_engine.cli"]
        common = ["--index", str(folder / "index"), "--model", wanted.model]
        common += ["--reader", wanted.reader]

        def index(version: int) -> None:
            write_corpus(folder / "corpus", version)
            seen.begun[version] = time.monotonic()
            subprocess.run(
                [*base, "index", str(folder / "corpus"), *common],
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            seen.ended[version - 1] = time.monotonic()

        seen = Seen()
        index(1)
        server = subprocess.Popen(
            [*base, "serve", "--port", "0", *common],
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert server.stderr is not None
            port = None
            for line in server.stderr:
                if found := _ADDRESS.search(line):
                    port = int(found[1])
                    break
            assert port is not None
            threading.Thread(target=server.stderr.read, daemon=True).start()
            return measure(wanted, port, server.pid, seen, index)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def measure(wanted, port, pid, seen, index) -> int:  # type: ignore[no-untyped-def]
    warm = Seen(begun=seen.begun, ended=seen.ended)
    client(port, threading.Event(), warm, 0, 8)
    stop = threading.Event()
    threads = [
        threading.Thread(target=client, args=(port, stop, seen, n, None))
        for n in range(wanted.clients)
    ]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for number in range(wanted.switches):
        pause = begun + wanted.seconds * (number + 0.5) / wanted.switches - time.monotonic()
        time.sleep(max(0, pause))
        index(number + 2)
    time.sleep(max(0, begun + wanted.seconds - time.monotonic()))
    stop.set()
    for thread in threads:
        thread.join()
    whole = time.monotonic() - begun
    print(f"clients {wanted.clients}, seconds {whole:.0f}, generation switches {wanted.switches}")
    for kind, times in seen.times.items():
        if len(times) > 1:
            cuts = statistics.quantiles(times, n=100)
            print(
                f"{kind:<10}{len(times):>7} requests   p50 {cuts[49] * 1000:7.0f} ms"
                f"   p99 {cuts[98] * 1000:7.0f} ms"
            )
    after = memory(pid)
    print(f"memory after the load {after:.0f} MB", flush=True)
    flat: list[float] = []
    share = wanted.requests // 10
    more = Seen(begun=seen.begun, ended=seen.ended)
    for number in range(10 if share else 0):
        client(port, threading.Event(), more, number, share)
        flat.append(memory(pid))
        print(f"after {(number + 1) * share} more requests: {flat[-1]:.0f} MB", flush=True)
    errors, wrong = seen.errors + more.errors, seen.wrong + more.wrong
    print(f"errors {len(errors)}, answers of a wrong generation {len(wrong)}")
    for line in [*errors[:5], *wrong[:5]]:
        print(line)
    return 1 if errors or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
