"""Adjust the fusion's weights to office questions: ``python -m benchmarks.retrieval.adjust
GOLD.jsonl=INDEX … [--test GOLD.jsonl=INDEX …] [--write]``.

The weights that ``fit.py`` learned from encyclopaedias (kept as ``learned``) are the start: the
listwise loss on the candidates of office questions is minimised with an L2 penalty on how far each
weight moves, in spreads of its feature (`benchmarks.listwise`). A candidate is right when it holds
the question's evidence. Prints MRR@10 and recall of the candidates' order before and after.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from benchmarks.listwise import Choice, Floats, drawn, spread
from qa_engine import open_engine
from qa_engine.evaluation import Prediction, cited, read_gold
from qa_engine.features import NAMES

WEIGHTS = Path(__file__).parents[2] / "qa_engine" / "data" / "fusion.json"
PENALTY = 0.01


def candidates(pair: str) -> list[Choice]:
    """Those of each answerable question of a GOLD=INDEX pair."""
    path, _, index = pair.partition("=")
    found = []
    with open_engine(index, reader="none") as engine:
        for gold in read_gold(Path(path)):
            if gold["kind"] == "unanswerable":
                continue
            ranked = engine.candidates(gold["question"])
            rows = np.array([one.features for one in ranked], dtype=np.float64)
            texts = [one.passage.text for one in ranked]
            right = np.array([cited(gold, Prediction("", False, text, ())) for text in texts], bool)
            found.append((rows.reshape(len(ranked), len(NAMES)), right))
    return found


def adjusted(data: Sequence[Choice], present: Floats, penalty: float) -> Floats:
    """The new weights, in the order of ``NAMES``."""
    known = [(rows, right) for rows, right in data if right.any() and not right.all()]
    spreads = spread(known)
    return drawn(known, present, np.where(spreads > 1e-9, spreads, 1.0), penalty)


def bias(data: Sequence[Choice], weights: Floats) -> float:
    """That makes the logistic of score and bias the probability that the first candidate is
    right, on average (Platt 1999, the slope left at 1): what reads a passage's score looks at
    the first ones."""
    firsts = [int(np.argmax(rows @ weights)) for rows, _ in data]
    scores = np.array([rows[n] @ weights for (rows, _), n in zip(data, firsts, strict=True)])
    rights = np.array([right[n] for (_, right), n in zip(data, firsts, strict=True)], dtype=float)

    def loss(at: Floats) -> float:
        value = scores + at[0]
        return float((np.logaddexp(0, value) - rights * value).mean())

    return float(minimize(loss, np.array([-10.0]), method="Nelder-Mead").x[0])


def figures(data: Sequence[Choice], weights: Floats) -> str:
    """MRR@10 and recall at 1, 5 and 8."""
    ranks = []
    for rows, right in data:
        ordered = right[np.argsort(-(rows @ weights), kind="stable")]
        ranks.append(int(ordered.argmax()) + 1 if ordered.any() else 10**6)
    at = np.array(ranks)
    recall = "  ".join(f"R@{k} {np.mean(at <= k):.3f}" for k in (1, 5, 8))
    return f"MRR@10 {np.where(at <= 10, 1 / at, 0).mean():.4f}  {recall}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="+", metavar="GOLD=INDEX")
    parser.add_argument("--test", nargs="*", default=[], metavar="GOLD=INDEX")
    parser.add_argument("--penalty", type=float, default=PENALTY)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    model = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    start = model.get("learned", model["weights"])
    present = np.array([start[name] for name in NAMES])
    learned = [one for pair in options.pairs for one in candidates(pair)]
    weights = adjusted(learned, present, options.penalty)
    tested = [one for pair in options.test for one in candidates(pair)]
    for name, data in (("learned from", learned), ("tested on", tested)):
        if data:
            print(f"{name} {len(data)}\n  {figures(data, present)}\n  {figures(data, weights)}")
    for name, old, new in zip(NAMES, present, weights, strict=True):
        print(f"{name:<16} {old:8.3f} → {new:8.3f}")
    if options.write:
        model["learned"] = start
        model["adjusted by"] = "benchmarks/retrieval/adjust.py"
        model["adjusted to"] = [Path(pair.partition("=")[0]).name for pair in options.pairs]
        model["questions of those"] = len(learned)
        model["weights"] = {n: round(float(w), 4) for n, w in zip(NAMES, weights, strict=True)}
        model["bias"] = round(bias(learned, weights), 4)
        WEIGHTS.write_text(json.dumps(model, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
