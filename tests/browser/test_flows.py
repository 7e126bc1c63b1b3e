"""What people do in a browser, at two widths, works and is accessible."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import url_contains

from tests.browser.driving import Browser, wait
from tests.unit.web.fake import hostile_document

pytestmark = pytest.mark.browser

QUESTION = "修缮青石河堤岸由谁牵头？"
HOSTILE = quote(hostile_document()[0].id)
PAGES = {
    "home": "/",
    "answer": f"/?q={QUESTION}",
    "maybe": "/?q=古树怎么保护",
    "declined": "/?q=青石古镇有多高",
    "set": "/?q=河堤哪些",
    "two-parts": "/?q=修缮青石河堤岸由谁牵头和整理沿河古树名录由谁牵头",
    "empty-question": "/?q=",
    "too-long": f"/?q={'长' * 501}",
    "search": "/search?q=水务站",
    "search-filtered": "/search?q=水务站&department=武装部",
    "search-nothing": "/search?q=xyz",
    "search-empty": "/search",
    "table": "/document/corpus/河堤.txt?start=20&end=27#p0",
    "press": "/document/corpus/发布会.txt?start=20&end=40",
    "raw": "/document/corpus/发布会.txt?view=raw&start=20&end=40",
    "records": "/records",
    "records-nothing": "/records?q=xyz",
    "conferences": "/conferences",
    "conference": "/conference/corpus/发布会.txt",
    "corpus": "/corpus",
    "batch": "/batch",
    "unanswered": "/unanswered",
    "missing": "/document/nix",
    "english": f"/?q={QUESTION}&lang=en",
    "hostile-answer": "/?q=恶意",
    "hostile-document": f"/document/{HOSTILE}?start=0&end=300",
    "hostile-conference": f"/conference/{HOSTILE}",
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_accessible_and_fits(browser: Browser, name: str) -> None:
    """No serious finding of axe in light and dark, no sideways scrolling, a quiet console."""
    browser.open(PAGES[name])
    for scheme in ("light", "dark"):
        browser.scheme(scheme)
        assert browser.violations() == []
        browser.shot(f"{name}-{scheme}")
    assert browser.overflow() <= 0
    complaints = [line for line in browser.complaints() if "404 (NOT FOUND)" not in line]
    assert complaints == []


def test_a_very_wide_screen_is_used_calmly(browser: Browser) -> None:
    """Lines don't grow beyond reading length at 2560 pixels."""
    browser.size(2560)
    browser.open(PAGES["answer"])
    assert browser.overflow() <= 0
    assert browser.one(".answer").size["width"] < 1200


def test_asking_with_the_keyboard_alone(browser: Browser) -> None:
    """/ goes to the box, Enter asks, the chip leads to the quote and on to the document."""
    browser.open(PAGES["declined"])
    browser.one("body").send_keys("/")
    box = browser.driver.switch_to.active_element
    assert box.get_attribute("id") == "q"
    box.send_keys(Keys.CONTROL, "a")
    browser.leave(lambda: box.send_keys(QUESTION, Keys.ENTER))
    assert "有把握" in browser.text()
    browser.one(".chip").send_keys(Keys.ENTER)
    wait(browser, url_contains("#passage-1"))
    assert browser.one("#passage-1 mark").text == "水务站"
    browser.leave(lambda: browser.one(".cites .source a").send_keys(Keys.ENTER))
    assert browser.one("mark").text == "水务站"
    top = "return document.querySelector('mark').getBoundingClientRect().top;"
    wait(browser, lambda _: 0 < browser.run(top) < 900)


def test_suggestions_can_be_chosen_and_dismissed(browser: Browser) -> None:
    """Arrow keys choose, Escape restores what was typed, Enter asks; past questions come back."""
    browser.open("/")
    box = browser.one("#q")
    box.send_keys("修")
    wait(browser, lambda _: browser.all("[aria-expanded=true]"))
    assert box.get_attribute("aria-expanded") == "true"
    assert browser.violations() == []
    box.send_keys(Keys.ARROW_DOWN)
    assert box.get_attribute("value") == QUESTION
    assert box.get_attribute("aria-activedescendant") == "suggestion-0"
    browser.shot("suggestions")
    box.send_keys(Keys.ESCAPE)
    assert box.get_attribute("value") == "修"
    assert box.get_attribute("aria-expanded") == "false"
    box.send_keys("缮")
    wait(browser, lambda _: browser.all("[aria-expanded=true]"))
    box.send_keys(Keys.ARROW_DOWN)
    browser.leave(lambda: box.send_keys(Keys.ENTER))
    assert "有把握" in browser.text()
    browser.open("/")
    browser.one("#q").send_keys(Keys.ARROW_DOWN)
    wait(browser, lambda _: "最近问过" in browser.one("[role=option]").text)


