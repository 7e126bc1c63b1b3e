"""The client of Milvus: one a store, with deadlines, and errors as ours.

A call that fails because the server is away is tried again with growing pauses until the
deadline; then StoreUnavailable says where and what to look at. No message holds a user,
password or token.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from qa_engine.errors import (
    IndexError_,
    IndexLocked,
    MissingExtra,
    StoreUnavailable,
    UsageError,
)
from qa_engine.settings import MilvusSettings

INSTALL = 'pip install "qa-engine[milvus]"'
_REMOTE = ("http", "https", "tcp", "unix", "grpc")
_SUFFIX = ".db"
_PAUSE = 0.1  # seconds before the first try again; doubled each time …
_LONGEST_PAUSE = 2.0  # … up to this
_CONNECTING = 3.0  # seconds that one try to connect may take
# A server that keeps to gRPC's defaults hangs up on clients that ping it more often than
# every five minutes, or without a call; calls have deadlines of their own.
_OPTIONS = {"grpc.keepalive_time_ms": 300_000, "grpc.keepalive_permit_without_calls": False}
_NOT_LOADED = 101  # the code of a collection that is not in memory
_NOT_FOUND = {4, 100}  # codes of a collection or an alias that is not there


class CollectionMissing(Exception):
    """A collection or an alias does not exist."""


class Connection:
    """Connects when first used. Safe for many threads."""

    def __init__(self, uri: str, options: MilvusSettings | None = None) -> None:
        """``uri``: an address (``http://host:19530``), or a file that ends in ``.db``.

        Raises UsageError, MissingExtra."""
        self.options = options or MilvusSettings()
        self.address = without_credentials(uri)
        self._uri = uri
        self._client: Any = None
        self._lock = threading.Lock()
        if self.local and Path(uri).suffix != _SUFFIX:
            raise UsageError(
                f"Milvus 的地址或文件名不对：{self.address}。",
                "要 http://主机:19530 这样的地址，或以 .db 结尾的文件名（Milvus Lite）。",
            )
        milvus()

    @property
    def local(self) -> bool:
        """Whether it is a file that this process opens, and no other can meanwhile."""
        return urlsplit(self._uri).scheme.lower() not in _REMOTE

    def call(self, name: str, *args: Any, deadline: float | None = None, **options: Any) -> Any:
        """``client.name(...)``. ``deadline``: seconds in all, instead of the setting.

        Raises StoreUnavailable, CollectionMissing, IndexError_."""
        seconds = self.options.timeout if deadline is None else deadline
        return _patiently(lambda left: self._once(name, args, left, options), seconds)

    def _once(
        self, name: str, args: Sequence[Any], seconds: float, options: Mapping[str, Any]
    ) -> Any:
        client = self._connected()
        with self._translated():
            method = getattr(client, name)
            try:
                return method(*args, timeout=seconds, **options)
            except milvus().MilvusException as error:
                if error.code != _NOT_LOADED:
                    raise
                # A server of one process forgets what was loaded when it starts again.
                client.load_collection(args[0], timeout=seconds)
                return method(*args, timeout=seconds, **options)

    def client(self) -> Any:
        """The client itself, for what makes objects (schemas, index parameters)."""
        return _patiently(lambda _: self._connected(), self.options.timeout)

    def rows(
        self, collection: str, expression: str, fields: list[str], batch: int = 500
    ) -> Iterator[dict[str, Any]]:
        """Every row that the expression allows, in no particular order."""
        pages = self.call(
            "query_iterator",
            collection,
            batch_size=batch,
            filter=expression,
            output_fields=fields,
            consistency_level="Strong",
        )
        try:
            while True:
                with self._translated():
                    page = pages.next()
                if not page:
                    return
                yield from (dict(row) for row in page)
        finally:
            pages.close()

    def close(self) -> None:
        """Let go of the server, or of the file."""
        with self._lock:
            if self._client is None:
                return
            with contextlib.suppress(Exception):
                self._client.close()
            self._client = None
            if self.local:
                from milvus_lite.server_manager import server_manager_instance

                server_manager_instance.release_server(self._uri)

    def _connected(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def _connect(self) -> Any:
        made = milvus()
        options = self.options
        wanted = {
            "user": options.user,
            "password": options.password,
            "token": options.token,
            "db_name": options.database,
            "ca_pem_path": options.ca,
            "server_pem_path": options.server_certificate,
            "client_pem_path": options.client_certificate,
            "client_key_path": options.client_key,
            "server_name": options.server_name,
        }
        given: dict[str, Any] = {name: value for name, value in wanted.items() if value}
        given["grpc_options"] = _OPTIONS
        given["timeout"] = min(options.timeout, _CONNECTING)
        if options.ca or options.server_certificate or options.client_certificate:
            given["secure"] = True
        if self.local:
            try:
                Path(self._uri).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise IndexError_(
                    f"建不了文件夹 {Path(self._uri).parent}：{error.strerror}。",
                    "请检查权限，或用 --uri 换一个文件。",
                ) from error
        with self._translated(connecting=True):
            return made.MilvusClient(self._uri, **given)

    @contextlib.contextmanager
    def _translated(self, *, connecting: bool = False) -> Iterator[None]:
        import grpc

        try:
            yield
        except grpc.RpcError as error:
            raise self._away(error) from None
        except milvus().MilvusException as error:
            if getattr(error, "code", None) in _NOT_FOUND:
                raise CollectionMissing(str(self.address)) from None
            if connecting and self.local:
                raise self._closed_file() from None
            if connecting or _is_away(error):
                raise self._away(error) from None
            raise IndexError_(
                f"Milvus（{self.address}）拒绝了这个操作：{self._shown(error)}",
                "请检查服务器的日志与版本（要 2.6 或更新）。",
            ) from None

    def _away(self, error: Exception) -> StoreUnavailable:
        return StoreUnavailable(
            f"连不上 Milvus（{self.address}）：{self._shown(error)}",
            "请检查服务器是否在运行、--uri（QA_ENGINE_MILVUS_URI）与口令是否正确，再试一次。",
        )

    def _closed_file(self) -> IndexError_:
        if file_is_locked(Path(self._uri)):
            return IndexLocked(
                f"另一个进程正在使用 {self._uri}；Milvus Lite 的文件一次只能由一个进程打开。",
                "请等它结束；要几个进程同时用，先运行 milvus-lite server --host 127.0.0.1"
                f" --port 19530 --data-dir {self._uri}，再用 --uri http://127.0.0.1:19530。",
            )
        return IndexError_(
            f"打不开 Milvus Lite 的文件 {self._uri}。", "请检查路径、权限和磁盘空间。"
        )

    def _shown(self, error: Exception) -> str:
        """The first line of what went wrong, without anything secret."""
        details = getattr(error, "details", None)
        said = getattr(error, "message", None) or (details() if callable(details) else str(error))
        line = str(said).strip().split("\n")[0][:300]
        for secret in (self._uri, self.options.password, self.options.token, self.options.user):
            if secret and secret != self.address and len(secret) > 2:
                line = line.replace(secret, "***")
        return line or type(error).__name__


def milvus() -> Any:
    """The library pymilvus. Raises MissingExtra."""
    try:
        import pymilvus
    except ImportError as error:
        raise MissingExtra(
            "没有安装 Milvus 的客户端（pymilvus is not installed）。", f"请运行：{INSTALL}"
        ) from error
    # It logs each failed try, with its parameters; what matters comes back as an error.
    for name in ("pymilvus", "milvus_lite"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return pymilvus


def _patiently(action: Callable[[float], Any], seconds: float) -> Any:
    """``action(seconds left)``, tried again while the server is away, until the deadline.

    Raises StoreUnavailable."""
    end = time.monotonic() + seconds
    pause = _PAUSE
    while True:
        try:
            return action(max(end - time.monotonic(), _PAUSE))
        except StoreUnavailable:
            if time.monotonic() + pause >= end:
                raise
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


def without_credentials(uri: str) -> str:
    """The address as it may be shown: no user, password or query."""
    parts = urlsplit(uri)
    if parts.scheme.lower() not in _REMOTE:
        return uri
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def file_is_locked(path: Path) -> bool:
    """Whether another process has this Milvus Lite file (a folder, in fact) open."""
    if sys.platform != "win32":
        import fcntl

        try:
            with (path / "LOCK").open("rb") as file:
                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except OSError:
            return True
    return False


def _is_away(error: Any) -> bool:
    """Whether an error of pymilvus says that no server answered in time."""
    text = str(getattr(error, "message", error))
    marks = ("Retry timeout", "Retry run out", "server unavailable", "UNAVAILABLE", "connect")
    unavailable = isinstance(
        error, (milvus().exceptions.MilvusUnavailableException, milvus().exceptions.ConnectError)
    )
    return unavailable or any(mark in text for mark in marks)
