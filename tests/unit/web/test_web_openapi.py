"""Requests made from the OpenAPI document never cause a fault and always get what it says."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from qa_engine_web import WebOptions, create_app
from tests.unit.web.fake import fake_engine
from tests.unit.web.folder_engine import FolderEngine

# Operations are collected before fixtures exist.
STATE = Path(tempfile.mkdtemp(prefix="qa-engine-"))
atexit.register(shutil.rmtree, STATE, ignore_errors=True)
TOKEN = {"Authorization": "Bearer geheim"}


def changing() -> FolderEngine:
    """Documents of every kind in an index that can be changed."""
    engine = FolderEngine()
    engine.documents_.update(fake_engine().documents_)
    return engine


# Its clients have no address to be limited by.
app = create_app(changing(), WebOptions(state=STATE, token="geheim", rate=0))
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
thorough = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@schema.parametrize()
@thorough
def test_every_operation_keeps_its_promise(case: schemathesis.Case) -> None:
    """No 5xx, no undescribed status, no body that its schema does not allow."""
    case.call_and_validate(checks=CHECKS)


@schema.include(path_regex="documents|jobs").parametrize()
@thorough
def test_every_operation_keeps_its_promise_to_who_may_change(case: schemathesis.Case) -> None:
    """The same with the token: documents come and go, jobs are watched."""
    case.call_and_validate(checks=CHECKS, headers=TOKEN)
