"""The corpus page, and changes to the corpus by form and by API."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

from apiflask import APIBlueprint
from flask import Response, current_app, jsonify, make_response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, NotFound, Unauthorized

from qa_engine.errors import UsageError
from qa_engine.models import DocumentInfo
from qa_engine_web.api_input import PageQuery
from qa_engine_web.api_paging import paged
from qa_engine_web.api_schema import JOB, listing, returns
from qa_engine_web.failures import WRONG_TOKEN
from qa_engine_web.jobs import Job, job_json
from qa_engine_web.library import Library
from qa_engine_web.links import document_path, with_query
from qa_engine_web.parameters import filters_in, pages
from qa_engine_web.rendering import page, the_engine, the_options
from qa_engine_web.security import TOKEN_COOKIE, holds
from qa_engine_web.selection import documents_for

blueprint = APIBlueprint("corpus", __name__, enable_openapi=False)
api = APIBlueprint("corpus_api", __name__, url_prefix="/api/v1", tag="corpus")

SHOWN = 100
QUICK = 10.0  # seconds that a removal may take before the answer goes out
MOST_FILES = 200


def the_library() -> Library:
    """The corpus to change; 403 where changes are off, 401 without the token."""
    library: Library | None = current_app.extensions.get("qa_library")
    options = the_options()
    if library is None or not options.token:
        raise Forbidden
    if not holds(request, options.token):
        raise Unauthorized
    return library


def may_change() -> bool:
    """Whether this request carries the token."""
    options = the_options()
    return bool(
        options.token and current_app.extensions.get("qa_library") and holds(request, options.token)
    )


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One line of the list."""

    info: DocumentInfo
    link: str
    uploaded: bool


@blueprint.get("/corpus")
def corpus() -> ResponseReturnValue:
    """Documents with kind, date, passages and problems."""
    known = the_engine().documents()
    total = len(known)
    kinds = sorted({info.kind for info in known})
    filters = filters_in(request.args)
    found = documents_for(the_engine(), request.args)
    troubled = request.args.get("problems") == "1"
    troubles = sum(bool(info.problems) for info in found)
    params = {key: request.args.getlist(key) for key in ("q", "kind", "problems")}
    cut = pages(len(found), request.args.get("page"), SHOWN, "/corpus", request.args)
    library: Library | None = current_app.extensions.get("qa_library")
    change = may_change()
    if library is not None and change:
        library.purge_expired()
    return page(
        "corpus.html",
        rows=[
            DocumentRow(info, document_path(info.id), _uploaded(library, info))
            for info in found[cut.start : cut.end]
        ],
        total=total,
        found=len(found),
        kinds=kinds,
        q=request.args.get("q", ""),
        filters=filters,
        troubled=troubled,
        troubles=troubles,
        troubles_link=with_query("/corpus", {**params, "problems": "1"}),
        pages=cut,
        change=change,
        can_change=bool(the_options().token and library is not None),
        binned=library.uploads.binned() if library is not None and change else [],
        job=_job(request.args.get("job", "")) if change else None,
        twin=with_query("/api/v1/documents", params),
    )


def _uploaded(library: Library | None, info: DocumentInfo) -> bool:
    from pathlib import Path

    return library is not None and bool(info.path) and library.uploads.holds(Path(info.path or ""))


def _job(id: str) -> Job | None:
    library: Library | None = current_app.extensions.get("qa_library")
    return library.jobs.get(id) if library is not None and id else None


@blueprint.post("/token")
def enter_token() -> ResponseReturnValue:
    """Remember the token in a cookie that scripts cannot read; ``leave`` forgets it."""
    response = redirect("/corpus", 303)
    if request.form.get("leave"):
        response.delete_cookie(TOKEN_COOKIE, samesite="Strict", httponly=True)
        return response
    options = the_options()
    given = request.form.get("token", "").strip().encode()
    known = [token for token in (options.token, options.read_token) if token]
    matches = [hmac.compare_digest(given, token.encode()) for token in known]
    if not any(matches):
        return page("failure.html", WRONG_TOKEN.status, failure=WRONG_TOKEN)
    response.set_cookie(
        TOKEN_COOKIE,
        given.decode(),
        max_age=30 * 86_400,
        samesite="Strict",
        httponly=True,
        secure=request.is_secure,
    )
    return response


