"""Lists and documents as those read them who look for more than one answer."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser.conftest import CORPUS, WIDTHS
from tests.browser.driving import Browser, wait

pytestmark = pytest.mark.browser

TABLE = "/document/corpus/002_c5a9c63b172d91ff.txt"
PRESS = "/conference/corpus/003_55b19cd09408b228.txt"


@pytest.fixture(params=WIDTHS)
def browser(chromium: webdriver.Chrome, real_site: str, request: pytest.FixtureRequest) -> Browser:
    return Browser.fresh(chromium, real_site, request.param)


def follow(browser: Browser, selector: str) -> None:
    """Click what may lie beside or below the window, and wait for the next page."""
    element = browser.one(selector)
    browser.run("arguments[0].scrollIntoView({block: 'center', inline: 'center'});", element)
    browser.leave(element.click)


def sound(browser: Browser, name: str) -> None:
    assert browser.violations() == []
    assert browser.overflow() <= 0
    browser.shot(name)


def test_passages_are_paged_and_sorted(browser: Browser) -> None:
    """Pages hold ten, the address can be shared, sorting by date begins anew."""
    browser.open("/search?q=质量")
    first = [card.text for card in browser.all(".passage")]
    assert len(first) == 10
    follow(browser, ".pager [rel=next]")
    assert "page=2" in browser.driver.current_url
    assert first[0] not in [card.text for card in browser.all(".passage")]
    sound(browser, "search-page-2")
    browser.leave(browser.driver.find_element(By.LINK_TEXT, "日期").click)
    assert "page=" not in browser.driver.current_url
    assert "2023年9月7日" in browser.one(".passage .meta").text


def test_tasks_are_narrowed_and_sorted_both_ways(browser: Browser) -> None:
    """By department and role; a column's head turns the order round, blanks stay last."""
    browser.open("/records")
    browser.one("input[name=department]").send_keys("区质监分局")
    browser.run("document.querySelector('select[name=role]').value = 'lead';")
    follow(browser, "form .primary")
    rows = browser.all("tbody tr")
    assert rows
    for row in rows:
        assert "区质监分局" in row.find_elements(By.CSS_SELECTOR, "td")[3].text
    orders = []
    for way in ("ascending", "descending"):
        follow(browser, "th a[href*='deadline']")
        head = browser.one("th[aria-sort]")
        assert head.get_attribute("aria-sort") == way
        cells = browser.all("tbody tr td:nth-child(3)")
        orders.append([cell.get_attribute("textContent") for cell in cells])
    dated = [[text for text in order if text] for order in orders]
    assert dated[0][0] == dated[1][-1] != dated[0][-1] == dated[1][0]
    blanks = [order[len(kept) :] for order, kept in zip(orders, dated, strict=True)]
    assert not any(text for order in blanks for text in order)
    sound(browser, "records-sorted")
    link = browser.driver.find_element(By.LINK_TEXT, "导出 CSV").get_attribute("href")
    assert "sort=-deadline" in link
    assert "department=" in link


def test_a_conference_is_searched_by_words_and_speaker(browser: Browser) -> None:
    """What remains is attributed, can be quoted with its source, and leads to its place."""
    browser.open("/conferences")
    follow(browser, "article h2 a")
    everything = len(browser.all(".turn"))
    browser.one("input[name=q]").send_keys("首席質量官", Keys.ENTER)
    wait(browser, lambda _: "q=" in browser.driver.current_url)
    wait(browser, lambda _: browser.all(".turn b.w, .turn mark"))
    assert 0 < len(browser.all(".turn")) < everything
    sound(browser, "conference-searched")
    quote = browser.one(".say [data-copy]").get_attribute("data-copy")
    assert quote.startswith("“")
    assert "2023年9月7日" in quote
    browser.open(PRESS)
    name = browser.all(".sorts a")[1].text.split()[0]
    browser.leave(browser.all(".sorts a")[1].click)
    assert all(name in turn.text for turn in browser.all(".turn"))
    follow(browser, ".say .card-foot a")
    assert browser.all(".document mark")


def test_a_question_without_an_answer_is_listed_until_it_is_put_away(browser: Browser) -> None:
    """The one who keeps the corpus sees what was asked for in vain."""
    question = f"火星第{browser.width}局牵头哪些任务？"
    browser.open(f"/?q={question}")
    assert "未找到" in browser.one(".confidence").text
    follow(browser, ".answer .button")
    assert "/search" in browser.driver.current_url
    browser.open(f"/?q={'A' * 400}")
    browser.open("/unanswered")
    if browser.width > 1000:  # not even a question without a gap makes the table wider
        assert (
            browser.run(
                "const box = document.querySelector('.scroll');"
                "return box.scrollWidth - box.clientWidth;"
            )
            <= 0
        )
    rows = [row for row in browser.all("tbody tr") if question in row.text]
    assert len(rows) == 1
    sound(browser, "unanswered-listed")
    button = rows[0].find_element(By.TAG_NAME, "button")
    browser.run("arguments[0].scrollIntoView({block: 'center', inline: 'center'});", button)
    browser.leave(button.click)
    assert question not in browser.text()


def test_what_was_left_out_of_a_document_can_be_looked_at(browser: Browser) -> None:
    """On demand, each piece leads to its place in the text as it came."""
    browser.open("/document/corpus/003_55b19cd09408b228.txt")
    assert not browser.one(".dropped ol").is_displayed()
    browser.run("document.querySelector('.dropped summary').click();")
    piece = browser.one(".dropped li a")
    text = piece.text
    assert text
    sound(browser, "dropped")
    browser.run("arguments[0].scrollIntoView({block: 'center'});", piece)
    browser.leave(piece.click)
    assert "view=raw" in browser.driver.current_url
    assert browser.one("mark#cited").text.strip().startswith(text[:5].strip())


def test_the_original_is_one_click_away(browser: Browser) -> None:
    """Byte for byte."""
    browser.open(TABLE)
    link = browser.driver.find_element(By.LINK_TEXT, "下载原件").get_attribute("href")
    found = browser.driver.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "fetch(arguments[0]).then(r => r.arrayBuffer()).then(b => done([...new Uint8Array(b)]));",
        link,
    )
    assert bytes(found) == (CORPUS / Path(TABLE).name).read_bytes()


@pytest.mark.parametrize("address", ["/?q=区经发局牵头哪些任务？", "/records?role=lead"])
def test_a_list_is_exported_as_it_is_shown(browser: Browser, address: str) -> None:
    """The files have a line for each row of the table, named in Chinese."""
    browser.open(address)
    rows = browser.all("tbody tr")
    for form in ("CSV", "xlsx"):
        link = browser.driver.find_element(By.LINK_TEXT, f"导出 {form}").get_attribute("href")
        status, name, content = browser.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "fetch(arguments[0]).then(async (r) => done([r.status,"
            " r.headers.get('content-disposition'), [...new Uint8Array(await r.arrayBuffer())]]));",
            link,
        )
        assert status == 200
        assert re.search(rf"filename\*=UTF-8''%[0-9A-F%]+\.{form.lower()}", name)
        lines = lines_of(form, bytes(content))
        assert len(lines) == len(rows) + 1
        for row, line in zip(rows, lines[1:], strict=True):
            cell = row.find_element(By.CSS_SELECTOR, "td.long").get_attribute("textContent")
            assert cell.strip() in line


def lines_of(form: str, content: bytes) -> list[list[str]]:
    """The cells of an exported file."""
    if form == "CSV":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
