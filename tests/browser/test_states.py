"""States that are easily forgotten: nothing there, too much there, another script, a fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from selenium import webdriver

from qa_engine.alignment import Aligned
from qa_engine.errors import IndexDamaged
from qa_engine.models import Answer, Block, Citation, Document, Hit, Manifest, Passage
from qa_engine_web import WebOptions, create_app
from tests.browser.conftest import WIDTHS
from tests.browser.driving import Browser, wait
from tests.serving import serve_in_thread
from tests.unit.web.fake import FakeEngine, fake_engine
from tests.unit.web.folder_engine import FolderEngine

pytestmark = pytest.mark.browser

HEBREW = "דוח על הסכר\nהסכר תוקן בשנת 2031 על ידי תחנת המים.\nהעצים נספרו."
LONG = f"{'很长的标题' * 60}\n" + "\n".join(
    f"第{n}段" + "河堤巡查" * 40 + "https://example.cn/" + "a" * 300 for n in range(300)
)


def prose(id: str, text: str) -> tuple[Document, list[Passage]]:
    """A title and a paragraph for each further line, the second of them a passage."""
    title, *lines = text.split("\n")
    at, blocks = len(title) + 1, [Block("title", Aligned.of(text, 0, len(title)), level=1)]
    for line in lines:
        blocks.append(Block("paragraph", Aligned.of(text, at, at + len(line))))
        at += len(line) + 1
    start, end = text.index(lines[0]), text.index(lines[0]) + len(lines[0])
    body = Aligned.of(text, start, end)
    passage = Passage(
        f"{id}#1", id, title, body.text, "paragraph", start=start, end=end, runs=body.runs
    )
    document = Document(id, title, text, "prose", blocks=tuple(blocks), problems=("页" * 200,))
    return document, [passage]


@dataclass
class Odd(FakeEngine):
    """Answers a question in Hebrew and one whose answer is very long."""

    def ask(self, question: str, filters: object = None, context: object = None) -> Answer:
        id = "corpus/עברית.txt" if "סכר" in question else "corpus/长.txt"
        document, (passage,) = self.documents_[id]
        text = document.text[passage.start : passage.end]
        cited = Citation(text, passage.start, passage.end, passage)
        return Answer(text, True, 0.9, "span", (cited,), hits=(Hit(1.0, passage, {}),))


class Empty(FakeEngine):
    """Nothing has been indexed yet."""

    def __init__(self) -> None:
        super().__init__({})

    def examples(self) -> list[str]:
        return []


class Broken(FakeEngine):
    """An index that was damaged under a running server."""

    @property
    def manifest(self) -> Manifest:
        raise IndexDamaged("索引文件已损坏：x（y）", "请运行：qa-engine doctor")

    def documents(self) -> list:  # type: ignore[type-arg]
        raise RuntimeError("fault")

    def examples(self) -> list[str]:
        raise IndexDamaged("索引文件已损坏：x（y）", "请运行：qa-engine doctor")


ODD = fake_engine(rtl=prose("corpus/עברית.txt", HEBREW), long=prose("corpus/长.txt", LONG))
SITES = {
    "empty": Empty,
    "odd": lambda: Odd(ODD.documents_),
    "broken": lambda: Broken({}),
    "kept": FolderEngine,
}
PAGES = {
    "empty-home": ("empty", "/"),
    "empty-answer": ("empty", "/?q=谁"),
    "empty-search": ("empty", "/search?q=谁"),
    "empty-records": ("empty", "/records"),
    "empty-conferences": ("empty", "/conferences"),
    "empty-corpus": ("empty", "/corpus"),
    "empty-unanswered": ("empty", "/unanswered"),
    "rtl-answer": ("odd", f"/?q={quote('מי תיקן את הסכר')}"),
    "rtl-document": ("odd", f"/document/{quote('corpus/עברית.txt')}?start=12&end=30"),
    "rtl-raw": ("odd", f"/document/{quote('corpus/עברית.txt')}?start=12&end=30&view=raw"),
    "long-answer": ("odd", f"/?q={quote('河堤')}"),
    "long-question": ("odd", f"/?q={'堤' * 500}"),
    "long-document": ("odd", f"/document/{quote('corpus/长.txt')}?start=320&end=900"),
    "long-raw": ("odd", f"/document/{quote('corpus/长.txt')}?view=raw&part=2"),
    "long-corpus": ("odd", "/corpus"),
    "fault": ("broken", "/corpus"),
    "damaged": ("broken", "/"),
    "damaged-english": ("broken", "/?lang=en"),
    "token-needed": ("kept", "/corpus/dictionary"),
}


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    running = {
        name: serve_in_thread(
            create_app(make(), WebOptions(state=tmp_path_factory.mktemp(name), token="geheim"))
        )
        for name, make in SITES.items()
    }
    yield {name: base for name, (base, _) in running.items()}
    for _, stop in running.values():
        stop()


@pytest.fixture(params=WIDTHS)
def window(chromium: webdriver.Chrome, request: pytest.FixtureRequest) -> Browser:
    chromium.delete_all_cookies()
    found = Browser(chromium, "", request.param)
    found.scripts(True)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_every_state_is_accessible_and_fits(
    window: Browser, sites: dict[str, str], name: str
) -> None:
    """No serious finding of axe in light and dark, no sideways scrolling."""
    site, address = PAGES[name]
    window.base = sites[site]
    window.open(address)
    for scheme in ("light", "dark"):
        window.scheme(scheme)
        assert window.violations() == []
        window.shot(f"{name}-{scheme}")
    assert window.overflow() <= 0
    window.scheme("light")


def test_words_are_looked_at_and_a_batch_is_watched(window: Browser, sites: dict[str, str]) -> None:
    """The dictionary's preview, and a batch from its form to its answers."""
    window.base = sites["kept"]
    window.open("/corpus/dictionary")
    window.one("input[name=token]").send_keys("geheim")
    window.leave(lambda: window.run("document.querySelector('main form button').click()"))
    window.open("/corpus/dictionary")
    window.one("#text").clear()
    window.one("#text").send_keys(f"质强办{window.width} 100 n\n河长制")
    window.leave(lambda: window.run("document.querySelector('button[value=preview]').click()"))
    assert "保存后切成" in window.text()
    assert window.violations() == []
    assert window.overflow() <= 0
    window.shot("dictionary")
    window.leave(lambda: window.run("document.querySelector('button[value=save]').click()"))
    wait(window, lambda _: "已完成" in window.one("#progress").text)
    window.base = sites["odd"]
    window.open("/batch")
    window.one("#questions").send_keys("河堤？\n谁？")
    window.leave(lambda: window.run("document.querySelector('main form button').click()"))
    wait(window, lambda _: window.all("a[href$='answers.xlsx']"))
    assert "2 个问题都问过了" in window.text()
    assert window.violations() == []
    assert window.overflow() <= 0
    window.shot("batch-done")


