"""Adjust the fusion's weights to office questions: ``python -m benchmarks.retrieval.adjust
GOLD.jsonl=INDEX … [--test GOLD.jsonl=INDEX …] [--write]``.

The weights that ``fit.py`` learned from encyclopaedias (kept as ``learned``) are the start: the
listwise loss on the candidates of office questions (as there) is minimised with an L2 penalty on
how far each weight moves, in spreads of its feature. A candidate is right when it holds the
question's evidence.
Prints MRR@10 and recall of the candidates' order before and after.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from qa_engine import open_engine
from qa_engine.evaluation import Prediction, cited, read_gold
from qa_engine.features import NAMES

WEIGHTS = Path(__file__).parents[2] / "qa_engine" / "data" / "fusion.json"
PENALTY = 0.03

Floats = npt.NDArray[np.float64]
Candidates = tuple[Floats, npt.NDArray[np.bool_]]  # features [candidates, names], which are right


def candidates(pair: str) -> list[Candidates]:
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


def adjusted(data: Sequence[Candidates], present: Floats, penalty: float) -> Floats:
    """The new weights, in the order of ``NAMES``."""
    known = [(rows, right) for rows, right in data if right.any() and not right.all()]
    spread = np.concatenate([rows for rows, _ in known]).std(axis=0)
    spread = np.where(spread > 1e-9, spread, 1.0)
    start = present * spread

    def loss(weights: Floats) -> tuple[float, Floats]:
        value, slope = 0.0, np.zeros(len(weights))
        for rows, right in known:
            scaled = rows / spread
            scores = scaled @ weights
            share = np.exp(scores - scores.max())
            share /= share.sum()
            held = max(float(share[right].sum()), 1e-12)
            value -= np.log(held)
            slope += (share - np.where(right, share / held, 0.0)) @ scaled
        change = weights - start
        value = value / len(known) + penalty * float(change @ change)
        return value, slope / len(known) + 2 * penalty * change

    solved: Floats = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return solved / spread


def bias(data: Sequence[Candidates], weights: Floats) -> float:
    """That makes the logistic of score and bias the probability that a candidate is right, on
    average (Platt 1999, the slope left at 1)."""
    scores = np.concatenate([rows @ weights for rows, _ in data])
    right = np.concatenate([right for _, right in data]).astype(np.float64)

    def loss(at: Floats) -> float:
        value = scores + at[0]
        return float((np.logaddexp(0, value) - right * value).mean())

    return float(minimize(loss, np.array([-10.0]), method="Nelder-Mead").x[0])


def figures(data: Sequence[Candidates], weights: Floats) -> str:
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
        model["adjusted to"] = f"{len(learned)} questions, fit halves of the office suites"
        model["weights"] = {n: round(float(w), 4) for n, w in zip(NAMES, weights, strict=True)}
        model["bias"] = round(bias(learned, weights), 4)
        WEIGHTS.write_text(json.dumps(model, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
