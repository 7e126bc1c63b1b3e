"""The same engine on two stores, embedded and Milvus Lite.

    python -m benchmarks.milvus SET.json… --cache DIR [--passages N] [--gold GOLD DOCUMENTS…]

Each store gets the same passages, vectors and questions, in a process of its own, one
after another; embedding a question is not timed. Agreement is with the embedded store:
the share of questions with the same first passage, the share with the same ten in the
same order, and the mean overlap of the first ten. ``--gold`` also asks the questions of
a gold set of both, over an index of those documents, and counts the same answers.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.engines.ours import Given
from benchmarks.peers.run import write
from benchmarks.peers.worker import WARM, resident
from benchmarks.report import busy, made_by, put, table
from benchmarks.retrieval.datasets import Pool, Question, sampled
from benchmarks.retrieval.metrics import NAMES, figures
from benchmarks.retrieval.pool import fill_store, load_pool
from qa_engine.adapters.embedded import EmbeddedStore
from qa_engine.adapters.milvus.store import MilvusStore
from qa_engine.ports import IndexStore
from qa_engine.retrieval import Retriever
from qa_engine.settings import MilvusSettings
from qa_engine.text.aliases import Aliases
from qa_engine.text.normalise import fold
from qa_engine.text.words import Cutter

LABELS = {
    "embedded": "embedded",
    "file": "Milvus Lite, in the process",
    "server": "Milvus Lite, a server on loopback",
}
PATIENT = MilvusSettings(timeout=600)  # how long it takes is what is asked
HEAD = ["Store", "MRR@10", "R@10", "same first", "same ten", "overlap@10"]
TIMES = ["index s", "open s", "p50 ms", "p95 ms", "memory MB", "disk MB"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="sets in SQuAD's format")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--statutes", type=Path, help="passages to fill up with")
    parser.add_argument("--passages", type=int, default=2000)
    parser.add_argument("--questions", type=int, default=100, help="at most, of each set")
    parser.add_argument("--stores", nargs="+", choices=list(LABELS), default=list(LABELS))
    parser.add_argument(
        "--kept",
        action="store_true",
        help="what was measured before of a store, over the same passages, is not measured again",
    )
    parser.add_argument("--gold", nargs="+", type=Path, metavar=("GOLD", "DOCUMENTS"))
    parser.add_argument("--docs", type=Path, help="put the tables into that page")
    parser.add_argument("--worker", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        return measure(options.worker[0], Path(options.worker[1]), Path(options.worker[2]))
    load = busy()
    parts: list[str] = []
    if options.files:
        parts.append(passages(options))
        print(parts[-1], flush=True)
    if options.gold:
        parts.append(answers(options.gold[0], options.gold[1:]))
        print(parts[-1], flush=True)
    if options.docs:
        source = made_by("benchmarks.milvus", sys.argv[1:], load)
        name = f"milvus {options.passages}" if options.files else "milvus gold"
        put(options.docs, name, "\n\n".join([*parts, source]))
    return None


def passages(options: argparse.Namespace) -> str:
    """The table of one size."""
    pool = load_pool(options.files, options.statutes, options.passages)
    asked = [q for some in pool.questions.values() for q in sampled(some, options.questions)]
    kept = cut(pool, asked, options.passages)
    data = options.cache / "milvus"
    write(kept, asked, options.cache, data)
    found: dict[str, Any] = {}
    for kind in options.stores:
        result = data / f"{kind}-{len(kept.paragraphs)}-{len(asked)}.json"
        if options.kept and result.exists():
            found[kind] = json.loads(result.read_text("utf-8"))
            continue
        command = [sys.executable, "-m", "benchmarks.milvus", "--cache", str(options.cache)]
        command += ["--worker", kind, str(data), str(result)]
        one = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
        subprocess.run(command, env={**os.environ, **one}, check=True)
        found[kind] = json.loads(result.read_text("utf-8"))
        print(f"{kind}: {found[kind]['index_seconds']:.0f} s", file=sys.stderr, flush=True)
    base = found.get("embedded", next(iter(found.values())))["found"]
    rows = [cells(kind, row, base, asked) for kind, row in found.items()]
    title = f"**{len(kept.paragraphs):,} passages, {len(asked):,} questions**"
    return f"{title}\n\n{table([*HEAD, *TIMES], rows)}"


def cut(pool: Pool, asked: list[Question], count: int) -> Pool:
    """The passages that answer the questions, and others up to the number wanted."""
    wanted = {id for question in asked for id in question.relevant}
    others = [id for id in pool.paragraphs if id not in wanted]
    ids = [*sorted(wanted), *others[: max(0, count - len(wanted))]]
    return Pool({id: pool.paragraphs[id] for id in ids}, pool.questions)


def cells(
    kind: str, row: dict[str, Any], base: list[list[str]], asked: list[Question]
) -> list[str]:
    found = row["found"]
    scores = np.array([figures(ids, q.relevant) for ids, q in zip(found, asked, strict=True)])
    means = dict(zip(NAMES, scores.mean(axis=0).tolist(), strict=True))
    pairs = list(zip(found, base, strict=True))
    overlap = [len(set(a) & set(b)) / max(len(b), 1) for a, b in pairs]
    return [
        LABELS[kind],
        *(f"{means[name]:.4f}" for name in ("MRR@10", "R@10")),
        f"{np.mean([a[:1] == b[:1] for a, b in pairs]):.3f}",
        f"{np.mean([a == b for a, b in pairs]):.3f}",
        f"{np.mean(overlap):.4f}",
        *(f"{row[name]:.1f}" for name in ("index_seconds", "open_seconds")),
        *(f"{row[name]:.1f}" for name in ("p50_ms", "p95_ms")),
        *(f"{row[name]:.0f}" for name in ("memory_megabytes", "disk_megabytes")),
    ]


def measure(kind: str, data: Path, result: Path) -> None:
    """One store, in this process (and its server's)."""
    texts = json.loads((data / "passages.json").read_text("utf-8"))
    questions = json.loads((data / "questions.json").read_text("utf-8"))
    asked = np.load(data / "questions.npy")
    encoder = Given([fold(text) for text in texts.values()], np.load(data / "passages.npy"))
    cutter, aliases = Cutter(), Aliases.load()
    cutter.words("一")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Server(folder / "milvus.db") if kind == "server" else None
        try:
            store: IndexStore = (
                EmbeddedStore(folder / "embedded")
                if kind == "embedded"
                else MilvusStore(server.uri if server else str(folder / "milvus.db"), PATIENT)
            )
            before = resident() + (server.resident() if server else 0)
            began = time.perf_counter()
            fill_store(store, Pool(texts), encoder, cutter)
            built = time.perf_counter() - began
            began = time.perf_counter()
            retriever = Retriever(store.open(), encoder, cutter, aliases)
            times, found = [], []
            for number in [*range(min(WARM, len(questions))), *range(len(questions))]:
                encoder.question = asked[number]
                start = time.perf_counter()
                hits = retriever.search(questions[number], 10)
                times.append(time.perf_counter() - start)
                found.append([hit.passage.id for hit in hits])
                if len(times) == 1:
                    opened = time.perf_counter() - began
            warm = min(WARM, len(questions))
            memory = resident() + (server.resident() if server else 0)
            disk = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
            row = {
                "index_seconds": built,
                "open_seconds": opened,
                "p50_ms": float(np.percentile(times[warm:], 50)) * 1000,
                "p95_ms": float(np.percentile(times[warm:], 95)) * 1000,
                "memory_megabytes": (memory - before) / 1e6,
                "disk_megabytes": disk / 1e6,
                "found": found[warm:],
            }
            result.write_text(json.dumps(row, ensure_ascii=False), "utf-8")
        finally:
            if server:
                server.stop()


class Server:
    """``milvus-lite server`` on loopback, and its memory."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
        self.uri = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "milvus_lite.cmdline", "server", "--host", "127.0.0.1"]
        command += ["--port", str(port), "--data-dir", str(folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        while self._process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"milvus-lite ended with {self._process.returncode}")

    def resident(self) -> int:
        status = Path(f"/proc/{self._process.pid}/statm")
        pages = int(status.read_text().split()[1]) if status.exists() else 0
        return pages * os.sysconf("SC_PAGE_SIZE")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


def answers(gold: Path, documents: list[Path]) -> str:
    """How many answers are the same, and what differs in the others."""
    from qa_engine import open_engine
    from qa_engine.evaluation import read_gold
    from qa_engine.settings import settings
    from qa_engine.wiring import index

    golds = read_gold(gold)
    said: dict[str, list[Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for store in ("embedded", "milvus"):
            chosen = settings(Path(folder) / "index", store=store)
            index(chosen, documents)
            with open_engine(chosen) as engine:
                said[store] = [engine.ask(str(one["question"])) for one in golds]
    different = []
    same_hits = 0
    for one, a, b in zip(golds, said["embedded"], said["milvus"], strict=True):
        same_hits += [h.passage.id for h in a.hits[:10]] == [h.passage.id for h in b.hits[:10]]
        if (a.text, a.found, a.citations, a.items) != (b.text, b.found, b.citations, b.items):
            different.append(f"{one['id']}: {a.text!r} ({a.confidence:.3f}), {b.text!r}")
    same = len(golds) - len(different)
    lines = [
        f"**{len(golds)} questions of {gold.name}**: the same answer, citations and items"
        f" {same} times ({same / len(golds):.1%}); the same first ten passages in the same order"
        f" {same_hits} times ({same_hits / len(golds):.1%}).",
        *(f"- {line}" for line in different),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
