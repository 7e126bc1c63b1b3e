"""Words of Han characters as numbers, many at once: a row a place, a column a word."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from qa_engine.ports import Codes

FIRST, LAST = 0x4E00, 0x9FFF


def is_han(character: str) -> bool:
    return FIRST <= ord(character) <= LAST


def codes_of(words: Iterable[str], length: int) -> Codes:
    """Those of exactly ``length`` Han characters, in the order given."""
    some = [w for w in words if len(w) == length and all(map(is_han, w))]
    if not some:
        return np.zeros((length, 0), np.uint32)
    return np.ascontiguousarray(
        np.frombuffer("".join(some).encode("utf-32-le"), "<u4").reshape(-1, length).T
    )


def words_of(codes: Codes) -> list[str]:
    """The inverse."""
    length = len(codes)
    text = np.ascontiguousarray(codes.T, "<u4").tobytes().decode("utf-32-le")
    return [text[at : at + length] for at in range(0, len(text), length)]


def distinct(length: int, some: Iterable[Codes]) -> Codes:
    """The words of all of them, each once, by code point."""
    codes = np.concatenate([np.zeros((length, 0), np.uint32), *some], axis=1)
    codes = codes[:, np.lexsort(codes[::-1])]
    differs = (np.diff(codes, axis=1) != 0).any(axis=0)
    return codes[:, np.concatenate(([True], differs))] if codes.shape[1] else codes


def without(codes: Codes, others: Codes) -> Codes:
    """The words of ``codes`` that are not among ``others``; both of at most four characters."""
    keys, taken = _keys(codes), np.sort(_keys(others))
    if not len(taken):
        return codes
    places = np.minimum(np.searchsorted(taken, keys), len(taken) - 1)
    return codes[:, taken[places] != keys]


def _keys(codes: Codes) -> npt.NDArray[np.uint64]:
    keys = np.zeros(codes.shape[1], np.uint64)
    for row in codes:
        keys = (keys << np.uint64(16)) | row
    return keys
