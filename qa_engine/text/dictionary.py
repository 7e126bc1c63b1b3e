"""jieba's dictionary without reading it whole: a question needs a few hundred of its words.

jieba looks words up in a dict of half a million entries that takes half a second to load.
The same entries lie sorted in a file in the user's cache folder, mapped into memory and
searched by halves; whoever cuts much is given the dict after all.
"""

from __future__ import annotations

import io
import logging
import os
import tempfile
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from qa_engine.arrays import open_arrays, write_arrays
from qa_engine.errors import IndexDamaged
from qa_engine.settings import cache_folder

# Lookups after which the whole dictionary is worth loading.
_MANY = 30_000


def load_jieba(user: bytes | None = None) -> Any:
    """A ``jieba.Tokenizer`` of its own: nothing global changes, and jieba stays quiet.

    ``user``: the content of a dictionary in jieba's format. What is kept goes to the
    user's cache folder rather than to a shared temporary one, where anyone could have put it.
    """
    with warnings.catch_warnings():
        # jieba 0.42 has invalid escapes in its sources and asks for pkg_resources.
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.WARNING)
    tokenizer: Any = jieba.Tokenizer()
    folder: Path | None = cache_folder() / "jieba"
    try:
        assert folder is not None
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer.tmp_dir = str(folder)
        tokenizer.cache_file = f"jieba-{jieba.__version__}.cache"
    except OSError:  # a read-only home: everything is built in memory each time
        folder = None
    mapped = folder / f"jieba-{jieba.__version__}.arrays" if folder else None
    if mapped is None:
        # jieba would take its cache from the shared temporary folder.
        with tempfile.TemporaryDirectory() as own:
            tokenizer.tmp_dir, tokenizer.cache_file = own, "jieba.cache"
            tokenizer.initialize()
    elif not _use_mapped(tokenizer, mapped):
        tokenizer.initialize()
        _write_mapped(tokenizer, mapped)
    if user is not None:
        tokenizer.load_userdict(io.BytesIO(user))
    return tokenizer


class MappedFrequencies:
    """The part of a dict that jieba uses, over a mapped file. Words set later lie above it."""

    def __init__(self, path: Path, load: Callable[[], dict[str, int]]) -> None:
        """``load`` gives the whole dictionary. Raises IndexDamaged."""
        arrays = open_arrays(path)
        self._words = arrays["words"]
        self._starts = arrays["starts"]
        self._counts = arrays["counts"]
        self.total = int(arrays["total"][0])
        self._set: dict[str, int] = {}
        self._load = load
        self._whole: dict[str, int] | None = None
        self._lookups = 0
        self._lock = threading.Lock()

    def get(self, word: str, default: int | None = None) -> int | None:
        whole = self._whole
        if whole is not None:
            return whole.get(word, default)
        found = self._set.get(word)
        if found is None:
            found = self._search(word)
            if found is not None:
                self._set[word] = found
        return default if found is None else found

    def __getitem__(self, word: str) -> int:
        found = self.get(word)
        if found is None:
            raise KeyError(word)
        return found

    def __contains__(self, word: str) -> bool:
        return self.get(word) is not None

    def __setitem__(self, word: str, count: int) -> None:
        self._set[word] = count
        if self._whole is not None:
            self._whole[word] = count

    def _search(self, word: str) -> int | None:
        self._lookups += 1
        if self._lookups > _MANY:
            with self._lock:
                if self._whole is None:
                    whole = self._load()
                    whole.update(self._set)
                    self._whole = whole
            return self._whole.get(word)
        key = word.encode("utf-8", "surrogatepass")
        low, high = 0, len(self._counts)
        while low < high:
            middle = (low + high) // 2
            if self._word(middle) < key:
                low = middle + 1
            else:
                high = middle
        if low < len(self._counts) and self._word(low) == key:
            return int(self._counts[low])
        return None

    def _word(self, number: int) -> bytes:
        return self._words[self._starts[number] : self._starts[number + 1]].tobytes()


def _use_mapped(tokenizer: Any, path: Path) -> bool:
    """Give the tokenizer the mapped dictionary, if there is one that can be read."""
    if not path.is_file():
        return False

    def load() -> dict[str, int]:
        whole = type(tokenizer)()
        whole.tmp_dir, whole.cache_file = tokenizer.tmp_dir, tokenizer.cache_file
        whole.initialize()
        return dict(whole.FREQ)

    try:
        frequencies = MappedFrequencies(path, load)
    except (IndexDamaged, KeyError):
        return False
    tokenizer.FREQ = frequencies
    tokenizer.total = frequencies.total
    tokenizer.initialized = True
    return True


def _write_mapped(tokenizer: Any, path: Path) -> None:
    """Keep the dictionary for the next start; not being able to is no harm."""
    items = sorted((w.encode("utf-8", "surrogatepass"), c) for w, c in tokenizer.FREQ.items())
    sizes = np.fromiter((len(word) for word, _ in items), dtype=np.int64, count=len(items))
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        write_arrays(
            temporary,
            {
                "words": np.frombuffer(b"".join(word for word, _ in items), dtype=np.uint8),
                "starts": np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
                "counts": np.array([count for _, count in items], dtype=np.int64),
                "total": np.array([tokenizer.total], dtype=np.int64),
            },
        )
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
