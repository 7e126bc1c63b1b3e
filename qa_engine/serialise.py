"""Models ⇄ plain JSON values, exactly: what a store keeps and an export holds.

Fields equal to their default are left out; runs become flat lists of numbers. The
inverse builds the same value again: ``from_plain(type(x), to_plain(x)) == x``.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar

from qa_engine.alignment import Run

T = TypeVar("T")


def to_bytes(value: Any) -> bytes:
    """Compact JSON in UTF-8; lone surrogates survive."""
    plain = to_plain(value)
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def from_bytes(kind: type[T], data: bytes) -> T:
    """The inverse of ``to_bytes``."""
    return from_plain(kind, json.loads(data.decode("utf-8", "surrogatepass")))


def to_plain(value: Any) -> Any:
    """A model as lists, dicts, strings and numbers."""
    if isinstance(value, tuple):
        if value and isinstance(value[0], Run):
            return [n for r in value for n in (r.start, r.end, r.source_start, r.source_end)]
        return [to_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        result: dict[str, Any] = {}
        for name, default in _defaults(type(value)):
            item = getattr(value, name)
            if default is MISSING or item != default:
                result[name] = to_plain(item)
        return result
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    return value


def from_plain(kind: type[T], data: Any) -> T:
    """The inverse of ``to_plain``; raises TypeError or ValueError on data of another shape."""
    decode: Callable[[Any], T] = _decoder(typing.cast("Any", kind))
    return decode(data)


@cache
def _defaults(kind: type) -> tuple[tuple[str, Any], ...]:
    result: list[tuple[str, Any]] = []
    for item in fields(kind):
        default = item.default
        if item.default_factory is not MISSING:
            default = item.default_factory()
        result.append((item.name, default))
    return tuple(result)


@cache
def _decoder(kind: Any) -> Callable[[Any], Any]:
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        inner = [part for part in typing.get_args(kind) if part is not type(None)]
        decode = _decoder(inner[0])
        return lambda data: None if data is None else decode(data)
    if origin is tuple:
        item = typing.get_args(kind)[0]
        if item is Run:
            return _runs
        decode = _decoder(item)
        return lambda data: tuple(decode(part) for part in data)
    if origin is not None:  # a mapping of strings
        return dict
    if is_dataclass(kind):
        return _dataclass_decoder(typing.cast("type", kind))
    return _same


def _dataclass_decoder(kind: type) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    names = {item.name for item in fields(kind)}
    # Made when first met: a type may contain itself. Those that stay as they are have none.
    decoders: dict[str, Callable[[Any], Any] | None] = {}

    def decode(data: Any) -> Any:
        if not isinstance(data, dict) or not data.keys() <= names:
            raise TypeError(f"this is no {kind.__name__}")
        given = data.copy()
        for name, part in data.items():
            try:
                inner = decoders[name]
            except KeyError:
                found = _decoder(hints[name])
                inner = decoders[name] = None if found is _same else found
            if inner is not None:
                given[name] = inner(part)
        return kind(**given)

    return decode


def _runs(data: Any) -> tuple[Run, ...]:
    return tuple(Run(*data[at : at + 4]) for at in range(0, len(data), 4))


def _same(data: Any) -> Any:
    return data
