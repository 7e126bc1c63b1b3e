"""Indexing from S3: its driver against a server of its protocol on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qa_engine import open_engine
from qa_engine.cli import main

s3fs = pytest.importorskip("s3fs")
server_of = pytest.importorskip("moto.server")


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An S3 file system with a bucket, found by its driver's own settings."""
    server = server_of.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key-of-test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    s3fs.S3FileSystem.clear_instance_cache()
    yield s3fs.S3FileSystem()
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


@pytest.mark.filterwarnings("default")  # moto's and botocore's own
def test_a_bucket_is_indexed_refreshed_and_searched(
    bucket: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """More objects than one page of a listing; changes by ETag, deletions; no keys kept."""
    bucket.mkdir("papers")
    for n in range(1100):  # a page has a thousand
        bucket.pipe(f"papers/docs/空/.{n}", b"x")
    bucket.pipe("papers/docs/通知 一.txt", "燃气管道由区住建局负责。".encode())
    bucket.pipe("papers/docs/sub/b.md", "# 绿化\n\n绿化由园林局负责。".encode())
    given = ["--model", "hashing", "--index", str(tmp_path / "index"), "--json"]

    def index(*more: str) -> Any:
        assert main(["index", *more, *given]) == 0
        return json.loads(capsys.readouterr().out)

    assert sorted(index("s3://papers/docs/")["added"]) == ["docs/sub/b.md", "docs/通知 一.txt"]
    assert len(index()["skipped"]) == 2
    bucket.pipe("papers/docs/通知 一.txt", "燃气管道由区城管局负责。".encode())
    bucket.rm("papers/docs/sub/b.md")
    report = index()
    assert (report["changed"], report["removed"]) == (["docs/通知 一.txt"], ["docs/sub/b.md"])
    with open_engine(tmp_path / "index", model="hashing") as engine:
        assert "城管局" in engine.search("燃气管道", limit=1)[0].passage.text
    for path in (tmp_path / "index").rglob("*"):
        if path.is_file():
            assert b"secret-of-test" not in path.read_bytes()


@pytest.mark.filterwarnings("default")
def test_a_bucket_that_is_not_there_is_told(
    bucket: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a folder is, with the address; nothing is made."""
    given = ["--model", "hashing", "--index", str(tmp_path / "index")]
    assert main(["index", "s3://nobody/docs", *given]) == 2
    assert "找不到 s3://nobody/docs" in capsys.readouterr().err
