"""``python -m benchmarks.web``: what the pages weigh, how soon they can be used, under load.

Serves the sample corpus on 127.0.0.1 and opens each page several times in Debian's chromium
with an empty cache: bytes before compression, requests, the moment when scripts have run
(*interactive*: the end of DOMContentLoaded; no script runs longer), the largest paint, the
layout shift. A document of 100,000 characters and a table of 1,000 rows are made up and opened
in their middle. Then 20 clients ask through the page, and as many threads ask the engine
itself in this process, in turns: first with readings never remembered, as if every question
were new, then as it is. ``--write`` puts the tables into ``docs/benchmarks.md``.
"""

from __future__ import annotations

import argparse
import csv
import http.client
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from benchmarks.report import busy, made_by, put, table
from qa_engine import wiring
from qa_engine.engine import Engine
from qa_engine.settings import READINGS_KEPT, Settings, settings

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
QUESTIONS = (
    "首席质量官培训由哪个部门牵头？",
    "区经发局牵头哪些任务？",
    "推进大会是谁主持的？",
    "第一个提问的记者问了什么？",
    "特种设备监管工作有哪些配合单位？",
    "火星移民局牵头哪些任务？",
)
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars")
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")
_SEEN = """
const done = arguments[arguments.length - 1];
const shifts = [], paints = [];
new PerformanceObserver(l => shifts.push(...l.getEntries())).observe({type: 'layout-shift', buffered: true});
new PerformanceObserver(l => paints.push(...l.getEntries())).observe({type: 'largest-contentful-paint', buffered: true});
setTimeout(() => {
  const page = performance.getEntriesByType('navigation')[0];
  const parts = performance.getEntriesByType('resource');
  const mark = document.querySelector('.document mark');
  const box = mark ? mark.getBoundingClientRect() : null;
  done({
    bytes: page.decodedBodySize + parts.reduce((sum, part) => sum + part.decodedBodySize, 0),
    requests: 1 + parts.length,
    first: page.responseStart,
    interactive: page.domContentLoadedEventEnd,
    largest: paints.length ? paints[paints.length - 1].startTime : 0,
    shift: shifts.filter(s => !s.hadRecentInput).reduce((sum, s) => sum + s.value, 0),
    seen: box ? box.top >= 0 && box.bottom <= innerHeight : null,
  });
}, 300);
"""  # noqa: E501 - a script reads better in whole lines


def long_documents(folder: Path) -> None:
    """A report of 100,000 characters and a table of 1,000 rows, the same every time."""
    chance = random.Random(1)
    words = "河堤 巡查 水务 古树 名录 街道 培训 推进 落实 整改 年度 计划 会议 经费 项目".split()

    def sentence() -> str:
        return "".join(chance.choice(words) for _ in range(chance.randint(5, 14))) + "。"

    folder.mkdir()
    paragraphs, written = ["青石镇长篇工作报告"], 0
    while written < 100_000:
        if len(paragraphs) % 5 == 1:
            paragraphs.append(f"第{len(paragraphs) // 5 + 1}节 {chance.choice(words)}情况")
        paragraphs.append("".join(sentence() for _ in range(9)))
        written += len(paragraphs[-1])
    (folder / "long.txt").write_text("\n\n".join(paragraphs), "utf-8")
    with (folder / "table.csv").open("w", encoding="utf-8-sig", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["序号", "主要工作", "完成时间", "牵头部门", "配合部门"])
        for n in range(1, 1001):
            task = f"第{n}项{sentence()[:-1]}"
            rows.writerow([n, task, f"2031年{n % 12 + 1}月", f"第{n % 37}水务站", "林业站"])


