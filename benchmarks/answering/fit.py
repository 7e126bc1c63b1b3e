"""Fit ``qa_engine/data/spans.json``, by which possible answers are ranked.

    python -m benchmarks.answering.fit GOLD.jsonl=INDEX … [--test GOLD.jsonl=INDEX …] [--write]

For each answerable question the candidates of the passages that are read are described by
features; the weights are those that put the most of the softmax over a question's candidates on
right ones (`benchmarks.listwise`), with an L2 penalty that draws them to the present ones: what the
data hardly show stays as it is. Prints how often the first candidate is
right, before and after.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.listwise import Choice, Floats, drawn, spread
from qa_engine import open_engine
from qa_engine.answering.candidates import FEATURES, from_reader
from qa_engine.answering.question import content_words
from qa_engine.answering.reading import read
from qa_engine.answering.spans import passages_to_read
from qa_engine.engine import Engine
from qa_engine.evaluation import Gold, Prediction, read_gold, strictly

WEIGHTS = Path(__file__).parents[2] / "qa_engine" / "data" / "spans.json"
PENALTY = 0.002  # of the square of a weight's change, in spreads of its feature
LEAST_SPREAD = 0.25  # of a feature that is seldom there: few examples must not move it far
# A right candidate that is much longer than the shortest right one says more than was asked.
_LONGER, _BY = 2, 6


def choices(pair: str, reader: str | None) -> list[Choice]:
    """One for each question of a GOLD=INDEX pair that has both right and wrong candidates."""
    path, _, index = pair.partition("=")
    found = []
    with open_engine(index, reader=reader) as engine:
        for gold in read_gold(Path(path)):
            if gold["kind"] != "unanswerable" and not gold.get("yn"):
                choice = _choice(engine, gold)
                if choice is not None:
                    found.append(choice)
    print(f"{path}: {len(found)} questions", flush=True)
    return found


def _choice(engine: Engine, gold: Gold) -> Choice | None:
    evidence = engine.evidence(gold["question"])
    pool = passages_to_read(evidence)
    readings = read(evidence, pool) if pool else None
    if readings is None or evidence.question.yes_no:
        return None
    content = content_words(evidence.question)
    candidates = from_reader(evidence, pool, readings, content)
    right = np.array([strictly(gold, Prediction(c.text, False, "", ())) for c in candidates], bool)
    if not right.any():
        return None
    lengths = np.array([len(c.text) for c in candidates])
    right &= lengths <= _LONGER * lengths[right].min() + _BY
    rows = np.array([[c.features.get(name, 0.0) for name in FEATURES] for c in candidates])
    return None if right.all() else (rows, right)


def fit(data: Sequence[Choice], present: Floats) -> Floats:
    """The new weights, in the order of ``FEATURES``."""
    spreads = spread(data)
    found = drawn(data, present, np.maximum(spreads, LEAST_SPREAD), PENALTY)
    return np.where(spreads > 0, found, present)


def first_right(data: Sequence[Choice], weights: Floats) -> float:
    """How often the best candidate is a right one."""
    return float(np.mean([right[int(np.argmax(rows @ weights))] for rows, right in data]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="+", metavar="GOLD=INDEX")
    parser.add_argument("--test", nargs="*", default=[], metavar="GOLD=INDEX")
    parser.add_argument("--reader", help="a reader's folder; the shipped one by default")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    loaded = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    present = np.array([loaded["weights"].get(name, 0.0) for name in FEATURES])
    data = {pair: choices(pair, arguments.reader) for pair in [*arguments.pairs, *arguments.test]}
    weights = fit([one for pair in arguments.pairs for one in data[pair]], present)
    for name, old, new in zip(FEATURES, present, weights, strict=True):
        print(f"{name:<12} {old:7.2f} → {new:7.2f}")
    for pair, some in data.items():
        print(f"{first_right(some, present):.3f} → {first_right(some, weights):.3f}  {pair}")
    if arguments.write:
        rounded = {n: round(float(w), 3) for n, w in zip(FEATURES, weights, strict=True)}
        sets = ", ".join(Path(pair.partition("=")[0]).stem for pair in arguments.pairs)
        fitted_on = f"{sets}; python -m benchmarks.answering.fit … --write"
        made = {"fitted_on": fitted_on, "weights": rounded}
        WEIGHTS.write_text(json.dumps(made, ensure_ascii=False, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
