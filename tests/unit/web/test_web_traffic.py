"""Rate limit, log lines and figures: who is counted, and that no text is given away."""

from __future__ import annotations

import json
import logging
import re
import sys

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from qa_engine.errors import UsageError
from qa_engine_web import WebOptions, create_app
from qa_engine_web.logs import JsonLines, level_of
from qa_engine_web.options import options_from_environment
from qa_engine_web.traffic import CLIENTS, Limiter, client_of
from tests.unit.web.fake import FakeEngine

ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}
OPEN = WebOptions(host="0.0.0.0", token="geheim", rate=6)


def test_too_many_requests_are_told_when_to_come_back(engine: FakeEngine) -> None:
    """429 in the one error shape, with Retry-After; other clients are not kept out."""
    client = create_app(engine, OPEN).test_client()
    answers = [client.get("/api/v1/documents", environ_base=ELSEWHERE) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].get_json()["error"]["code"] == "too_many"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 10
    assert client.get("/", environ_base=ELSEWHERE).status_code == 429  # pages too
    with client.get("/static/style.css", environ_base=ELSEWHERE) as style:
        assert style.status_code == 200
    assert client.get("/api/v1/health", environ_base=ELSEWHERE).status_code == 200
    assert client.get("/", environ_base={"REMOTE_ADDR": "192.0.2.8"}).status_code == 200


def test_guessing_tokens_is_slowed_down(engine: FakeEngine) -> None:
    """Refused requests count as well."""
    client = create_app(engine, WebOptions(host="0.0.0.0", read_token="x", rate=6)).test_client()
    statuses = [client.get("/", environ_base=ELSEWHERE).status_code for _ in range(5)]
    assert statuses == [401, 401, 401, 429, 429]


def test_users_of_this_machine_never_meet_the_limit(engine: FakeEngine) -> None:
    """However many requests they send."""
    client = create_app(engine, WebOptions(rate=1)).test_client()
    assert {client.get("/api/v1/health/live").status_code for _ in range(50)} == {200}
    assert {client.get("/api/v1/documents").status_code for _ in range(50)} == {200}


@given(st.lists(st.floats(0, 5), min_size=1, max_size=80), st.floats(1, 600))
def test_no_client_gets_more_than_a_burst_and_the_rate(pauses: list[float], rate: float) -> None:
    """In any time, and who waits as long as told is let in."""
    limiter = Limiter(rate)
    now, allowed = 0.0, 0
    for pause in pauses:
        now += pause
        wait = limiter.wait("a", now)
        allowed += not wait
        if wait:
            now += wait + 1e-6
            assert limiter.wait("a", now) == 0
            allowed += 1
    assert allowed <= max(1.0, rate / 2) + now * rate / 60 + 1e-3


def test_the_memory_of_clients_is_bounded() -> None:
    """Many addresses cannot fill the memory."""
    limiter = Limiter(60)
    for number in range(CLIENTS + 100):
        limiter.wait(str(number), 0.0)
    assert len(limiter._buckets) == CLIENTS


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("127.0.0.1", None),
        ("127.9.9.9", None),
        ("::1", None),
        ("::ffff:127.0.0.1", None),
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        (None, "unknown"),
    ],
)
def test_who_counts_as_one_client(address: str | None, client: str | None) -> None:
    """An IPv6 network is one client; this machine is none."""
    assert client_of(address) == client


