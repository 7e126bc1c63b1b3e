"""In English no word of ours is Chinese: only what documents say."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import qa_engine
import qa_engine_web
from qa_engine import errors
from qa_engine_web import WebOptions, create_app
from qa_engine_web.english import HAN, english
from qa_engine_web.jobs import FileResult
from qa_engine_web.library import Library
from tests.unit.web.english_engine import EnglishEngine, english_engine
from tests.unit.web.folder_engine import FolderEngine

TOKEN = {"Authorization": "Bearer geheim"}
# The mark of the brand, which is hidden from readers, and the way back to Chinese.
OURS = ("中文", '<span class="brand-mark" aria-hidden="true">问</span>')
PAGES = (
    "/",
    "/?q=who leads",
    "/?q=which tasks",
    "/?q=who leads and Mars",
    "/?q=blank cell&context=who leads",
    "/?q=Mars",
    "/?q=",
    f"/?q={'x' * 501}",
    "/?q=dam&date=nix",
    "/search",
    "/search?q=dam",
    "/search?q=dam&sort=date&department=Treasury",
    "/search?q=dam&mode=nix",
    "/search?q=xyz",
    "/document/corpus/dam.txt",
    "/document/corpus/dam.txt?start=16&end=28&q=who leads",
    "/document/corpus/dam.txt?view=raw",
    "/document/corpus/press.txt?start=27&end=40",
    "/document/nix",
    "/records",
    "/records?role=lead&sort=nix",
    "/records?q=nix",
    "/conferences",
    "/conferences?q=nix",
    "/conference/corpus/press.txt",
    "/conference/corpus/press.txt?q=tree&speaker=Leaf",
    "/conference/corpus/press.txt?q=nix",
    "/corpus",
    "/corpus?q=nix",
    "/corpus?problems=1",
    "/corpus/aliases",
    "/corpus/dictionary",
    "/batch",
    "/batch?job=nix",
    "/unanswered",
    "/nix",
)


def chinese_in(text: str) -> list[str]:
    """What is Chinese of ours, with what stands around it.

    Hidden fields carry an answer as the engine gave it, for the gold-set file.
    """
    text = re.sub(r'<input type="hidden"[^>]*>', "", text)
    for own in OURS:
        text = text.replace(own, "")
    return [
        text[max(0, m.start() - 60) : m.end() + 30]
        for m in re.finditer("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+", text)
    ]


class _Engine(EnglishEngine, FolderEngine):
    def __init__(self) -> None:
        FolderEngine.__init__(self)
        self.documents_ = english_engine().documents_


@pytest.fixture
def engine() -> _Engine:
    return _Engine()


@pytest.fixture
def client(engine: _Engine, tmp_path: Path) -> FlaskClient:
    app = create_app(engine, WebOptions(state=tmp_path, token="geheim"))
    found = app.test_client()
    found.get("/?lang=en")
    return found


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("headers", [{}, TOKEN], ids=["reader", "keeper"])
def test_every_page_is_english(client: FlaskClient, address: str, headers: dict[str, str]) -> None:
    """Texts, labels, titles, what is copied, and error messages with their next step."""
    page = client.get(address, headers=headers)
    assert 'lang="en"' in page.text
    assert chinese_in(page.text) == []


def test_what_forms_lead_to_is_english(client: FlaskClient) -> None:
    """Previews, jobs, batches and their files, refusals."""
    words = {"text": "waterworks"}
    for address, data in (
        ("/corpus/aliases", {"text": "dike = dam # said so"}),
        ("/corpus/aliases", {"text": "alone"}),
        ("/corpus/dictionary", words),
        ("/corpus/dictionary", {"text": "a b c"}),
        ("/corpus/dictionary", {**words, "do": "save"}),
        ("/corpus/upload", {}),
        ("/corpus/upload", {"file": (io.BytesIO(b"BAD"), "bad.txt")}),
        ("/corpus/upload", {"file": (io.BytesIO(b"x"), "con.txt")}),
        ("/corpus/remove", {"id": "nix"}),
        ("/corpus/remove", {"id": "corpus/press.txt"}),
        ("/corpus/restore", {"key": "nix"}),
        ("/token", {"token": "nix"}),
        ("/batch", {"questions": "who leads?\nMars?\nwhich?\n" + "x" * 501}),
        ("/batch", {}),
        ("/batch", {"file": (io.BytesIO(b"x"), "a.docx")}),
        ("/feedback", {"question": "who?", "verdict": "right"}),
        ("/feedback", {"question": "who?", "verdict": "perhaps"}),
    ):
        page = client.post(address, data=data, headers=TOKEN, follow_redirects=True)
        assert chinese_in(page.text) == [], address
    batch = client.post("/batch", data={"questions": "who leads?\nMars?"})
    job = batch.headers["Location"].partition("=")[2]
    for address in (
        f"/api/v1/batch/jobs/{job}/answers.csv",
        "/export/answer.csv?q=which tasks",
        "/export/records.csv",
    ):
        assert chinese_in(client.get(address).data.decode("utf-8-sig")) == [], address


@pytest.mark.parametrize("state", ["waiting", "failed", "done"])
def test_jobs_are_english(client: FlaskClient, state: str) -> None:
    """While they run, when they failed, and file by file."""
    library: Library = client.application.extensions["qa_library"]
    job = library.jobs.submit("upload", lambda _: None)
    library.jobs.wait(job, 20)
    job.state, job.message, job.hint = state, "还没有建立索引。", "请先运行：qa-engine index 文件夹"
    job.results += [
        FileResult("a.pdf", "failed", "a.pdf：PDF 有密码。 请去掉密码另存后再试。"),
        FileResult("b.xlsx", "added", "隐藏的工作表未读入：One、Two。"),
    ]
    page = client.get(f"/corpus?job={job.id}", headers=TOKEN)
    assert chinese_in(page.text) == []
    found = client.get(f"/api/v1/jobs/{job.id}", headers=TOKEN).get_json()
    assert found["message_en"] == "No index has been built yet."
    assert found["results"][1]["message_en"] == "Hidden sheets were not read: One, Two."


@pytest.mark.parametrize("kind", [k for k in vars(errors).values() if isinstance(k, type)])
def test_every_kind_of_error_has_an_english_page(
    client: FlaskClient, engine: _Engine, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    """Even when the message is one that the catalogue lacks."""

    def broken(*_: object, **__: object) -> None:
        raise kind("没人写过的话。", "没人写过的下一步。")

    monkeypatch.setattr(engine, "documents", broken)
    page = client.get("/corpus")
    assert page.status_code >= 400
    assert chinese_in(page.text) == []


def said(root: Path) -> Iterator[tuple[str, str]]:
    """Every Chinese sentence that may reach a reader, with where it stands; ``7`` for values.

    These are arguments of errors, notes, reasons, results of files, problems of documents.
    """
    kinds = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
    makers = {*kinds, "Failure", "FileResult", "Answered", "Dropped"}
    for path in sorted(root.rglob("*.py")):
        if {"cli", "evaluation.py", "exporting.py", "strings.py"} & set(path.parts):
            continue  # for the command line
        tree = ast.parse(path.read_text("utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            given = list(call.args) if name in makers else []
            if isinstance(call.func, ast.Attribute) and call.func.attr == "append":
                owner = ast.unparse(call.func.value)
                given += call.args if owner.endswith(("problems", "reasons", "refusals")) else []
            given += [
                word.value
                for word in call.keywords
                if word.arg in {"note", "reasons", "refusal", "hint", "message"}
            ]
            for value in given:
                for text in _texts(value):
                    if HAN.search(text):
                        yield f"{path.name}:{call.lineno}", text


def _texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values
        )
    elif isinstance(node, ast.Tuple | ast.IfExp | ast.BoolOp | ast.Starred):
        for child in ast.iter_child_nodes(node):
            yield from _texts(child)


def test_every_sentence_of_ours_has_its_english() -> None:
    """The catalogue is complete, and what it says is English."""
    roots = (Path(qa_engine.__file__).parent, Path(qa_engine_web.__file__).parent)
    found = [place for root in roots for place in said(root)]
    assert len(found) > 200
    lacking = [(place, text) for place, text in found if HAN.search(english(text) or text)]
    assert lacking == []


def test_names_within_a_sentence_stay() -> None:
    """Only our words are put into English."""
    assert english("原文没有提到“河堤”") == "the text doesn’t mention “河堤”"
    assert english("未找到答案：原文说的是2012、2013年，不是2014年。") == (
        "No answer found: the text speaks of 2012, 2013, not of 2014."
    )
    assert english("plain") == "plain"
    assert english("谁也没写过的话。") is None
