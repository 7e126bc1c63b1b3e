"""The corpus is kept in the browser, with the real engine on the sample documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium import webdriver

from tests.browser.conftest import WIDTHS
from tests.browser.driving import Browser, wait

pytestmark = pytest.mark.browser


@pytest.fixture(params=WIDTHS)
def browser(chromium: webdriver.Chrome, real_site: str, request: pytest.FixtureRequest) -> Browser:
    return Browser.fresh(chromium, real_site, request.param)


def click(browser: Browser, selector: str) -> None:
    """Scroll there first: tables scroll sideways on a narrow screen."""
    element = browser.one(selector)
    browser.run("arguments[0].scrollIntoView({block: 'center', inline: 'center'});", element)
    element.click()


def enter(browser: Browser) -> None:
    """Become the one who may change the corpus."""
    browser.open("/corpus")
    click(browser, "details summary")
    browser.one("input[name=token]").send_keys("geheim")
    browser.leave(lambda: click(browser, "details button"))
    assert browser.all("#drop")


def test_upload_ask_remove_and_undo(browser: Browser, tmp_path: Path) -> None:
    """A file dropped in is answered from at once, removed at once, and comes back."""
    name = f"巡查{browser.width}.txt"
    file = tmp_path / name
    file.write_text(f"青石镇巡查通报\n\n石桥巡查第{browser.width}号由赤松站负责。\n", "utf-8")
    broken = tmp_path / f"坏的{browser.width}.xyz"
    broken.write_bytes(b"\x00\x01")
    enter(browser)
    assert browser.violations() == []
    browser.one("#files").send_keys(f"{file}\n{broken}")
    click(browser, "#drop button")
    wait(browser, lambda _: broken.name in browser.one("#progress .bad + span").text)
    assert "已加入" in browser.one("#progress").text
    browser.shot("corpus-uploaded")
    assert browser.violations() == []
    browser.open(f"/search?q=石桥巡查第{browser.width}号")
    assert "赤松站" in browser.one(".passage").text
    browser.open("/corpus")
    browser.leave(lambda: click(browser, f"button[name=id][value='uploads/{name}']"))
    assert "刚删除的" in browser.text()
    assert not browser.all(f"button[name=id][value='uploads/{name}']")
    assert browser.violations() == []
    browser.shot("corpus-removed")
    browser.leave(lambda: click(browser, "form[action='/corpus/restore'] button"))
    listed = f"button[name=id][value='uploads/{name}']"
    # A change that takes longer goes on while the page is answered.
    wait(browser, lambda _: browser.all(listed) or browser.open(browser.driver.current_url))
    click(browser, "form[action='/corpus/refresh'] button")
    wait(browser, lambda _: browser.all("#progress a[href='/corpus']"))


def test_other_names_are_looked_at_before_they_are_saved(browser: Browser) -> None:
    """The preview shows what changes; what is saved is searched for at once."""
    enter(browser)
    browser.open("/corpus/aliases")
    browser.one("#text").clear()
    browser.one("#text").send_keys(f"河道办{browser.width}、区建设局")
    browser.leave(lambda: click(browser, "button[value=preview]"))
    assert "保存后的变化" in browser.text()
    assert browser.violations() == []
    assert browser.overflow() <= 0
    browser.shot("aliases")
    browser.leave(lambda: click(browser, "button[value=save]"))
    assert browser.all("#saved")
    browser.open(f"/?q=河道办{browser.width}牵头哪些任务？")
    assert "区建设局" in browser.one(".answer").text


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/?q=首席质量官培训由哪个部门牵头？",
        "/search?q=质量",
        "/records",
        "/conferences",
        "/conference/corpus/003_55b19cd09408b228.txt",
        "/document/corpus/000_2a3c0fd65fc8718c.txt",
        "/document/corpus/002_c5a9c63b172d91ff.txt?start=1347&end=1352",
        "/document/corpus/003_55b19cd09408b228.txt",
        "/document/corpus/003_55b19cd09408b228.txt?view=raw",
        "/corpus",
    ],
)
def test_real_documents_are_accessible_and_fit(browser: Browser, address: str) -> None:
    """The sample documents show without a serious finding and without sideways scrolling."""
    browser.open(address)
    assert browser.violations() == []
    assert browser.overflow() <= 0
    for element in browser.all("details"):
        browser.run("arguments[0].open = true;", element)
    assert browser.violations() == []


SHIFTS = """
const done = arguments[arguments.length - 1];
const seen = [];
new PerformanceObserver((list) => seen.push(...list.getEntries()))
  .observe({type: "layout-shift", buffered: true});
setTimeout(() => done(seen.reduce((sum, entry) => sum + entry.value, 0)), 400);
"""


@pytest.mark.parametrize(
    "address",
    [
        "/?q=首席质量官培训由哪个部门牵头？",
        "/document/corpus/000_2a3c0fd65fc8718c.txt?start=1000&end=1010",
        "/document/corpus/002_c5a9c63b172d91ff.txt?start=1347&end=1352",
        "/document/corpus/003_55b19cd09408b228.txt?start=12000&end=12010",
    ],
)
def test_nothing_moves_once_it_is_there(browser: Browser, address: str) -> None:
    """Also where a document opens at a span below its first screen."""
    browser.open(address)
    assert browser.driver.execute_async_script(SHIFTS) < 0.01
