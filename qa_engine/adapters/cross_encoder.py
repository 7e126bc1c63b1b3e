"""A reranker from a folder that sentence-transformers' CrossEncoder reads."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qa_engine.errors import MissingExtra, ModelError
from qa_engine.models import Hit
from qa_engine.passages import context_text

_BATCH = 8


class CrossEncoderReranker:
    """Loaded when first needed, never downloaded. Safe for many threads (one computes)."""

    def __init__(self, folder: Path) -> None:
        """Raises ModelError when the folder is none of a model."""
        self._folder = folder.expanduser()
        if not (self._folder / "config.json").is_file():
            raise ModelError(
                f"{folder} 不是 CrossEncoder 模型文件夹（缺少 config.json）",
                hint="请用 --reranker 指定一个完整的模型文件夹，或用 --reranker none",
            )
        self._model: Any = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self._folder.name

    def scores(self, question: str, hits: Sequence[Hit]) -> list[float]:
        """One relevance each, on the model's own scale. Raises ModelError, MissingExtra."""
        passages = [hit.passage for hit in hits]
        pairs = [(question, f"{context_text(p)}\n{p.text}".strip()) for p in passages]
        if not pairs:
            return []
        with self._lock:
            model = self._loaded()
            found = model.predict(pairs, batch_size=_BATCH, show_progress_bar=False)
        return [float(score) for score in found]

    def _loaded(self) -> Any:
        if self._model is None:
            try:
                from sentence_transformers import CrossEncoder
            except ImportError as error:
                raise MissingExtra(
                    "重排模型需要 sentence-transformers。",
                    "请安装：pip install sentence-transformers",
                ) from error
            try:
                model = CrossEncoder(str(self._folder), local_files_only=True)
            except (OSError, ValueError, KeyError, RuntimeError) as error:
                raise ModelError(
                    f"读不了重排模型 {self._folder}：{error}", "请检查文件夹"
                ) from error
            if model.config.num_labels != 1:
                raise ModelError(
                    f"{self._folder} 给出 {model.config.num_labels} 个分数，重排需要 1 个",
                    "请换用为检索重排训练的模型",
                )
            self._model = model
        return self._model
