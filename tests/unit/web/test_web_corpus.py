"""The corpus is changed by jobs, undone within a time, and only with the token."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from qa_engine.errors import UsageError
from qa_engine_web import WebOptions, create_app
from qa_engine_web.library import Library
from qa_engine_web.notebook import Notebook
from qa_engine_web.uploads import safe_name
from tests.unit.web.folder_engine import FolderEngine, Report

TOKEN = {"Authorization": "Bearer geheim"}


@pytest.fixture
def engine() -> FolderEngine:
    return FolderEngine()


@pytest.fixture
def app(engine: FolderEngine, tmp_path: Path) -> APIFlask:
    return create_app(engine, WebOptions(state=tmp_path, token="geheim"))


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    return app.test_client()


def library(app: APIFlask) -> Library:
    found: Library = app.extensions["qa_library"]
    return found


def upload(client: FlaskClient, app: APIFlask, **files: str) -> dict[str, str]:
    """Upload and wait; file name → outcome."""
    data = {"file": [(io.BytesIO(text.encode()), f"{name}.txt") for name, text in files.items()]}
    response = client.post("/api/v1/documents", data=data, headers=TOKEN)
    assert response.status_code == 202, response.text
    job = library(app).jobs.get(response.get_json()["id"])
    assert job is not None
    assert library(app).jobs.wait(job, 20)
    assert job.state == "done", job.message
    return {result.name: result.outcome for result in job.results}


def test_uploaded_files_are_indexed_each_with_its_result(
    app: APIFlask, client: FlaskClient, engine: FolderEngine, tmp_path: Path
) -> None:
    """Good files are added; a bad one is named, and not kept."""
    outcome = upload(client, app, 甲="河堤修好了", 乙="BAD")
    assert outcome == {"甲.txt": "added", "乙.txt": "failed"}
    assert list(engine.documents_) == ["uploads/甲.txt"]
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == ["甲.txt"]


def test_a_file_of_the_same_name_is_replaced(
    app: APIFlask, client: FlaskClient, engine: FolderEngine, tmp_path: Path
) -> None:
    """And stays what it was when the new one cannot be read."""
    upload(client, app, 甲="第一版")
    assert upload(client, app, 甲="第二版") == {"甲.txt": "changed"}
    assert upload(client, app, 甲="BAD") == {"甲.txt": "failed"}
    assert engine.document("uploads/甲.txt").text == "第二版"
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == ["甲.txt"]


def test_a_removed_document_is_hidden_at_once_and_can_be_brought_back(
    app: APIFlask, client: FlaskClient, engine: FolderEngine
) -> None:
    """Undo brings file and entry back."""
    upload(client, app, 甲="河堤")
    job = client.delete("/api/v1/documents/uploads/甲.txt", headers=TOKEN).get_json()
    assert job["state"] == "done"
    assert engine.documents_ == {}
    (entry,) = library(app).uploads.binned()
    client.post("/corpus/restore", data={"key": entry.key}, headers=TOKEN)
    assert list(engine.documents_) == ["uploads/甲.txt"]
    assert library(app).uploads.binned() == []
    assert client.delete("/api/v1/documents/nix", headers=TOKEN).status_code == 404


def test_after_purging_no_byte_of_a_document_is_left(
    app: APIFlask, client: FlaskClient, tmp_path: Path
) -> None:
    """Neither its file nor the feedback on answers from it."""
    upload(client, app, 甲="秘密内容")
    Notebook(tmp_path).add("问？", "秘密内容", "right", documents=["uploads/甲.txt"])
    client.post("/corpus/remove", data={"id": "uploads/甲.txt"}, headers=TOKEN)
    (entry,) = library(app).uploads.binned()
    client.post("/corpus/purge", data={"key": entry.key}, headers=TOKEN)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert "秘密内容".encode() not in path.read_bytes()
    gone = client.post("/corpus/restore", data={"key": entry.key}, headers=TOKEN)
    assert gone.status_code == 400


def test_files_that_were_not_uploaded_are_never_deleted(
    app: APIFlask, client: FlaskClient, engine: FolderEngine, tmp_path: Path
) -> None:
    """A document of an indexed folder is only hidden; its file belongs to someone else."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "丙.txt").write_text("别人的", "utf-8")
    engine.add(folder)
    client.post("/corpus/remove", data={"id": "corpus/丙.txt"}, headers=TOKEN)
    (entry,) = library(app).uploads.binned()
    client.post("/corpus/purge", data={"key": entry.key}, headers=TOKEN)
    assert (folder / "丙.txt").exists()
    assert engine.documents_ == {}


