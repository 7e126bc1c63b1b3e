"""How the reader sees a question and a text: tokens with character offsets, windows.

Used at run time and in training alike, so that both cut texts in the same way. A window
is ``<s> question </s></s> part of the text </s>``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

BOS, EOS = 0, 2
SPECIAL_TOKENS = 4
QUESTION_TOKENS = 60
WINDOW_TOKENS = 384
OVERLAP_TOKENS = 128


@dataclass(frozen=True, slots=True)
class TextTokens:
    """Token ids of a text and, for each, the characters [start, end) that it covers.

    ``blank`` marks lone word-start pieces, which borrow the next character's offsets and
    so can neither begin nor end an answer.
    """

    ids: list[int]
    starts: list[int]
    ends: list[int]
    blank: list[bool]

    def tokens_of(self, start: int, end: int) -> tuple[int, int]:
        """First and last token of the characters [start, end)."""
        return self._covering(start), max(self._covering(start), self._covering(end - 1))

    def _covering(self, place: int) -> int:
        """The last token that begins at or before ``place``."""
        return max(0, bisect_right(self.starts, place) - 1)


def tokenize(tokenizer: Any, text: str) -> TextTokens:
    """Tokens without the special ones; offsets count characters of ``text`` as given."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    offsets = encoding.offsets
    return TextTokens(
        ids=list(encoding.ids),
        starts=[start for start, _ in offsets],
        ends=[end for _, end in offsets],
        blank=[token == "▁" for token in encoding.tokens],
    )


def question_ids(ids: Sequence[int]) -> list[int]:
    """A very long question keeps its beginning and, more of it, its end."""
    if len(ids) <= QUESTION_TOKENS:
        return list(ids)
    head = QUESTION_TOKENS // 3
    return [*ids[:head], *ids[head - QUESTION_TOKENS :]]


def join(question: Sequence[int], text: Sequence[int]) -> tuple[list[int], int]:
    """The window's ids, and the place in it where the text begins."""
    ids = [BOS, *question, EOS, EOS, *text, EOS]
    return ids, len(question) + 3


def windows(
    question: int, text: int, size: int = WINDOW_TOKENS, overlap: int = OVERLAP_TOKENS
) -> list[tuple[int, int]]:
    """Token ranges of a text of ``text`` tokens that fit beside ``question`` tokens.

    Ranges overlap by ``overlap`` tokens; together they cover the text.
    """
    room = size - question - SPECIAL_TOKENS
    if text <= room:
        return [(0, text)]
    step = room - overlap
    starts = range(0, text - overlap, step)
    # The last range is moved back so that it is as full as the others.
    return [(min(start, text - room), min(start, text - room) + room) for start in starts]
