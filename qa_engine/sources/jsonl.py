"""jsonl: one document a line: ``id``, ``title``, ``text``, optional ``date``, ``url``, ``meta``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from qa_engine.errors import SourceError, UnreadableFile
from qa_engine.sources.decoding import decode
from qa_engine.sources.raw import RawDocument, lines_of

_HINT = '每行应为一个 JSON 对象，至少有 "id" 和 "text" 两个字符串字段。'


def read_jsonl(
    data: bytes, id: str, name: str, on_error: Callable[[str, SourceError], None] | None = None
) -> Iterator[RawDocument]:
    """The documents of a file, under their own ids.

    A line that is no document is reported to ``on_error`` (raised when that is None) and
    the next ones are read. Raises UnreadableFile when the file cannot be decoded or two
    lines claim one id.
    """
    decoded = decode(data, name)
    seen: dict[str, int] = {}
    for number, line in enumerate(decoded.text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            raw = _document(line, f"{id} 第 {number} 行", decoded.encoding)
            if raw.id in seen:
                raise UnreadableFile(
                    f"{id} 第 {number} 行：id “{raw.id}” 与第 {seen[raw.id]} 行重复。",
                    "请给每个文档一个不同的 id。",
                )
        except SourceError as error:
            if on_error is None:
                raise
            on_error(f"{id}:{number}", error)
            continue
        seen[raw.id] = number
        yield raw


def _document(line: str, where: str, encoding: str) -> RawDocument:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"{where}：不是合法的 JSON（{error}）。", _HINT) from error
    if not isinstance(entry, dict):
        raise UnreadableFile(f"{where}：不是 JSON 对象。", _HINT)
    identity, text = entry.get("id"), entry.get("text")
    if isinstance(identity, int) and not isinstance(identity, bool):
        identity = str(identity)
    if not isinstance(identity, str) or not identity or not isinstance(text, str):
        raise UnreadableFile(f"{where}：缺少字符串字段 id 或 text。", _HINT)
    body = _sound(text)
    return RawDocument(
        id=_sound(identity),
        text=body,
        elements=tuple(lines_of(body)),
        title=_field(entry, "title"),
        date=_field(entry, "date"),
        name=_field(entry, "title") or identity,
        suffix="jsonl",
        encoding=encoding,
        meta=_meta(entry),
    )


def _field(entry: dict[str, Any], name: str) -> str | None:
    value = entry.get(name)
    return _sound(value) if isinstance(value, str) and value.strip() else None


def _meta(entry: dict[str, Any]) -> dict[str, str]:
    """``meta`` as strings, and ``url`` when there is one."""
    meta: dict[str, str] = {}
    given = entry.get("meta")
    if isinstance(given, dict):
        for key, value in given.items():
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            meta[_sound(str(key))] = _sound(shown)
    if (url := _field(entry, "url")) is not None:
        meta["url"] = url
    return meta


def _sound(text: str) -> str:
    """JSON can escape half of a surrogate pair, which no encoding can store."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
