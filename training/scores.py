"""Official CMRC2018 measures (exact match and F1 over characters) and ROC AUC."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

# The characters that the official script (cmrc2018_evaluate.py) removes.
_IGNORED = frozenset("-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』")
# One unit: a Chinese character, a word or number, or another sign. The official script
# cuts what is not Chinese with nltk's word_tokenize; this pattern does the same for words,
# numbers ("1,000", "7.5") and signs without needing nltk.
_UNIT = re.compile(r"[\u4e00-\u9fa5]|(?:(?![\u4e00-\u9fa5])\w)+(?:[.,](?=\d)\d+)*|[^\w\s]")


def _clean(text: str) -> str:
    return "".join(char for char in text.lower().strip() if char not in _IGNORED)


def _units(text: str) -> list[str]:
    return _UNIT.findall(_clean(text))


def exact_match(answers: Sequence[str], prediction: str) -> float:
    return float(any(_clean(answer) == _clean(prediction) for answer in answers))


def f1(answers: Sequence[str], prediction: str) -> float:
    """Best over the answers; overlap is the longest common *substring*, as officially."""
    best = 0.0
    predicted = _units(prediction)
    for answer in answers:
        expected = _units(answer)
        common = _longest_common_run(expected, predicted)
        if common:
            precision, recall = common / len(predicted), common / len(expected)
            best = max(best, 2 * precision * recall / (precision + recall))
    return best


def _longest_common_run(left: Sequence[str], right: Sequence[str]) -> int:
    best = 0
    previous = [0] * (len(right) + 1)
    for unit in left:
        current = [0] * (len(right) + 1)
        for j, other in enumerate(right, start=1):
            if unit == other:
                current[j] = previous[j - 1] + 1
                best = max(best, current[j])
        previous = current
    return best


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Probability that a positive scores above a negative (ties count half)."""
    if not positive or not negative:
        return float("nan")
    values = np.concatenate([np.asarray(positive, float), np.asarray(negative, float)])
    order = np.argsort(values, kind="mergesort")
    ranks = np.empty(len(values))
    ranks[order] = np.arange(1, len(values) + 1)
    unique, inverse = np.unique(values, return_inverse=True)
    sums = np.bincount(inverse, weights=ranks, minlength=len(unique))
    counts = np.bincount(inverse, minlength=len(unique))
    ranks = (sums / counts)[inverse]
    n, m = len(positive), len(negative)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * m))
