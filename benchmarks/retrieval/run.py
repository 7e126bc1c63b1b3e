"""Retrieval figures: ``python -m benchmarks.retrieval.run --cache DIR SET.json…``.

Each set's questions are asked against the paragraphs of all sets together; with
``--statutes`` and ``--distractors`` passages of statutes stand among them.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.retrieval.datasets import Question, sampled
from benchmarks.retrieval.metrics import NAMES, figures, interval
from benchmarks.retrieval.pool import load_pool, open_retriever
from qa_engine.retrieval import Retriever

Rank = Callable[[str], list[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="sets in SQuAD's format")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--statutes", type=Path)
    parser.add_argument("--distractors", type=int, default=0)
    parser.add_argument("--questions", type=int, default=100_000, help="at most, of each set")
    parser.add_argument("--only", default="", help="rankings to run, with commas")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    options = parser.parse_args()
    pool = load_pool(options.files, options.statutes, options.distractors)
    retriever = open_retriever(pool, options.cache)
    rankings = rankings_of(retriever)
    if options.only:
        rankings = {name: rankings[name] for name in options.only.split(",")}
    print(f"{len(pool.paragraphs)} paragraphs")
    table: dict[str, dict[str, dict[str, float]]] = {}
    for set_name, questions in pool.questions.items():
        chosen = sampled(questions, options.questions)
        for name, rank in rankings.items():
            row = measure(chosen, rank)
            table.setdefault(set_name, {})[name] = row
            cells = "  ".join(f"{figure} {row[figure]:.4f}" for figure in NAMES)
            print(
                f"{set_name:<16} {name:<10} {len(chosen):>5}  {cells}  "
                f"[{row['low']:.4f}, {row['high']:.4f}]  {row['ms']:.1f} ms",
                flush=True,
            )
    if options.json:
        options.json.write_text(json.dumps(table, ensure_ascii=False, indent=1), "utf-8")


def rankings_of(retriever: Retriever) -> dict[str, Rank]:
    """Each lookup alone, plain fusions of them, and what the engine does."""

    def alone(name: str) -> Rank:
        return lambda question: retriever.lookup(question, name, 10)

    return {
        **{name: alone(name) for name in ("words", "bigrams", "meaning")},
        "rrf": lambda question: retriever.plain(question, 10, "rrf"),
        "min-max": lambda question: retriever.plain(question, 10, "min-max"),
        "hybrid": lambda question: [h.passage.id for h in retriever.search(question, 10)],
    }


def measure(questions: Sequence[Question], rank: Rank) -> dict[str, float]:
    """Means over the questions, ``low`` and ``high`` of MRR@10's interval, the mean time."""
    began = time.perf_counter()
    rows = np.array([figures(rank(q.text), q.relevant) for q in questions])
    spent = time.perf_counter() - began
    means = rows.mean(axis=0) if len(rows) else np.zeros(len(NAMES))
    low, high = interval(rows[:, NAMES.index("MRR@10")])
    return {
        **{name: float(value) for name, value in zip(NAMES, means, strict=True)},
        "low": low,
        "high": high,
        "questions": len(questions),
        "ms": 1000 * spent / max(len(questions), 1),
    }


if __name__ == "__main__":
    main()
