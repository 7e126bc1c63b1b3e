"""A reader that reads nothing twice.

A reading depends on nothing but question and text, and is nearly all the time that an answer
from prose takes. The same question comes again whenever somebody opens the document behind
its answer, reloads, or asks what a colleague asked.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b

from qa_engine.ports import Reader, Reading


class RememberingReader:
    """Another reader, with the last ``kept`` readings (about 1 kB each) in memory.

    They are known by a digest of question and text: of a removed document no word stays.
    """

    def __init__(self, reader: Reader, kept: int) -> None:
        self._reader = reader
        self._kept = kept
        self._lock = threading.Lock()
        self._readings: OrderedDict[bytes, Reading] = OrderedDict()

    @property
    def name(self) -> str:
        return self._reader.name

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """Raises what the reader raises; then nothing of the call is kept."""
        keys = [_digest(question, text) for text in texts]
        known = self._known(keys)
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if fresh:
            read = self._reader.read(question, list(fresh.values()))
            found = dict(zip(fresh, read, strict=True))
            self._keep(found)
            known |= found
        return [known[key] for key in keys]

    def _known(self, keys: Sequence[bytes]) -> dict[bytes, Reading]:
        with self._lock:
            known = {key: self._readings[key] for key in keys if key in self._readings}
            for key in known:
                self._readings.move_to_end(key)
        return known

    def _keep(self, found: dict[bytes, Reading]) -> None:
        with self._lock:
            self._readings.update(found)
            while len(self._readings) > self._kept:
                self._readings.popitem(last=False)


def _digest(question: str, text: str) -> bytes:
    sizes = f"{len(question)} {len(text)} "
    whole = f"{sizes}{question}{text}".encode("utf-8", "surrogatepass")
    return blake2b(whole, digest_size=16).digest()
