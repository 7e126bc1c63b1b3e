"""The JSON API keeps what its OpenAPI document promises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from qa_engine_web import WebOptions, create_app
from tests.unit.web.fake import FakeEngine

QUESTION = "修缮青石河堤岸由谁牵头？"


@pytest.fixture
def spec(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/openapi.json").get_json()
    return found


def test_the_openapi_document_is_valid(spec: dict[str, Any]) -> None:
    """OpenAPI 3.1, and every operation says what it does."""
    validate(spec)
    assert spec["openapi"].startswith("3.1")
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            if method != "parameters":
                assert operation["summary"], path


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/api/v1/ask", f"/api/v1/ask?q={QUESTION}"),
        ("/api/v1/ask", "/api/v1/ask?q=河堤哪些"),
        ("/api/v1/ask", "/api/v1/ask?q=没有的事"),
        ("/api/v1/ask", "/api/v1/ask?q=修缮青石河堤岸由谁牵头和古树怎么保护"),
        ("/api/v1/ask", "/api/v1/ask"),
        ("/api/v1/search", "/api/v1/search?q=河堤&limit=1"),
        ("/api/v1/search", "/api/v1/search?q=河堤&mode=nix"),
        ("/api/v1/documents", "/api/v1/documents"),
        ("/api/v1/documents/{id}", "/api/v1/documents/corpus/河堤.txt"),
        ("/api/v1/documents/{id}", "/api/v1/documents/nix"),
        ("/api/v1/records", "/api/v1/records?department=林业站"),
        ("/api/v1/conferences", "/api/v1/conferences"),
        ("/api/v1/suggest", "/api/v1/suggest?q=修"),
        ("/api/v1/unanswered", "/api/v1/unanswered"),
        ("/api/v1/health", "/api/v1/health"),
        ("/api/v1/health/live", "/api/v1/health/live"),
        ("/api/v1/health/ready", "/api/v1/health/ready"),
        ("/api/v1/version", "/api/v1/version"),
    ],
)
def test_every_response_fits_its_schema(
    client: FlaskClient, spec: dict[str, Any], path: str, address: str
) -> None:
    """Results and errors alike."""
    response = client.get(address)
    described = spec["paths"][path]["get"]["responses"][str(response.status_code)]
    schema = described["content"]["application/json"]["schema"]
    root = {**schema, "components": spec["components"]}
    Draft202012Validator(root).validate(response.get_json())


def test_an_answer_is_one_bare_object_with_exact_citations(
    client: FlaskClient, engine: FakeEngine
) -> None:
    """The keys are the attribute names; a citation is a slice of its document."""
    answer = client.get(f"/api/v1/ask?q={QUESTION}").get_json()
    assert (answer["text"], answer["found"], answer["kind"]) == ("水务站", True, "record")
    (citation,) = answer["citations"]
    document = engine.document(citation["passage"]["document"])
    assert document.text[citation["start"] : citation["end"]] == citation["quote"]
    assert citation["passage"]["record"]["牵头部门"] == "水务站"
    assert answer["hits"][0]["passage"]["row"] == 1
    posted = client.post("/api/v1/ask", json={"question": QUESTION}).get_json()
    assert posted == answer


def test_declining_is_a_success(client: FlaskClient) -> None:
    """Status 200, found false, text empty, and a note."""
    response = client.get("/api/v1/ask?q=没有的事")
    assert response.status_code == 200
    answer = response.get_json()
    assert (answer["found"], answer["text"]) == (False, "")
    assert answer["note"]


def test_filters_work_in_addresses_and_bodies(client: FlaskClient) -> None:
    """One value or several; an unknown key is refused."""
    by_address = client.get("/api/v1/search?q=水务站&department=武装部").get_json()
    body = {"query": "水务站", "filters": {"department": "武装部"}}
    assert client.post("/api/v1/search", json=body).get_json() == by_address
    assert len(by_address["hits"]) == 1
    body["filters"] = {"department": ["武装部", "财政所"]}
    assert len(client.post("/api/v1/search", json=body).get_json()["hits"]) == 2
    for bad in ({"farbe": "rot"}, {"kind": 3}, {"kind": [["x"]]}):
        refused = client.post("/api/v1/search", json={"query": "河堤", "filters": bad})
        assert refused.status_code == 400


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/v1/ask", 400, "bad_request"),
        ("/api/v1/ask?q=%20", 400, "question_invalid"),
        (f"/api/v1/ask?q={'长' * 501}", 400, "question_invalid"),
        ("/api/v1/ask?q=河&context=" + "长" * 501, 400, "question_invalid"),
        ("/api/v1/search?q=河堤&limit=0", 400, "bad_request"),
        ("/api/v1/search?q=河堤&cursor=nix", 400, "usage"),
        ("/api/v1/documents?cursor=%C3%A9", 400, "usage"),
        ("/api/v1/documents/nix", 404, "document_not_found"),
        ("/api/v1/nix", 404, "not_found"),
        ("/api/v1/jobs", 403, "forbidden"),
    ],
)
def test_errors_have_one_shape(client: FlaskClient, address: str, status: int, code: str) -> None:
    """A code for programs, Chinese and English for people, and the next step."""
    response = client.get(address)
    assert response.status_code == status
    error = response.get_json()["error"]
    assert set(error) == {"code", "message", "message_en", "hint"}
    assert error["code"] == code
    assert error["message"]
    assert error["hint"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"null", "application/json", 400),
        (b'{"question": 3}', "application/json", 400),
        (b'{"question": "\\ud800"}', "application/json", 200),
        (b"q=1", "application/x-www-form-urlencoded", 415),
        (b"\xff\xfe", "application/json", 400),
        (b"", "text/plain", 415),
    ],
)
def test_malformed_bodies_are_refused_in_the_same_shape(
    client: FlaskClient, body: bytes, kind: str, status: int
) -> None:
    """Broken JSON, wrong types and content types are the sender's mistake, never ours."""
    response = client.post("/api/v1/ask", data=body, content_type=kind)
    assert response.status_code == status, response.text
    if status != 200:
        assert response.get_json()["error"]["hint"]


