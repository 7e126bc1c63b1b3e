"""The web pages and the JSON API of qa-engine.

``create_app(engine)`` builds the WSGI application, ``serve(engine, host, port)`` runs it.
"""

from __future__ import annotations

from qa_engine_web.app import create_app
from qa_engine_web.options import WebOptions
from qa_engine_web.server import serve

__all__ = ["WebOptions", "create_app", "serve"]
