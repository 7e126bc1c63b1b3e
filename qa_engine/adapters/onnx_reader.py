"""The trained extractive reader on onnxruntime; the lower layers are the encoder's."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from qa_engine.adapters import model_store
from qa_engine.adapters.e5_runtime import E5Runtime, each, open_session, runtime
from qa_engine.adapters.e5_weights import split_hard
from qa_engine.adapters.reader_borders import tidy
from qa_engine.adapters.reader_spans import WindowLogits, WindowSpans, best_spans
from qa_engine.adapters.reader_windows import (
    TextTokens,
    join,
    question_ids,
    tokenize,
    windows,
)
from qa_engine.errors import ModelError
from qa_engine.ports import Reading, Span

MODEL_FILE = "reader.onnx"
SETTINGS_FILE = "reader.json"
SPANS = 10  # a text


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """What belongs to one trained reader, from ``reader.json`` beside its graph.

    ``calibration``: weights of the log-odds of any span, of the verifier's logit and the
    constant, whose logistic function is the probability that a text answers.
    """

    name: str
    length_bias: tuple[float, ...]
    calibration: tuple[float, float, float]
    window_tokens: int
    overlap_tokens: int

    @classmethod
    def load(cls, path: Path) -> ReaderSettings:
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            log_odds, verify, constant = (float(value) for value in raw["calibration"])
            return cls(
                name=str(raw["name"]),
                length_bias=tuple(float(value) for value in raw["length_bias"]),
                calibration=(log_odds, verify, constant),
                window_tokens=int(raw["window_tokens"]),
                overlap_tokens=int(raw["overlap_tokens"]),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"读不了阅读模型的设置 {path}：{error}", hint=_HINT) from error


_HINT = "pip install --force-reinstall qa-engine"


@dataclass(frozen=True, slots=True)
class _Window:
    text: int
    ids: list[int]
    context: int
    part: tuple[int, int]


def reader_folder() -> Path:
    """The reader that comes with the package."""
    return Path(__file__).resolve().parents[1] / "data" / "reader"


class OnnxReader:
    """Spans with characters of the text as given; a text's reading never depends on the
    others of the call.

    A span's ``score`` is its log-odds against "no answer", so ``null_score`` is 0. Texts
    longer than a window (about 450 characters) are read in overlapping windows.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        encoder: Callable[[], E5Runtime] | None = None,
    ) -> None:
        """``folder``: where ``reader.onnx`` and ``reader.json`` are; nothing is loaded
        before it is needed. ``encoder`` gives the retrieval model's runtime (by default
        the one in the cache, converted if it is missing)."""
        self._folder = folder or reader_folder()
        self._encoder = encoder
        self._lock = threading.RLock()

    @property
    def name(self) -> str:
        return self.settings.name

    @cached_property
    def settings(self) -> ReaderSettings:
        """Raises ModelError."""
        return ReaderSettings.load(self._folder / SETTINGS_FILE)

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """Raises ModelError when a model file is missing or damaged."""
        found = self.window_spans(question, texts)
        return [self.reading(text, spans) for text, spans in zip(texts, found, strict=True)]

    def window_spans(self, question: str, texts: Sequence[str]) -> list[list[WindowSpans]]:
        """What the network says about each window of each text."""
        settings = self.settings
        with self._lock:
            tokenizer = self._tokenizer
        asked = question_ids(tokenize(tokenizer, _clean(question)).ids)
        tokens = [tokenize(tokenizer, _clean(text)) for text in texts]
        jobs = []
        for number, text in enumerate(tokens):
            size, overlap = settings.window_tokens, settings.overlap_tokens
            for first, last in windows(len(asked), len(text.ids), size, overlap):
                if last > first:
                    ids, context = join(asked, text.ids[first:last])
                    jobs.append(_Window(number, ids, context, (first, last)))
        # Longest first: the cores finish together.
        jobs.sort(key=lambda job: -len(job.ids))
        found: list[list[WindowSpans]] = [[] for _ in texts]
        for job, spans in zip(jobs, each(lambda job: self._spans(job, tokens), jobs), strict=True):
            found[job.text].append(spans)
        return found

    def reading(self, text: str, found: Sequence[WindowSpans]) -> Reading:
        """The windows of one text put together, borders tidied."""
        best: dict[tuple[int, int], float] = {}
        for window in found:
            for span in window.spans:
                start, end = tidy(text, span.start, span.end)
                if start < end:
                    best[start, end] = max(span.margin, best.get((start, end), -math.inf))
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))[:SPANS]
        spans = tuple(Span(start, end, score) for (start, end), score in ranked)
        chances = (self.probability(window.log_odds, window.verify) for window in found)
        return Reading(spans, 0.0, max(chances, default=0.0))

    def _spans(self, job: _Window, tokens: Sequence[TextTokens]) -> WindowSpans:
        logits = self.logits(job.ids, job.context)
        bias = np.asarray(self.settings.length_bias, np.float32)
        return best_spans(logits, bias, job.context, tokens[job.text], job.part, SPANS)

    def logits(self, ids: Sequence[int], context: int) -> WindowLogits:
        """The network's output for one window whose text begins at token ``context``."""
        with self._lock:
            session, lower = self._session, self._runtime
        hidden = lower.lower(ids)
        inside = np.zeros((1, len(ids)), np.float32)
        inside[0, context:-1] = 1
        feed = {"hidden": hidden, "mask": np.ones((1, len(ids)), np.int32), "context": inside}
        start, end, left, right, verify = session.run(
            ["start", "end", "left", "right", "verify"], feed
        )
        return WindowLogits(start[0], end[0], left[0], right[0], float(verify[0]))

    def probability(self, log_odds: float, verify: float) -> float:
        """Calibrated probability that a text answers, from the two signs of one window."""
        a, b, constant = self.settings.calibration
        evidence = a * min(max(log_odds, -20.0), 20.0) + b * min(max(verify, -20.0), 20.0)
        return 1 / (1 + math.exp(-(evidence + constant)))

    @cached_property
    def _runtime(self) -> E5Runtime:
        return self._encoder() if self._encoder else runtime(model_store.ensure())

    @cached_property
    def _tokenizer(self) -> Any:
        return split_hard(self._runtime.tokenizer)

    @cached_property
    def _session(self) -> Any:
        path = self._folder / MODEL_FILE
        if not path.is_file():
            raise ModelError(f"缺少阅读模型 {path}", hint=_HINT)
        return open_session(path)


def _clean(text: str) -> str:
    """Lone surrogates cannot be tokenised; each becomes one other character."""
    return text.encode("utf-8", "replace").decode("utf-8")
