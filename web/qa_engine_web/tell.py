"""Feedback and unanswered questions: pages and API."""

from __future__ import annotations

import sqlite3
from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import List
from apiflask.validators import Length, OneOf
from flask import jsonify, make_response, redirect, request
from flask.typing import ResponseReturnValue
from marshmallow import EXCLUDE, ValidationError, validates_schema
from werkzeug.exceptions import NotFound

from qa_engine.errors import StoreUnavailable, UsageError
from qa_engine_web.api_input import PageQuery, Text, needs_json
from qa_engine_web.api_paging import paged
from qa_engine_web.api_schema import listing, returns
from qa_engine_web.notebook import Notebook, gold_lines
from qa_engine_web.parameters import pages
from qa_engine_web.rendering import notebook, page, translate

blueprint = APIBlueprint("tell", __name__, enable_openapi=False)
api = APIBlueprint("tell_api", __name__, url_prefix="/api/v1", tag="feedback")
api.before_request(needs_json)

MAX_DOCUMENTS = 1000  # of one answer: sets of records may come from many


def _needed() -> Notebook:
    book = notebook()
    if book is None:
        raise NotFound
    return book


def keep(judgement: dict[str, Any]) -> None:
    """Store a judgement; raises StoreUnavailable when the folder cannot be written."""
    try:
        _needed().add(**judgement)
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailable(
            f"反馈存不下来：{error}", "请检查索引文件夹的权限和磁盘空间。"
        ) from error


class FeedbackBody(Schema):
    """A judgement on an answer."""

    class Meta:
        unknown = EXCLUDE

    question = Text(required=True, validate=Length(1, 500))
    answer = Text(load_default="", validate=Length(max=10_000))
    verdict = Text(required=True, validate=OneOf(("right", "wrong")))
    expected = Text(load_default="", validate=Length(max=500))
    documents = List(
        Text(validate=Length(max=1000)), load_default=list, validate=Length(max=MAX_DOCUMENTS)
    )

    @validates_schema
    def know_the_origin(self, data: dict[str, Any], **_: Any) -> None:
        """An answer is kept only with the documents that it must go with."""
        if data.get("answer") and not data.get("documents"):
            raise ValidationError("an answer comes with its documents", "documents")


_MESSAGE = {
    "type": "object",
    "required": ["message"],
    "properties": {"message": {"type": "string"}},
}


@api.post("/feedback")
@api.input(FeedbackBody)
@api.doc(summary="Judge an answer", responses=returns(_MESSAGE, 400, 403, 404, 415))
def add_feedback(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Kept on this machine; see GET for the export."""
    keep(json_data)
    return jsonify(message=translate("feedback_thanks"))


_LINES: dict[int | str, Any] = {
    200: {
        "description": "one JSON object a line",
        "content": {"application/jsonl": {"schema": {"type": "string"}}},
    }
}


@api.get("/feedback")
@api.doc(
    summary="Feedback as a gold-set file",
    responses=_LINES,
)
def export_feedback() -> ResponseReturnValue:
    """What ``qa-engine evaluate`` reads."""
    book = notebook()
    lines = "".join(f"{line}\n" for line in gold_lines(book.feedback() if book else []))
    response = make_response(lines)
    response.mimetype = "application/jsonl"
    response.headers.set("Content-Disposition", "attachment", filename="feedback.jsonl")
    return response


_UNANSWERED = {
    "type": "object",
    "required": ["question", "first", "last", "times"],
    "properties": {
        "question": {"type": "string"},
        "first": {"type": "string"},
        "last": {"type": "string"},
        "times": {"type": "integer"},
    },
}


@api.get("/unanswered")
@api.input(PageQuery, location="query")
@api.doc(summary="Declined questions", responses=returns(listing("unanswered", _UNANSWERED), 400))
def list_unanswered(query_data: dict[str, Any]) -> ResponseReturnValue:
    """The most frequent first."""
    book = notebook()
    return paged("unanswered", book.unanswered() if book else [], query_data)


@blueprint.post("/feedback")
def post_feedback() -> ResponseReturnValue:
    """The form of an answer card, for browsers without scripts."""
    data: dict[str, Any] = {
        "question": request.form.get("question", ""),
        "answer": request.form.get("answer", ""),
        "verdict": request.form.get("verdict", ""),
        "expected": request.form.get("expected", ""),
        "documents": request.form.getlist("document"),
    }
    if FeedbackBody().validate(data):
        raise UsageError("这条反馈读不懂。", "请回到答案页再提交一次。")
    keep(data)
    return page("told.html", message=translate("feedback_thanks"), question=data["question"])


@blueprint.get("/unanswered")
def unanswered() -> ResponseReturnValue:
    """Declined questions for the one who keeps the corpus."""
    book = notebook()
    found = book.unanswered() if book else []
    judged = book.feedback() if book else []
    cut = pages(len(found), request.args.get("page"), 50, "/unanswered", request.args)
    return page(
        "unanswered.html",
        kept=book is not None,
        found=found[cut.start : cut.end],
        total=len(found),
        judged=len(judged),
        wrong=[entry for entry in judged if entry.verdict == "wrong"][:50],
        pages=cut,
        twin="/api/v1/unanswered",
    )


@blueprint.post("/unanswered")
def dismiss() -> ResponseReturnValue:
    """Take a question off the list."""
    _needed().dismiss(request.form.get("question", ""))
    return redirect("/unanswered", 303)
