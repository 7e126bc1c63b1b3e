"""What searching and asking cost as an index grows, beside other tools on the same passages.

    python -m benchmarks.speed.search --work DIR [--passages 2000 20000 200000]
        [--envs DIR --tools tantivy bm25s …] [--docs docs/scaling.md]

On the indexes that `benchmarks.speed.build` left. Times of one request are of the processor,
all threads together, so that other work on the machine counts little; the question's vector
is there already, except in asking. Each size, and each tool, has a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import whoosh.index
import whoosh.query
import whoosh.scoring

from benchmarks.peers.run import run as run_tool
from benchmarks.peers.tools import TOOLS
from benchmarks.peers.worker import resident
from benchmarks.report import busy, made_by, put, table
from benchmarks.retrieval.vectors import CachedEncoder
from benchmarks.speed.corpus import questions
from benchmarks.speed.plot import plot
from qa_engine.adapters.bm25 import K1, B
from qa_engine.adapters.embedded import EmbeddedReader, EmbeddedStore
from qa_engine.adapters.faiss_vectors import FaissVectors, read_vectors
from qa_engine.adapters.onnx_encoder import OnnxEncoder
from qa_engine.ports import BIGRAMS, Vectors
from qa_engine.retrieval import MODES, Retriever
from qa_engine.text.aliases import Aliases
from qa_engine.text.normalise import fold
from qa_engine.text.query import parse_query
from qa_engine.text.words import Cutter
from qa_engine.wiring import open_engine

WARM = 20  # requests before the clock counts
ASKED = 30  # questions put to the whole engine
SCORED = 30  # and to Whoosh's scorer
SECONDS = 6  # of one measurement at saturation
COLD = 7  # processes
DOCUMENTS = 400  # that questions are taken from


class Given:
    """The questions' vectors, made before."""

    def __init__(self, encoder: CachedEncoder, asked: Sequence[str]) -> None:
        self.name, self.dimension = encoder.name, encoder.dimension
        texts = [fold(parse_query(question).text) for question in asked]
        self.vectors = encoder.encode_questions(texts)
        self.known = dict(zip(texts, self.vectors, strict=True))

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self.known[text] for text in texts])

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        raise AssertionError("nothing is indexed here")


def measure(work: Path, size: int, count: int) -> dict[str, Any]:
    """Everything about one index, in this process."""
    index = work / f"index-{size}"
    asked = some_questions(work, size, count + WARM)
    encoder = Given(CachedEncoder(OnnxEncoder(), work / "vectors.sqlite"), asked)
    before = resident()
    reader = EmbeddedStore(index).open()
    retriever = Retriever(reader, encoder, Cutter(), Aliases.load())
    row: dict[str, Any] = {"passages": reader.manifest.passages}
    for mode in MODES:
        row[mode] = timed(lambda q, mode=mode: retriever.search(q, 10, mode), asked)
    row["lookup"] = timed(lambda q: retriever.lookup(q, "words", 10), asked)
    terms = [dict(retriever.understand(question).bigrams) for question in asked[: SCORED + 2]]
    row["bigrams"] = timed(lambda t: reader.match(BIGRAMS, t, 10), terms, warm=2)
    row["whoosh"] = timed(whoosh_scorer(index), terms, warm=2)
    row["per_second"] = {
        str(threads): saturated(lambda q: retriever.search(q, 10), asked, threads)
        for threads in (1, 2)
    }
    row["search_megabytes"] = (resident() - before) / 1e6
    for name, which in (("ask without reader", "none"), ("ask", "default")):
        with open_engine(str(index), reader=which) as engine:
            row[name] = timed(engine.ask, asked[: ASKED + 5], warm=5)
            row["server_megabytes"] = (
                resident() / 1e6
            )  # the index of the searches above is open too
    row["cold"] = cold(index, asked[:COLD])
    row["nearest_found"] = nearest_found(reader, encoder)  # last: it brings in every vector
    reader.close()
    return row


def whoosh_scorer(index: Path) -> Callable[[Mapping[str, float]], Any]:
    """Whoosh's own BM25 on the bigrams that the index has in Whoosh's files."""
    folder = index / (EmbeddedStore(index).current() or "") / "words"
    searcher = whoosh.index.open_dir(str(folder)).searcher(
        weighting=whoosh.scoring.BM25F(B=B, K1=K1)
    )

    def search(terms: Mapping[str, float]) -> Any:
        query = whoosh.query
        wanted = [query.Term(BIGRAMS, term, boost=weight) for term, weight in terms.items()]
        return searcher.search(query.Or(wanted), limit=10)

    return search