def test_wrong_methods_are_named(client: FlaskClient) -> None:
    """405 in the API's own shape."""
    response = client.put("/api/v1/ask")
    assert response.status_code == 405
    assert response.get_json()["error"]["code"] == "method_not_allowed"


def test_lists_are_paged_by_cursor(client: FlaskClient) -> None:
    """Following next gives everything once."""
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        found = client.get(f"/api/v1/documents?limit=2&cursor={cursor}").get_json()
        seen += [document["id"] for document in found["documents"]]
        cursor = found["next"]
    assert len(seen) == len(set(seen)) == 3


def test_a_document_has_an_etag(client: FlaskClient) -> None:
    """What has not changed is not sent again."""
    first = client.get("/api/v1/documents/corpus/河堤.txt?passages=1")
    assert len(first.get_json()["passages"]) == 3
    tag = {"If-None-Match": first.headers["ETag"]}
    again = client.get("/api/v1/documents/corpus/河堤.txt?passages=1", headers=tag)
    assert (again.status_code, again.data) == (304, b"")


def test_health_tells_a_broken_index_apart_from_a_dead_server(
    app: APIFlask, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ready turns 503 with the reason; live stays 200."""
    from qa_engine.errors import IndexDamaged

    def broken(_: FakeEngine) -> None:
        raise IndexDamaged("索引坏了。", "运行 qa-engine doctor。")

    monkeypatch.setattr(FakeEngine, "manifest", property(broken))
    client = app.test_client()
    assert client.get("/api/v1/health").status_code == 503
    assert client.get("/api/v1/health/live").status_code == 200
    assert client.get("/").status_code == 200


def test_a_batch_answers_in_order(client: FlaskClient) -> None:
    """Each question has an answer or an error."""
    body = {"questions": [QUESTION, "长" * 501, " "]}
    results = client.post("/api/v1/batch", json=body).get_json()["results"]
    assert [result["answer"] is None for result in results] == [False, True]
    assert results[0]["answer"]["text"] == "水务站"
    assert client.post("/api/v1/batch", json={"questions": []}).status_code == 400


def test_feedback_that_cannot_be_kept_says_so(engine: FakeEngine, tmp_path: Path) -> None:
    """A folder that is none: 503 with the next step."""
    (tmp_path / "file").write_text("", "utf-8")
    client = create_app(engine, WebOptions(state=tmp_path / "file")).test_client()
    sent = {"question": "谁？", "verdict": "right"}
    response = client.post("/api/v1/feedback", json=sent)
    assert response.status_code == 503
    assert response.get_json()["error"]["hint"]
    assert client.get("/api/v1/ask?q=没有的事").status_code == 200


def test_feedback_is_off_where_nothing_is_kept(engine: FakeEngine) -> None:
    """Without a folder for it there is no such thing."""
    client = create_app(engine).test_client()
    sent = {"question": "谁？", "verdict": "right"}
    assert client.post("/api/v1/feedback", json=sent).status_code == 404
    assert client.get("/api/v1/feedback").data == b""
    assert "这个答案对吗" not in client.get(f"/?q={QUESTION}").text
