"""The engine beside its peers: ``python -m benchmarks.peers.run SET.json… --cache DIR --envs DIR``.

Every tool gets the same passages, questions and vectors (made once, kept in the cache) and
runs in a process and an environment of its own, one after another. A question's vector is
not in p50 and p95; *whole* adds what it takes (``question_worker``).
``python -m benchmarks.peers.setup`` makes the environments.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.setup import python_of
from benchmarks.peers.tools import TOOLS
from benchmarks.report import busy, made_by, put, table
from benchmarks.retrieval.datasets import Pool, Question, sampled
from benchmarks.retrieval.metrics import NAMES, figures, interval
from benchmarks.retrieval.pool import load_pool
from benchmarks.retrieval.vectors import CachedEncoder
from qa_engine.adapters.e5_runtime import THREADS
from qa_engine.text.normalise import fold

ROOT = Path(__file__).parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="sets in SQuAD's format")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--envs", type=Path, required=True)
    parser.add_argument("--statutes", type=Path)
    parser.add_argument("--distractors", type=int, default=20_000)
    parser.add_argument("--questions", type=int, default=500, help="at most, of each set")
    parser.add_argument("--tools", nargs="+", choices=list(TOOLS), default=list(TOOLS))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--docs", type=Path, help="put the table into that page")
    options = parser.parse_args()
    load = busy()
    pool = load_pool(options.files, options.statutes, options.distractors)
    asked = [q for some in pool.questions.values() for q in sampled(some, options.questions)]
    data = options.cache / "peers"
    write(pool, asked, options.cache, data)
    print(f"{len(pool.paragraphs)} passages, {len(asked)} questions", flush=True)
    vectors_took = started("question_worker", sys.executable, data)
    found: dict[str, dict[str, Any]] = {}
    for name in options.tools:
        row = run(name, data, options.envs)
        if row is None:
            continue
        encoder = TOOLS[name].encoder
        vectors = (vectors_took or {}).get(encoder) if encoder else [0.0] * len(asked)
        found[name] = scored(row, asked, vectors)
        print(f"{name:<12} {'  '.join(cells(found[name]))}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")
    if options.docs:
        source = made_by("benchmarks.peers.run", sys.argv[1:], load)
        head = [
            "Tool",
            *NAMES,
            "MRR@10, 95 %",
            "p50 ms",
            "p95 ms",
            "whole p50",
            "index s",
            "memory MB",
        ]
        rows = [[TOOLS[name].label, *cells(row)] for name, row in found.items()]
        title = f"**{len(pool.paragraphs):,} passages, {len(asked):,} questions**"
        # A table a size: one with statutes and one without stand beside each other.
        part = "peers among statutes" if options.statutes else "peers"
        put(options.docs, part, f"{title}\n\n{table(head, rows)}\n\n{source}")


def write(pool: Pool, asked: list[Question], cache: Path, data: Path) -> None:
    """What every tool reads."""
    from qa_engine.adapters.onnx_encoder import OnnxEncoder

    data.mkdir(parents=True, exist_ok=True)
    encoder = CachedEncoder(OnnxEncoder(), cache / "vectors.sqlite")
    passages = dict(sorted(pool.paragraphs.items()))
    texts = [q.text for q in asked]
    (data / "passages.json").write_text(json.dumps(passages, ensure_ascii=False), "utf-8")
    (data / "questions.json").write_text(json.dumps(texts, ensure_ascii=False), "utf-8")
    # Vectors are of the simplified forms, for all alike.
    np.save(data / "passages.npy", encoder.encode_passages([fold(t) for t in passages.values()]))
    np.save(data / "questions.npy", encoder.encode_questions([fold(t) for t in texts]))


def run(name: str, data: Path, envs: Path) -> dict[str, Any] | None:
    """What a tool's worker measured; None when its environment is missing or it failed."""
    python = python_of(envs, TOOLS[name].environment)
    if not python.exists():
        print(f"{name}: no {python}; see benchmarks.peers.setup", file=sys.stderr)
        return None
    return started("worker", python, data, name)


def started(module: str, python: str | Path, data: Path, *name: str) -> dict[str, Any] | None:
    """What a module of this package wrote in a process of its own; None when it failed."""
    result = data / f"{''.join(name) or module}.json"
    result.unlink(missing_ok=True)
    command = [str(python), "-m", f"benchmarks.peers.{module}", *name, str(data), str(result)]
    # One thread for each, and only the benchmarks on the path of another environment.
    one = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **one, THREADS: "1", "PYTHONPATH": str(ROOT)},
        check=False,
    )
    if done.returncode:
        print(f"{' '.join((module, *name))}: failed", file=sys.stderr)
        return None
    row: dict[str, Any] = json.loads(result.read_text("utf-8"))
    return row


def scored(
    row: dict[str, Any], asked: list[Question], vectors: Sequence[float] | None
) -> dict[str, Any]:
    """The figures in place of what was found; ``vectors``: seconds of each question's."""
    rows = np.array([figures(ids, q.relevant) for ids, q in zip(row["found"], asked, strict=True)])
    low, high = interval(rows[:, NAMES.index("MRR@10")])
    means = dict(zip(NAMES, rows.mean(axis=0).tolist(), strict=True))
    rest = {name: value for name, value in row.items() if name not in ("found", "seconds")}
    if vectors is not None:
        whole = np.array(row["seconds"]) + np.array(vectors)
        rest["whole_p50_ms"] = float(np.percentile(whole, 50)) * 1000
    return {**means, "low": low, "high": high, **rest}


def cells(row: dict[str, Any]) -> list[str]:
    return [
        *(f"{row[name]:.4f}" for name in NAMES),
        f"{row['low']:.4f}–{row['high']:.4f}",
        f"{row['p50_ms']:.2f}",
        f"{row['p95_ms']:.2f}",
        f"{row['whole_p50_ms']:.1f}" if "whole_p50_ms" in row else "–",
        f"{row['index_seconds']:.1f}",
        f"{row['memory_megabytes']:.0f}",
    ]


if __name__ == "__main__":
    main()