@contextmanager
def served(chosen: Settings) -> Iterator[int]:
    """``qa-engine serve`` on a free port."""
    command = [sys.executable, "-m", "qa_engine.cli", "serve", "--port", "0"]
    server = subprocess.Popen(
        [*command, "--index", str(chosen.index), "--model", chosen.model],
        env={**os.environ, READINGS_KEPT: str(chosen.readings_kept)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stderr is not None
        port = next(int(m[1]) for line in server.stderr if (m := _ADDRESS.search(line)))
        threading.Thread(target=server.stderr.read, daemon=True).start()
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


@contextmanager
def chromium(width: int = 1280) -> Iterator[webdriver.Chrome]:
    """A browser that caches nothing."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if browser is None or driver is None:
        raise SystemExit("needs Debian's packages chromium and chromium-driver")
    options = Options()
    options.binary_location = browser
    with tempfile.TemporaryDirectory() as profile:
        for flag in (*FLAGS, f"--user-data-dir={profile}", f"--window-size={width},900"):
            options.add_argument(flag)
        found = webdriver.Chrome(options, Service(driver))
        try:
            found.execute_cdp_cmd("Network.enable", {})
            found.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": True})
            yield found
        finally:
            found.quit()


def weigh(driver: webdriver.Chrome, address: str, rounds: int) -> dict[str, Any]:
    """Medians of what the browser saw; the first visit, which warms the server, is left out."""
    seen: list[dict[str, Any]] = []
    for _ in range(rounds + 1):
        driver.get(address)
        seen.append(driver.execute_async_script(_SEEN))
    result = {key: statistics.median(s[key] for s in seen[1:]) for key in seen[0] if key != "seen"}
    return {**result, "marked": seen[-1]["seen"]}


def pages_of(engine: Engine) -> dict[str, str]:
    """Every page of the sample corpus by name."""
    documents = {info.kind: info.id for info in engine.documents()}
    citation = engine.ask(QUESTIONS[0]).citations[0]
    span = f"?start={citation.start}&end={citation.end}"
    return {
        "first page": "/",
        "answer": f"/?q={quote(QUESTIONS[0])}",
        "set answer": f"/?q={quote(QUESTIONS[1])}",
        "declined": f"/?q={quote(QUESTIONS[5])}",
        "search": f"/search?q={quote('质量')}",
        "document": f"/document/{quote(citation.passage.document)}{span}",
        "tasks": "/records",
        "conferences": "/conferences",
        "conference": f"/conference/{quote(documents['press'])}",
        "documents": "/corpus",
        "batch": "/batch",
    }


def middles(engine: Engine) -> dict[str, str]:
    """The long documents, opened in their middle."""
    found: dict[str, str] = {}
    names = {"table": "table of 1,000 rows", "prose": "100,000 characters"}
    for info in engine.documents():
        passages = engine.passages_of(info.id)
        middle = passages[len(passages) // 2]
        path = f"/document/{quote(info.id)}?start={middle.start}&end={middle.start + 4}"
        found[names.get(info.kind, info.kind)] = path
        found[f"{names.get(info.kind, info.kind)}, as it came"] = f"{path}&view=raw"
    return found


def timed(work: Callable[[str], object], clients: int, seconds: float) -> list[float]:
    """Milliseconds of each call while ``clients`` threads call as fast as they can."""
    times: list[float] = []
    end = time.monotonic() + seconds

    def run(seed: int) -> None:
        chance = random.Random(seed)
        while time.monotonic() < end:
            question = chance.choice(QUESTIONS)
            begun = time.perf_counter()
            work(question)
            times.append((time.perf_counter() - begun) * 1000)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def asking(port: int) -> Callable[[str], None]:
    """Ask through the page; each thread keeps its connection."""
    local = threading.local()

    def ask(question: str) -> None:
        if not hasattr(local, "connection"):
            local.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        local.connection.request("GET", f"/?q={quote(question)}")
        response = local.connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{response.status}: {body[:200]!r}")

    return ask


def under_load(
    port: int, engine: Engine, clients: int, seconds: float, questions: str
) -> list[dict[str, Any]]:
    """Bare and page in turns, three times each; medians of the quantiles."""
    ask_page = asking(port)
    for question in QUESTIONS:  # the reader and the dictionary are loaded at the first
        engine.ask(question)
        ask_page(question)
    runs: dict[tuple[str, int], list[list[float]]] = {}
    for _ in range(3):
        for count in (1, clients):
            runs.setdefault(("engine.ask", count), []).append(timed(engine.ask, count, seconds))
            runs.setdefault(("page", count), []).append(timed(ask_page, count, seconds))
    rows: list[dict[str, Any]] = []
    for (what, count), measured in runs.items():
        cuts = [statistics.quantiles(times, n=20) for times in measured if len(times) > 1]
        rows.append(
            {
                "what": what,
                "questions": questions,
                "clients": count,
                "requests": sum(map(len, measured)),
                "per_second": sum(map(len, measured)) / (3 * seconds),
                "p50": statistics.median(cut[9] for cut in cuts),
                "p95": statistics.median(cut[18] for cut in cuts),
            }
        )
    return rows


def page_table(found: dict[str, dict[str, Any]]) -> str:
    """One row a page."""
    return table(
        ("Page", "Bytes", "Requests", "First byte, ms", "Interactive, ms", "Largest paint, ms",
         "Layout shift", "Mark in view"),
        [
            (
                name,
                f"{row['bytes']:,.0f}",
                f"{row['requests']:.0f}",
                f"{row['first']:.0f}",
                f"{row['interactive']:.0f}",
                f"{row['largest']:.0f}",
                f"{row['shift']:.3f}",
                {True: "yes", False: "no", None: "–"}[row["marked"]],
            )
            for name, row in found.items()
        ],
    )  # fmt: skip


def load_table(rows: Sequence[dict[str, Any]]) -> str:
    """One row for each way of asking."""
    return table(
        ("Asked by", "Questions", "Clients", "Requests", "Per second", "p50, ms", "p95, ms"),
        [
            (
                row["what"],
                row["questions"],
                str(row["clients"]),
                str(row["requests"]),
                f"{row['per_second']:.1f}",
                f"{row['p50']:.0f}",
                f"{row['p95']:.0f}",
            )
            for row in rows
        ],
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5, help="visits to each page")
    options.add_argument("--clients", type=int, default=20)
    options.add_argument("--seconds", type=float, default=10, help="of each of 24 runs")
    options.add_argument("--model", default="default")
    options.add_argument("--json", type=Path, help="write the figures to this file too")
    options.add_argument("--write", action="store_true", help="put the tables into the docs")
    wanted = options.parse_args()
    load = busy()
    with tempfile.TemporaryDirectory() as name, chromium() as driver:
        folder = Path(name)
        long_documents(folder / "long")
        sample = settings(folder / "index", model=wanted.model)
        long = settings(folder / "long-index", model="hashing", reader="none")
        wiring.index(sample, [ROOT / "corpus"])
        wiring.index(long, [folder / "long"])
        fresh = replace(sample, readings_kept=0)
        with wiring.open_engine(fresh) as engine, served(fresh) as port:
            base = f"http://127.0.0.1:{port}"
            pages = {n: weigh(driver, base + a, wanted.rounds) for n, a in pages_of(engine).items()}
            asked = under_load(port, engine, wanted.clients, wanted.seconds, "new")
        with wiring.open_engine(sample) as engine, served(sample) as port:
            asked += under_load(port, engine, wanted.clients, wanted.seconds, "asked before")
        with wiring.open_engine(long) as engine, served(long) as port:
            base = f"http://127.0.0.1:{port}"
            pages |= {n: weigh(driver, base + a, wanted.rounds) for n, a in middles(engine).items()}
    body = "\n\n".join(
        (
            page_table(pages),
            load_table(asked),
            made_by("benchmarks.web", sys.argv[1:], load),
        )
    )
    print(body)
    if wanted.json:
        wanted.json.write_text(json.dumps({"pages": pages, "load": asked}, indent=2), "utf-8")
    if wanted.write:
        put(PAGE, "web", body)


if __name__ == "__main__":
    main()
