"""Lists of the API a page at a time, by cursor."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from qa_engine.errors import UsageError
from qa_engine.presentation import to_json


def paged(
    key: str,
    found: Sequence[Any],
    data: Mapping[str, Any],
    form: Callable[[Any], Any] = to_json,
) -> ResponseReturnValue:
    """One page of a list, with the cursor of the next and the whole number."""
    start = offset_of(data["cursor"])
    end = start + data["limit"]
    after = cursor_at(end) if len(found) > end else None
    return jsonify(
        {key: [form(item) for item in found[start:end]], "next": after, "total": len(found)}
    )


def cursor_at(offset: int) -> str:
    """The cursor of the page that begins there."""
    return base64.urlsafe_b64encode(f"o{offset}".encode()).decode()


def offset_of(cursor: str | None) -> int:
    """Where the page of a cursor begins. Raises UsageError for what is no cursor of ours."""
    if not cursor:
        return 0
    try:
        said = base64.urlsafe_b64decode(cursor.encode("ascii")).decode("ascii")
        if said.startswith("o") and said[1:].isdigit() and len(said) < 12:
            return int(said[1:])
    except (ValueError, binascii.Error):
        pass
    raise UsageError("cursor 读不懂。", "请原样使用上一页给出的 next。")
