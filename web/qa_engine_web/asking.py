"""Batch asking: a page, a job with progress, and files of answers."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import List
from apiflask.validators import Length
from flask import Response, abort, current_app, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from marshmallow import EXCLUDE
from werkzeug.exceptions import Conflict, NotFound, TooManyRequests

from qa_engine.errors import QAEngineError, UsageError
from qa_engine.models import Answer, Passage
from qa_engine.presentation import CONFIDENT, to_json
from qa_engine_web import failures
from qa_engine_web.api_input import Text
from qa_engine_web.api_schema import JOB, ref, returns
from qa_engine_web.batch import LIMIT, MOST, Answered, answered, checked, questions_in
from qa_engine_web.contract import WebEngine
from qa_engine_web.exports import CSV, XLSX, table_file
from qa_engine_web.jobs import Job, Jobs, job_json
from qa_engine_web.links import with_query
from qa_engine_web.places import reference_in
from qa_engine_web.rendering import language, page, say, the_engine, translate

blueprint = APIBlueprint("asking", __name__, enable_openapi=False)
api = APIBlueprint("asking_api", __name__, url_prefix="/api/v1", tag="batch")

KEPT = 20  # jobs whose answers can still be fetched
WAITING = 10  # jobs that may wait for their turn
QUICK = 1.5  # seconds after which a page is answered with progress instead
SHOWN = 50  # answers on the page; all are in the files
COLUMNS = ("question", "answer", "confidence", "quoted", "where", "remark")

Row = tuple[str, ...]


class Batches:
    """Questions asked one after another in a thread of their own; answers stay in memory."""

    def __init__(self) -> None:
        self._jobs = Jobs(KEPT)
        self._answers: dict[str, list[Answered]] = {}
        self._lock = threading.Lock()

    def submit(self, engine: WebEngine, questions: Sequence[str]) -> Job:
        """Begin; raises TooManyRequests when too many wait already."""
        with self._lock:
            known = {job.id: job for job in self._jobs.latest()}
            self._answers = {id: rows for id, rows in self._answers.items() if id in known}
            if sum(job.state in {"waiting", "running"} for job in known.values()) >= WAITING:
                raise TooManyRequests
            done: list[Answered] = []

            def work(job: Job) -> None:
                job.stage = "asking"
                for outcome in answered(questions, engine.ask):
                    done.append(_small(outcome))
                    job.done = len(done)

            job = self._jobs.submit("batch", work)
            job.total = len(questions)
            self._answers[job.id] = done
            return job

    def get(self, id: str) -> Job:
        """Raises NotFound when it is unknown or long past."""
        job = self._jobs.get(id)
        if job is None:
            raise NotFound
        return job

    def wait(self, job: Job, seconds: float) -> bool:
        """Whether it ended within that time."""
        return self._jobs.wait(job, seconds)

    def answers(self, job: Job) -> list[Answered]:
        """What has been answered so far, in the order asked."""
        return list(self._answers.get(job.id, ()))


def _small(outcome: Answered) -> Answered:
    """Without the ranked passages, which nothing here shows."""
    if outcome.answer is None:
        return outcome
    return Answered(outcome.question, replace(outcome.answer, hits=()), outcome.error)


def the_batches() -> Batches:
    """Of the running application."""
    found: Batches = current_app.extensions.setdefault("qa_batches", Batches())
    return found


def _kept(job: Job) -> list[Answered]:
    """The answers so far, without those that quote a document removed since."""
    known = {info.id for info in the_engine().documents()}

    def gone(answer: Answer) -> bool:
        cited = [*answer.citations, *(item.citation for item in answer.items)]
        return any(citation.passage.document not in known for citation in cited)

    return [
        Answered(outcome.question, None, "引用的文档已删除，请重新提问。")
        if outcome.answer is not None and gone(outcome.answer)
        else outcome
        for outcome in the_batches().answers(job)
    ]


def _level(answer: Answer | None) -> str:
    if answer is None or not answer.found:
        return "none"
    return "sure" if answer.confidence >= CONFIDENT else "maybe"


def _rows(outcomes: Sequence[Answered]) -> list[Row]:
    """The columns of COLUMNS, in the language of the page."""
    known = {info.id: info for info in the_engine().documents()}

    def reference(passage: Passage) -> str:
        info = known.get(passage.document)
        return reference_in(
            passage, info.source if info else None, info.date if info else None, language()
        )

    rows: list[Row] = []
    for outcome in outcomes:
        row = outcome.row(lambda answer: translate(f"confidence_{_level(answer)}"), reference)
        rows.append((*row[:-1], say(row[-1])))
    return rows


@blueprint.get("/batch")
def batch_form() -> ResponseReturnValue:
    """Where a file of questions is chosen; with ``?job=`` its progress and answers."""
    id = request.args.get("job", "")
    job = the_batches().get(id) if id else None
    outcomes = _kept(job) if job is not None else []
    levels = [_level(outcome.answer) for outcome in outcomes]
    return _batch_page(
        job=job,
        counts=[(level, levels.count(level)) for level in ("sure", "maybe", "none")],
        rows=_rows(outcomes[:SHOWN]) if job is not None and job.state == "done" else [],
        asked=len(outcomes),
    )


def _batch_page(status: int = 200, **values: Any) -> Response:
    empty: dict[str, Any] = {"job": None, "counts": [], "rows": [], "asked": 0, "typed": ""}
    return page("batch.html", status, limit=MOST, columns=COLUMNS, **{**empty, **values})


@blueprint.post("/batch")
def batch() -> ResponseReturnValue:
    """Begin with the file or the lines that were typed."""
    upload = request.files.get("file")
    typed = request.form.get("questions", "")
    try:
        if upload is not None and upload.filename:
            questions = questions_in(upload.filename, upload.read(), MOST)
        else:
            questions = checked(typed.splitlines(), MOST)
    except QAEngineError as error:
        failure = failures.of_engine(error)
        return _batch_page(failure.status, typed=typed, problem=failure)
    job = the_batches().submit(the_engine(), questions)
    the_batches().wait(job, QUICK)
    return redirect(with_query("/batch", {"job": job.id}), 303)


class BatchBody(Schema):
    """Questions to ask one after another."""

    class Meta:
        unknown = EXCLUDE

    questions = List(Text(validate=Length(max=10_000)), required=True, validate=Length(max=LIMIT))


_BATCH = {
    "type": "object",
    "required": ["results"],
    "properties": {
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["question", "answer", "error"],
                "properties": {
                    "question": {"type": "string"},
                    "answer": {"anyOf": [ref("Answer"), {"type": "null"}]},
                    "error": {"type": "string"},
                },
            },
        }
    },
}


def _results(outcomes: Sequence[Answered]) -> list[dict[str, Any]]:
    return [
        {
            "question": outcome.question,
            "answer": to_json(outcome.answer),
            "error": outcome.error,
        }
        for outcome in outcomes
    ]


@api.post("/batch")
@api.input(BatchBody)
@api.doc(
    summary=f"Ask up to {LIMIT} questions and wait", responses=returns(_BATCH, 400, 403, 413, 415)
)
def batch_json(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Answers in the order asked, without their ranked passages."""
    if not request.is_json:
        abort(415)
    questions = checked(json_data["questions"])
    return jsonify(results=_results([_small(o) for o in answered(questions, the_engine().ask)]))


