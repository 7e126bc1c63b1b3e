"""Measures one tool, inside the tool's environment; ``run`` starts it.

    python -m benchmarks.peers.worker TOOL DATA RESULT.json

Imports nothing but the standard library, numpy and the tool.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.peers.tools import TOOLS

WARM = 20  # questions before the clock counts


def main() -> None:
    name, data, result = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    passages = json.loads((data / "passages.json").read_text("utf-8"))
    questions = json.loads((data / "questions.json").read_text("utf-8"))
    vectors = np.load(data / "passages.npy")
    asked = np.load(data / "questions.npy")
    module, kind = TOOLS[name].tool.split(":")
    tool = getattr(importlib.import_module(f"benchmarks.peers.engines.{module}"), kind)()
    before = resident()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        ids, texts = list(passages), list(passages.values())
        tool.build(ids, texts, vectors, Path(folder))
        built = time.perf_counter() - began
        for question, vector in list(zip(questions, asked, strict=True))[:WARM]:
            tool.search(question, vector)
        found, times, spent = [], [], []
        for question, vector in zip(questions, asked, strict=True):
            began, of_processor = time.perf_counter(), time.process_time()
            found.append(tool.search(question, vector))
            times.append(time.perf_counter() - began)
            spent.append(time.process_time() - of_processor)
        memory = resident()
        row = {
            "index_seconds": built,
            "memory_megabytes": (memory - before) / 1e6,
            "p50_ms": float(np.percentile(times, 50)) * 1000,
            "p95_ms": float(np.percentile(times, 95)) * 1000,
            "p99_ms": float(np.percentile(times, 99)) * 1000,
            **{f"cpu_p{p}_ms": float(np.percentile(spent, p)) * 1000 for p in (50, 95, 99)},
            "seconds": times,
            "found": found,
        }
        result.write_text(json.dumps(row, ensure_ascii=False), "utf-8")


def resident() -> int:
    """Bytes of memory that this process holds (Linux); 0 elsewhere."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if status.exists() else 0


if __name__ == "__main__":
    main()
