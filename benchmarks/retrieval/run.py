"""Retrieval figures: ``python -m benchmarks.retrieval.run --cache DIR SET.json…``.

Each set's questions are asked against the paragraphs of all sets together, and then, with
``--statutes``, once more with passages of statutes among them. Questions in traditional
characters are asked in simplified ones as well. Of ``--learned`` sets only those questions are
asked that the weights were not learned from (`benchmarks.retrieval.fit --titled`).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.report import busy, made_by, put, table
from benchmarks.retrieval.datasets import Pool, Question, sampled, simplified
from benchmarks.retrieval.fit import learned_from
from benchmarks.retrieval.metrics import NAMES, Floats, figures, interval
from benchmarks.retrieval.pool import load_pool, open_retriever
from qa_engine.retrieval import Retriever

Rank = Callable[[str], list[str]]
SINGLE = ("words", "bigrams", "meaning")
MRR = NAMES.index("MRR@10")


@dataclass(frozen=True, slots=True)
class Measured:
    """``rows``: a question's figures, in the order of ``NAMES``; ``seconds`` for all."""

    rows: Floats
    seconds: float

    def summary(self) -> dict[str, float]:
        """Means over the questions, the interval of MRR@10, the mean time."""
        means = self.rows.mean(axis=0) if len(self.rows) else np.zeros(len(NAMES))
        low, high = interval(self.rows[:, MRR])
        return {
            **{name: float(value) for name, value in zip(NAMES, means, strict=True)},
            "low": low,
            "high": high,
            "questions": len(self.rows),
            "ms": 1000 * self.seconds / max(len(self.rows), 1),
        }


Found = dict[str, dict[str, Measured]]  # by set, by ranking


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="sets in SQuAD's format")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--statutes", type=Path)
    parser.add_argument("--distractors", type=int, default=20_000)
    parser.add_argument("--questions", type=int, default=100_000, help="at most, of each set")
    parser.add_argument("--learned", nargs="*", default=[], help="names of such sets")
    parser.add_argument("--only", default="", help="rankings to run, with commas")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    parser.add_argument("--docs", type=Path, help="put the table into that page")
    options = parser.parse_args()
    load = busy()
    wanted = tuple(options.only.split(",")) if options.only else ()
    results: dict[str, Found] = {}
    for count in (0, options.distractors) if options.statutes else (0,):
        pool = load_pool(options.files, options.statutes, count)
        for learned in options.learned:
            used = {question.id for question in learned_from(pool.questions[learned])}
            pool.questions[learned] = [q for q in pool.questions[learned] if q.id not in used]
        name = f"{len(pool.paragraphs):,} paragraphs"
        if count:
            name += f", {count:,} of them statutes"
        print(name, flush=True)
        results[name] = ask(pool, options.cache, options.questions, wanted)
    if options.json:
        numbers = {
            pool: {s: {r: m.summary() for r, m in rows.items()} for s, rows in found.items()}
            for pool, found in results.items()
        }
        options.json.write_text(json.dumps(numbers, ensure_ascii=False, indent=1), "utf-8")
    if options.docs:
        body = "\n\n".join(as_markdown(name, found) for name, found in results.items())
        source = made_by("benchmarks.retrieval.run", sys.argv[1:], load)
        put(options.docs, "retrieval", f"{body}\n\n{source}")


def ask(pool: Pool, cache: Path, count: int, wanted: Sequence[str] = ()) -> Found:
    """Every ranking on every set, and on all sets as asked in their own writing."""
    rankings = rankings_of(open_retriever(pool, cache))
    if wanted:
        rankings = {name: rankings[name] for name in wanted}
    sets = {name: sampled(questions, count) for name, questions in pool.questions.items()}
    found: Found = {}
    for set_name, questions in sets.items():
        found[set_name] = run_set(set_name, questions, rankings)
        plain = simplified(questions)
        if plain:
            name = f"{set_name}, simplified"
            found[name] = run_set(name, plain, rankings)
    if len(sets) > 1:
        found["all"] = {
            ranking: Measured(
                np.concatenate([found[name][ranking].rows for name in sets]),
                sum(found[name][ranking].seconds for name in sets),
            )
            for ranking in rankings
        }
        for ranking, measured in found["all"].items():
            tell("all", ranking, measured)
    return found


def run_set(
    name: str, questions: Sequence[Question], rankings: Mapping[str, Rank]
) -> dict[str, Measured]:
    found = {}
    for ranking, rank in rankings.items():
        found[ranking] = run(questions, rank)
        tell(name, ranking, found[ranking])
    return found


def tell(set_name: str, ranking: str, measured: Measured) -> None:
    row = measured.summary()
    cells = "  ".join(f"{figure} {row[figure]:.4f}" for figure in NAMES)
    print(
        f"{set_name:<26} {ranking:<10} {row['questions']:>5}  {cells}  "
        f"[{row['low']:.4f}, {row['high']:.4f}]  {row['ms']:.1f} ms",
        flush=True,
    )


def as_markdown(title: str, found: Found) -> str:
    """A table, and how far the hybrid is above the best single lookup, question by question."""
    rows, gains = [], []
    for set_name, rankings in found.items():
        for ranking, measured in rankings.items():
            row = measured.summary()
            rows.append(
                [set_name, ranking, f"{row['questions']}"]
                + [f"{row[figure]:.4f}" for figure in NAMES]
                + [f"{row['low']:.4f}–{row['high']:.4f}"]
            )
        gain = above_single(rankings)
        if gain:
            best, mean, low, high = gain
            gains.append(f"{set_name} {mean:+.4f} ({low:+.4f} to {high:+.4f}) over {best}")
    head = ["Set", "Ranking", "Questions", *NAMES, "MRR@10, 95 %"]
    text = f"**{title}**\n\n{table(head, rows)}"
    if gains:
        text += f"\n\nMRR@10 of hybrid above the best single lookup: {'; '.join(gains)}."
    return text


def above_single(rankings: Mapping[str, Measured]) -> tuple[str, float, float, float] | None:
    """The best single lookup, hybrid's mean gain of MRR@10 over it, and its 95 % interval."""
    single = [name for name in SINGLE if name in rankings]
    if not single or "hybrid" not in rankings:
        return None
    best = max(single, key=lambda name: float(rankings[name].rows[:, MRR].mean()))
    gains = rankings["hybrid"].rows[:, MRR] - rankings[best].rows[:, MRR]
    low, high = interval(gains)
    return best, float(gains.mean()), low, high


def rankings_of(retriever: Retriever) -> dict[str, Rank]:
    """Each lookup alone, plain fusions of them, and what the engine does."""

    def alone(name: str) -> Rank:
        return lambda question: retriever.lookup(question, name, 10)

    return {
        **{name: alone(name) for name in SINGLE},
        "rrf": lambda question: retriever.plain(question, 10, "rrf"),
        "min-max": lambda question: retriever.plain(question, 10, "min-max"),
        "hybrid": lambda question: [h.passage.id for h in retriever.search(question, 10)],
    }


def run(questions: Sequence[Question], rank: Rank) -> Measured:
    began = time.perf_counter()
    rows = np.array([figures(rank(q.text), q.relevant) for q in questions])
    return Measured(rows.reshape(-1, len(NAMES)), time.perf_counter() - began)


def measure(questions: Sequence[Question], rank: Rank) -> dict[str, float]:
    """The summary of one ranking on some questions."""
    return run(questions, rank).summary()


if __name__ == "__main__":
    main()
