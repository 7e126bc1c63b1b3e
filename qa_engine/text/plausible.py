"""How likely a string is as Chinese, by word frequencies: for telling noise from text.

Word probabilities are jieba's (unigrams); the best cut into words is found by dynamic
programming (Viterbi).
"""

from __future__ import annotations

from functools import cache
from math import log
from typing import Any

from qa_engine.text.normalise import to_simplified

_LONGEST_WORD = 6


def mean_log_probability(text: str) -> float:
    """Log probability per character of the best cut; about -6 for prose, -14 for nonsense."""
    if not text:
        return 0.0
    words, log_total = _frequencies()
    simple = to_simplified(text)
    best = [0.0] * (len(simple) + 1)
    for end in range(1, len(simple) + 1):
        best[end] = max(
            best[start] + log(words.get(simple[start:end]) or 1) - log_total
            for start in range(max(0, end - _LONGEST_WORD), end)
            if end - start == 1 or words.get(simple[start:end])
        )
    return best[-1] / len(simple)


def is_word(text: str) -> bool:
    """Whether the dictionary has the string (in either script)."""
    return bool(_frequencies()[0].get(to_simplified(text)))


def cuts(text: str) -> list[int]:
    """Where the likeliest cut into words separates ``text``, as offsets in it."""
    offsets: list[int] = []
    at = 0
    for word in _tokenizer().cut(to_simplified(text), HMM=False):
        at += len(word)
        offsets.append(at)
    return offsets[:-1]


@cache
def is_common(character: str) -> bool:
    """Whether the simplified form is among the 6,763 characters of GB 2312."""
    try:
        to_simplified(character).encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _tokenizer() -> Any:
    from qa_engine.text.dictionary import load_jieba

    return load_jieba()


@cache
def _frequencies() -> tuple[dict[str, int], float]:
    tokenizer = _tokenizer()
    return tokenizer.FREQ, log(float(tokenizer.total))
