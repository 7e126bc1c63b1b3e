"""A client of the application around the engine in memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from apiflask import APIFlask
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
    return app


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    return app.test_client()
