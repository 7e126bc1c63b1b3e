"""Nothing that a document, a question or a foreign site says is trusted."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from qa_engine_web import WebOptions, create_app
from qa_engine_web.options import options_from_environment
from tests.unit.web.fake import HOSTILE, FakeEngine, fake_engine, hostile_document

HOSTILE_ID = hostile_document()[0].id


def pages_with_hostile_content() -> list[str]:
    id = quote(HOSTILE_ID)
    asked = quote(f"恶意{HOSTILE}")
    return [
        f"/?q={asked}",
        f"/?q={asked}&context={asked}&kind={asked}",
        f"/?q={quote(HOSTILE)}",
        f"/search?q={asked}",
        f"/search?q=恶意&speaker={asked}&date={asked}",
        f"/document/{id}?start=0&end=400&q={asked}",
        f"/document/{id}?view=raw&start=0&end=400",
        f"/document/{quote(HOSTILE)}",
        f"/records?q={asked}&department={asked}&due={asked}&sort=lead",
        f"/conferences?q={quote(HOSTILE[:20])}",
        "/conferences",
        f"/conference/{id}",
        f"/conference/{id}?speaker={asked}",
        f"/corpus?q={asked}",
        "/corpus",
        "/unanswered",
        f"/{asked}",
        f"/?lang={asked}",
    ]


@pytest.mark.parametrize("address", pages_with_hostile_content())
def test_hostile_text_is_shown_as_text(client: FlaskClient, address: str) -> None:
    """Scripts, attributes, schemes and template syntax in any field render as characters."""
    client.post("/feedback", data={"question": HOSTILE, "verdict": "wrong", "expected": HOSTILE})
    client.get(f"/?q={quote('没有' + HOSTILE)}")
    html = client.get(address).text
    assert "<script>alert" not in html
    assert '" onload="' not in html
    assert 'href="javascript:' not in html
    assert "alert(2) 49" not in html  # the template syntax was not run
    assert "<b>.txt" not in html


def test_every_response_carries_the_security_headers(client: FlaskClient) -> None:
    """Also errors, files and JSON; nothing inline is allowed."""
    for address in ("/", "/nix", "/static/style.css", "/api/v1/health", "/export/records.csv"):
        with client.get(address) as response:
            headers = response.headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Frame-Options"] == "DENY"
        assert "Access-Control-Allow-Origin" not in headers
        assert headers["X-Request-Id"]


def test_no_template_has_inline_scripts_or_styles() -> None:
    """The policy would block them."""
    import qa_engine_web

    for path in (Path(qa_engine_web.__file__).parent / "templates").glob("*.html"):
        text = path.read_text("utf-8")
        assert "<style" not in text
        assert " style=" not in text
        assert "<script>" not in text
        assert "|safe" not in text
        assert "http://" not in text.replace("http://www.w3.org", "")
        assert "https://" not in text


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("127.0.0.1:8000", True),
        ("localhost", True),
        ("[::1]:8000", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("", False),
        ("192.168.1.5", False),
        ("[::1", False),
    ],
)
def test_only_our_own_names_are_served(client: FlaskClient, host: str, allowed: bool) -> None:
    """A foreign name that resolves to this machine is refused (DNS rebinding)."""
    response = client.get("/api/v1/health", headers={"Host": host})
    assert (response.status_code == 200) == allowed
    if not allowed:
        assert response.status_code in {400, 421}


def test_further_names_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server for an office is told its name; addresses are always safe where it listens."""
    monkeypatch.setenv("QA_ENGINE_HOSTS", "wen.example, qa.example")
    options = options_from_environment("0.0.0.0")
    assert options.allows_host("wen.example")
    assert options.allows_host("10.1.2.3")
    assert not options.allows_host("evil.example")
    assert not options.loopback
    assert WebOptions(host="127.0.0.5").loopback


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:81"},
        {"Origin": "http://[::"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_writes_from_foreign_pages_are_refused(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    """Forged requests from another site's page change nothing."""
    sent = {"question": "谁？", "verdict": "right"}
    for address in ("/feedback", "/corpus/refresh", "/token", "/batch"):
        assert client.post(address, data=sent, headers=headers).status_code == 403
    assert client.post("/api/v1/feedback", json=sent, headers=headers).status_code == 403


def test_our_own_pages_and_programs_may_write(client: FlaskClient) -> None:
    """A same-origin page, and a program that sends no origin."""
    sent = {"question": "谁？", "verdict": "right"}
    ours = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/v1/feedback", json=sent, headers=ours).status_code == 200
    assert client.post("/api/v1/feedback", json=sent).status_code == 200


def test_reads_need_the_read_token_when_one_is_set(engine: FakeEngine) -> None:
    """Everything but health is closed without it."""
    client = create_app(engine, WebOptions(read_token="geheim", token="mehr")).test_client()
    closed = client.get("/")
    assert closed.status_code == 401
    assert 'action="/token"' in closed.text
    assert client.get("/api/v1/ask?q=河堤").status_code == 401
    assert client.get("/api/v1/health").status_code == 200
    for token in ("geheim", "mehr"):
        right = {"Authorization": f"Bearer {token}"}
        assert client.get("/api/v1/ask?q=河堤", headers=right).status_code == 200
    wrong = {"Authorization": "Bearer gehei"}
    assert client.get("/api/v1/ask?q=河堤", headers=wrong).status_code == 401


def test_an_over_large_upload_is_refused(engine: FakeEngine, tmp_path: Path) -> None:
    """With a clear message in the API's shape and on a page."""
    options = WebOptions(max_upload=2000, state=tmp_path)
    client = create_app(engine, options).test_client()
    response = client.post("/api/v1/ask", data=b"x" * 3000, content_type="application/json")
    assert response.status_code == 413
    assert response.get_json()["error"]["code"] == "too_large"
    assert client.post("/batch", data={"questions": "x" * 3000}).status_code == 413


def test_the_token_cookie_is_out_of_reach_of_scripts(tmp_path: Path) -> None:
    """HttpOnly, SameSite=Strict; a wrong token sets none."""
    app: APIFlask = create_app(fake_engine(), WebOptions(token="geheim", state=tmp_path))
    client = app.test_client()
    assert client.post("/token", data={"token": "falsch"}).status_code == 401
    cookie = client.post("/token", data={"token": "geheim"}).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