def test_the_cited_span_of_a_long_document_is_in_view(
    window: Browser, sites: dict[str, str]
) -> None:
    """Also in its last part, as it was tidied and as it came."""
    window.base = sites["odd"]
    start = LONG.index("第299段")
    top = "return document.querySelector('.document mark').getBoundingClientRect().top;"
    for view in ("", "&view=raw"):
        window.open(f"/document/{quote('corpus/长.txt')}?start={start}&end={start + 5}{view}")
        assert window.one(".document mark").text == "第299段"
        wait(window, lambda _: 0 < window.run(top) < 900)


def test_a_reference_keeps_its_order_around_a_title_of_another_script(
    window: Browser, sites: dict[str, str]
) -> None:
    """《title》 comes first and 第1段 after it, although the title runs from right to left."""
    window.base = sites["odd"]
    window.open(PAGES["rtl-answer"][1])
    left = window.run(
        "const node = document.querySelector('.source span').firstChild;"
        "const at = (place) => { const range = document.createRange();"
        " range.setStart(node, place); range.setEnd(node, place + 1);"
        " const box = range.getBoundingClientRect(); return [box.top, box.left]; };"
        "const text = node.textContent;"
        "return ['《', '》', '第', '段'].map((sign) => at(text.indexOf(sign)));"
    )
    assert left == sorted(left)