def test_a_refresh_says_what_changed(
    app: APIFlask, client: FlaskClient, engine: FolderEngine, tmp_path: Path
) -> None:
    """Without scripts the page shows the job; with them it is polled."""
    upload(client, app, 甲="一")
    (tmp_path / "uploads" / "乙.txt").write_text("二", "utf-8")
    response = client.post("/corpus/refresh", headers=TOKEN)
    page = client.get(response.headers["Location"], headers=TOKEN)
    assert "已加入" in page.text
    jobs = client.get("/api/v1/jobs", headers=TOKEN).get_json()["jobs"]
    expected = {"name": "uploads/乙.txt", "outcome": "added", "message": "", "message_en": ""}
    assert jobs[0]["results"] == [expected]
    assert client.get(f"/api/v1/jobs/{jobs[0]['id']}", headers=TOKEN).status_code == 200
    assert client.get("/api/v1/jobs/nix", headers=TOKEN).status_code == 404


def test_a_job_that_fails_says_why_without_a_trace(
    app: APIFlask, client: FlaskClient, engine: FolderEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours is logged; an error of the engine is shown with its hint."""

    def broken(*_: object, **__: object) -> Report:
        raise RuntimeError("geheim")

    monkeypatch.setattr(engine, "add", broken)
    job = library(app).refresh()
    assert library(app).jobs.wait(job, 20)
    assert (job.state, "geheim" in job.message) == ("failed", False)


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("post", "/api/v1/documents"),
        ("delete", "/api/v1/documents/uploads/a.txt"),
        ("post", "/api/v1/jobs/refresh"),
        ("get", "/api/v1/jobs"),
        ("post", "/corpus/upload"),
        ("post", "/corpus/remove"),
        ("post", "/corpus/restore"),
        ("post", "/corpus/purge"),
        ("post", "/corpus/refresh"),
        ("get", "/corpus/aliases"),
        ("post", "/corpus/aliases"),
        ("get", "/corpus/dictionary"),
        ("post", "/corpus/dictionary"),
    ],
)
def test_every_change_needs_the_token(
    client: FlaskClient, engine: FolderEngine, tmp_path: Path, method: str, address: str
) -> None:
    """401 without it or with another; 403 where changes are off."""
    assert getattr(client, method)(address).status_code == 401
    wrong = {"Authorization": "Bearer falsch"}
    assert getattr(client, method)(address, headers=wrong).status_code == 401
    off = create_app(engine, WebOptions(state=tmp_path)).test_client()
    assert getattr(off, method)(address, headers=TOKEN).status_code == 403


def test_the_page_shows_controls_only_with_the_token(client: FlaskClient) -> None:
    """Others see the list and where to enter the token."""
    assert "管理口令" in client.get("/corpus").text
    assert 'id="drop"' not in client.get("/corpus").text
    client.post("/token", data={"token": "geheim"})
    assert 'id="drop"' in client.get("/corpus").text
    client.post("/token", data={"leave": "1"})
    assert 'id="drop"' not in client.get("/corpus").text


def typed(page: str) -> str:
    """What stands in the page's text area."""
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert found is not None
    return html.unescape(found[1]).strip()


def test_a_wrong_token_is_called_wrong(client: FlaskClient) -> None:
    """With the field to enter it again, and no cookie."""
    response = client.post("/token", data={"token": "falsch"})
    assert response.status_code == 401
    assert "口令不对" in response.text
    assert 'name="token"' in response.text
    assert "Set-Cookie" not in response.headers


@given(st.text(max_size=300))
def test_a_safe_name_stays_in_its_folder(given: str) -> None:
    """No separator, no leading dot, no control character, not too long; or refused."""
    try:
        name = safe_name(given)
    except UsageError:
        return
    assert Path("/x") / name == Path(f"/x/{name}")
    assert not set(name) & set('/\\<>:"|?*\x00')
    assert not name.startswith(".")
    assert 0 < len(name.encode()) <= 180


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\docs\\通知.docx", "通知.docx"),
        ("a\u202etxt.exe", "atxt.exe"),
        ("..hidden.txt", "hidden.txt"),
        ("任务 表.txt", "任务 表.txt"),
    ],
)
def test_names_keep_what_is_harmless(given: str, name: str) -> None:
    """Chinese and spaces stay; paths and tricks go."""
    assert safe_name(given) == name


