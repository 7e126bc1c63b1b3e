"""Named numpy arrays in one file that is mapped into memory rather than read.

Form: 8 bytes ``QAARRAY1``, the length of the header as a little-endian uint64, the
header in JSON (name → dtype, shape, offset), then the arrays, each at a multiple of 64.
Nothing in it is ever unpickled or run.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qa_engine.errors import IndexDamaged

Array = npt.NDArray[Any]
_MAGIC = b"QAARRAY1"
_ALIGN = 64
_DTYPES = frozenset({"<u1", "|u1", "<u2", "<u4", "<i8", "<f4"})


def write_arrays(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write a new file; dtypes: uint8, uint16, uint32, int64, float32."""
    entries: dict[str, tuple[str, list[int], int]] = {}
    at = 0
    for name, array in arrays.items():
        dtype = array.dtype.newbyteorder("<").str
        if dtype not in _DTYPES:
            raise ValueError(f"array {name} has dtype {dtype}")
        entries[name] = (dtype, list(array.shape), at)
        at += -(-array.nbytes // _ALIGN) * _ALIGN
    header = json.dumps(entries).encode()
    header += b" " * (-(len(_MAGIC) + 8 + len(header)) % _ALIGN)
    with path.open("xb") as file:
        file.write(_MAGIC + len(header).to_bytes(8, "little") + header)
        for array in arrays.values():
            data = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
            file.write(data.tobytes())
            file.write(b"\0" * (-data.nbytes % _ALIGN))


def open_arrays(path: Path) -> dict[str, Array]:
    """Read-only views into the mapped file. Raises IndexDamaged."""
    try:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise IndexDamaged(
            f"索引文件读不了：{path}（{error}）", "请运行：qa-engine doctor"
        ) from error
    try:
        if mapped[: len(_MAGIC)] != _MAGIC:
            raise ValueError("wrong kind of file")
        start = len(_MAGIC) + 8
        length = int.from_bytes(mapped[len(_MAGIC) : start], "little")
        entries = json.loads(mapped[start : start + length])
        result: dict[str, Array] = {}
        for name, (dtype, shape, at) in entries.items():
            if dtype not in _DTYPES:
                raise ValueError(f"unexpected dtype {dtype}")
            count = int(np.prod(shape, dtype=np.int64))
            view = np.frombuffer(mapped, dtype=dtype, count=count, offset=start + length + at)
            result[name] = view.reshape(shape)
    except (ValueError, TypeError, AttributeError) as error:
        raise IndexDamaged(
            f"索引文件已损坏：{path}（{error}）", "请运行：qa-engine doctor"
        ) from error
    return result
