"""What the reader gains as reranker, and what it costs.

    python -m benchmarks.retrieval.reranked --cache DIR SET.json… [--questions 300]
        [--docs docs/benchmarks.md]

Each set's questions against the paragraphs of all sets together. Of a set whose name has
``drcd`` or ``squad2`` in it, only questions about articles that the reader was not trained
on are asked (every other article: `training.corpora`).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.report import busy, made_by, put, table
from benchmarks.retrieval.datasets import Question, sampled
from benchmarks.retrieval.metrics import NAMES, figures, interval
from benchmarks.retrieval.pool import load_pool, open_retriever
from benchmarks.retrieval.run import MRR, SINGLE
from qa_engine.adapters.onnx_reader import OnnxReader
from qa_engine.adapters.reading_reranker import ReadingReranker, close_to_first
from training.corpora import load_squad, split_by_article

HALF_TRAINED = ("drcd", "squad2")
LIMIT = 40  # passages that the fusion compares


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="sets in SQuAD's format")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=100_000, help="at most, of each set")
    parser.add_argument("--docs", type=Path, help="put the table into that page")
    options = parser.parse_args()
    load = busy()
    pool = load_pool(options.files)
    retriever = open_retriever(pool, options.cache)
    made = cache(OnnxReader)
    reranker = ReadingReranker(made)
    rows: list[list[str]] = []
    for path in options.files:
        asked = sampled(unseen(path, pool.questions[path.stem]), options.questions)
        found: dict[str, list[list[float]]] = {name: [] for name in (*SINGLE, "hybrid", "read")}
        seconds, passages = [], []
        for question in asked:
            for name in SINGLE:
                ids = retriever.lookup(question.text, name, 10)
                found[name].append(figures(ids, question.relevant))
            hits = retriever.search(question.text, LIMIT)
            ids = [hit.passage.id for hit in hits]
            found["hybrid"].append(figures(ids[:10], question.relevant))
            close = close_to_first(hits)
            began = time.perf_counter()
            scores = reranker.scores(question.text, hits)
            seconds.append(time.perf_counter() - began)
            passages.append(close if close > 1 else 0)
            order = sorted(range(len(hits)), key=lambda at: (-scores[at], at))
            found["read"].append(figures([ids[at] for at in order[:10]], question.relevant))
        rows += [row(path.stem, name, values) for name, values in found.items()]
        read = np.array(passages)
        rows[-1][-1] = (
            f"{(read > 0).mean():.0%} of searches, {read[read > 0].mean():.1f} passages, "
            f"{1000 * np.median(np.array(seconds)[read > 0]):.0f} ms"
        )
        for one in rows[-5:]:
            print("  ".join(one), flush=True)
    head = ["Set", "Ranking", "Questions", *NAMES, "MRR@10, 95 %", "Read"]
    text = f"{table(head, rows)}\n\n{made_by('benchmarks.retrieval.reranked', sys.argv[1:], load)}"
    if options.docs:
        put(options.docs, "reranked", text)


def unseen(path: Path, questions: Sequence[Question]) -> list[Question]:
    """Those that the reader was not trained on."""
    if not any(name in path.stem for name in HALF_TRAINED):
        return list(questions)
    held_out = {example.id for example in split_by_article(load_squad(path))[1]}
    return [q for q in questions if q.id.partition(":")[2] in held_out]


def row(set_name: str, ranking: str, values: Sequence[Sequence[float]]) -> list[str]:
    rows = np.array(values)
    low, high = interval(rows[:, MRR])
    label = "hybrid, close ones read" if ranking == "read" else ranking
    means = [f"{value:.4f}" for value in rows.mean(axis=0)]
    return [set_name, label, str(len(rows)), *means, f"{low:.4f}–{high:.4f}", ""]


if __name__ == "__main__":
    main()
