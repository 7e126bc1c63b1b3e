"""Tokenizer and onnxruntime sessions of the default model, shared by all who use it.

Every session runs on one thread and takes one text at a time; work is spread over the
cores by running several texts at once (`each`). On CPUs that is the fastest way from
about 100 tokens up and costs a few per cent below, it needs no padding, and a text's
result cannot depend on what else was in its batch: int8 activations are scaled by the
largest value of the whole batch.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from qa_engine.errors import ModelError, UsageError

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer

FloatArray = npt.NDArray[np.float32]
T = TypeVar("T")
R = TypeVar("R")

THREADS = "QA_ENGINE_THREADS"
LOWER_FILE = "lower.onnx"
UPPER_FILE = "upper.onnx"
TOKENIZER_FILE = "tokenizer.json"
MAX_TOKENS = 512


def threads() -> int:
    """How many texts are computed at once: ``QA_ENGINE_THREADS`` or the usable cores.

    Raises UsageError when the variable is not a positive number.
    """
    named = os.environ.get(THREADS)
    if not named:
        try:
            return len(os.sched_getaffinity(0))
        except AttributeError:  # macOS, Windows
            return os.cpu_count() or 1
    if not named.isdecimal() or int(named) < 1:
        raise UsageError(f"{THREADS}={named} 不是正整数", hint=f"例如 {THREADS}=2")
    return int(named)


@lru_cache(maxsize=1)
def _pool(workers: int, process: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers, thread_name_prefix="qa-engine-model")


def each(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """``map`` over the cores, results in order, only a few ahead of what is taken;
    sessions release the interpreter's lock. Do not call it from inside ``function``."""
    workers = threads()
    if workers == 1:
        yield from map(function, items)
        return
    # Threads do not survive a fork, so a forked process needs its own pool.
    pool = _pool(workers, os.getpid())
    ahead: deque[Future[R]] = deque()
    try:
        for item in items:
            ahead.append(pool.submit(function, item))
            if len(ahead) > 4 * workers:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        for future in ahead:
            future.cancel()


def open_session(path: Path) -> onnxruntime.InferenceSession:
    """A session with this project's settings. Raises ModelError."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own types share no public base
        raise ModelError(
            f"打不开模型文件 {path}：{error}", hint="qa-engine model --rebuild"
        ) from error


class E5Runtime:
    """The files of one model folder; each is loaded when first needed, once.

    ``lower`` is what other networks on the same lower layers start from.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.RLock()

    @property
    def tokenizer(self) -> Tokenizer:
        with self._lock:
            return self._tokenizer

    def lower(self, ids: Sequence[int]) -> FloatArray:
        """Token ids of one text, special ones included → hidden states [1, tokens, 384].

        Raises ValueError when there are more than `MAX_TOKENS`.
        """
        if not 0 < len(ids) <= MAX_TOKENS:
            raise ValueError(f"{len(ids)} tokens, expected 1 to {MAX_TOKENS}")
        with self._lock:
            session = self._lower
        tokens = np.asarray(ids, np.int32)[np.newaxis]
        feed = {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}
        hidden: FloatArray = session.run(None, feed)[0]
        return hidden

    def embed(self, ids: Sequence[int]) -> FloatArray:
        """Token ids of one text → its unit vector [384]."""
        hidden = self.lower(ids)
        with self._lock:
            session = self._upper
        feed = {"hidden": hidden, "attention_mask": np.ones(hidden.shape[:2], np.int32)}
        vector: FloatArray = session.run(None, feed)[0][0]
        return vector

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        path = self.folder / TOKENIZER_FILE
        try:
            return Tokenizer.from_file(str(path))
        except Exception as error:  # tokenizers raises plain Exception
            hint = "qa-engine model --rebuild"
            raise ModelError(f"读不了分词文件 {path}：{error}", hint=hint) from error

    @cached_property
    def _lower(self) -> Any:
        return open_session(self.folder / LOWER_FILE)

    @cached_property
    def _upper(self) -> Any:
        return open_session(self.folder / UPPER_FILE)


_runtimes: dict[Path, E5Runtime] = {}
_runtimes_lock = threading.Lock()


def runtime(folder: Path) -> E5Runtime:
    """The runtime of a folder; the same one for all callers in the process."""
    key = folder.resolve()
    with _runtimes_lock:
        return _runtimes.setdefault(key, E5Runtime(key))
