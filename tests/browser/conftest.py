"""A server in a thread and Debian's chromium in front of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from qa_engine import wiring
from qa_engine.settings import settings
from qa_engine_web import WebOptions, create_app
from tests.browser.driving import Browser
from tests.serving import serve_in_thread
from tests.unit.web.fake import FakeEngine, fake_engine

WIDTHS = (360, 1280)
CORPUS = Path(__file__).parents[2] / "corpus"
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


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if browser is None or driver is None:
        pytest.fail("needs Debian's packages chromium and chromium-driver")
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
    base, stop = serve_in_thread(
        create_app(engine, WebOptions(state=tmp_path_factory.mktemp("state")))
    )
    yield base, engine
    stop()


@pytest.fixture(scope="module")
def real_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Vectors by hashing: no model is needed to see the pages work."""
    folder = tmp_path_factory.mktemp("index")
    chosen = settings(folder, model="hashing", reader="none")
    wiring.index(chosen, [CORPUS])
    with wiring.open_engine(chosen) as engine:
        base, stop = serve_in_thread(create_app(engine, WebOptions(state=folder, token="geheim")))
        yield base
        stop()


@pytest.fixture(params=WIDTHS)
def browser(
    chromium: webdriver.Chrome, site: tuple[str, FakeEngine], request: pytest.FixtureRequest
) -> Browser:
    found = Browser.fresh(chromium, site[0], request.param)
    found.open("/api/v1/health")
    found.run("localStorage.clear(); sessionStorage.clear();")
    found.complaints()
    return found