def some_questions(work: Path, size: int, count: int) -> list[str]:
    paths = sorted((work / f"corpus-{size}").iterdir())[:DOCUMENTS]
    return questions([path.read_text("utf-8") for path in paths], count)


def timed(ask: Callable[[str], Any], asked: Sequence[str], warm: int = WARM) -> dict[str, float]:
    """Milliseconds: p50, p95, p99 of the processor, and ``wall_…`` as they passed."""
    for question in asked[:warm]:
        ask(question)
    spent, passed = [], []
    for question in asked[warm:]:
        began, clock = time.process_time(), time.perf_counter()
        ask(question)
        spent.append(time.process_time() - began)
        passed.append(time.perf_counter() - clock)
    result = {}
    for prefix, seconds in (("", spent), ("wall_", passed)):
        for part, value in zip((50, 95, 99), np.percentile(seconds, [50, 95, 99]), strict=True):
            result[f"{prefix}p{part}"] = float(value) * 1000
    return result


def nearest_found(reader: EmbeddedReader, encoder: Given) -> float:
    """Of the ten nearest by comparing every vector, the share that a search finds."""
    segments = reader._segments
    path = reader._path
    files = [s.vectors(path)._replace(nibbles=path / "none") for s in segments]
    exact = FaissVectors(files, encoder.dimension)
    shares = []
    for vector in encoder.known.values():
        rows, scores = exact.nearest(vector, 10, reader._live)
        best = np.sort(scores)[::-1][:10]
        found = np.array([scored.score for scored in reader.nearest(vector, 10)])
        shares.append((found >= best[-1] - 2e-6).sum() / len(best) if len(rows) else 1.0)
    return float(np.mean(shares))


