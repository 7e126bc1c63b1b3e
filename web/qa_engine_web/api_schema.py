"""JSON Schemas of the results, made from the dataclasses that they are."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from qa_engine.alignment import Aligned
from qa_engine.models import Answer, Block, Document, DocumentInfo, Hit, Manifest, Passage, Record

Schema = dict[str, Any]

_LEFT_OUT = frozenset({"runs"})
_SIMPLE: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    Any: {},
}

ERROR: Schema = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "message_en", "hint"],
            "additionalProperties": False,
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string", "description": "Chinese"},
                "message_en": {"type": "string", "description": "English"},
                "hint": {"type": "string", "description": "what to do next"},
            },
        }
    },
}

JOB: Schema = {
    "type": "object",
    "required": ["id", "kind", "state", "results"],
    "properties": {
        "id": {"type": "string"},
        "kind": {"type": "string"},
        "state": {"enum": ["waiting", "running", "done", "failed"]},
        "stage": {"type": "string"},
        "done": {"type": "integer"},
        "total": {"type": ["integer", "null"]},
        "detail": {"type": "string"},
        "message": {"type": "string"},
        "hint": {"type": "string"},
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "outcome", "message"],
                "properties": {
                    "name": {"type": "string"},
                    "outcome": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}


def components() -> dict[str, Schema]:
    """The named schemas of the OpenAPI document."""
    found: dict[str, Schema] = {}
    for model in (Answer, Document, DocumentInfo, Hit, Manifest, Passage):
        _schema(model, found)
    found["Error"] = ERROR
    return dict(sorted(found.items()))


def ref(name: str) -> Schema:
    """A reference to a named schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def listing(key: str, item: Schema, **more: Schema) -> Schema:
    """``{key: [item, …], "next": cursor or null, …}``."""
    return {
        "type": "object",
        "required": [key, "next", *more],
        "properties": {
            key: {"type": "array", "items": item},
            "next": {"type": ["string", "null"], "description": "cursor of the next page"},
            **more,
        },
    }


def _schema(kind: Any, found: dict[str, Schema]) -> Schema:
    if kind in _SIMPLE:
        return dict(_SIMPLE[kind])
    if kind is Aligned:
        return {"type": "string"}
    if kind is Record:
        return {"type": "object", "additionalProperties": {"type": "string"}}
    if is_dataclass(kind) and isinstance(kind, type):
        return _object(kind, found)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        return _union([_schema(argument, found) for argument in arguments])
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return {"type": "array", "items": _schema(arguments[0], found)}
    if origin is tuple:
        return {
            "type": "array",
            "prefixItems": [_schema(argument, found) for argument in arguments],
            "minItems": len(arguments),
            "maxItems": len(arguments),
        }
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(arguments[1], found)}
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return {"type": "array", "items": _schema(arguments[0], found)}
    raise TypeError(f"no schema for {kind!r}")


def _object(kind: type, found: dict[str, Schema]) -> Schema:
    name = kind.__name__
    if name not in found:
        found[name] = {}  # models may nest in themselves
        hints = typing.get_type_hints(kind)
        properties = {
            item.name: _schema(hints[item.name], found)
            for item in fields(kind)
            if item.name not in _LEFT_OUT
        }
        if kind is Block:
            properties["start"] = properties["end"] = {"type": ["integer", "null"]}
        found[name] = {
            "type": "object",
            "description": (kind.__doc__ or "").strip().split("\n\n")[0].replace("\n", " "),
            "required": list(properties),
            "properties": properties,
        }
    return ref(name)


def _union(options: list[Schema]) -> Schema:
    if all(list(option) == ["type"] for option in options):
        return {"type": [option["type"] for option in options]}
    return {"anyOf": options}


def returns(schema: dict[str, Any], *failures: int) -> dict[int | str, Any]:
    """The responses of an operation: its schema, and the error shape for what may fail."""
    content = {"application/json": {"schema": schema}}
    result: dict[int | str, Any] = {200: {"description": "done", "content": content}}
    for status in (*failures, 429, 503):
        result[status] = {
            "description": "see error.code",
            "content": {"application/json": {"schema": ref("Error")}},
        }
    return result
