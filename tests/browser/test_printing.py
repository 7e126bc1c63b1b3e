"""What comes out of the printer: an answer with its sources, a document, and nothing else."""

from __future__ import annotations

import base64

import pypdfium2
import pytest

from tests.browser.driving import Browser
from tests.browser.test_flows import PAGES, QUESTION
from tests.unit.web.fake import FakeEngine

pytestmark = pytest.mark.browser

PAPERS = {"A4": (8.27, 11.69), "A5": (5.83, 8.27)}


def printed(browser: Browser, path: str, paper: str) -> str:
    """The words on a white sheet, none of them beyond it; no blanks, lines break anywhere."""
    browser.open(path)
    width, height = PAPERS[paper]
    sheet = {"paperWidth": width, "paperHeight": height, "printBackground": True}
    found = browser.driver.execute_cdp_cmd("Page.printToPDF", sheet)
    text = ""
    with pypdfium2.PdfDocument(base64.b64decode(found["data"])) as pdf:
        for page in pdf:
            words = page.get_textpage()
            boxes = [words.get_charbox(at) for at in range(words.count_chars())]
            assert all(left >= 0 and right <= page.get_width() for left, _, right, _ in boxes)
            text += words.get_text_range()
            assert page.render().to_numpy().mean() > 230  # paper stays white
    return "".join(text.split())


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_answer_is_printed_with_its_sources(browser: Browser, paper: str, scheme: str) -> None:
    """Question, answer, quote, reference, address and time; no controls, no other passages."""
    browser.scheme(scheme)
    text = printed(browser, PAGES["answer"], paper)
    for kept in (
        QUESTION,
        "水务站",
        "有把握",
        "《青石镇2031年河堤工作任务表》，青石镇政府，2031年，表1第1行",
        "修缮青石河堤岸",
        "打印于",
    ):
        assert kept in text, kept
    for control in ("只检索", "复制", "不对", "接着问", "任务清单", "English", "查看原文"):
        assert control not in text, control
    uncited = [
        card for card in browser.all(".passage") if "is-cited" not in card.get_attribute("class")
    ]
    assert uncited
    assert not any("".join(card.text.split())[:40] in text for card in uncited)


def test_a_set_is_printed_whole(browser: Browser) -> None:
    """Every row of the table with where it stands."""
    text = printed(browser, PAGES["set"], "A4")
    rows = browser.all(".answer tbody tr")
    assert len(rows) > 1
    for row in rows:
        assert "".join(row.find_elements("css selector", "td")[1].text.split()) in text
    assert "导出" not in text


def test_a_document_is_printed_whole(browser: Browser, site: tuple[str, FakeEngine]) -> None:
    """All of its paragraphs, with title and date, without the tools."""
    text = printed(browser, PAGES["press"], "A4")
    document = site[1].documents_["corpus/发布会.txt"][0]
    for block in document.blocks:
        assert "".join(block.text.text.split()) in text
    assert "下载原件" not in text
