"""Let Whoosh unpickle nothing but what it writes itself.

Whoosh keeps its table of contents and some headers as pickles, and a pickle may run any
code when it is read. An index folder may have come from elsewhere, so only the classes
named here are ever built; anything else is refused before it exists.
"""

from __future__ import annotations

import io
import pickle
import sys
import types
from typing import IO, Any

# What the indexes that we write hold, beside lists, dicts, numbers and strings.
_ALLOWED = frozenset(
    {
        ("_codecs", "encode"),
        ("builtins", "int"),
        ("builtins", "set"),
        ("collections", "defaultdict"),
        ("re", "_compile"),
        ("whoosh.analysis.tokenizers", "RegexTokenizer"),
        ("whoosh.codec.whoosh3", "W3Codec"),
        ("whoosh.codec.whoosh3", "W3Segment"),
        ("whoosh.fields", "STORED"),
        ("whoosh.fields", "Schema"),
        ("whoosh.fields", "TEXT"),
        ("whoosh.formats", "Frequency"),
        ("whoosh.formats", "Positions"),
    }
)


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in an index")
        return super().find_class(module, name)


def load(file: IO[bytes], **_: Any) -> Any:
    """Like ``pickle.load``. Raises UnpicklingError."""
    return _Unpickler(file).load()


def loads(data: bytes, **_: Any) -> Any:
    """Like ``pickle.loads``. Raises UnpicklingError."""
    return _Unpickler(io.BytesIO(data)).load()


def restrict() -> None:
    """Give every Whoosh module that has been imported these functions for pickle's own."""
    safe = types.SimpleNamespace(
        load=load, loads=loads, dump=pickle.dump, dumps=pickle.dumps, Unpickler=_Unpickler
    )
    swaps: dict[int, Any] = {id(pickle.load): load, id(pickle.loads): loads, id(pickle): safe}
    for name, module in list(sys.modules.items()):
        if name == "whoosh" or name.startswith("whoosh."):
            for key, value in list(vars(module).items()):
                if id(value) in swaps:
                    setattr(module, key, swaps[id(value)])
