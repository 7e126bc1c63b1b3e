"""Learn the weights of the fusion: ``python -m benchmarks.retrieval.fit --cache DIR TRAIN.json``.

For each question the candidates of the first fusion are described by features; a linear
score is fitted so that the softmax over a question's candidates puts its weight on the
right one (listwise, Cao et al. 2007, "ListNet", with one relevant passage), with an L2
penalty. Then scale and bias are fitted so that the logistic of the score is the
probability that a candidate is right (Platt 1999); they don't change the order.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from benchmarks.retrieval.datasets import Question, sampled
from benchmarks.retrieval.pool import load_pool, open_retriever
from qa_engine.features import NAMES
from qa_engine.retrieval import Retriever

Floats = npt.NDArray[np.float64]
CANDIDATES = 40
QUESTIONS = 2500  # of a set


class Lists:
    """Candidates of many questions: features (questions, 40, features), which candidate is
    right (questions, 40) and which exist (questions, 40)."""

    def __init__(self, rows: Floats, right: Floats, there: Floats) -> None:
        self.rows, self.right, self.there = rows, right, there

    @classmethod
    def of(cls, retriever: Retriever, questions: Sequence[Question]) -> Lists:
        shape = (len(questions), CANDIDATES)
        rows, right, there = np.zeros((*shape, len(NAMES))), np.zeros(shape), np.zeros(shape)
        for number, question in enumerate(questions):
            for place, found in enumerate(retriever.candidates(question.text)[:CANDIDATES]):
                rows[number, place] = found.features
                right[number, place] = found.passage.id in question.relevant
                there[number, place] = 1
        return cls(rows, right, there)

    def save(self, path: Path) -> None:
        np.savez_compressed(path, rows=self.rows, right=self.right, there=self.there)

    @classmethod
    def load(cls, path: Path) -> Lists:
        data = np.load(path)
        return cls(data["rows"], data["right"], data["there"])

    def join(self, other: Lists) -> Lists:
        pairs = ((self.rows, other.rows), (self.right, other.right), (self.there, other.there))
        return Lists(*(np.concatenate(pair) for pair in pairs))

    def halves(self) -> tuple[Lists, Lists]:
        middle = len(self.rows) // 2
        parts = (self.rows, self.right, self.there)
        return Lists(*(p[:middle] for p in parts)), Lists(*(p[middle:] for p in parts))

    def mrr(self, weights: Floats) -> float:
        scores = np.where(self.there > 0, self.rows @ weights, -np.inf)
        order = np.argsort(-scores, axis=1, kind="stable")
        right = np.take_along_axis(self.right, order, axis=1)[:, :10]
        first = right.argmax(axis=1)
        return float(np.where(right.any(axis=1), 1 / (first + 1), 0).mean())


def fit(lists: Lists, used: npt.NDArray[np.bool_], penalty: float) -> Floats:
    """The weights; 0 for features that are not used."""
    known = lists.right.sum(axis=1) > 0
    rows, right, there = lists.rows[known], lists.right[known], lists.there[known]
    spread = rows[there > 0].std(axis=0)
    usable = used & (spread > 1e-9)
    scaled = rows[:, :, usable] / spread[usable]

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = np.where(there > 0, scaled @ weights, -1e9)
        scores -= scores.max(axis=1, keepdims=True)
        exp = np.exp(scores)
        share = exp / exp.sum(axis=1, keepdims=True)
        value = -np.log(np.maximum((share * (right > 0)).sum(axis=1), 1e-12)).mean()
        posterior = share * (right > 0)
        posterior /= np.maximum(posterior.sum(axis=1, keepdims=True), 1e-12)
        slope = np.einsum("qc,qcf->f", share - posterior, scaled) / len(scaled)
        return value + penalty * weights @ weights, slope + 2 * penalty * weights

    found = minimize(loss, np.zeros(int(usable.sum())), jac=True, method="L-BFGS-B").x
    weights = np.zeros(len(NAMES))
    weights[usable] = found / spread[usable]
    return weights


def calibrate(lists: Lists, weights: Floats) -> tuple[float, float]:
    """Scale and bias that make the logistic of the score a probability."""
    scores = (lists.rows @ weights)[lists.there > 0]
    right = lists.right[lists.there > 0]

    def loss(pair: Floats) -> float:
        value = pair[0] * scores + pair[1]
        return float((np.logaddexp(0, value) - right * value).mean())

    scale, bias = minimize(loss, np.array([1.0, -3.0]), method="Nelder-Mead").x
    return float(scale), float(bias)


def lists_of(path: Path, cache: Path, count: int, *, titled: bool = False) -> Lists:
    """The candidates of a set's questions among its own paragraphs, kept in the cache."""
    kept = cache / f"lists-{path.stem}-{count}{'-titled' if titled else ''}.npz"
    if not kept.exists():
        pool = load_pool([path], titled=titled)
        questions = sampled(pool.questions[path.stem], count)
        Lists.of(open_retriever(pool, cache), questions).save(kept)
    return Lists.load(kept)


