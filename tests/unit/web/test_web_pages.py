"""The pages say what was found, where it stands, and what to do next."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from qa_engine.models import Cell, Record
from qa_engine_web.links import document_path
from tests.unit.web.fake import FakeEngine, press_document, with_path


class Page(HTMLParser):
    """Text, links and marked text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.links: list[tuple[str, str]] = []
        self.marks: list[str] = []
        self.ids: list[str] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._open.append(tag)
        if tag == "mark":
            self.marks.append("")
        if tag == "a":
            self.links.append((values.get("href", ""), ""))
        if "id" in values:
            self.ids.append(values["id"])

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self._open:
            self.marks[-1] += data
        if "a" in self._open:
            href, said = self.links[-1]
            self.links[-1] = (href, said + data)

    def link(self, text: str) -> str:
        return next(href for href, said in self.links if text in said)


def get(client: FlaskClient, address: str, status: int = 200) -> Page:
    response = client.get(address)
    assert response.status_code == status, response.text[:500]
    assert response.mimetype == "text/html"
    return Page(response.text)


def test_the_first_page_has_a_box_and_examples(client: FlaskClient) -> None:
    """Examples link to their answers; the page stays small."""
    response = client.get("/")
    page = Page(response.text)
    assert page.link("修缮青石河堤岸由谁牵头？").startswith("/?q=")
    assert "q" in page.ids
    size = len(response.data)
    for name in ("style.css", "app.js", "suggest.js", "theme.js", "icon.svg"):
        with client.get(f"/static/{name}") as file:
            size += len(file.data)
    assert size < 100_000


def test_an_answer_comes_first_with_its_source_and_passages_below(client: FlaskClient) -> None:
    """The cited cell is quoted, linked to its spot and marked in its passage."""
    page = get(client, "/?q=修缮青石河堤岸由谁牵头？")
    assert page.text.index("有把握") < page.text.index("相关段落")
    assert "《青石镇2031年河堤工作任务表》，青石镇政府，2031年，表1第1行" in page.text
    assert page.marks == ["水务站"]
    link = urlsplit(page.link("查看原文"))
    assert link.path == "/document/corpus/%E6%B2%B3%E5%A0%A4.txt"
    assert "start=" in link.query
    assert link.fragment == "p0"
    assert "已扩展：河堤 → 堤岸" in page.text
    assert "河提" not in page.link("河堤")
    assert "表格第1行" in page.text


