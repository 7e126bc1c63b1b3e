"""Log lines as JSON, one object a line, without what documents and questions say.

A line holds the time, level, logger, message and request id, and of an error its class
and where it was raised, but not its message, which may quote a document. Lines of other
libraries say where they come from. At level debug nothing is left out.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from qa_engine.errors import UsageError
from qa_engine_web.metrics import route_of, seconds_of

LEVELS = ("debug", "info", "warning", "error")
_OURS = ("qa_engine", "qa_engine_web")

_log = logging.getLogger("qa_engine_web.requests")


class JsonLines(logging.Formatter):
    """``full``: with the messages of errors and of other libraries."""

    def __init__(self, full: bool = False) -> None:
        super().__init__()
        self._full = full

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if self._full or record.name.split(".")[0] in _OURS:
            line["message"] = record.getMessage()
        else:
            line["at"] = f"{record.module}:{record.lineno}"
        if has_request_context():
            line["request"] = g.get("request_id", "-")
        line.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["trace"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
            if self._full:
                line["said"] = str(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def level_of(name: str) -> int:
    """Raises UsageError for a level that is none."""
    if name.lower() not in LEVELS:
        raise UsageError(f"没有名为 {name} 的日志级别。", f"可用：{'、'.join(LEVELS)}。")
    return int(getattr(logging, name.upper()))


def log_to_stderr(level: int) -> logging.Handler:
    """Write all log lines of the process from ``level`` on; returns the handler."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(full=level <= logging.DEBUG))
    root = logging.getLogger()
    root.addHandler(handler)
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
    return handler


def log_requests(app: Flask) -> None:
    """One line at level info for each request: route, status, time; no address, no text."""

    @app.after_request
    def note(response: Response) -> Response:
        if _log.isEnabledFor(logging.INFO):
            fields = {
                "method": request.method,
                "route": route_of(request),
                "status": response.status_code,
                "ms": round(seconds_of() * 1000, 1),
            }
            _log.info("request", extra={"fields": fields})
        return response
