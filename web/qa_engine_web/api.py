"""The JSON API, ``/api/v1``: every page that shows results has its twin here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from apiflask import APIBlueprint, APIFlask
from flask import Response, jsonify, make_response, request
from flask.typing import ResponseReturnValue

from qa_engine.errors import QAEngineError
from qa_engine.models import Document, DocumentInfo
from qa_engine.presentation import to_json
from qa_engine_web.api_input import (
    AskBody,
    AskQuery,
    ConferenceQuery,
    ConferencesQuery,
    DocumentQuery,
    DocumentsQuery,
    RecordsQuery,
    SearchBody,
    SearchQuery,
    SuggestQuery,
    body_filters,
    needs_json,
)
from qa_engine_web.api_paging import cursor_at, offset_of, paged
from qa_engine_web.api_schema import components, listing, ref, returns
from qa_engine_web.conference_view import exchanges, narrowed
from qa_engine_web.parameters import engine_filters, filters_in, question_in
from qa_engine_web.rendering import note_answer, the_engine, the_people
from qa_engine_web.selection import (
    POOL,
    by_date,
    conferences_for,
    documents_for,
    records_for,
)

blueprint = APIBlueprint("api", __name__, url_prefix="/api/v1", tag="answers")

blueprint.before_request(needs_json)


@blueprint.get("/ask")
@blueprint.input(AskQuery, location="query")
@blueprint.doc(summary="Answer a question", responses=returns(ref("Answer"), 400))
def ask(query_data: dict[str, Any]) -> ResponseReturnValue:
    """The answer with its citations; ``found`` is false when the documents don't say."""
    return _answer(query_data["q"], filters_in(request.args), query_data["context"])


@blueprint.post("/ask")
@blueprint.input(AskBody)
@blueprint.doc(summary="Answer a question", responses=returns(ref("Answer"), 400, 415))
def ask_body(json_data: dict[str, Any]) -> ResponseReturnValue:
    """The same for a question in a JSON body."""
    return _answer(json_data["question"], body_filters(json_data["filters"]), json_data["context"])


def _answer(
    question: str, filters: Mapping[str, Sequence[str]], context: str | None
) -> ResponseReturnValue:
    previous = question_in(context) if context and context.strip() else None
    asked = question_in(question)
    answer = the_engine().ask(asked, engine_filters(filters), previous)
    if not filters and previous is None:
        note_answer(asked, answer.found)
    return jsonify(to_json(answer))


