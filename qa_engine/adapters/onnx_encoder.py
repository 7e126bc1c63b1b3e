"""The default encoder: multilingual-e5-small in int8 on onnxruntime; no torch involved."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from qa_engine.adapters import model_store
from qa_engine.adapters.e5_runtime import MAX_TOKENS, E5Runtime, each, runtime
from qa_engine.adapters.windows import mean_direction, windows
from qa_engine.ports import Vectors

# The model was trained with these (Wang et al. 2024, "Multilingual E5").
QUESTION_PREFIX = "query: "
PASSAGE_PREFIX = "passage: "


class OnnxEncoder:
    """Vectors of 384; one text's vector never depends on the other texts of the call.

    A text over 512 tokens (about 680 Chinese characters) is cut into equal windows and
    gets the direction of their mean, so that nothing of it is lost.
    """

    def __init__(
        self, folder: Path | None = None, *, report: Callable[[str], None] | None = None
    ) -> None:
        """``folder``: a converted model; by default the one in the cache, which is made
        when the first text is encoded (``report`` gets progress lines)."""
        self._folder = folder
        self._report = report
        self._lock = threading.Lock()
        self._runtime: E5Runtime | None = None

    @property
    def name(self) -> str:
        return model_store.NAME

    @property
    def dimension(self) -> int:
        return model_store.DIMENSION

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, QUESTION_PREFIX, None)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        return self._encode(texts, PASSAGE_PREFIX, progress)

    def runtime(self) -> E5Runtime:
        """What the encoder runs on, for sharing. Raises ModelError."""
        with self._lock:
            if self._runtime is None:
                self._runtime = runtime(self._folder or model_store.ensure(self._report))
            return self._runtime

    def _encode(
        self, texts: Sequence[str], prefix: str, progress: Callable[[int], None] | None
    ) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        places: dict[str, list[int]] = {}
        for place, text in enumerate(texts):
            places.setdefault(text, []).append(place)
        if not places:
            return vectors
        model = self.runtime()
        # Longest first: the cores finish together.
        distinct = sorted(places, key=len, reverse=True)
        if len(distinct) == 1:  # a question: no need to pass it to another thread
            vectors[:] = _vector(model, prefix, distinct[0])
            if progress:
                progress(len(texts))
            return vectors
        found = each(lambda text: _vector(model, prefix, text), distinct)
        for text, vector in zip(distinct, found, strict=True):
            vectors[places[text]] = vector
            if progress:
                progress(len(places[text]))
        return vectors


def _vector(model: E5Runtime, prefix: str, text: str) -> Vectors:
    # Lone surrogates (from a broken command line, say) cannot be tokenised.
    text = text.encode("utf-8", "replace").decode("utf-8")
    encode = model.tokenizer.encode
    ids = encode(prefix + text).ids
    if len(ids) <= MAX_TOKENS:
        return model.embed(ids)
    pieces = windows(text, lambda piece: len(encode(prefix + piece).ids), MAX_TOKENS)
    return mean_direction(np.stack([model.embed(encode(prefix + piece).ids) for piece in pieces]))
