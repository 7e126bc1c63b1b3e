"""What a request to the API may say: its parameters, its body, its filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, Dict, Integer, List, Raw, String
from apiflask.validators import Length, OneOf, Range
from flask import abort, request
from marshmallow import EXCLUDE

from qa_engine.errors import UsageError
from qa_engine_web.contract import FILTER_KEYS, MODES
from qa_engine_web.selection import CONFERENCE_SORTS, RECORD_SORTS, ROLES, SORTS

LONGEST = 10_000  # characters of a question that are looked at before it is refused


class Text(String):
    """A string that can be stored and sent: lone surrogates of JSON escapes are replaced."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        return storable(super()._deserialize(value, attr, data, **more))


def storable(text: str) -> str:
    """``text`` with what UTF-8 cannot hold replaced by ``?``."""
    return text.encode("utf-8", "replace").decode("utf-8")


def needs_json() -> None:
    """415 for a body in another form."""
    if request.method == "POST" and not request.is_json:
        abort(415)


class _Lenient(Schema):
    class Meta:
        unknown = EXCLUDE


class _Filtered(_Lenient):
    document = List(
        String(validate=Length(max=1000)),
        metadata={"description": "id, folder/, or part of a title"},
    )
    kind = List(Text(validate=Length(max=100)))
    speaker = List(Text(validate=Length(max=100)))
    department = List(Text(validate=Length(max=100)))
    date = List(Text(validate=Length(max=100)), metadata={"description": "2013 or 2013-08..2014"})


class AskQuery(_Filtered):
    """``?q=…`` with filters."""

    q = Text(required=True, validate=Length(max=LONGEST), metadata={"description": "the question"})
    context = Text(
        load_default="",
        validate=Length(max=LONGEST),
        metadata={"description": "the question before"},
    )


class AskBody(_Lenient):
    """``{"question": …}``; a filter's value is a string or a list of strings."""

    question = Text(required=True, validate=Length(max=LONGEST))
    context = Text(load_default=None, allow_none=True, validate=Length(max=LONGEST))
    filters = Dict(keys=String(), values=Raw(), load_default=None, allow_none=True)


class SearchQuery(_Filtered):
    """``?q=…`` with filters, mode and page."""

    q = Text(required=True, validate=Length(max=LONGEST))
    mode = Text(load_default="hybrid", validate=OneOf(MODES))
    sort = Text(load_default="relevance", validate=OneOf(SORTS))
    limit = Integer(load_default=10, validate=Range(1, 200))
    cursor = Text(load_default=None, validate=Length(max=200))


class SearchBody(_Lenient):
    """The same in a body."""

    query = Text(required=True, validate=Length(max=LONGEST))
    mode = Text(load_default="hybrid", validate=OneOf(MODES))
    sort = Text(load_default="relevance", validate=OneOf(SORTS))
    limit = Integer(load_default=10, validate=Range(1, 200))
    cursor = Text(load_default=None, allow_none=True, validate=Length(max=200))
    filters = Dict(keys=String(), values=Raw(), load_default=None, allow_none=True)


class PageQuery(_Lenient):
    """Page of a list."""

    limit = Integer(load_default=100, validate=Range(1, 1000))
    cursor = Text(load_default=None, validate=Length(max=200))


class DocumentsQuery(PageQuery):
    """The parameters of the page of documents."""

    q = Text(load_default="", metadata={"description": "words of title or id"})
    kind = List(Text(validate=Length(max=100)))
    problems = Text(load_default="", metadata={"description": "1: only those with problems"})


class RecordsQuery(PageQuery, _Filtered):
    """The parameters of the page of tasks."""

    q = Text(load_default="", metadata={"description": "words of a task"})
    due = Text(load_default="", metadata={"description": "part of a deadline"})
    role = Text(
        load_default="any",
        validate=OneOf(ROLES),
        metadata={"description": "whether the department leads or cooperates"},
    )
    sort = Text(load_default="document", validate=OneOf(RECORD_SORTS))


class ConferencesQuery(PageQuery):
    """The parameters of the page of conferences."""

    q = Text(load_default="", metadata={"description": "words of title, place or date"})
    speaker = List(Text(validate=Length(max=100)))
    place = List(Text(validate=Length(max=100)))
    date = List(Text(validate=Length(max=10)), metadata={"description": "2013 or 2013-08"})
    sort = Text(load_default="date", validate=OneOf(CONFERENCE_SORTS))


class ConferenceQuery(_Lenient):
    """What of a conference to give."""

    q = Text(load_default="", validate=Length(max=500))
    speaker = Text(load_default="", validate=Length(max=100))


class DocumentQuery(_Lenient):
    """What of a document to give."""

    passages = Boolean(load_default=False, metadata={"description": "give its passages too"})


class SuggestQuery(_Lenient):
    """What has been typed."""

    q = Text(load_default="", validate=Length(max=LONGEST))


def body_filters(filters: Mapping[str, Any] | None) -> dict[str, list[str]]:
    """Filters of a body, each as a list of strings; raises UsageError."""
    result: dict[str, list[str]] = {}
    for key, value in (filters or {}).items():
        values = value if isinstance(value, list) else [value]
        if key not in FILTER_KEYS or not all(isinstance(item, str) for item in values):
            raise UsageError(
                f"筛选条件 {str(key)[:40]} 读不懂。",
                f"可用的键：{'、'.join(FILTER_KEYS)}，值是文字。",
            )
        result[key] = [storable(item) for item in values if item]
    return {key: values for key, values in result.items() if values}
