"""Files are dropped onto the corpus page: where to let go, how far it is, what became of each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver

from qa_engine.ports import Progress
from qa_engine_web import WebOptions, create_app
from tests.browser.conftest import WIDTHS
from tests.browser.driving import Browser, wait
from tests.serving import serve_in_thread
from tests.unit.web.folder_engine import FolderEngine, Report

pytestmark = pytest.mark.browser


class Held(FolderEngine):
    """Stops in the middle of its work until it may go on, so that the middle can be seen."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.go.set()

    def add(self, *paths: str | Path, progress: Callable[[Progress], None] | None = None) -> Report:
        if progress is not None and not self.go.is_set():
            progress(Progress("reading", 1, 4, "河道巡查.txt"))
            assert self.go.wait(60)
        return super().add(*paths, progress=progress)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Held]]:
    engine = Held()
    options = WebOptions(state=tmp_path_factory.mktemp("state"), token="geheim")
    base, stop = serve_in_thread(create_app(engine, options))
    yield base, engine
    engine.go.set()
    stop()


@pytest.fixture(params=WIDTHS)
def browser(
    chromium: webdriver.Chrome, held: tuple[str, Held], request: pytest.FixtureRequest
) -> Browser:
    found = Browser.fresh(chromium, held[0], request.param)
    found.open("/corpus")
    found.one("details summary").click()
    found.one("input[name=token]").send_keys("geheim")
    found.leave(found.one("details button").click)
    return found


def drag(browser: Browser, files: list[Path], *kinds: str) -> None:
    """What the system tells a browser while files are dragged over the drop zone."""
    box: Any = browser.run(
        "const zone = document.getElementById('drop'); zone.scrollIntoView({block: 'center'});"
        "const box = zone.getBoundingClientRect(); return [box.x + box.width / 2, box.y + 12];"
    )
    data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
    for kind in kinds:
        browser.driver.execute_cdp_cmd(
            "Input.dispatchDragEvent", {"type": kind, "x": box[0], "y": box[1], "data": data}
        )


def sound(browser: Browser, name: str) -> None:
    """Accessible in light and dark, nothing sticks out."""
    for scheme in ("light", "dark"):
        browser.scheme(scheme)
        assert browser.violations() == []
        browser.shot(f"{name}-{scheme}")
    browser.scheme("light")
    assert browser.overflow() <= 0


def test_several_files_are_dropped_watched_and_accounted_for(
    browser: Browser, held: tuple[str, Held], tmp_path: Path
) -> None:
    """The zone lights up, a bar says how far it is, then each file has its line."""
    engine = held[1]
    texts = {
        f"河道巡查{browser.width}.txt": f"第{browser.width}号巡查由水务站负责。",
        f"古树名录{browser.width}.txt": f"第{browser.width}号名录由林业站整理。",
        f"坏的{browser.width}.txt": "BAD",
        f'<img src=x onerror="document.title=1">{browser.width}.txt': "图片名。",
    }
    files = [tmp_path / name for name in texts]
    for file, text in zip(files, texts.values(), strict=True):
        file.write_text(text, encoding="utf-8")
    drag(browser, files, "dragEnter", "dragOver")
    wait(browser, lambda _: "over" in browser.one("#drop").get_attribute("class"))
    sound(browser, "drop-over")
    engine.go.clear()
    drag(browser, files, "drop")
    wait(browser, lambda _: "1 / 4" in browser.one("#progress p").text)
    assert "over" not in browser.one("#drop").get_attribute("class")
    assert "读取" in browser.one("#progress p").text
    assert float(browser.one("#progress progress").get_attribute("value")) == 0.25
    sound(browser, "drop-progress")
    engine.go.set()
    wait(browser, lambda _: browser.all("#progress li"))
    lines = sorted(line.text for line in browser.all("#progress li"))
    assert [line.split()[0] for line in lines] == ["失败", "已加入", "已加入", "已加入"]
    assert "没有读到任何文字" in lines[0]
    assert all(any(f"{kept}{browser.width}" in line for line in lines) for kept in ("巡查", "名录"))
    assert browser.run("return document.querySelectorAll('#progress img').length;") == 0
    sound(browser, "drop-done")
    browser.leave(browser.one("#progress a[href='/corpus']").click)
    assert f"河道巡查{browser.width}.txt" in browser.text()
    assert f"坏的{browser.width}.txt" not in browser.text()


def test_a_file_that_is_dropped_again_takes_the_place_of_the_first(
    browser: Browser, tmp_path: Path
) -> None:
    """The line says that it was replaced, and the new words are found."""
    file = tmp_path / f"通知{browser.width}.txt"
    for text, outcome in (
        (f"旧河闸{browser.width}", "已加入"),
        (f"新河闸{browser.width}", "已更新"),
    ):
        file.write_text(text, encoding="utf-8")
        drag(browser, [file], "dragEnter", "dragOver", "drop")
        wait(browser, lambda _, outcome=outcome: outcome in browser.one("#progress").text)
    browser.open(f"/search?q=新河闸{browser.width}")
    assert f"新河闸{browser.width}" in browser.one(".passage").text