@blueprint.get("/search")
@blueprint.input(SearchQuery, location="query")
@blueprint.doc(summary="Find passages", responses=returns(listing("hits", ref("Hit")), 400))
def search(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Ranked passages."""
    return _hits(query_data["q"], filters_in(request.args), query_data)


@blueprint.post("/search")
@blueprint.input(SearchBody)
@blueprint.doc(summary="Find passages", responses=returns(listing("hits", ref("Hit")), 400, 415))
def search_body(json_data: dict[str, Any]) -> ResponseReturnValue:
    """The same for a query in a JSON body."""
    return _hits(json_data["query"], body_filters(json_data["filters"]), json_data)


def _hits(
    query: str, filters: Mapping[str, Sequence[str]], data: Mapping[str, Any]
) -> ResponseReturnValue:
    start = offset_of(data["cursor"])
    end = start + data["limit"]
    asked = question_in(query)
    wanted = end + 1 if data["sort"] == "relevance" else POOL
    hits = the_engine().search(asked, wanted, data["mode"], engine_filters(filters))
    if data["sort"] == "date":
        hits = by_date(hits, {info.id: info.date for info in the_engine().documents()})
    return jsonify(
        query=asked, hits=to_json(hits[start:end]), next=cursor_at(end) if len(hits) > end else None
    )


@blueprint.get("/documents")
@blueprint.input(DocumentsQuery, location="query")
@blueprint.doc(
    summary="List the documents", responses=returns(listing("documents", ref("DocumentInfo")), 400)
)
def documents(query_data: dict[str, Any]) -> ResponseReturnValue:
    """What the index holds, sorted by id."""
    return paged("documents", documents_for(the_engine(), request.args), query_data)


@blueprint.get("/documents/<id:id>")
@blueprint.input(DocumentQuery, location="query")
@blueprint.doc(summary="One document", responses=returns(ref("Document"), 400, 404))
def document(id: str, query_data: dict[str, Any]) -> ResponseReturnValue:
    """Its text, structure and problems; with an ETag."""
    result = to_json(the_engine().document(id))
    if query_data["passages"]:
        result["passages"] = to_json(the_engine().passages_of(id))
    response = jsonify(result)
    response.add_etag()
    return response.make_conditional(request)


@blueprint.get("/records")
@blueprint.input(RecordsQuery, location="query")
@blueprint.doc(
    summary="Tasks found in tables and duty clauses",
    responses=returns(listing("records", ref("Passage")), 400),
)
def records(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Passages that have a record."""
    return paged("records", records_for(the_engine(), request.args), query_data)


_CONFERENCE: dict[str, Any] = {
    "type": "object",
    "required": ["id", "title", "date", "place", "source", "participants"],
    "properties": {
        "id": {"type": "string"},
        "title": {"type": "string"},
        "date": {"type": ["string", "null"]},
        "place": {"type": ["string", "null"]},
        "source": {"type": ["string", "null"]},
        "participants": {"type": "array", "items": ref("Participant")},
    },
}


@blueprint.get("/conferences")
@blueprint.input(ConferencesQuery, location="query")
@blueprint.doc(
    summary="Press conferences", responses=returns(listing("conferences", _CONFERENCE), 400)
)
def conferences(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Who spoke where and when, the newest first."""
    found = conferences_for(the_engine(), the_people(), request.args)
    return paged("conferences", found, query_data, _conference)


def _conference(info: DocumentInfo | Document) -> dict[str, Any]:
    return {
        "id": info.id,
        "title": info.title,
        "date": info.date,
        "place": info.place,
        "source": info.source,
        "participants": to_json(the_engine().document(info.id).participants),
    }


_EXCHANGE = {
    "type": "object",
    "required": ["number", "question", "asker", "says"],
    "properties": {
        "number": {"type": "integer"},
        "question": {"type": "string"},
        "asker": {"type": "string"},
        "says": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["speaker", "role", "text", "quote"],
                "properties": {
                    "speaker": {"type": "string"},
                    "role": {"type": "string"},
                    "text": {"type": "string"},
                    "quote": {"type": "string", "description": "the text with its reference"},
                },
            },
        },
    },
}


@blueprint.get("/conferences/<id:id>")
@blueprint.input(ConferenceQuery, location="query")
@blueprint.doc(
    summary="One press conference by questions and answers",
    responses=returns(
        {
            "type": "object",
            "required": [*_CONFERENCE["required"], "exchanges"],
            "properties": {
                **_CONFERENCE["properties"],
                "exchanges": {"type": "array", "items": _EXCHANGE},
            },
        },
        400,
        404,
    ),
)
def conference(id: str, query_data: dict[str, Any]) -> ResponseReturnValue:
    """Every answer with its speaker; ``q`` and ``speaker`` narrow it."""
    found = the_engine().document(id)
    said = narrowed(exchanges(found), query_data["q"], query_data["speaker"])
    return jsonify(
        **_conference(found),
        exchanges=[
            {
                "number": exchange.number,
                "question": exchange.question,
                "asker": exchange.asker,
                "says": [
                    {"speaker": s.speaker, "role": s.role, "text": s.text, "quote": s.copy}
                    for s in exchange.says
                ],
            }
            for exchange in said
        ],
    )


_STRINGS = {"type": "array", "items": {"type": "string"}}


@blueprint.get("/suggest")
@blueprint.input(SuggestQuery, location="query")
@blueprint.doc(
    summary="Complete what is being typed",
    responses=returns(
        {
            "type": "object",
            "required": ["suggestions"],
            "properties": {"suggestions": _STRINGS},
        },
        400,
    ),
)
def suggest(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Titles, departments and tasks that fit; example questions for an empty prefix."""
    prefix = query_data["q"].strip()[:200]
    engine = the_engine()
    found = engine.suggest(prefix) if prefix else engine.examples()
    return jsonify(suggestions=list(found[:10]))


_HEALTH = {
    "type": "object",
    "required": ["status", "live", "ready"],
    "properties": {
        "status": {"type": "string"},
        "live": {"type": "boolean"},
        "ready": {"type": "boolean"},
        "documents": {"type": "integer"},
        "passages": {"type": "integer"},
        "generation": {"type": "string"},
    },
}


@blueprint.get("/health")
@blueprint.doc(summary="Live and ready", responses=returns(_HEALTH))
def health() -> ResponseReturnValue:
    """503 when questions cannot be answered; ``/health/live`` only says that it runs."""
    try:
        manifest = the_engine().manifest
    except QAEngineError as error:
        return jsonify(status="unavailable", live=True, ready=False, reason=error.message), 503
    return jsonify(
        status="ok",
        live=True,
        ready=True,
        documents=manifest.documents,
        passages=manifest.passages,
        generation=manifest.generation,
    )


@blueprint.get("/health/live")
@blueprint.doc(summary="Live", responses=returns(_HEALTH))
def live() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok", live=True, ready=True)


@blueprint.get("/health/ready")
@blueprint.doc(summary="Ready", responses=returns(_HEALTH))
def ready() -> ResponseReturnValue:
    """The same as ``/health``."""
    return health()


@blueprint.get("/version")
@blueprint.doc(
    summary="Versions",
    responses=returns(
        {
            "type": "object",
            "required": ["version", "index"],
            "properties": {"version": {"type": "string"}, "index": ref("Manifest")},
        }
    ),
)
def version() -> ResponseReturnValue:
    """Of the program, and what the index was built with (files left out)."""
    from qa_engine_web.app import engine_version

    manifest = to_json(the_engine().manifest)
    manifest["files"] = {}
    return jsonify(version=engine_version(), index=manifest)


@blueprint.get("/<path:rest>")
@blueprint.doc(hide=True)
def unknown(rest: str) -> Response:
    """Anything else under ``/api/v1`` is a 404 in the API's own shape."""
    from qa_engine_web.failures import of_status

    return make_response(of_status(404, "请看 /api/v1/openapi.json。").to_json(), 404)


# What takes files, and whether several at once.
_FILES = {"/documents": True, "/batch/jobs": False}


def describe(app: APIFlask) -> None:
    """Add the named schemas to the OpenAPI document."""

    def add(spec: Any) -> Any:
        spec.setdefault("components", {}).setdefault("schemas", {}).update(components())
        for path, several in _FILES.items():
            item = {"type": "string", "contentMediaType": "application/octet-stream"}
            field = {"type": "array", "items": item} if several else item
            schema = {"type": "object", "required": ["file"], "properties": {"file": field}}
            spec["paths"][f"/api/v1{path}"]["post"]["requestBody"] = {
                "required": True,
                "content": {"multipart/form-data": {"schema": schema}},
            }
        return spec

    app.spec_processor(add)
