"""The reader as reranker: a passage that answers goes before one that only looks alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from qa_engine.errors import ModelError
from qa_engine.models import Hit
from qa_engine.ports import Reader

LEAD = 2.0  # log-odds: passages further below the first are not in doubt, and not read
MOST = 6  # passages read for one question
WEIGHT = 0.5  # of the reader's log-odds beside the fusion's
_FAR = 12.0  # log-odds beyond which more says nothing


class ReadingReranker:
    """Reads the passages that the fusion can hardly tell from the first and adds what the
    reader says; the others stay behind them in their order. Where one passage leads clearly,
    which is so for nine questions in ten, nothing is read."""

    def __init__(self, reader: Callable[[], Reader | None]) -> None:
        """``reader`` is called when first needed."""
        self._reader = reader

    @property
    def name(self) -> str:
        return self._made().name

    def scores(self, question: str, hits: Sequence[Hit]) -> list[float]:
        """Log-odds; what is not read counts less than all that is. Raises ModelError."""
        close = close_to_first(hits)
        scores = [_log_odds(hit.score) for hit in hits[:close]]
        if close > 1:
            readings = self._made().read(question, [hit.passage.text for hit in hits[:close]])
            for place, reading in enumerate(readings):
                scores[place] += WEIGHT * _log_odds(reading.answerable)
        least = min(scores, default=0.0)
        return scores + [least - place for place in range(1, len(hits) - close + 1)]

    def _made(self) -> Reader:
        reader = self._reader()
        if reader is None:
            raise ModelError("重排要用阅读模型，可它没有开启。", "请去掉 --reader none")
        return reader


def close_to_first(hits: Sequence[Hit]) -> int:
    """How many of the first passages lie within ``LEAD`` of the best; at most ``MOST``."""
    some = [_log_odds(hit.score) for hit in hits[:MOST]]
    return sum(one > some[0] - LEAD for one in some)


def _log_odds(chance: float) -> float:
    if chance <= 0 or chance >= 1:
        return math.copysign(_FAR, chance - 0.5)
    return max(-_FAR, min(_FAR, math.log(chance / (1 - chance))))
