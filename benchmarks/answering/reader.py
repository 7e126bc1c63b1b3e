"""How fast the reader reads, by how many passages it is given at once.

    python -m benchmarks.answering.reader GOLD.jsonl INDEX [--questions 20] [--update PAGE]

The passages are those that the engine would read for these questions. Each size of batch
reads all of them; the fastest of three rounds counts. Prints passages and characters a
second, and milliseconds a passage.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.report import busy, made_by, put, table
from qa_engine import open_engine
from qa_engine.evaluation import read_gold
from qa_engine.ports import Reader

BATCHES = (1, 2, 4, 8)
READ = 8  # passages that the engine reads for an answer
ROUNDS = 3


def seconds(reader: Reader, work: Sequence[tuple[str, Sequence[str]]], batch: int) -> float:
    """For all passages of all questions, ``batch`` at a time."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for question, texts in work:
            for at in range(0, len(texts), batch):
                reader.read(question, texts[at : at + batch])
        best = min(best, time.perf_counter() - begun)
    return best


def measure(reader: Reader, work: Sequence[tuple[str, Sequence[str]]]) -> str:
    passages = sum(len(texts) for _, texts in work)
    characters = sum(len(text) for _, texts in work for text in texts)
    rows = []
    for batch in BATCHES:
        took = seconds(reader, work, batch)
        rows.append(
            [
                str(batch),
                f"{passages / took:.1f}",
                f"{characters / took:,.0f}",
                f"{1000 * took / passages:.0f}",
            ]
        )
    head = ["passages at once", "passages / s", "characters / s", "ms a passage"]
    mean = f"{passages} passages of {characters / passages:.0f} characters on average."
    return f"{table(head, rows)}\n\n{mean}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("index")
    parser.add_argument("--questions", type=int, default=20)
    parser.add_argument("--update", type=Path, help="page whose table is replaced")
    arguments = parser.parse_args()
    load = busy()
    with open_engine(arguments.index) as engine:
        work = []
        for gold in read_gold(arguments.gold)[: arguments.questions]:
            evidence = engine.evidence(gold["question"])
            work.append((gold["question"], [hit.passage.text for hit in evidence.hits[:READ]]))
        reader = evidence.comprehension
        if reader is None:
            raise SystemExit("there is no reader")
        reader.read(*work[0])  # what is loaded once
        text = measure(reader, work)
    text += "\n\n" + made_by("benchmarks.answering.reader", sys.argv[1:], load)
    print(text)
    if arguments.update:
        put(arguments.update, "reader speed", text)


if __name__ == "__main__":
    main()
