"""What templates may use: strings, links, names of kinds, the index's figures."""

from __future__ import annotations

import logging
import sqlite3
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, make_response, render_template, request
from werkzeug.urls import uri_to_iri

from qa_engine.errors import QAEngineError
from qa_engine.models import Manifest
from qa_engine_web.contract import WebEngine
from qa_engine_web.english import english
from qa_engine_web.links import with_query
from qa_engine_web.notebook import Notebook
from qa_engine_web.options import WebOptions
from qa_engine_web.places import date_in
from qa_engine_web.selection import People, people_of
from qa_engine_web.strings import KINDS, LANGUAGES, text

_log = logging.getLogger("qa_engine_web")

LANGUAGE_COOKIE = "qa_lang"


def the_engine() -> WebEngine:
    """The engine of the running application."""
    engine: WebEngine = current_app.extensions["qa_engine"]
    return engine


def the_options() -> WebOptions:
    """The options of the running application."""
    options: WebOptions = current_app.extensions["qa_options"]
    return options


def the_people() -> People:
    """Who spoke at the conferences, read once for each generation of the index."""
    found = people_of(the_engine(), current_app.extensions.get("qa_people"))
    current_app.extensions["qa_people"] = found
    return found


def notebook() -> Notebook | None:
    """Where feedback is kept; None when the server keeps none."""
    found: Notebook | None = current_app.extensions.get("qa_notebook")
    return found


def note_answer(question: str, found: bool) -> None:
    """Put a declined question on the list of unanswered ones, if there is one.

    A list that cannot be written must not cost the answer.
    """
    book = notebook()
    if book is None:
        return
    try:
        book.note_answer(question, found)
    except (OSError, sqlite3.Error) as error:
        _log.warning("unanswered questions cannot be noted: %s", type(error).__name__)


def language() -> str:
    """Chinese unless the reader chose English (``?lang=en``, remembered in a cookie)."""
    chosen = request.args.get("lang") or request.cookies.get(LANGUAGE_COOKIE) or "zh"
    return chosen if chosen in LANGUAGES else "zh"


def translate(key: str, **values: object) -> str:
    """The string in the language of this request."""
    return text(key, language(), **values)


def say(text: str, otherwise: str | None = None) -> str:
    """A sentence of the engine's in the language of the page; ``otherwise`` is shown where
    its English is not known (the sentence itself when None)."""
    if language() != "en":
        return text
    found = english(text)
    return found if found is not None else text if otherwise is None else otherwise


def kind_name(kind: str) -> str:
    """A document's kind in words; unknown kinds as they are."""
    pair = KINDS.get(kind)
    return kind if pair is None else pair[LANGUAGES.index(language())]


def prepare_templates(app: Flask) -> None:
    """Make the names known to every template; undefined names are errors."""
    from jinja2 import StrictUndefined

    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.autoescape = True

    @app.context_processor
    def names() -> dict[str, Any]:
        return {
            "t": translate,
            "lang": language(),
            "language_link": _language_link(),
            "say": say,
            "kind_name": kind_name,
            "date_name": lambda date: date_in(date, language()),
            "local_time": local_time,
            "printed": lambda: local_time(datetime.now(UTC).isoformat()),
            "here": uri_to_iri(request.url),
            "ask_link": lambda question: with_query("/", {"q": question}),
            "version": app.version if hasattr(app, "version") else "",
            "manifest": _manifest(),
            "twin": None,
            "problem": None,
        }

    @app.after_request
    def remember_language(response: Response) -> Response:
        asked = request.args.get("lang")
        if asked in LANGUAGES and response.mimetype == "text/html":
            response.set_cookie(
                LANGUAGE_COOKIE, asked, max_age=31_536_000, samesite="Lax", httponly=True
            )
        return response


def local_time(moment: str) -> str:
    """An ISO moment in the server's time zone, to the minute; as it is if it is none."""
    try:
        return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return moment


def _manifest() -> Manifest | None:
    if "manifest" not in g:
        try:
            g.manifest = the_engine().manifest
        except QAEngineError:
            g.manifest = None
    found: Manifest | None = g.manifest
    return found


def _language_link() -> str:
    pairs = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    pairs.append(("lang", "zh" if language() == "en" else "en"))
    return f"?{urlencode(pairs)}"


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A rendered page that is always checked for freshness."""
    response = make_response(render_template(template, **values), status)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Cookie"
    return response
