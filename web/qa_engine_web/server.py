"""Run the application on waitress until told to stop."""

from __future__ import annotations

import logging
import secrets
import signal
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from qa_engine.errors import QAEngineError, UsageError
from qa_engine_web.app import create_app
from qa_engine_web.contract import WebEngine
from qa_engine_web.library import Library
from qa_engine_web.logs import level_of, log_to_stderr
from qa_engine_web.options import WebOptions, options_from_environment

GRACE = 10.0  # seconds that running requests get to finish
HOUSEKEEPING = 30.0  # seconds between looks at what is due

_log = logging.getLogger("qa_engine_web")


def serve(
    engine: WebEngine,
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    state: Path | None = None,
    options: WebOptions | None = None,
    threads: int = 8,
    started: Callable[[str], None] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; running requests finish first.

    ``port`` 0 takes a free one. ``state`` is the folder for feedback and uploads (none:
    they are off). ``started`` is called with the address once the socket listens, and
    prints it otherwise. On loopback a token for changes is made up when none is set;
    elsewhere changes stay off. Raises UsageError when the address cannot be used.
    """
    from waitress.server import create_server

    chosen = options or options_from_environment(host, port, state)
    logging_to = log_to_stderr(level_of(chosen.log))
    made_up = chosen.token is None and chosen.loopback and chosen.state is not None
    if made_up:
        chosen = replace(chosen, token=secrets.token_urlsafe(12))
    app = create_app(engine, chosen)
    listening = _listening(chosen.host, chosen.port)
    server: Any = create_server(
        app,
        sockets=[listening],
        threads=threads,
        ident=None,
        clear_untrusted_proxy_headers=True,
        max_request_header_size=32 * 1024,
        max_request_body_size=chosen.max_upload + 1024 * 1024,
        channel_timeout=60,
    )
    restore = _stop_on_signals(server)
    library: Library | None = app.extensions.get("qa_library")
    ended = threading.Event()
    if library is not None:
        threading.Thread(target=_keep_house, args=(library, ended), daemon=True).start()
    try:
        (started or _say)(_address(chosen.host, listening.getsockname()[1]))
        if made_up:
            print(f"管理口令（上传和删除文档时用）：{chosen.token}", file=sys.stderr, flush=True)
        server.run()
    finally:
        ended.set()
        restore()
        server.close()
        logging.getLogger().removeHandler(logging_to)
        if library is not None:  # a change under way would be lost, not damaged; let it end
            library.jobs.drain(GRACE)


def _keep_house(library: Library, ended: threading.Event) -> None:
    """What is due is done even when no one asks anything."""
    while not ended.wait(HOUSEKEEPING):
        try:
            library.keep_house()
        except (OSError, sqlite3.Error, QAEngineError) as error:
            _log.warning("housekeeping: %s", type(error).__name__)


def _say(address: str) -> None:
    print(f"请在浏览器打开 {address}（Ctrl-C 停止）", file=sys.stderr, flush=True)


def _listening(host: str, port: int) -> socket.socket:
    """A bound socket. Raises UsageError when the address is taken or unknown."""
    try:
        found = {entry[0] for entry in socket.getaddrinfo(host or None, port)}
        # localhost is both; what people type into a browser finds either by IPv4.
        family = socket.AF_INET if socket.AF_INET in found else socket.AF_INET6
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"不能在 {host}:{port} 上提供服务：{error}",
            "请换一个端口，例如 qa-engine serve --port 8001。",
        ) from error


def _address(host: str, port: int) -> str:
    name = "127.0.0.1" if host in {"0.0.0.0", ""} else host  # compared, not bound  # nosec B104
    return f"http://{f'[{name}]' if ':' in name else name}:{port}/"


def _stop_on_signals(server: Any) -> Callable[[], None]:
    """Stop at the first signal once nothing is running, at the second at once."""
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    stopping = threading.Event()

    def drain() -> None:
        dispatcher = server.task_dispatcher
        end = time.monotonic() + GRACE
        while time.monotonic() < end and (dispatcher.queue or dispatcher.active_count):
            time.sleep(0.02)
        signal.raise_signal(signal.SIGTERM)

    def stop(_number: int, _frame: FrameType | None) -> None:
        if stopping.is_set():
            raise SystemExit(0)
        stopping.set()
        threading.Thread(target=drain, daemon=True).start()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    return restore
