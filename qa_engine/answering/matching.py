"""How much of a question's content a text covers, weighted by rarity."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from qa_engine.text.patterns import later

_RUN = later(r"[\u4e00-\u9fff]+|[a-z]+|\d+(?:\.\d+)?[%‰]?")


def terms(text: str) -> list[str]:
    """Character bigrams of Han runs (a lone character stays), whole Latin and digit runs."""
    result: list[str] = []
    for run in _RUN.findall(text):
        if "\u4e00" <= run[0] <= "\u9fff" and len(run) > 1:
            result.extend(run[index : index + 2] for index in range(len(run) - 1))
        else:
            result.append(run)
    return result


class Matcher:
    """Rarity-weighted overlap of folded texts.

    ``frequencies`` gives the number of passages that hold each bigram; ``synonyms`` maps
    a form that may be typed to forms that say the same. The weight of a term is
    ln(1 + (N - n + 0.5)/(n + 0.5)), the idf of BM25 (Robertson and Zaragoza 2009).
    """

    def __init__(
        self,
        frequencies: Callable[[Sequence[str]], Mapping[str, int]],
        passages: int,
        synonyms: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self._frequencies = frequencies
        self._passages = max(passages, 1)
        self._synonyms = {key: tuple(forms) for key, forms in (synonyms or {}).items()}
        self._known: dict[str, int] = {}

    def weights(self, wanted: Iterable[str]) -> dict[str, float]:
        """term → idf."""
        wanted = list(dict.fromkeys(wanted))
        missing = [term for term in wanted if term not in self._known]
        if missing:
            found = self._frequencies(missing)
            self._known.update({term: found.get(term, 0) for term in missing})
        total = self._passages
        return {
            term: math.log(1 + (total - self._known[term] + 0.5) / (self._known[term] + 0.5))
            for term in wanted
        }

    def coverage(self, content: str, text: str) -> float:
        """The share, by weight, of the content's terms that stand in the text; 0..1."""
        return self.shares(content, text)[0]

    def shares(self, content: str, text: str) -> tuple[float, float]:
        """By weight: the share of the content's terms that stand in the text, and of those
        that stand in no passage at all (other words for the same, or another subject)."""
        wanted = self.weights(terms(content))
        if not wanted:
            return 0.0, 0.0
        there = set(terms(text))
        for form, equals in self._synonyms.items():
            if form in content and any(other in text for other in equals):
                there.update(terms(form))
        total = sum(wanted.values())
        covered = sum(weight for term, weight in wanted.items() if term in there)
        unknown = sum(
            weight
            for term, weight in wanted.items()
            if term not in there and self._known[term] == 0
        )
        return covered / total, unknown / total

    def known_coverage(self, content: str, text: str) -> float:
        """``coverage`` of the terms that stand in some passage; the others (words of the
        question that no document uses) count a fifth."""
        covered, unknown = self.shares(content, text)
        return covered / max(1.0 - 0.8 * unknown, 0.2)

    def stands(self, text: str) -> bool:
        """Whether every term of the text stands in some passage."""
        wanted = self.weights(terms(text))
        return all(self._known[term] > 0 for term in wanted)
