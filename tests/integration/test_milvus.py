"""The whole engine on Milvus Lite: the same answers, and a web server that says when the
store is away."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qa_engine import open_engine
from qa_engine.cli import main
from qa_engine.engine import Engine
from qa_engine.settings import Settings, settings
from qa_engine.wiring import export, index
from qa_engine_web.app import create_app
from tests.conftest import CORPUS
from tests.milvus import LiteServer, lite_server

QUESTIONS = (
    "首席质量官培训由哪个部门牵头？",
    "区质监分局牵头哪些任务？",
    "质量强区 2013",
    "火星移民局牵头哪些任务？",
    '"质量强区" -宣传',
)


@pytest.fixture(scope="module", params=["file", "server"])
def on_milvus(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """An index of the sample corpus on Milvus Lite, with the hashing encoder."""
    folder = tmp_path_factory.mktemp("milvus")
    uri = str(folder / "milvus.db") if request.param == "file" else lite_server()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QA_ENGINE_MILVUS_COLLECTION", f"corpus_{request.param}")
        chosen = settings(folder, store="milvus", uri=uri, model="hashing", reader="none")
    report = index(chosen, [CORPUS])
    assert not report.failed
    yield chosen
    if request.param == "file":
        from qa_engine.wiring import make_store

        make_store(chosen).close()  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The same corpus on the embedded store."""
    chosen = settings(tmp_path_factory.mktemp("embedded"), model="hashing", reader="none")
    index(chosen, [CORPUS])
    with open_engine(chosen) as engine:
        yield engine


@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_are_those_of_the_embedded_store(
    on_milvus: Settings, embedded: Engine, question: str
) -> None:
    """Answer, confidence, citations and the order of passages."""
    with open_engine(on_milvus) as engine:
        one, other = engine.ask(question), embedded.ask(question)
    assert (one.text, one.found, one.kind, one.note) == (
        other.text,
        other.found,
        other.kind,
        other.note,
    )
    assert one.confidence == pytest.approx(other.confidence, abs=1e-4)
    assert one.citations == other.citations
    assert [h.passage for h in one.hits] == [h.passage for h in other.hits]
    assert [h.score for h in one.hits] == pytest.approx([h.score for h in other.hits], abs=1e-4)


def test_an_unchanged_corpus_changes_nothing(on_milvus: Settings) -> None:
    """Nothing is read, encoded or written again."""
    report = index(on_milvus, [CORPUS])
    assert not (report.added)
    assert not (report.changed)
    assert not (report.removed)


def test_an_export_can_be_taken_from_it(on_milvus: Settings, embedded: Engine) -> None:
    """Every document, as it was read."""
    assert len(list(export(on_milvus))) == 1 + len(embedded.documents())


def test_the_command_line_takes_store_and_uri(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As options and as variables; without an address, a file in the index folder."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("燃气管道改造由区住建局负责。", encoding="utf-8")
    uri = str(tmp_path / "m.db")
    common = ["--model", "hashing", "--reader", "none", "--index", str(tmp_path / "i")]
    named = [*common, "--store", "milvus", "--uri", uri]
    assert main(["index", str(tmp_path / "texts"), *named]) == 0
    assert main(["search", "燃气管道", *named]) == 0
    assert "区住建局" in capsys.readouterr().out
    monkeypatch.setenv("QA_ENGINE_STORE", "milvus")
    monkeypatch.setenv("QA_ENGINE_MILVUS_URI", uri)
    assert main(["search", "燃气管道", *common]) == 0
    assert "区住建局" in capsys.readouterr().out
    assert main(["doctor", *common]) in (0, 1)
    assert "1 份文件" in capsys.readouterr().out
    assert main(["remove", "texts/a.txt", *common]) == 0
    monkeypatch.delenv("QA_ENGINE_MILVUS_URI")
    assert main(["search", "燃气管道", *common]) == 1
    assert str(tmp_path / "i" / "milvus.db") in capsys.readouterr().err


def test_a_second_process_on_a_file_is_told_what_to_do(tmp_path: Path) -> None:
    """One line, exit status 1, and the command that lets processes share it."""
    server = LiteServer(str(tmp_path / "m.db"))
    try:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "qa_engine.cli", "search", "甲", "--model", "hashing"),
                *("--store", "milvus", "--uri", str(tmp_path / "m.db"), "--index", str(tmp_path)),
            ],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
    finally:
        server.stop()
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    assert "milvus-lite server --host 127.0.0.1" in done.stderr


@pytest.mark.long
def test_the_web_says_when_the_store_is_away_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 with a clear message and a not-ready health; live all the while; then 200 again."""
    monkeypatch.setenv("QA_ENGINE_MILVUS_TIMEOUT", "1")
    monkeypatch.setattr("qa_engine.engine._CHECK_EVERY", 0.0)
    server = LiteServer(str(tmp_path / "data"))
    try:
        chosen = settings(
            tmp_path / "i", store="milvus", uri=server.uri, model="hashing", reader="none"
        )
        index(chosen, [CORPUS])
        with open_engine(chosen) as engine:
            web = create_app(engine).test_client()

            def status(path: str) -> int:
                return web.get(path, base_url="http://127.0.0.1").status_code

            asked = "/api/v1/search?q=质量"
            assert status("/api/v1/health") == status(asked) == 200
            server.stop()
            answer = web.get(asked, base_url="http://127.0.0.1")
            assert answer.status_code == 503
            assert answer.json is not None
            error = answer.json["error"]
            assert error["code"] == "store_unavailable"
            assert "连不上 Milvus" in error["message"]
            assert "does not answer" in error["message_en"]
            health = web.get("/api/v1/health/ready", base_url="http://127.0.0.1")
            assert health.status_code == 503
            assert health.json is not None
            assert health.json["ready"] is False
            page = web.get("/?q=质量", base_url="http://127.0.0.1")
            assert page.status_code == 503
            assert "连不上 Milvus" in page.get_data(as_text=True)
            assert status("/api/v1/health/live") == 200
            server.start()
            wait_until(lambda: status("/api/v1/health") == 200)
            assert status(asked) == 200
    finally:
        server.stop()


def wait_until(done: Callable[[], bool], tries: int = 60) -> None:
    for _ in range(tries):
        if done():
            return
    raise AssertionError("it did not come back")
