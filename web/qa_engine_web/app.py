"""Build the WSGI application around an engine."""

from __future__ import annotations

import logging
import secrets
import sqlite3
from importlib.metadata import PackageNotFoundError, version
from typing import Any, cast

from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Response, g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import PathConverter

from qa_engine.errors import QAEngineError
from qa_engine_web import failures
from qa_engine_web.contract import WebEngine
from qa_engine_web.failures import Failure
from qa_engine_web.logs import log_requests
from qa_engine_web.metrics import measure
from qa_engine_web.options import WebOptions
from qa_engine_web.security import guard
from qa_engine_web.traffic import limit

_log = logging.getLogger("qa_engine_web")

API = "/api/v1"


class IdConverter(PathConverter):
    """A document's id in a path: anything, leading and doubled slashes too."""

    regex = ".+?"
    part_isolating = False


def engine_version() -> str:
    """The installed version, or ``0`` when run from a folder that is not installed."""
    try:
        return version("qa-engine")
    except PackageNotFoundError:
        return "0"


def create_app(engine: WebEngine, options: WebOptions | None = None) -> APIFlask:
    """The WSGI application. ``engine`` stays the caller's: it is not closed here."""
    from qa_engine_web import api, asking, corpus, lexicon, lists, naming, pages, tell
    from qa_engine_web.library import ChangingEngine, Library
    from qa_engine_web.notebook import Notebook
    from qa_engine_web.rendering import prepare_templates

    chosen = options or WebOptions()
    app = APIFlask(
        "qa_engine_web",
        title="qa-engine",
        version=engine_version(),
        spec_path=f"{API}/openapi.json",
        docs_path=None,
    )
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        INFO={"description": "Chinese search and question answering over office documents."},
        VALIDATION_ERROR_STATUS_CODE=400,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_404_RESPONSE=False,
        MAX_CONTENT_LENGTH=chosen.max_upload,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        SYNC_LOCAL_SPEC=False,
    )
    app.url_map.converters["id"] = IdConverter
    app.url_map.merge_slashes = False  # ids may be addresses: http://…
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["qa_engine"] = engine
    app.extensions["qa_options"] = chosen
    app.extensions["qa_notebook"] = Notebook(chosen.state) if chosen.state else None
    library: Library | None = None
    if chosen.state is not None and hasattr(engine, "add"):
        library = Library(cast(ChangingEngine, engine), chosen.state, app.extensions["qa_notebook"])
        app.extensions["qa_library"] = library
        try:
            library.keep_house()
        except (OSError, sqlite3.Error, QAEngineError) as error:
            _log.warning("what removed documents left stays: %s", type(error).__name__)

    @app.before_request
    def name_request() -> None:
        g.request_id = secrets.token_hex(8)

    # Functions after a request run in the opposite order: those that look on see all.
    log_requests(app)
    measure(app, engine, chosen, library.jobs if library is not None else None)
    limit(app, chosen.rate)
    guard(app, chosen)
    prepare_templates(app)
    _handle_errors(app)
    for part in (pages, lists, tell, asking, corpus, naming, lexicon):
        app.register_blueprint(part.blueprint)
    for blueprint in (tell.api, asking.api, corpus.api, api.blueprint):
        app.register_blueprint(blueprint)
    api.describe(app)

    @app.after_request
    def say_request(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "-")
        return response

    return app


def _handle_errors(app: APIFlask) -> None:
    def answer(failure: Failure) -> ResponseReturnValue:
        if request.path.startswith("/api/"):
            return failure.to_json(), failure.status
        from qa_engine_web.pages import failure_page

        return failure_page(failure)

    @app.errorhandler(QAEngineError)
    def engine_error(error: QAEngineError) -> ResponseReturnValue:
        return answer(failures.of_engine(error))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        return answer(failures.of_status(error.code or 500))

    @app.errorhandler(Exception)
    def surprise(error: Exception) -> ResponseReturnValue:
        return answer(failures.of_surprise(error, g.get("request_id", "-")))

    def api_error(error: HTTPError) -> Any:
        return answer(failures.of_status(error.status_code, _details(error.detail)))

    app.error_processor(api_error)


def _details(detail: object) -> str:
    """``{"query": {"limit": ["…"]}}`` → ``limit: …``."""
    if not isinstance(detail, dict):
        return ""
    lines: list[str] = []
    for fields in detail.values():
        if isinstance(fields, dict):
            for name, messages in fields.items():
                said = messages if isinstance(messages, list) else [messages]
                lines.append(f"{name}: {'；'.join(map(str, said))}")
    return "。".join(lines)
