"""Figures for Prometheus at ``/metrics``: requests, times, index, jobs; no text of anyone."""

from __future__ import annotations

import time
from collections import Counter as Count
from collections.abc import Iterator
from typing import TYPE_CHECKING

from apiflask import APIFlask
from flask import Request, Response, abort, g, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from qa_engine.errors import QAEngineError
from qa_engine_web.contract import WebEngine
from qa_engine_web.options import LOOPBACK_NAMES, WebOptions
from qa_engine_web.security import holds, host_name
from qa_engine_web.traffic import client_of

if TYPE_CHECKING:
    from qa_engine_web.jobs import Jobs

PATH = "/metrics"
# Seconds: a page takes hundredths, an answer tenths, a crowd seconds.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
STATES = ("waiting", "running", "done", "failed")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def route_of(incoming: Request) -> str:
    """The pattern that an address fits, such as ``/document/<id:id>``, never the address."""
    return incoming.url_rule.rule if incoming.url_rule is not None else "unknown"


def seconds_of() -> float:
    """Since this request began."""
    begun: float = g.get("begun", time.perf_counter())
    return time.perf_counter() - begun


class _State(Collector):
    """The index and the jobs as they are when asked."""

    def __init__(self, engine: WebEngine, jobs: Jobs | None) -> None:
        self._engine = engine
        self._jobs = jobs

    def collect(self) -> Iterator[Metric]:
        try:
            manifest = self._engine.manifest
        except QAEngineError:
            manifest = None
        yield _gauge("qa_index_ready", "1 if questions can be answered", int(manifest is not None))
        if manifest is not None:
            yield _gauge("qa_index_documents", "Documents in the index", manifest.documents)
            yield _gauge("qa_index_passages", "Passages in the index", manifest.passages)
            generation = GaugeMetricFamily(
                "qa_index_generation", "The generation in use, by name", labels=["generation"]
            )
            generation.add_metric([manifest.generation], 1)
            yield generation
        if self._jobs is not None:
            states = Count(job.state for job in self._jobs.latest())
            found = GaugeMetricFamily("qa_jobs", "Changes that are remembered", labels=["state"])
            for state in STATES:
                found.add_metric([state], states[state])
            yield found


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def measure(app: APIFlask, engine: WebEngine, options: WebOptions, jobs: Jobs | None) -> None:
    """Count every request and offer the figures.

    They are for programs of this machine (asked for by a loopback name, so that a proxy
    in front does not give them away) and for whoever has a token.
    """
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_State(engine, jobs))
    requests = Counter(
        "qa_requests", "Requests answered", ["route", "method", "status"], registry=registry
    )
    times = Histogram(
        "qa_request_seconds", "Time to answer", ["route"], buckets=BUCKETS, registry=registry
    )

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        route = route_of(request)
        method = request.method if request.method in METHODS else "other"
        requests.labels(route, method, str(response.status_code)).inc()
        times.labels(route).observe(seconds_of())
        return response

    @app.get(PATH)
    @app.doc(hide=True)
    def metrics() -> ResponseReturnValue:
        here = client_of(request.remote_addr) is None
        asked_here = host_name(request.headers.get("Host", "")) in LOOPBACK_NAMES
        if not (here and asked_here) and not holds(request, options.token, options.read_token):
            abort(401)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
