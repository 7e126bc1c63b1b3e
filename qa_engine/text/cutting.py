"""jieba's cutting without new words (``HMM=False``): the same words, several times as fast.

jieba builds a graph of every block's words and then looks for the most probable path; here
both are one pass from the end. What is cut often (clauses, headings, the parts of a long
word) is remembered. `tests/unit/text/test_cutting.py` holds both to the same words.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import log
from typing import Any

_BLOCKS = 20_000  # runs between punctuation marks that are remembered
_WORDS = 50_000  # long words whose parts are
_LONG = 64  # characters of a block worth remembering


class BlockCutter:
    """``cut`` and ``cut_for_search`` of a jieba tokenizer that does not change any more."""

    def __init__(self, tokenizer: Any) -> None:
        import jieba

        self._frequency = tokenizer.FREQ
        self._total = log(tokenizer.total)
        self._han, self._skip = jieba.re_han_default, jieba.re_skip_default
        self._letter = jieba.re_eng
        self._remembered = lru_cache(_BLOCKS)(self._block)
        self._parts = lru_cache(_WORDS)(self._parts_of)

    def cut(self, text: str) -> list[str]:
        """``jieba.cut(text, HMM=False)``."""
        words: list[str] = []
        for block in self._han.split(text):
            if not block:
                continue
            if self._han.match(block):
                words += self._remembered(block) if len(block) <= _LONG else self._block(block)
                continue
            for piece in self._skip.split(block):
                if self._skip.match(piece):
                    words.append(piece)
                else:
                    words += piece
        return words

    def cut_for_search(self, text: str) -> list[str]:
        """``jieba.cut_for_search(text, HMM=False)``: long words after the words in them."""
        words: list[str] = []
        for word in self.cut(text):
            if len(word) > 2:
                words += self._parts(word)
            words.append(word)
        return words

    def _parts_of(self, word: str) -> tuple[str, ...]:
        sizes = (2, 3) if len(word) > 3 else (2,)
        pieces = (word[at : at + n] for n in sizes for at in range(len(word) - n + 1))
        return tuple(piece for piece in pieces if self._frequency.get(piece))

    def _block(self, block: str) -> tuple[str, ...]:
        get, total = self._frequency.get, self._total
        size = len(block)
        # From each place to the end: the best path's log probability, its first word's end.
        scores, ends = [0.0] * (size + 1), [0] * size
        for start in range(size - 1, -1, -1):
            best, best_end = None, 0
            end = start + 1
            while end <= size:
                count = get(block[start:end])  # 0: only the beginning of words
                if count is None:
                    break
                if count:
                    score = log(count) - total + scores[end]
                    if best is None or score >= best:
                        best, best_end = score, end
                end += 1
            if best is None:
                best, best_end = log(1) - total + scores[start + 1], start + 1
            scores[start], ends[start] = best, best_end
        return tuple(self._joined(block, ends))

    def _joined(self, block: str, ends: list[int]) -> Iterator[str]:
        """The words of the best path; letters and digits that stand alone are put together."""
        at, letters = 0, ""
        while at < len(block):
            word = block[at : ends[at]]
            if len(word) == 1 and self._letter.match(word):
                letters += word
            else:
                if letters:
                    yield letters
                    letters = ""
                yield word
            at = ends[at]
        if letters:
            yield letters