def learned_from(questions: Sequence[Question]) -> Sequence[Question]:
    """Those of a ``--titled`` set that the weights are learned from."""
    chosen = sampled(questions, QUESTIONS)
    return chosen[: len(chosen) // 2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("train", type=Path)
    parser.add_argument("--titled", type=Path, help="a set with titles: half to learn, half not")
    parser.add_argument("--held-out", nargs="*", type=Path, default=[])
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    parser.add_argument("--penalty", type=float, default=1e-2)
    parser.add_argument("--out", type=Path, help="write the weights there")
    options = parser.parse_args()
    count = options.questions
    train = lists_of(options.train, options.cache, count)
    held_out = {p.stem: lists_of(p, options.cache, count) for p in options.held_out}
    sources = [options.train.name]
    if options.titled:
        learned, other = lists_of(options.titled, options.cache, count, titled=True).halves()
        train = train.join(learned)
        held_out[f"{options.titled.stem} (titled)"] = other
        sources.append(f"{options.titled.name} (first half)")
    else:
        sources.append("weights of what stands above: set by hand")
    everything = np.ones(len(NAMES), dtype=np.bool_)
    weights = fit(train, everything, options.penalty)
    print_row("all", train, held_out, weights)
    for group, members in GROUPS.items():
        used = np.array([name not in members for name in NAMES])
        print_row(f"without {group}", train, held_out, fit(train, used, options.penalty))
    scale, bias = calibrate(train, weights)
    for name, value in sorted(zip(NAMES, weights * scale, strict=True), key=lambda p: -abs(p[1])):
        print(f"{name:<16} {value:8.3f}")
    weights *= scale
    if not options.titled:
        for name, value in ABOVE.items():
            weights[NAMES.index(name)] = value
    if options.out:
        write(options.out, weights, bias, sources, len(train.rows))


# For sets without titles, from which these cannot be learned: what a heading covers counts
# for a little less than the same in the text.
ABOVE = {"above": 2.0, "above_run": 0.7, "context_score": 1.0}

GROUPS = {
    "words": ["words_score"],
    "bigrams": ["bigrams_score"],
    "meaning": ["meaning_score"],
    "coverage": ["coverage", "word_coverage"],
    "proximity": ["narrow", "wide"],
    "common run": ["run"],
    "what an answer looks like": ["typed"],
    "what stands above": ["above", "above_run", "context_score"],
    "names, numbers": ["names", "numbers"],
}


def print_row(name: str, train: Lists, held_out: dict[str, Lists], weights: Floats) -> None:
    cells = "  ".join(f"{n} {lists.mrr(weights):.4f}" for n, lists in held_out.items())
    print(f"{name:<34} train {train.mrr(weights):.4f}  {cells}")


def write(path: Path, weights: Floats, bias: float, sources: Sequence[str], questions: int) -> None:
    data = {
        "learned by": "benchmarks/retrieval/fit.py",
        "learned from": list(sources),
        "questions": questions,
        "weights": {n: round(float(w), 4) for n, w in zip(NAMES, weights, strict=True)},
        "bias": round(bias, 4),
    }
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
