"""A server in a thread and Debian's chromium in front of it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from waitress.server import create_server

from qa_engine_web import WebOptions, create_app
from tests.browser.driving import Browser
from tests.unit.web.fake import FakeEngine, fake_engine

WIDTHS = (360, 1280)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
)


def serve_in_thread(engine: Any, options: WebOptions) -> tuple[str, Callable[[], None]]:
    """The address, and what stops the server."""
    server: Any = create_server(create_app(engine, options), host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()

    def stop() -> None:
        server.close()
        server.task_dispatcher.shutdown()
        thread.join(5)

    return f"http://127.0.0.1:{server.effective_port}", stop


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if browser is None or driver is None:
        pytest.skip("needs Debian's packages chromium and chromium-driver")
    options = Options()
    options.binary_location = browser
    for flag in FLAGS:
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('chromium')}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    found = webdriver.Chrome(options, Service(driver))
    yield found
    found.quit()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, FakeEngine]]:
    engine = fake_engine()
    base, stop = serve_in_thread(engine, WebOptions(state=tmp_path_factory.mktemp("state")))
    yield base, engine
    stop()


@pytest.fixture(params=WIDTHS)
def browser(
    chromium: webdriver.Chrome, site: tuple[str, FakeEngine], request: pytest.FixtureRequest
) -> Browser:
    found = Browser(chromium, site[0], request.param)
    found.scripts(True)
    found.scheme("light")
    chromium.delete_all_cookies()
    found.open("/api/v1/health")
    found.run("localStorage.clear(); sessionStorage.clear();")
    found.complaints()
    return found
