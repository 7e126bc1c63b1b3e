"""A web server in a thread, for tests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server


def serve_in_thread(app: Flask) -> tuple[str, Callable[[], None]]:
    """The address, and what stops the server."""
    server: Any = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()

    def stop() -> None:
        # In the server's own thread: sockets closed under its select() end it in an error.
        # One lock around both steps, or the thread may close the trigger between them.
        with server.trigger.lock:
            server.trigger.thunks.append(lambda: wasyncore.close_all(server._map, ignore_all=True))
            server.trigger._physical_pull()
        thread.join(5)
        server.task_dispatcher.shutdown()

    return f"http://127.0.0.1:{server.effective_port}", stop