def test_a_wording_by_a_model_is_said_to_be_one(
    client: FlaskClient, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the page and in the JSON; nothing is said of answers as the documents have them."""
    address = "修缮青石河堤岸由谁牵头？"
    assert "改写" not in get(client, f"/?q={address}").text
    found = replace(engine.ask(address), text="由水务站牵头。", phrased_by="example-model")
    monkeypatch.setattr(engine, "ask", lambda *_, **__: found)
    assert "文字由模型“example-model”根据所列出处改写" in get(client, f"/?q={address}").text
    assert client.get(f"/api/v1/ask?q={address}").json["phrased_by"] == "example-model"


def test_a_decline_is_said_and_search_offered(client: FlaskClient) -> None:
    """Not found is a result, with what to do next."""
    page = get(client, "/?q=青石古镇有多高")
    assert "文档没有说。" in page.text
    assert "未找到" in page.text


def test_a_set_answer_is_a_table_that_can_be_exported(client: FlaskClient) -> None:
    """All items are listed with who leads and until when."""
    page = get(client, "/?q=河堤哪些")
    assert "共 2 项" in page.text
    assert "村建办、财政所" in page.text
    rows = client.get(page.link("导出 CSV")).data.decode("utf-8-sig").splitlines()
    assert rows[1].startswith("修缮青石河堤岸,2031年6月,水务站,村建办、财政所,修缮青石河堤岸,《")
    book = load_workbook(io.BytesIO(client.get(page.link("导出 xlsx")).data))
    assert book.worksheets[0]["A3"].value == "组织河堤巡查队"


def test_a_question_with_two_parts_gets_two_cards(client: FlaskClient) -> None:
    """Citations are numbered through both."""
    page = get(client, "/?q=修缮青石河堤岸由谁牵头和整理沿河古树名录由谁牵头")
    assert "整理沿河古树名录由谁牵头" in page.text
    assert {"cite-1-1", "cite-2-2"} <= set(page.ids)


@pytest.mark.parametrize("question", ["", "   ", "长" * 501])
def test_a_bad_question_is_explained_on_the_page(client: FlaskClient, question: str) -> None:
    """Empty and over-long questions say so, with status 200."""
    page = get(client, f"/?q={question}")
    assert "问题" in page.text
    assert "太长" in page.text or "空" in page.text


def test_search_lists_passages_with_facets_and_removable_filters(client: FlaskClient) -> None:
    """A facet narrows the list; the filter then shows and can be taken off."""
    page = get(client, "/search?q=水务站河堤")
    assert "3 段" in page.text
    narrowed = get(client, page.link("武装部"))
    assert "1 段" in narrowed.text
    assert narrowed.link("×").startswith("/search?q=")
    assert "department" not in narrowed.link("×")
    assert get(client, "/search?q=古树&sort=date").text.index("2032年") > 0
    assert "mode" in get(client, "/search?q=古树&mode=nix").text


def test_the_document_page_marks_the_exact_span(client: FlaskClient, engine: FakeEngine) -> None:
    """Tidied and as it came, the cited characters are marked and the passage is an anchor."""
    document = engine.document("corpus/发布会.txt")
    start = document.text.index("一树一档")
    address = f"/document/corpus/发布会.txt?start={start}&end={start + 4}"
    tidy = get(client, address)
    assert tidy.marks == ["一树一档"]
    assert "p0" in tidy.ids
    assert "免费观看" in tidy.text  # dropped, shown on demand
    raw = get(client, f"{address}&view=raw")
    assert raw.marks == ["一树一档"]
    assert "叶听松" in tidy.text
    assert tidy.link("按问答看").startswith("/conference/")


def test_the_document_page_shows_what_the_document_says_of_itself(
    client: FlaskClient, engine: FakeEngine
) -> None:
    """Number, dates, signature … stand in its head, each leading to where it is written."""
    id = "corpus/发布会.txt"
    document, passages = engine.documents_[id]
    start = document.text.index("一树一档")
    facts = Record((Cell("文号", "一树一档", start=start, end=start + 4), Cell("印发日期", "")))
    assert "文件信息" not in get(client, document_path(id)).text
    engine.documents_[id] = (replace(document, facts=facts), passages)
    page = get(client, document_path(id))
    assert "文件信息" in page.text
    assert "文号" in page.text
    assert "印发日期" not in page.text  # it says nothing of it
    assert f"start={start}&end={start + 4}" in page.link("一树一档").replace("&amp;", "&")


def test_an_id_that_is_an_address_can_be_opened(client: FlaskClient, engine: FakeEngine) -> None:
    """Ids of jsonl documents are what their writer chose."""
    for id in ("http://example.cn/a?b=c#d", "/abs//x", "a b/100%.txt"):
        document, passages = press_document(id)
        engine.documents_[id] = (document, passages)
        page = get(client, document_path(id))
        assert "古树" in page.text
        assert client.get(document_path(id, "api/v1/documents")).get_json()["id"] == id


def test_citations_of_a_question_can_be_stepped_through(client: FlaskClient) -> None:
    """From one citation's document page the next is one click away."""
    page = get(client, "/?q=河堤哪些")
    first = get(client, page.link("表1第1行"))
    assert "出处 1 / 2" in first.text
    second = get(client, first.link("下一处"))
    assert "出处 2 / 2" in second.text
    assert second.marks == ["组织河堤巡查队"]


def test_the_original_is_downloaded_as_it_came(
    client: FlaskClient, engine: FakeEngine, tmp_path: Path
) -> None:
    """The file itself, or its text where the file is not at hand; never opened in the page."""
    text = client.get("/original/corpus/河堤.txt")
    assert text.data.decode() == engine.document("corpus/河堤.txt").text
    file = tmp_path / "河堤.html"
    file.write_bytes(b"<b>as it came</b>")
    with_path(engine, "corpus/河堤.txt", str(file))
    with client.get("/original/corpus/河堤.txt") as found:
        assert found.data == b"<b>as it came</b>"
        assert found.headers["Content-Disposition"].startswith("attachment")
        assert found.mimetype == "application/octet-stream"
    assert client.get("/original/nix").status_code == 404


def test_tasks_are_listed_filtered_sorted_and_exported(client: FlaskClient) -> None:
    """One list over all documents, as a page and as files."""
    assert "共 3 项" in get(client, "/records").text
    page = get(client, "/records?q=河堤&department=水务站&due=6月")
    assert "共 1 项" in page.text
    rows = client.get(page.link("导出 CSV")).data.decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert rows[0].startswith("工作内容,类别,完成时间,牵头,配合")
    ordered = get(client, "/records?sort=lead").text
    assert ordered.index("林业站") > 0


def test_conferences_show_who_said_what(client: FlaskClient) -> None:
    """Participants, the question, and the attributed answer with its quote."""
    assert "镇会议室" in get(client, "/conferences").text
    response = client.get("/conference/corpus/发布会.txt")
    page = Page(response.text)
    assert "林间晚报记者：古树怎么保护？" in page.text
    assert "叶听松" in page.text
    assert "“古树一树一档，每年体检两次。”（《青石镇古树保护新闻发布会》" in response.text
    assert "叶听松发言" in response.text
    assert get(client, "/conferences?q=不存在的").text.count("没有新闻发布会")


def test_the_corpus_page_lists_documents_and_problems(client: FlaskClient) -> None:
    """Kind, date, passages, and what went wrong when reading."""
    page = get(client, "/corpus")
    assert "3 份文档" in page.text
    assert "1 份有问题" in page.text
    assert "1 份文档" in get(client, "/corpus?problems=1").text
    assert "1 份文档" in get(client, "/corpus?kind=table&q=河堤").text


@pytest.mark.parametrize("address", ["/document/nix", "/conference/nix", "/nix", "/original/x"])
def test_what_is_not_there_is_a_page_in_chinese(client: FlaskClient, address: str) -> None:
    """404 with a way back, never a trace."""
    page = get(client, address, 404)
    assert "没有这" in page.text
    assert "Traceback" not in page.text


def test_a_fault_of_ours_shows_a_number_and_no_trace(
    client: FlaskClient, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log has the trace; the page has the request's number."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("geheim")

    monkeypatch.setattr(engine, "ask", broken)
    response = client.get("/?q=河堤")
    assert response.status_code == 500
    assert "geheim" not in response.text
    assert response.headers["X-Request-Id"] in response.text


def test_english_is_complete_and_remembered(client: FlaskClient) -> None:
    """?lang=en changes the page and sets a cookie; documents stay as they are."""
    page = get(client, "/?q=修缮青石河堤岸由谁牵头？&lang=en")
    assert "Confident" in page.text
    assert "table 1, row 1" in page.text
    assert "Tasks" in get(client, "/records").text
    assert "任务清单" in get(client, "/records?lang=zh").text


def test_feedback_works_without_scripts(client: FlaskClient) -> None:
    """The form is kept and thanked for; it shows in the export."""
    sent = {
        "question": "谁修堤？",
        "answer": "水务站",
        "verdict": "wrong",
        "expected": "林业站",
        "document": "堤.txt",
    }
    response = client.post("/feedback", data=sent)
    assert "已记下" in response.text
    assert "林业站" in client.get("/api/v1/feedback").text
    assert client.post("/feedback", data={"question": "x"}).status_code == 400
    assert "被判为不对的答案" in client.get("/unanswered").text


def test_declined_questions_are_listed_until_dismissed(client: FlaskClient) -> None:
    """The keeper of the corpus sees what is missing."""
    client.get("/?q=青石古镇有多高")
    client.get("/api/v1/ask?q=青石古镇有多高")
    assert "青石古镇有多高" in get(client, "/unanswered").text
    client.post("/unanswered", data={"question": "青石古镇有多高"})
    assert "青石古镇有多高" not in get(client, "/unanswered").text


def test_a_file_of_questions_becomes_a_file_of_answers(client: FlaskClient) -> None:
    """Each with its quote and reference."""
    get(client, "/batch")
    file = (io.BytesIO("问题\n修缮青石河堤岸由谁牵头？\n".encode()), "问.csv")
    shown = client.post("/batch", data={"file": file}, follow_redirects=True)
    assert "青石镇政府，2031年" in shown.text
    (link,) = re.findall(r'href="(/api/[^"]*answers.xlsx)"', shown.text)
    sheet = load_workbook(io.BytesIO(client.get(link).data)).worksheets[0]
    assert [cell.value for cell in sheet[2]][:4] == [
        "修缮青石河堤岸由谁牵头？",
        "水务站",
        "有把握",
        "水务站",
    ]
    typed = client.post("/batch", data={"questions": "a？\n修缮青石河堤岸由谁牵头？"})
    csv = client.get(f"/api/v1/batch/jobs/{typed.headers['Location'][11:]}/answers.csv")
    assert len(csv.data.decode("utf-8-sig").splitlines()) == 3
    assert client.get("/batch?job=nix").status_code == 404
    assert client.post("/batch", data={}).status_code == 400