def _after(job: Job, seconds: float = QUICK) -> Response:
    the_library().jobs.wait(job, seconds)
    return make_response(redirect(with_query("/corpus", {"job": job.id}), 303))


def _files() -> list[tuple[str, Any]]:
    files = [file for file in request.files.getlist("file") if file.filename]
    if not files:
        raise UsageError("没有选择文件。", "请选择要上传的文件。")
    if len(files) > MOST_FILES:
        raise UsageError(f"一次最多上传 {MOST_FILES} 个文件。", "请分几次上传，或打成 zip。")
    return [(file.filename or "", file.stream) for file in files]


@blueprint.post("/corpus/upload")
def upload() -> ResponseReturnValue:
    """Add or replace files."""
    return _after(the_library().upload(_files()), 1)


@blueprint.post("/corpus/remove")
def remove() -> ResponseReturnValue:
    """Hide a document at once."""
    return _after(the_library().remove(request.form.get("id", "")))


@blueprint.post("/corpus/restore")
def restore() -> ResponseReturnValue:
    """Undo a removal."""
    return _after(the_library().restore(request.form.get("key", "")))


@blueprint.post("/corpus/purge")
def purge() -> ResponseReturnValue:
    """Clear the bin of one entry now."""
    return _after(the_library().purge(request.form.get("key", "")))


@blueprint.post("/corpus/refresh")
def refresh() -> ResponseReturnValue:
    """Read all known folders again."""
    return _after(the_library().refresh(), 1)


def _accepted(job: Job) -> ResponseReturnValue:
    response = jsonify(job_json(job))
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return response, 202


def _job_responses(*failures: int) -> dict[int | str, Any]:
    found = returns(JOB, *failures)
    found[202] = {**found.pop(200), "description": "begun; poll the job"}
    return found


@api.post("/documents")
@api.doc(
    summary="Upload files (multipart, field file); needs the token",
    responses=_job_responses(400, 401, 403, 413),
)
def api_upload() -> ResponseReturnValue:
    """A file of the same name is replaced."""
    return _accepted(the_library().upload(_files()))


@api.delete("/documents/<id:id>")
@api.doc(summary="Remove a document; needs the token", responses=_job_responses(401, 403, 404))
def api_remove(id: str) -> ResponseReturnValue:
    """It is hidden at once and purged when the undo time is over."""
    library = the_library()
    job = library.remove(id)
    library.jobs.wait(job, QUICK)
    return _accepted(job)


@api.post("/jobs/refresh")
@api.doc(
    summary="Read all known folders again; needs the token", responses=_job_responses(401, 403)
)
def api_refresh() -> ResponseReturnValue:
    """What ``qa-engine index`` without a path does."""
    return _accepted(the_library().refresh())


@api.get("/jobs")
@api.input(PageQuery, location="query")
@api.doc(
    summary="Changes under way and done; needs the token",
    responses=returns(listing("jobs", JOB), 400, 401, 403),
)
def api_jobs(query_data: dict[str, Any]) -> ResponseReturnValue:
    """The newest first."""
    return paged("jobs", the_library().jobs.latest(), query_data, job_json)


@api.get("/jobs/<id>")
@api.doc(summary="One change; needs the token", responses=returns(JOB, 401, 403, 404))
def api_job(id: str) -> ResponseReturnValue:
    """Poll this for progress."""
    job = the_library().jobs.get(id)
    if job is None:
        raise NotFound
    return jsonify(job_json(job))