@pytest.mark.parametrize("given", ["", ".", "..", "/", "con.txt", "README.md", "\u202e"])
def test_unusable_names_are_refused(given: str) -> None:
    """With a hint."""
    with pytest.raises(UsageError):
        safe_name(given)


def test_aliases_are_previewed_saved_and_used_at_once(
    app: APIFlask, client: FlaskClient, engine: FolderEngine, tmp_path: Path
) -> None:
    """The preview counts passages and names the declined questions that would be touched."""
    upload(client, app, 甲="水务站巡堤", 乙="水务站修堤")
    Notebook(tmp_path).note_answer("河道所管什么？", False)
    text = "河道所、水务站 # 旧称\n"
    shown = client.post("/corpus/aliases", data={"text": text}, headers=TOKEN).text
    assert "河道所 = 水务站" in shown
    assert "河道所管什么？" in shown
    assert ">2</td>" in shown
    assert not (tmp_path / "aliases.tsv").exists()
    client.post("/corpus/aliases", data={"text": text, "do": "save"}, headers=TOKEN)
    assert (tmp_path / "aliases.tsv").read_text("utf-8") == "河道所\t水务站  # 旧称\n"
    assert engine.aliases.in_text("河道所管什么？") == {"河道所": ("水务站",)}
    again = client.get("/corpus/aliases", headers=TOKEN).text
    assert "河道所\t水务站" in again
    hostile = "<script>alert(1)</script>、甲"
    page = client.post("/corpus/aliases", data={"text": hostile}, headers=TOKEN).text
    assert "<script>alert" not in page


@pytest.mark.parametrize("text", ["只有一个", "甲" * 41 + "、乙", "a、b\n" * 2001])
def test_aliases_that_cannot_be_used_are_named(client: FlaskClient, text: str) -> None:
    """With the line and what to write instead; what was typed is still there."""
    response = client.post("/corpus/aliases", data={"text": text}, headers=TOKEN)
    assert response.status_code == 400
    assert "行" in response.text
    assert typed(response.text) == text.strip()


def test_words_are_previewed_and_kept_only_once_the_index_has_them(
    app: APIFlask, client: FlaskClient, engine: FolderEngine, tmp_path: Path
) -> None:
    """The preview shows how they are cut; a rebuild that fails leaves the file as it was."""
    upload(client, app, 甲="质强办巡堤", 乙="质强办修堤")
    Notebook(tmp_path).note_answer("质强办管什么？", False)
    data = {"text": "质强办 100 n # 简称\n河长制、林长制\n"}
    shown = client.post("/corpus/dictionary", data=data, headers=TOKEN).text
    assert "质强 / 办" in shown or "质 / 强办" in shown or "质 / 强 / 办" in shown
    assert "质强办管什么？" in shown
    assert ">2</td>" in shown
    assert "河长制" in shown
    file = tmp_path / "words.txt"
    assert not file.exists()
    engine.broken = True
    client.post("/corpus/dictionary", data={**data, "do": "save"}, headers=TOKEN)
    assert library(app).jobs.drain(20)
    assert library(app).jobs.latest()[0].message == "磁盘满了。"
    assert not file.exists()
    engine.broken = False
    saved = client.post("/corpus/dictionary", data={**data, "do": "save"}, headers=TOKEN)
    assert library(app).jobs.drain(20)
    assert "已完成" in client.get(saved.headers["Location"], headers=TOKEN).text
    assert file.read_text("utf-8") == "质强办 100 n\n河长制\n林长制\n"
    assert "质强办" in engine.cutter.words("请质强办负责")
    assert "质强办 100 n" in client.get("/corpus/dictionary", headers=TOKEN).text


@pytest.mark.parametrize("text", ["甲", "两个 词", "a b c", "甲" * 21, "<b>", "词语 100 名词"])
def test_words_that_cannot_be_used_are_named(client: FlaskClient, text: str) -> None:
    """With the line and what to write instead; what was typed is still there."""
    response = client.post("/corpus/dictionary", data={"text": text}, headers=TOKEN)
    assert response.status_code == 400
    assert "第1行" in response.text
    assert typed(response.text) == text
