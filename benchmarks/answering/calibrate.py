"""Fit ``qa_engine/data/confidence.json``.

    python -m benchmarks.answering.calibrate GOLD.jsonl=INDEX … [--test GOLD.jsonl=INDEX …]

Each pair is a gold file (the form that ``qa-engine evaluate`` reads) and an index of its
documents. Every draft that a strategy makes for a question is an example; it is right when
its text counts as the strict answer. One logistic regression a kind of draft; where the
data hold too few examples of a kind, its weights are kept as they are (all of them when
there are only test pairs). Prints expected
calibration error (10 bins) and the curve of the threshold on the test pairs.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from benchmarks.answering.reliability import Bin, diagram
from benchmarks.report import busy, made_by, put, table
from qa_engine import open_engine
from qa_engine.answering.assemble import strategies
from qa_engine.answering.confidence import FEATURES, kind_of, squash
from qa_engine.evaluation import Prediction, read_gold, strictly

WEIGHTS = Path(__file__).parents[2] / "qa_engine" / "data" / "confidence.json"
# Between which a weight must be. More of the first never speaks against an answer, of the others
# never for it, of the last two always against it: keeps few examples from teaching the opposite.
SIGNS: dict[str, tuple[float | None, float | None]] = {
    **dict.fromkeys(
        ("coverage", "near", "fits", "rank", "reader", "answerable", "margin"), (0.0, None)
    ),
    **dict.fromkeys(("parts", "unlisted"), (None, 0.0)),
    **dict.fromkeys(("missing", "echo"), (None, -1.0)),
}
RIDGE = 1.0
FEWEST = 25  # examples below which a kind keeps its weights

Example = tuple[str, dict[str, float], bool, str]


def examples(pairs: Sequence[str], reader: str | None) -> list[Example]:
    """(kind, features, right, question id) for every draft."""
    found: list[Example] = []
    for pair in pairs:
        gold_path, _, index = pair.partition("=")
        with open_engine(index, reader=reader) as engine:
            for gold in read_gold(Path(gold_path)):
                evidence = engine.evidence(gold["question"])
                for strategy in strategies(evidence.question):
                    draft = strategy(evidence)
                    if draft is None or draft.refusal or draft.blank or not draft.text:
                        continue
                    said = Prediction(draft.text, False, "", ())
                    right = gold["kind"] != "unanswerable" and strictly(gold, said)
                    kind = kind_of(draft, reader=evidence.comprehension is not None)
                    values = {
                        name: squash(name, draft.features.get(name, 0.0)) for name in FEATURES[kind]
                    }
                    found.append((kind, values, right, f"{pair}:{gold['id']}"))
    return found


def fit(
    data: Sequence[Example], weights: dict[str, Any], only: Sequence[str] = ()
) -> dict[str, Any]:
    """New weights for every kind (of ``only``, if given) with enough examples of both outcomes."""
    kinds = dict(weights["kinds"])
    for kind, names in FEATURES.items():
        if only and kind not in only:
            continue
        rows = [(values, right) for one, values, right, _ in data if one == kind]
        rights = sum(right for _, right in rows)
        if len(rows) < FEWEST or min(rights, len(rows) - rights) < 4:
            print(f"{kind}: {len(rows)} examples, weights kept")
            continue
        matrix = np.array([[values[name] for name in names] for values, _ in rows])
        labels = np.array([right for _, right in rows])
        spread = matrix.std(axis=0)
        scale = np.where(spread > 0, spread, 1.0)
        bounds = [_bounds(name, float(one)) for name, one in zip(names, scale, strict=True)]
        solved = regression(matrix / scale, labels, bounds)
        bias, slopes = float(solved[0]), solved[1:] / scale
        found = {name: round(float(w), 4) for name, w in zip(names, slopes, strict=True)}
        # What never varies in the data teaches nothing: such weights stay.
        old = kinds[kind]
        found.update(
            (name, old.get(name, 0.0)) for name, one in zip(names, spread, strict=True) if one == 0
        )
        kinds[kind] = {"bias": round(bias, 4), **found}
        print(f"{kind}: {len(rows)} examples, {rights} right: {kinds[kind]}")
    return {**weights, "kinds": kinds}


def _bounds(name: str, scale: float) -> tuple[float | None, float | None]:
    """Those of a feature that is divided by its spread."""
    least, most = SIGNS.get(name, (None, None))
    return least and least * scale, most and most * scale


def regression(
    matrix: npt.NDArray[np.float64],
    labels: npt.NDArray[np.bool_],
    bounds: list[tuple[float | None, float | None]],
) -> npt.NDArray[np.float64]:
    """Logistic regression with a ridge on the slopes and bounds on their signs: intercept
    first, then one slope a column."""
    sign = np.where(labels, 1.0, -1.0)
    full = np.hstack([np.ones((len(matrix), 1)), matrix])

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        margin = sign * (full @ weights)
        value = np.logaddexp(0, -margin).sum() + RIDGE * (weights[1:] ** 2).sum()
        slope = -(full * (sign / (1 + np.exp(margin)))[:, None]).sum(axis=0)
        slope[1:] += 2 * RIDGE * weights[1:]
        return float(value), slope

    start = np.zeros(full.shape[1])
    result = minimize(loss, start, jac=True, bounds=[(None, None), *bounds], method="L-BFGS-B")
    solved: npt.NDArray[np.float64] = result.x
    return solved


def probability(weights: dict[str, Any], kind: str, values: dict[str, float]) -> float:
    own = weights["kinds"][kind]
    total = own["bias"] + sum(own.get(name, 0.0) * value for name, value in values.items())
    return float(1 / (1 + np.exp(-total)))


def report(data: Sequence[Example], weights: dict[str, Any], page: Path | None, by: str) -> None:
    """Expected calibration error and what each threshold would give; ``page`` gets the
    first as a table, with a picture beside it."""
    pairs = [(probability(weights, kind, values), right) for kind, values, right, _ in data]
    chances = np.array([chance for chance, _ in pairs])
    rights = np.array([right for _, right in pairs], dtype=float)
    numbers = np.minimum((chances * 10).astype(int), 9)
    bins = [
        Bin(float(chances[numbers == b].mean()), float(rights[numbers == b].mean()), int(n))
        for b in range(10)
        if (n := (numbers == b).sum())
    ]
    error = sum(abs(one.said - one.right) * one.drafts for one in bins) / len(pairs)
    text = f"{len(pairs)} drafts, expected calibration error {error:.3f}, on ten bins.\n\n"
    text += table(
        ["said", *(f"{one.said:.2f}" for one in bins)],
        [
            ["were right", *(f"{one.right:.2f}" for one in bins)],
            ["drafts", *(str(one.drafts) for one in bins)],
        ],
    )
    print(text)
    if page:
        image = page.parent / "images" / "calibration.svg"
        image.write_text(diagram(bins), "utf-8")
        shown = "![What was said and how often it was right](images/calibration.svg)"
        put(page, "calibration", f"{text}\n\n{shown}\n\n{by}")
    print("threshold  given  right of given  right ones lost")
    for threshold in np.arange(0.1, 0.75, 0.05):
        given = chances >= threshold
        lost = (rights * ~given).sum() / max(rights.sum(), 1)
        row = (threshold, given.mean(), rights[given].mean(), lost)
        print("       ".join(f"{value:.2f}" for value in row))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="*", metavar="GOLD=INDEX")
    parser.add_argument("--test", nargs="*", default=[], metavar="GOLD=INDEX")
    parser.add_argument("--kinds", nargs="*", default=[], choices=list(FEATURES), help="only these")
    parser.add_argument("--threshold", type=float)
    parser.add_argument("--reader", help="a reader's folder; the shipped one by default")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--update", type=Path, help="page whose table and picture are replaced")
    arguments = parser.parse_args()
    load = busy()
    weights = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    weights = fit(examples(arguments.pairs, arguments.reader), weights, arguments.kinds)
    if arguments.threshold is not None:
        weights["threshold"] = arguments.threshold
    if arguments.test:
        by = made_by("benchmarks.answering.calibrate", sys.argv[1:], load)
        report(examples(arguments.test, arguments.reader), weights, arguments.update, by)
    if arguments.write:
        WEIGHTS.write_text(
            json.dumps(weights, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