def test_the_rate_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that is no rate is refused by name."""
    monkeypatch.setenv("QA_ENGINE_RATE", "30")
    assert options_from_environment().rate == 30
    for wrong in ("viel", "-1", "nan", "inf"):
        monkeypatch.setenv("QA_ENGINE_RATE", wrong)
        with pytest.raises(UsageError, match="QA_ENGINE_RATE"):
            options_from_environment()
    with pytest.raises(UsageError):
        level_of("laut")


def test_every_response_names_its_request(client: FlaskClient) -> None:
    """Pages, the API, errors and refusals; no two the same."""
    answers = [
        client.get("/"),
        client.get("/api/v1/nix"),
        client.get("/document/nix"),
        client.get("/", headers={"Host": "evil.example"}),
        client.post("/token", headers={"Origin": "http://evil.example"}),
    ]
    ids = [answer.headers["X-Request-Id"] for answer in answers]
    assert all(re.fullmatch(r"[0-9a-f]{16}", id) for id in ids)
    assert len(set(ids)) == len(ids)


def test_log_lines_say_what_happened_but_not_what_was_asked(
    app: APIFlask, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One JSON object a request with its id; an error's class and place, not its words."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler = Keep()
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("qa_engine_web")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)

    def broken(question: str, *_: object, **__: object) -> None:
        raise ValueError(f"秘密的文字 {question}")

    try:
        client = app.test_client()
        client.get("/document/corpus/河堤.txt?q=问题文字")
        monkeypatch.setattr(engine, "ask", broken)
        failed = client.get("/api/v1/ask?q=问题文字")
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
    said = [json.loads(line) for line in lines]
    assert [(line["level"], line.get("status")) for line in said] == [
        ("info", 200),
        ("error", None),
        ("info", 500),
    ]
    assert said[0]["route"] == "/document/<id:id>"
    assert {said[1]["request"], said[2]["request"]} == {failed.headers["X-Request-Id"]}
    assert said[1]["error"] == "ValueError"
    assert any("test_web_traffic.py" in frame for frame in said[1]["trace"])
    for secret in ("秘密", "问题", "河堤"):
        assert not any(secret in line for line in lines)


def test_what_other_libraries_log_is_located_not_quoted() -> None:
    """A parser's warning may quote the document; at level debug everything is shown."""
    try:
        raise KeyError("秘密")
    except KeyError:
        error = sys.exc_info()
    record = logging.LogRecord("pdfminer.x", 30, "/a/b.py", 7, "bad: %s", ("秘密",), error)
    assert "秘密" not in JsonLines().format(record)
    assert json.loads(JsonLines().format(record))["at"] == "b:7"
    assert JsonLines(full=True).format(record).count("秘密") == 2


def metrics(client: FlaskClient, **more: object) -> str:
    answer = client.get("/metrics", **more)  # type: ignore[arg-type]
    assert answer.status_code == 200
    return answer.text


def test_figures_tell_of_requests_index_and_process(client: FlaskClient) -> None:
    """By route, never by address; the index and its generation by name."""
    client.get("/api/v1/ask?q=谁修堤")
    client.get("/document/nix")
    client.get("/gibt/es/nicht")
    text = metrics(client)
    assert 'qa_requests_total{method="GET",route="/api/v1/ask",status="200"} 1.0' in text
    assert 'qa_request_seconds_bucket{le="0.01",route="/api/v1/ask"}' in text
    assert 'route="/document/<id:id>",status="404"' in text
    assert 'route="unknown",status="404"' in text
    assert "qa_index_ready 1.0" in text
    assert re.search(r"^qa_index_passages \d+\.0$", text, re.M)
    assert 'qa_index_generation{generation="' in text
    assert "process_resident_memory_bytes" in text
    assert "修堤" not in text


def test_figures_are_for_this_machine_and_for_tokens(engine: FakeEngine) -> None:
    """Neither another machine nor a proxy's name gets them without one."""
    client = create_app(engine, OPEN).test_client()
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_base=ELSEWHERE).status_code == 401
    named = create_app(engine, WebOptions(hosts=("docs.example",))).test_client()
    assert named.get("/metrics", headers={"Host": "docs.example"}).status_code == 401
    token = {"Authorization": "Bearer geheim"}
    assert client.get("/metrics", environ_base=ELSEWHERE, headers=token).status_code == 200


def test_odd_methods_cannot_fill_the_figures(client: FlaskClient) -> None:
    """What a client makes up does not become a label."""
    for number in range(5):
        client.open("/", method=f"ODD{number}")
    assert "ODD" not in metrics(client)
