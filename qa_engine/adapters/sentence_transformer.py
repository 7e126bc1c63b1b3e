"""Any sentence-transformers model: a folder, or a name that is already in the local cache.

Nothing is downloaded unless ``QA_ENGINE_ALLOW_DOWNLOAD=1``. torch uses a GPU when it
finds one, else the cores (``QA_ENGINE_THREADS`` limits how many).
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qa_engine.adapters import model_store
from qa_engine.adapters.e5_runtime import THREADS, threads
from qa_engine.adapters.windows import mean_direction, windows
from qa_engine.errors import ModelError, UsageError
from qa_engine.ports import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

ALLOW_DOWNLOAD = "QA_ENGINE_ALLOW_DOWNLOAD"
PRECISION = "QA_ENGINE_PRECISION"
PRECISIONS = ("float32", "bfloat16")

# The names that model authors give to the two prompts, most usual first.
_QUESTION_PROMPTS = ("query", "question", "search_query", "retrieval.query")
_PASSAGE_PROMPTS = ("document", "passage", "corpus", "search_document", "retrieval.passage")
# Families whose own configuration lacks the prompts that they were trained with.
_FAMILY_PROMPTS = (
    (re.compile(r"(?<![a-z])e5-(?!.*instruct)", re.I), ("query: ", "passage: ")),
    (
        re.compile(r"bge-(small|base|large)-zh", re.I),
        ("为这个句子生成表示以用于检索相关文章：", ""),
    ),
)
_BATCH = 16
_STEP = 8 * _BATCH  # texts between two calls of progress
_SAMPLES, _SAMPLE_BYTES = 16, 65536


class SentenceTransformerEncoder:
    """``model`` is loaded when first needed. Texts over the model's limit are cut into
    equal windows, whose vectors are averaged. Safe for many threads (one computes)."""

    def __init__(
        self,
        model: str | Path | None = None,
        *,
        precision: str | None = None,
        report: Callable[[str], None] | None = None,
    ) -> None:
        """``model``: a folder or a name; None is the default model, whose folder is made
        when first needed (``report`` gets progress lines). ``precision``: float32 or
        bfloat16 (faster on CPUs that have it), by default ``QA_ENGINE_PRECISION`` or float32.

        Raises UsageError, and ModelError when a folder is not a model.
        """
        self._model = model
        self._report = report
        self._precision = precision or os.environ.get(PRECISION) or "float32"
        if self._precision not in PRECISIONS:
            raise UsageError(
                f"不认识的精度 {self._precision}", hint=f"可用：{'、'.join(PRECISIONS)}"
            )
        self._lock = threading.RLock()
        folder = Path(model).expanduser() if model is not None else None
        self._folder = folder if folder and folder.is_dir() else None
        files = ("modules.json", "config.json")
        if self._folder and not any((self._folder / file).is_file() for file in files):
            raise ModelError(
                f"{folder} 不是 sentence-transformers 模型文件夹（缺少 modules.json）",
                hint="请用 --model 指定一个完整的模型文件夹，或用 --model default",
            )
        self._name = self._own_name()

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        # Renamed in sentence-transformers 5.4.
        model: Any = self.model
        measure = (
            getattr(model, "get_embedding_dimension", None)
            or model.get_sentence_embedding_dimension
        )
        return int(measure())

    @property
    def model(self) -> SentenceTransformer:
        """The loaded model. Raises ModelError."""
        with self._lock:
            return self._loaded

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, question=True, progress=None)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        return self._encode(texts, question=False, progress=progress)

    def prompt(self, *, question: bool) -> str:
        """What is put before every question or passage; "" for models that use nothing."""
        prompts: Mapping[str, str | None] = self.model.prompts or {}
        for name in _QUESTION_PROMPTS if question else _PASSAGE_PROMPTS:
            if prompt := prompts.get(name):
                return prompt
        if not any(prompts.values()):
            for family, pair in _FAMILY_PROMPTS:
                if family.search(Path(str(self._model)).name):
                    return pair[0 if question else 1]
        return ""

    def _encode(
        self, texts: Sequence[str], *, question: bool, progress: Callable[[int], None] | None
    ) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        places: dict[str, list[int]] = {}
        for place, text in enumerate(texts):
            places.setdefault(text, []).append(place)
        # Texts of like length share a batch, so that little is padded.
        distinct = sorted(places, key=len, reverse=True)
        with self._lock:
            prompt = self.prompt(question=question)
            for start in range(0, len(distinct), _STEP):
                step = distinct[start : start + _STEP]
                for text, vector in zip(step, self._step(step, prompt, question), strict=True):
                    vectors[places[text]] = vector
                if progress:
                    progress(sum(len(places[text]) for text in step))
        return vectors

    def _step(self, texts: Sequence[str], prompt: str, question: bool) -> list[Vectors]:
        cut = [self._windows(prompt, text) for text in texts]
        flat = [piece for pieces in cut for piece in pieces]
        # These two also tell models that route the two sides through different layers.
        encode = self.model.encode_query if question else self.model.encode_document
        raw = encode(
            flat,
            prompt=prompt,
            batch_size=_BATCH,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        rows = np.asarray(raw, dtype=np.float32)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        rows /= np.where(lengths > 0, lengths, 1)
        vectors: list[Vectors] = []
        at = 0
        for pieces in cut:
            part = rows[at : at + len(pieces)]
            vectors.append(part[0] if len(pieces) == 1 else mean_direction(part))
            at += len(pieces)
        return vectors

    def _windows(self, prompt: str, text: str) -> list[str]:
        text = text.encode("utf-8", "replace").decode("utf-8")
        limit = self.model.max_seq_length
        # No tokenizer gives more than one token a byte, plus a few special ones.
        if not limit or len((prompt + text).encode()) + 4 <= limit:
            return [text]
        backend = getattr(self.model.tokenizer, "backend_tokenizer", None)
        if backend is None:
            return [text]  # slow tokenizers: the model truncates
        # The model's own calls leave truncation and padding switched on.
        truncation, padding = backend.truncation, backend.padding
        backend.no_truncation()
        backend.no_padding()
        try:
            return windows(text, lambda piece: len(backend.encode(prompt + piece).ids), limit)
        finally:
            if truncation:
                backend.enable_truncation(**truncation)
            if padding:
                backend.enable_padding(**padding)

    @cached_property
    def _loaded(self) -> SentenceTransformer:
        download = os.environ.get(ALLOW_DOWNLOAD) == "1"
        if not download:
            # Read when huggingface_hub is imported, so it comes before the import.
            os.environ["HF_HUB_OFFLINE"] = "1"
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        if os.environ.get(THREADS):  # else torch takes all cores
            torch.set_num_threads(threads())

        quiet: Any = logging.disable_progress_bar  # transformers leaves it untyped
        quiet()
        if self._model is None:
            source = str(model_store.ensure_sentence_transformers(self._report))
        else:
            source = str(self._folder or self._model)
        try:
            model = SentenceTransformer(source, local_files_only=not download)
        except Exception as error:  # many kinds, of several libraries
            reason = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
            raise ModelError(
                f"载入不了模型 {source}：{reason}",
                hint=(
                    "请检查该模型文件夹是否完整，或用 --model default"
                    if Path(source).is_dir()
                    else "请用 --model 指定本机的模型文件夹；"
                    f"若允许联网下载，请设置 {ALLOW_DOWNLOAD}=1"
                ),
            ) from error
        # Folders saved as float16 would otherwise compute in float16, slow on CPUs.
        model = model.bfloat16() if self._precision == "bfloat16" else model.float()
        return model.eval()

    def _own_name(self) -> str:
        """Of the vector space: the model's name and, for a folder, a checksum of its weights."""
        if self._model is None:
            return model_store.NAME
        if self._folder is None:
            return str(self._model)
        folder = self._folder.resolve()
        if folder == model_store.sentence_transformers_folder().resolve():
            return model_store.NAME
        return f"{folder.name}@{_checksum(folder)}"


def _checksum(folder: Path) -> str:
    """Eight hex digits over samples of the weights: enough to tell two models apart, and
    quick for files of gigabytes."""
    digest = hashlib.sha256()
    weights = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".safetensors", ".bin"} and path.is_file()
    ]
    for path in weights:
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()} {size}".encode())
        with path.open("rb") as file:
            for sample in range(_SAMPLES):
                file.seek(sample * max(0, size - _SAMPLE_BYTES) // (_SAMPLES - 1))
                digest.update(file.read(_SAMPLE_BYTES))
    return digest.hexdigest()[:8]
