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

# Operations are collected before fixtures exist.
STATE = Path(tempfile.mkdtemp(prefix="qa-engine-"))
atexit.register(shutil.rmtree, STATE, ignore_errors=True)
app = create_app(fake_engine(), WebOptions(state=STATE, rate=0))  # its clients have no address
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)


@schema.parametrize()
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_keeps_its_promise(case: schemathesis.Case) -> None:
    """No 5xx, no undescribed status, no body that its schema does not allow."""
    case.call_and_validate(
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ]
    )
