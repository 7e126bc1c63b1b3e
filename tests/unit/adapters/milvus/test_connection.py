"""The client: what it says when something is wrong, and what it never says."""

from __future__ import annotations

import logging
import sys
import threading
import time
from pathlib import Path

import pytest

from qa_engine import open_engine
from qa_engine.adapters.milvus import connection as module
from qa_engine.adapters.milvus.connection import Connection, without_credentials
from qa_engine.adapters.milvus.store import MilvusStore
from qa_engine.cli import main
from qa_engine.errors import IndexLocked, MissingExtra, StoreUnavailable, UsageError
from qa_engine.settings import MilvusSettings, settings
from tests.milvus import LiteServer, free_port, milvus_store

SECRETS = ("geheim-passwort", "geheim-token", "geheim-nutzer")


def away(**options: object) -> MilvusStore:
    """A store on a port where nobody listens."""
    made = MilvusSettings(**{"timeout": 1.0, **options})  # type: ignore[arg-type]
    return MilvusStore(f"http://127.0.0.1:{free_port()}", made)


def test_without_the_extra_the_command_that_installs_it_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In Chinese and English, on one line, exit status 1."""
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(MissingExtra) as raised:
        Connection("http://127.0.0.1:1")
    assert 'pip install "qa-engine[milvus]"' in raised.value.hint
    status = main(["search", "甲", "--store", "milvus", "--index", str(tmp_path)])
    assert status == 1
    said = capsys.readouterr().err
    assert "没有安装" in said
    assert "pymilvus is not installed" in said
    assert said.count("\n") == 1


def test_a_server_that_is_away_is_said_to_be_within_the_deadline() -> None:
    """One clear error, with the address, after a second of trying."""
    store = away()
    before = time.monotonic()
    with pytest.raises(StoreUnavailable) as raised:
        store.exists()
    assert store.address in raised.value.message
    assert "QA_ENGINE_MILVUS_URI" in raised.value.hint
    assert time.monotonic() - before < 30


def test_a_server_that_comes_back_within_the_deadline_is_waited_for(tmp_path: Path) -> None:
    """A call made while it is away succeeds: tried again, with pauses."""
    server = LiteServer(str(tmp_path / "data"))
    try:
        store = MilvusStore(server.uri, MilvusSettings(index="back", timeout=60.0))
        assert not store.exists()
        server.stop()
        again = threading.Timer(1.0, server.start)
        again.start()
        assert not store.exists()
        again.join()
        store.close()
    finally:
        server.stop()


def test_no_secret_is_shown_or_logged(
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not in errors, logs, output, nor where settings are printed."""
    caplog.set_level(logging.DEBUG)
    password, token, user = SECRETS
    address = f"127.0.0.1:{free_port()}"
    for name, value in (("PASSWORD", password), ("TOKEN", token), ("USER", user)):
        monkeypatch.setenv(f"QA_ENGINE_MILVUS_{name}", value)
    monkeypatch.setenv("QA_ENGINE_MILVUS_TIMEOUT", "1")
    chosen = settings(store="milvus", uri=f"http://{user}:{password}@{address}?token={token}")
    assert chosen.milvus.password == password
    said = [repr(chosen), str(chosen)]
    with pytest.raises(StoreUnavailable) as raised:
        open_engine(chosen.index, store=chosen.store, uri=chosen.uri, model="hashing")
    error: BaseException | None = raised.value
    assert address in str(error)
    while error is not None:
        said += [repr(error), str(error)]
        error = error.__cause__
    out, err = capfd.readouterr()
    for secret in SECRETS:
        assert not any(secret in line for line in [*said, out, err, caplog.text])


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("https://a:b@milvus.example:443/db?token=c", "https://milvus.example:443/db"),
        ("http://127.0.0.1:19530", "http://127.0.0.1:19530"),
        ("index/milvus.db", "index/milvus.db"),
    ],
)
def test_an_address_is_shown_without_credentials(uri: str, shown: str) -> None:
    """Neither user, password nor query."""
    assert without_credentials(uri) == shown


def test_a_file_needs_the_ending_that_milvus_lite_asks_for(tmp_path: Path) -> None:
    """Otherwise it says what an address looks like."""
    with pytest.raises(UsageError, match=r"\.db"):
        Connection(str(tmp_path / "index"))


def test_an_index_name_that_milvus_would_refuse_is_refused(tmp_path: Path) -> None:
    """Before anything is asked of the server."""
    with pytest.raises(UsageError, match="QA_ENGINE_MILVUS_COLLECTION"):
        MilvusStore(str(tmp_path / "a.db"), MilvusSettings(index="a-b"))


def test_a_timeout_must_be_a_number_of_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clear error names the variable."""
    monkeypatch.setenv("QA_ENGINE_MILVUS_TIMEOUT", "soon")
    with pytest.raises(UsageError, match="QA_ENGINE_MILVUS_TIMEOUT"):
        settings()


def test_a_file_that_another_process_uses_is_said_to_be(tmp_path: Path) -> None:
    """With the command that lets several processes share it."""
    folder = tmp_path / "shared.db"
    server = LiteServer(str(folder))
    try:
        store = milvus_store(str(folder))
        with pytest.raises(IndexLocked) as raised:
            store.exists()
        assert "milvus-lite server" in raised.value.hint
    finally:
        server.stop()
    assert not store.exists()  # let go of: it opens
    store.close()


def test_tls_and_names_reach_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every setting is handed on, and a certificate turns encryption on."""
    given: dict[str, object] = {}

    class Library:
        MilvusException = module.milvus().MilvusException

        @staticmethod
        def MilvusClient(uri: str, **options: object) -> object:
            given.update(options, uri=uri)
            return object()

    monkeypatch.setattr(module, "milvus", lambda: Library)
    options = MilvusSettings(user="u", password="p", ca="ca.pem", database="d", server_name="s")
    Connection("https://milvus.example", options).client()
    assert given.pop("grpc_options")
    assert given == {
        "uri": "https://milvus.example",
        "timeout": 3.0,
        "user": "u",
        "password": "p",
        "ca_pem_path": "ca.pem",
        "db_name": "d",
        "server_name": "s",
        "secure": True,
    }