def test_enter_does_what_the_page_is_for(browser: Browser) -> None:
    """On the page of passages it searches, on the page of answers it asks."""
    browser.open(PAGES["search"])
    box = browser.one("#q")
    box.clear()
    browser.leave(lambda: box.send_keys("古树", Keys.ENTER))
    assert "/search?q=" in browser.driver.current_url
    browser.leave(browser.driver.find_element(By.CSS_SELECTOR, ".ask [formaction='/']").click)
    assert "/search" not in browser.driver.current_url
    assert browser.all(".answer")


def test_light_and_dark_can_be_chosen_and_last(browser: Browser) -> None:
    """The button turns the theme over and the next page keeps it."""
    browser.open("/")
    before = browser.run("return getComputedStyle(document.body).backgroundColor;")
    browser.one("#theme").click()
    dark = browser.run("return getComputedStyle(document.body).backgroundColor;")
    assert dark != before
    browser.open(PAGES["answer"])
    assert browser.run("return getComputedStyle(document.body).backgroundColor;") == dark


def test_an_answer_is_copied_with_its_reference(browser: Browser) -> None:
    """The copy button says so, and holds the Chinese citation form."""
    browser.open(PAGES["answer"])
    button = browser.one(".answer-foot [data-copy]")
    assert button.get_attribute("data-copy") == (
        "水务站（《青石镇2031年河堤工作任务表》，青石镇政府，2031年，表1第1行）"
    )
    button.click()
    wait(browser, lambda _: browser.one("#toast").text in {"已复制", "没能复制，请手动选择文字"})


def test_feedback_is_sent_without_leaving_the_page(browser: Browser) -> None:
    """The card stays, a line says thanks, the judgement is exported."""
    browser.open(PAGES["answer"])
    browser.one(".feedback summary").click()
    browser.one(".feedback input[name=expected]").send_keys(f"林业站{browser.width}")
    browser.one(".feedback details button[value=wrong]").click()
    wait(browser, lambda _: "已记下" in browser.one(".feedback").text)
    assert browser.violations() == []
    assert browser.all(".answer")
    browser.open("/unanswered")
    assert f"林业站{browser.width}" in browser.text()


def test_a_list_is_narrowed_and_widened_again(browser: Browser) -> None:
    """A facet filters, the filter shows, one click removes it."""
    browser.open(PAGES["search"])
    browser.leave(browser.driver.find_element(By.PARTIAL_LINK_TEXT, "武装部").click)
    assert "department=" in browser.driver.current_url
    assert "1 段" in browser.text()
    browser.leave(browser.one(".filter").click)
    assert "department=" not in browser.driver.current_url
    assert "3 段" in browser.text()


def test_a_follow_up_keeps_the_question_before(browser: Browser) -> None:
    """The box under the answer passes it on."""
    browser.open(PAGES["answer"])
    browser.leave(lambda: browser.one("#follow").send_keys("古树怎么保护", Keys.ENTER))
    assert "context=" in browser.driver.current_url
    assert "接着上一个问题" in browser.text()


def test_citations_are_stepped_through_in_the_documents(browser: Browser) -> None:
    """Next and previous move the mark."""
    browser.open(PAGES["set"])
    browser.leave(browser.one(".grid .where a").click)
    assert browser.one("mark").text == "修缮青石河堤岸"
    top = "return document.querySelector('.cite-bar').getBoundingClientRect().top;"
    browser.run("scrollTo(0, document.body.scrollHeight);")
    assert 0 <= browser.run(top) < 900
    assert browser.violations() == []
    browser.leave(browser.one(".cite-bar [rel=next]").click)
    assert browser.one("mark").text == "组织河堤巡查队"
    browser.leave(browser.driver.find_element(By.LINK_TEXT, "原文").click)
    assert "view=raw" in browser.driver.current_url
    assert browser.one("mark").text == "组织河堤巡查队"


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("hostile")])
def test_nothing_that_a_document_says_is_run(browser: Browser, name: str) -> None:
    """No dialog opens and no handler is made from text."""
    browser.open(PAGES[name])
    assert browser.run("return document.querySelectorAll('[onload]').length;") == 0
    assert browser.run("return document.querySelectorAll('main script').length;") == 0
    assert browser.run(
        "return [...document.links].every(a => ['http:', 'https:'].includes(a.protocol));"
    )


def test_reading_and_asking_work_without_scripts(browser: Browser) -> None:
    """Search, answer, facets and the document page need none."""
    browser.scripts(False)
    try:
        browser.open("/")
        box = browser.one("#q")
        box.send_keys(QUESTION)
        browser.leave(box.submit)
        assert "有把握" in browser.text()
        browser.leave(browser.one(".cites .source a").click)
        assert browser.one("mark").text == "水务站"
        browser.open("/search?q=水务站")
        assert "3 段" in browser.text()
        visible = [b for b in browser.all("[data-copy]") if b.is_displayed()]
        assert visible == []
    finally:
        browser.scripts(True)