@api.post("/batch/jobs")
@api.doc(
    summary=f"Ask up to {MOST} questions of a csv, xlsx or txt file (multipart, field file)",
    responses={
        202: {
            "description": "begun; poll the job",
            "content": {"application/json": {"schema": JOB}},
        },
        **{s: r for s, r in returns(JOB, 400, 403, 413, 415, 422, 429).items() if s != 200},
    },
)
def begin_batch() -> ResponseReturnValue:
    """The column called 问题, else the first one. Who knows the job's id may fetch its answers."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise UsageError("没有选择文件。", "请用 multipart 的 file 字段发送 csv、xlsx 或 txt。")
    questions = questions_in(upload.filename, upload.read(), MOST)
    job = the_batches().submit(the_engine(), questions)
    response = jsonify(job_json(job))
    response.headers["Location"] = f"/api/v1/batch/jobs/{job.id}"
    return response, 202


@api.get("/batch/jobs/<id>")
@api.doc(summary="How far a batch is", responses=returns(JOB, 404))
def batch_job(id: str) -> ResponseReturnValue:
    """Poll this for progress."""
    return jsonify(job_json(the_batches().get(id)))


_FILES: dict[int | str, Any] = {
    **returns(_BATCH, 404, 409),
    200: {
        "description": "the answers with quotes and references",
        "content": {
            "application/json": {"schema": _BATCH},
            CSV: {"schema": {"type": "string"}},
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        },
    },
}


@api.get("/batch/jobs/<id>/answers.<any(json, csv, xlsx):form>")
@api.doc(summary="The answers of a batch as json, csv or xlsx", responses=_FILES)
def batch_answers(id: str, form: str) -> ResponseReturnValue:
    """409 while it runs; answers are kept in memory, for the last jobs only."""
    job = the_batches().get(id)
    if job.state != "done":
        raise Conflict
    outcomes = _kept(job)
    if form == "json":
        return jsonify(results=_results(outcomes))
    headers = [translate(name) for name in COLUMNS]
    return table_file(form, translate("nav_batch"), headers, _rows(outcomes))
