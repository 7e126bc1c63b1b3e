"""Files behind URIs: what is listed, how a change shows, and what never gets into an index."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import fsspec
import pytest

from qa_engine.errors import MissingExtra, UnreachableSource, UsageError
from qa_engine.sources import objects


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "docs"
    (root / "通知").mkdir(parents=True)
    (root / "a.txt").write_text("甲", "utf-8")
    (root / "通知" / "b c.txt").write_text("乙", "utf-8")
    return root


@pytest.fixture
def served(folder: Path) -> Iterator[str]:
    """The folder's address on a web server."""
    handler = partial(Quiet, directory=str(folder.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/docs/"
        server.shutdown()
        thread.join()


def test_all_files_below_are_listed_from_every_kind_of_store(folder: Path, served: str) -> None:
    """Names are readable in ids, and what was listed can be fetched."""
    memory = fsspec.filesystem("memory")
    memory.pipe({"/test-objects/docs/a.txt": "甲".encode(), "/test-objects/docs/x/b.txt": b"b"})
    for uri, expected in (
        (folder.as_uri(), ["a.txt", "通知/b c.txt"]),
        (served, ["a.txt", "通知/b c.txt"]),
        ("memory://test-objects/docs", ["a.txt", "x/b.txt"]),
    ):
        start = objects.path_of(objects.checked(uri))
        found = objects.listed(objects.checked(uri))
        ids = {objects.path_of(one.uri)[len(start) :].strip("/"): one for one in found}
        if uri.startswith("file"):  # a file's URI is taken as it is
            ids = {one.below: one for one in found}
        assert sorted(ids) == sorted(expected)
        assert all(one.mark for one in found)
        with objects.fetched(ids["a.txt"].uri) as copy:
            assert copy.read_text("utf-8") == "甲"
        assert not copy.exists()


def test_a_change_changes_the_mark(folder: Path, served: str) -> None:
    """On a folder as on a web server, also when the size stays the same."""
    for number, uri in enumerate((folder.as_uri(), served), 1):
        before = {one.below: one.mark for one in objects.listed(uri)}
        (folder / "a.txt").write_text("丙", "utf-8")
        later = (folder / "a.txt").stat().st_mtime + 100 * number
        os.utime(folder / "a.txt", (later, later))
        after = {one.below: one.mark for one in objects.listed(uri)}
        assert {name for name in after if after[name] != before[name]} == {"a.txt"}


def test_a_checksum_is_preferred_to_a_time() -> None:
    """An object that was copied anew is the same as before."""
    info = {"size": 3, "ETag": '"e"', "LastModified": "today"}
    assert objects._object("s3://b/k", "", info).mark == 'ETag "e"'
    assert "today 3" in objects._object("s3://b/k", "", {**info, "ETag": ""}).mark
    assert objects._object("s3://b/k", "", {"size": 3}).mark == ""


def test_a_folder_that_cannot_be_listed_is_not_taken_for_an_empty_one(
    folder: Path, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or its documents would be taken out of the index."""
    real = Quiet.send_head

    def broken(self: Quiet) -> object:
        if "%E9%80%9A" in self.path:
            self.send_error(503)
            return None
        return real(self)

    monkeypatch.setattr(Quiet, "send_head", broken)
    with pytest.raises(UnreachableSource) as caught:
        objects.listed(served)
    assert not caught.value.gone


def test_links_of_a_page_that_lead_elsewhere_are_not_followed(folder: Path, served: str) -> None:
    """Neither to other servers and folders, nor to the page itself in another order."""
    (folder.parent / "secret.txt").write_text("丁", "utf-8")
    links = [
        "a.txt",
        "../secret.txt",
        "%2e%2e/secret.txt",
        "../docs-other/",
        "/secret.txt",
        "http://127.0.0.1:9/x.txt",
        "?C=N;O=D",
    ]
    page = "".join(f'<a href="{link}">x</a>' for link in links)
    (folder / "index.html").write_text(page, "utf-8")
    assert [one.below for one in objects.listed(served)] == ["a.txt"]


def test_what_is_not_there_is_told_apart_from_what_does_not_answer(
    tmp_path: Path, served: str
) -> None:
    """The first has gone, of the second nothing is known."""
    gone, silent = objects.looked_at([f"{served}none.txt", "http://127.0.0.1:9/a.txt"])
    assert isinstance(gone, UnreachableSource)
    assert gone.gone
    assert isinstance(silent, UnreachableSource)
    assert not silent.gone
    with pytest.raises(UnreachableSource):
        objects.listed((tmp_path / "none").as_uri())
    assert not objects.there((tmp_path / "none").as_uri())


@pytest.mark.parametrize(
    "uri",
    [
        "sftp://me:secret@host/a",
        "https://host/a.pdf?X-Amz-Signature=secret",
        "https://host/#secret",
    ],
)
def test_addresses_that_hold_secrets_are_refused_without_repeating_them(uri: str) -> None:
    """An index keeps addresses, and shows them."""
    with pytest.raises(UsageError) as caught:
        objects.checked(uri)
    assert "secret" not in str(caught.value)
    assert "secret" not in objects.public(uri)


def test_an_address_is_kept_in_one_form() -> None:
    """A slash at the end tells a folder of a web server, and nothing elsewhere."""
    assert objects.checked("S3://bucket/docs/") == "s3://bucket/docs"
    assert objects.checked("https://host/docs/") == "https://host/docs/"
    assert objects.checked("https://host/a.pdf") == "https://host/a.pdf"
    assert objects.checked("https://host") == "https://host/"
    for wrong in ("a.txt", "/a.txt", "http://[", "C:\\a"):
        with pytest.raises(UsageError):
            objects.checked(wrong)


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it; an unknown protocol is told as such."""
    import sys

    monkeypatch.setitem(sys.modules, "adlfs", None)
    with pytest.raises(MissingExtra, match='pip install "adlfs"'):
        objects.listed("abfs://box@account/docs")
    with pytest.raises(UsageError, match="nosuch"):
        objects.listed("nosuch://bucket/docs")
