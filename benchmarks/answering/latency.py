"""How long a warm ``ask`` takes, by what answers.

    python -m benchmarks.answering.latency GOLD.jsonl INDEX [--json FILE]

Each question is asked twice; the second time counts. Prints questions, median and 95th
percentile in milliseconds by kind of answer, and the median of the search alone.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path

from qa_engine import open_engine
from qa_engine.evaluation import read_gold


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("index")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    times: dict[str, list[float]] = {"search": []}
    with open_engine(arguments.index) as engine:
        for gold in read_gold(arguments.gold):
            engine.ask(gold["question"])
            begun = time.perf_counter()
            answer = engine.ask(gold["question"])
            took = 1000 * (time.perf_counter() - begun)
            times.setdefault(answer.kind, []).append(took)
            begun = time.perf_counter()
            engine.search(gold["question"])
            times["search"].append(1000 * (time.perf_counter() - begun))
    table = {
        kind: {
            "questions": len(values),
            "median_ms": round(statistics.median(values), 1),
            "p95_ms": round(sorted(values)[int(0.95 * (len(values) - 1))], 1),
        }
        for kind, values in sorted(times.items())
    }
    for kind, row in table.items():
        print(f"{kind:<10}", "  ".join(f"{name} {value}" for name, value in row.items()))
    if arguments.json:
        arguments.json.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
