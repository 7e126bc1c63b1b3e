"""A client of the application around the engine in memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from apiflask import APIFlask
from flask import Response
from flask.testing import FlaskClient

from qa_engine_web import WebOptions, create_app
from tests.unit.web.fake import FakeEngine, fake_engine


@pytest.fixture
def engine() -> FakeEngine:
    return fake_engine()


@pytest.fixture
def app(engine: FakeEngine, tmp_path: Path) -> APIFlask:
    app = create_app(engine, WebOptions(state=tmp_path / "state"))
    app.testing = False  # errors are answered, not raised

    @app.after_request
    def sendable(response: Response) -> Response:
        for _, value in response.headers:
            value.encode("latin-1")  # as the server will; the test client does not
        return response

    return app


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    return app.test_client()
