"""A long list of questions is asked in the background and watched."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from qa_engine.models import Answer
from qa_engine_web import asking
from tests.unit.web.fake import FakeEngine

QUESTION = "修缮青石河堤岸由谁牵头？"


@pytest.fixture
def slow(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The engine answers its second question only once the event is set."""
    go, count = threading.Event(), [0]
    ask = engine.ask

    def wait(question: str) -> Answer:
        count[0] += 1
        if count[0] > 1:
            go.wait(20)
        return ask(question)

    monkeypatch.setattr(engine, "ask", wait)
    monkeypatch.setattr(asking, "QUICK", 0.01)
    yield go
    go.set()


def begin(client: FlaskClient, *questions: str) -> str:
    file = (io.BytesIO("\n".join(("问题", *questions)).encode()), "问.csv")
    response = client.post("/api/v1/batch/jobs", data={"file": file})
    assert response.status_code == 202
    return str(response.headers["Location"])


def test_a_batch_tells_how_far_it_is_and_then_gives_its_answers(
    app: APIFlask, client: FlaskClient, slow: threading.Event
) -> None:
    """No request waits for it; answers come as json, csv and xlsx."""
    address = begin(client, QUESTION, QUESTION, "长" * 501)
    job = client.get(address).get_json()
    assert job["state"] in {"waiting", "running"}
    assert job["total"] == 3
    assert client.get(f"{address}/answers.csv").status_code == 409
    page = client.get(f"/batch?job={job['id']}").text
    assert "看进度" in page
    slow.set()
    with app.app_context():
        batches = asking.the_batches()
        assert batches.wait(batches.get(job["id"]), 20)
    assert client.get(address).get_json()["done"] == 3
    results = client.get(f"{address}/answers.json").get_json()["results"]
    assert [result["answer"] is None for result in results] == [False, False, True]
    assert results[0]["answer"]["citations"][0]["quote"] == "水务站"
    assert results[0]["answer"]["hits"] == []
    assert client.get(f"{address}/answers.xlsx").mimetype.endswith("sheet")
    english = client.get(f"{address}/answers.csv?lang=en").data.decode("utf-8-sig")
    assert english.splitlines()[0] == "Question,Answer,Confidence,Quote,Source,Remark"
    assert "有把握" not in english


def test_too_many_batches_are_refused(client: FlaskClient, slow: threading.Event) -> None:
    """They would only wait; 429 says to come back."""
    for _ in range(asking.WAITING):
        begin(client, QUESTION, QUESTION)
    file = (io.BytesIO(b"q\n1\n"), "q.csv")
    assert client.post("/api/v1/batch/jobs", data={"file": file}).status_code == 429


def test_a_batch_without_a_readable_file_is_refused(client: FlaskClient) -> None:
    """At once, with a hint, before anything is asked."""
    assert client.post("/api/v1/batch/jobs", data={}).status_code == 400
    file = (io.BytesIO(b"x"), "a.docx")
    assert client.post("/api/v1/batch/jobs", data={"file": file}).status_code == 415
    assert client.get("/api/v1/batch/jobs/nix").status_code == 404
    assert client.get("/api/v1/batch/jobs/nix/answers.csv").status_code == 404


def test_typed_questions_that_cannot_be_asked_stay_in_the_form(client: FlaskClient) -> None:
    """The page says what is wrong; nothing has to be typed twice."""
    long = "堤" * 501
    response = client.post("/batch", data={"questions": f"谁管河堤？\n{long}"})
    assert response.status_code == 303  # one bad question does not stop the others
    response = client.post("/batch", data={"questions": "  \n "})
    assert response.status_code == 400
    assert 'role="alert"' in response.text
    file = (io.BytesIO(b"x"), "a.docx")
    response = client.post("/batch", data={"questions": "谁管河堤？", "file": file})
    assert response.status_code == 415
    assert "谁管河堤？</textarea>" in response.text


def test_answers_from_a_removed_document_are_not_given_out(
    app: APIFlask, client: FlaskClient, engine: FakeEngine
) -> None:
    """Deleting a document takes it out of finished batches too."""
    address = begin(client, QUESTION)
    with app.app_context():
        batches = asking.the_batches()
        assert batches.wait(batches.get(address.rpartition("/")[2]), 20)
    assert "水务站" in client.get(f"{address}/answers.json").text
    del engine.documents_["corpus/河堤.txt"]
    for form in ("json", "csv"):
        given = client.get(f"{address}/answers.{form}").data.decode("utf-8-sig")
        assert "水务站" not in given
        assert "已删除" in given