def saturated(ask: Callable[[str], Any], asked: Sequence[str], threads: int) -> float:
    """Requests a second of so many threads that ask one after another."""
    end = time.perf_counter() + SECONDS
    done = [0] * threads

    def client(number: int) -> None:
        while time.perf_counter() < end:
            ask(asked[(number * 7 + done[number]) % len(asked)])
            done[number] += 1

    clients = [threading.Thread(target=client, args=(n,)) for n in range(threads)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    return sum(done) / SECONDS


def cold(index: Path, asked: Sequence[str]) -> dict[str, float]:
    """Seconds of ``qa-engine ask`` in a new process: of the processor, and as they passed.

    Python keeps what it compiled, as it does unless told not to; one process before the first
    that counts has it do so."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    spent, passed = [], []
    for question in [asked[0], *asked]:
        command = [sys.executable, "-m", "qa_engine.cli", "ask", question, "--index", str(index)]
        began, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(
            command,
            check=False,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        passed.append(time.perf_counter() - clock)
        spent.append(after.ru_utime + after.ru_stime - began.ru_utime - began.ru_stime)
    return {"processor": float(np.median(spent[1:])), "wall": float(np.median(passed[1:]))}


def peers(work: Path, size: int, count: int, tools: Sequence[str], envs: Path) -> dict[str, Any]:
    """The same passages, questions and vectors with other tools."""
    asked = some_questions(work, size, count + WARM)
    encoder = Given(CachedEncoder(OnnxEncoder(), work / "vectors.sqlite"), asked)
    reader = EmbeddedStore(work / f"index-{size}").open()
    data = work / f"peers-{size}"
    data.mkdir(exist_ok=True)
    texts: dict[str, str] = {}
    for document in reader.documents():
        texts.update((p.id, p.text) for p in reader.passages_of(document.id))
    vectors = vectors_of(reader, list(texts))
    reader.close()
    (data / "passages.json").write_text(json.dumps(texts, ensure_ascii=False), "utf-8")
    (data / "questions.json").write_text(json.dumps(asked, ensure_ascii=False), "utf-8")
    np.save(data / "passages.npy", vectors)
    np.save(data / "questions.npy", encoder.vectors)
    found = {}
    for name in tools:
        row = run_tool(name, data, envs)
        if row is not None:
            found[name] = {k: v for k, v in row.items() if k not in ("found", "seconds")}
            print(f"{size:>8}  {TOOLS[name].label}: {found[name]}", flush=True)
    return found


def vectors_of(reader: EmbeddedReader, ids: Sequence[str]) -> Vectors:
    """As they stand in the index."""
    rows: dict[str, int] = {}
    parts = []
    base = 0
    for segment, names in zip(reader._segments, reader._names, strict=True):
        assert names is not None  # an index of this version
        rows.update((id, base + at) for at, id in enumerate(names.of(np.arange(segment.rows))))
        parts.append(read_vectors(segment.vectors(reader._path).exact))
        base += segment.rows
    found: Vectors = np.concatenate(parts)[[rows[id] for id in ids]]
    return found


SHOWN = ("lookup", "bigrams", "whoosh", *MODES[1:], MODES[0], "ask without reader", "ask")
NAMED = {
    "lookup": "one lookup by words, ten passages",
    "bigrams": "one lookup by bigrams, ten passages",
    "whoosh": "the same by Whoosh's scorer",
    "words": "search, words",
    "meaning": "search, meaning",
    "hybrid": "search, hybrid",
}
PLOTTED = ("lookup", *MODES[1:], MODES[0])


def report(found: dict[str, Any]) -> str:
    """Tables in Markdown."""
    sizes = list(found)
    head = ["ms of the processor: p50 / p95 / p99", *(f"{found[s]['passages']:,}" for s in sizes)]
    rows = [
        [
            NAMED.get(name, name),
            *(" / ".join(f"{found[s][name][p]:.1f}" for p in ("p50", "p95", "p99")) for s in sizes),
        ]
        for name in SHOWN
    ]
    rows.append(
        [
            "search, hybrid, as it passed",
            *(
                " / ".join(f"{found[s]['hybrid'][f'wall_{p}']:.1f}" for p in ("p50", "p95", "p99"))
                for s in sizes
            ),
        ]
    )
    tools = list(dict.fromkeys(name for s in sizes for name in found[s].get("peers", {})))
    for name in tools:
        some = [found[s].get("peers", {}).get(name) for s in sizes]
        shown = [
            " / ".join(f"{t[f'cpu_p{p}_ms']:.1f}" for p in (50, 95, 99)) if t else "–" for t in some
        ]
        rows.append([TOOLS[name].label, *shown])
    other = [
        ["searches a second, 1 thread", *(f"{found[s]['per_second']['1']:.0f}" for s in sizes)],
        ["searches a second, 2 threads", *(f"{found[s]['per_second']['2']:.0f}" for s in sizes)],
        [
            "`qa-engine ask`, a new process, s",
            *(f"{found[s]['cold']['processor']:.2f}" for s in sizes),
        ],
        [
            "the same, as it passed, s",
            *(f"{found[s]['cold']['wall']:.2f}" for s in sizes),
        ],
        ["memory, searching, MB", *(f"{found[s]['search_megabytes']:.0f}" for s in sizes)],
        [
            "memory, the index open three times, with models, MB",
            *(f"{found[s]['server_megabytes']:.0f}" for s in sizes),
        ],
        ["of the ten nearest vectors found", *(f"{found[s]['nearest_found']:.1%}" for s in sizes)],
    ]
    return f"{table(head, rows)}\n\n{table(['', *head[1:]], other)}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.search", description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--passages", type=int, nargs="+", default=[2_000, 20_000, 200_000])
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--envs", type=Path, help="environments of other tools")
    parser.add_argument("--tools", nargs="+", choices=list(TOOLS), default=[])
    parser.add_argument("--peers-up-to", type=int, default=200_000, help="passages")
    parser.add_argument("--docs", type=Path, help="put tables and plot into that page")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.work, options.passages[0], options.questions)))
        return
    load = busy()
    found: dict[str, Any] = {}
    for size in options.passages:
        command = [sys.executable, "-m", "benchmarks.speed.search", "--one"]
        command += ["--work", str(options.work), "--passages", str(size)]
        command += ["--questions", str(options.questions)]
        one = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS")}
        done = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **one}
        )
        found[str(size)] = json.loads(done.stdout.splitlines()[-1])
        print(done.stdout, flush=True)
        if options.tools and size <= options.peers_up_to:
            found[str(size)]["peers"] = peers(
                options.work, size, options.questions, options.tools, options.envs
            )
        (options.work / "search.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    body = report(found)
    print(body)
    if options.docs:
        lines = {
            NAMED[name]: [(row["passages"], row[name]["p50"]) for row in found.values()]
            for name in PLOTTED
        }
        image = options.docs.parent / "images" / "scaling.svg"
        image.write_text(plot(lines, "passages", "ms of the processor, median"), "utf-8")
        source = made_by("benchmarks.speed.search", sys.argv[1:], load)
        put(
            options.docs,
            "speed",
            f"{body}\n\n![Time of a search as the index grows](images/scaling.svg)\n\n{source}",
        )


if __name__ == "__main__":
    main()
