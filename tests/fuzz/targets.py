"""What is fuzzed: each target takes bytes and raises only when something is wrong.

Errors that the product gives on purpose (QAEngineError; 4xx of the API) are right answers.
"""

from __future__ import annotations

import io
import json
import random
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from qa_engine.answering.followup import resolve
from qa_engine.answering.question import (
    analyse,
    content_words,
    question_text,
    split_questions,
    task_words,
)
from qa_engine.errors import QAEngineError
from qa_engine.models import Document
from qa_engine.passages import context_text, passages
from qa_engine.serialise import from_bytes, to_bytes
from qa_engine.sources.raw import RawDocument, lines_of
from qa_engine.sources.read import read_documents
from qa_engine.sources.understand import understand
from qa_engine.text.learning import learned_short_names, learned_words
from qa_engine.text.query import parse_query

TEXT_FORMATS = ("txt", "md", "csv", "tsv", "jsonl", "html", "eml")
OFFICE_FORMATS = ("docx", "xlsx", "pptx")

# Pieces of which documents of the known layouts consist, one chosen by a byte or two.
PIECES = (
    *"，。：；、（）《》“”！？—…·|#*-_<>/\\",
    *("\n", "\n\n", "\t", " ", "　", "\r\n", "\x0b", "\x0c", "\u2028", "\ufeff", "\u200b"),
    *("一、", "二、", "（一）", "（二）", "1.", "1、", "（1）", "①", "第一章", "第二条", "附件："),
    *("序号", "任务", "主要工作", "责任单位", "牵头单位", "配合单位", "完成时限", "备注", "目标"),
    *("市教育局", "区发改委", "水务站", "各镇", "有关部门", "（牵头）", "、", "等负责", "配合"),
    *("2023年", "6月", "15日", "2023-06-15", "底前", "月底", "全年", "长期", "三分之一", "90%"),
    *("记者：", "主持人：", "张三：", "李四（局长）：", "问：", "答：", "[提问]", "各位媒体朋友"),
    *("【", "】", "标题", "来源：", "发布时间：", "编辑：", "打印", "关闭", "上一篇", "联系电话："),
    *("召开会议", "印发通知", "开展检查", "加强管理", "负责人", "任命", "同志为", "主任", "组长："),
    *("成员：", "联系人：", "王五", "13800000000", "a@b.cn", "抄送：", "此致", "敬礼", "（公章）"),
    *("<table>", "<tr><td>", "</td></tr>", "rowspan=2", "<br>", "&nbsp;", "| --- |", "```"),
    *("长" * 70, "字，" * 40, "0", "9", "万", "亿元"),
    *("A", "b", "Ⅳ", "㈠", "龘", "\U00020000", "😀"),
)  # fmt: skip
ASKING = (
    *("谁", "什么", "哪个", "哪些", "多少", "什么时候"),
    *("哪里", "为什么", "怎么", "几", "是否", "吗"),
    *("由", "负责", "牵头", "配合", "完成", "的", "在"),
    *("和", "以及", "第", "个", "记者", "提问", "呢"),
    *("？", "?", "，", "。", " ", "\"", "“", "”"),
    *("「", "」", "-", "－", ":", "：", "..", "(", "）"),
    *("date:", "日期：", "kind:", "类型：", "document:", "department:", "speaker:", "部门："),
    *("2013", "2013-08", "2013年8月22日", "99999", "0000-00-00", "教育局", "质量", "培训", "它"),
    *("部门", "单位", "任务", "时限", "说", "发言人"),
    *("列出", "所有", "一共", "请问", "一下", "还有"),
    *("\x00", "\u200b", "\ud800", "é", "ａ", "Ａ"),
    *("臺灣", "😀", "\n", "\t", "*", "[", "\\", "a" * 99),
)  # fmt: skip


def spelled(data: bytes, pieces: Sequence[str]) -> str:
    """Bytes as a run of pieces; libFuzzer's changes to bytes become changes of pieces."""
    return "".join(pieces[byte % len(pieces)] for byte in data)


def documents_of(data: bytes, suffix: str) -> None:
    """Read a file of this content and look at every document as indexing does."""
    path = _folder() / f"a.{suffix}"
    path.write_bytes(data)
    try:
        for document in read_documents(path, path.name, lambda *_: None):
            look_at(document)
    except QAEngineError as error:
        check_error(error, path.stem)


def check_error(error: QAEngineError, name: str) -> None:
    """It names the file and the next step."""
    if not error.hint or name not in error.message:
        raise AssertionError(f"{error.message!r} {error.hint!r}")


def look_at(document: Document) -> None:
    """What holds of every document, and what is done with it next."""
    size = len(document.text)
    for part in document.dropped:
        assert 0 <= part.start <= part.end <= size
    for passage in passages(document):
        assert 0 <= passage.start <= passage.end <= size
        context_text(passage)
    learned_words(document)
    learned_short_names(document)
    assert from_bytes(Document, to_bytes(document)) == document


def read_text(data: bytes) -> None:
    """The first byte chooses the format."""
    if data:
        documents_of(data[1:], TEXT_FORMATS[data[0] % len(TEXT_FORMATS)])


def read_office(data: bytes) -> None:
    """A sound file, one part of which is changed at places that the bytes choose."""
    if len(data) < 4:
        return
    suffix = OFFICE_FORMATS[data[0] % len(OFFICE_FORMATS)]
    names, contents = _parts(suffix)
    chosen = data[1] % len(names)
    changed = _changed(contents[chosen], data[2:])
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number, (name, content) in enumerate(zip(names, contents, strict=True)):
            archive.writestr(name, changed if number == chosen else content)
    documents_of(stream.getvalue(), suffix)


def read_pdf(data: bytes) -> None:
    """A sound PDF (without compression), changed at places that the bytes choose."""
    documents_of(_changed(_sound()["pdf"], data), "pdf")


def read_archive(data: bytes) -> None:
    """A zip with its bytes changed, or with members of names and contents from the bytes."""
    if data[:1] and data[0] % 2:
        documents_of(_changed(_sound()["zip"], data[1:]), "zip")
        return
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(0, min(len(data), 200), 20):
            piece = data[number : number + 20]
            name = piece[:10].decode("utf-8", "replace").split("\0")[0] or "a"
            if name not in archive.namelist():
                archive.writestr(name, spelled(piece, PIECES))
    documents_of(stream.getvalue(), "zip")


def layouts(data: bytes) -> None:
    """Text of the pieces that layouts are made of, understood; the first byte is the format."""
    if not data:
        return
    text = spelled(data[1:], PIECES)
    suffix = ("txt", "html", "md", "pdf")[data[0] % 4]
    look_at(understand(RawDocument("a", text, tuple(lines_of(text)), name="a", suffix=suffix)))


def questions(data: bytes) -> None:
    """A question of pieces, a previous one, and what is read from them."""
    head, _, tail = data.partition(b"\xff")
    try:
        parsed = parse_query(spelled(head, ASKING))
    except QAEngineError:
        return
    text = resolve(question_text(parsed.text), question_text(spelled(tail, ASKING)) or None)
    for part in split_questions(text):
        question = analyse(part, part)
        content_words(question)
        task_words(question)


def answers(data: bytes) -> None:
    """The same asked of a small index, with words and meaning, through the whole engine."""
    head, _, tail = data.partition(b"\xff")
    try:
        _engine().ask(spelled(head, ASKING), context=spelled(tail, ASKING) or None)
        _engine().search(spelled(head, ASKING))
        _engine().suggest(spelled(tail, ASKING)[:20])
    except QAEngineError as error:
        check_error(error, "")


PATHS = (
    *("/", "/api/v1/", "ask", "search", "suggest", "documents", "document", "records", "jobs"),
    *("feedback", "unanswered", "batch", "health", "metrics", "corpus", "token", "static", "lists"),
    *("conferences", "openapi.json", "?q=", "&page=", "&lang=", "&limit=", "&date=", "&kind=", "#"),
    *("..", "%2e%2e", "%00", "%", "%ff", "//", "\\", ":", ";", "@", "é", "甲", "-1", "1e9", "0"),
)  # fmt: skip
JSON = (
    *("{", "}", "[", "]", ":", ",", '"', '"q"', '"question"', '"query"', '"questions"', '"limit"'),
    *('"filters"', '"context"', '"verdict"', '"answer"'),
    *('"documents"', '"mode"', '"cursor"', "null"),
    *("true", "1", "-1", "1e999", "NaN", '"甲"'),
    *('"\\ud800"', '"right"', '"words"', "\\", "\x00", " "),
)  # fmt: skip
POSTS = (
    "/api/v1/ask",
    "/api/v1/search",
    "/api/v1/feedback",
    "/api/v1/batch",
    "/feedback",
    "/token",
)


def api(data: bytes) -> None:
    """Requests with made-up paths, queries, bodies and types never cause a 5xx."""
    if len(data) < 3:
        return
    client = _client()
    body = data[3:]
    if data[0] % 2:
        path = "/" + spelled(body, PATHS)
        # As a server hands it over: a path that begins with // names no host.
        place, _, query = path.encode("utf-8", "surrogatepass").decode("latin-1").partition("?")
        response = client.open(
            "/",
            method=("GET", "POST", "DELETE", "HEAD")[data[1] % 4],
            environ_overrides={"PATH_INFO": unquote(place, "latin-1"), "QUERY_STRING": query},
        )
    else:
        kind = ("application/json", "text/plain", "multipart/form-data; boundary=a", "")[
            data[2] % 4
        ]
        content = spelled(body, JSON).encode("utf-8", "surrogatepass") if data[2] % 3 else body
        response = client.post(POSTS[data[1] % len(POSTS)], data=content, content_type=kind)
    # 503: the engine says that it cannot; the one in memory never does
    assert response.status_code < 500, (response.status_code, response.text[:500])
    assert response.headers["X-Request-Id"]
    if response.status_code >= 400 and response.is_json and response.data:
        assert set(response.get_json()["error"]) == {"code", "message", "message_en", "hint"}
    response.close()


@dataclass(frozen=True, slots=True)
class Target:
    """``seeds``: inputs to start from. ``pieces``: how many values of a byte mean something."""

    name: str
    run: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]


def _text_seeds() -> list[bytes]:
    sound = _sound()
    return [bytes([n]) + sound[suffix] for n, suffix in enumerate(TEXT_FORMATS)]


def _random_seeds() -> list[bytes]:
    chance = random.Random(1)
    return [chance.randbytes(size) for size in (4, 16, 64, 200, 600)]


def _asked_seeds() -> list[bytes]:
    return [bytes([0, 11, 3, 9, 17, 32]), bytes([52, 62, 2, 36, 255, 24, 13, 36]), *_random_seeds()]


TARGETS = (
    Target("text readers", read_text, _text_seeds),
    Target("office readers", read_office, _random_seeds),
    Target("pdf reader", read_pdf, _random_seeds),
    Target("archives", read_archive, _random_seeds),
    Target("layouts", layouts, _random_seeds),
    Target("questions", questions, _asked_seeds),
    Target("answers", answers, _asked_seeds),
    Target("api", api, _random_seeds),
)


@cache
def _folder() -> Path:
    keep = tempfile.TemporaryDirectory(prefix="qa-engine-fuzz-")
    _KEPT.append(keep)
    return Path(keep.name)


_KEPT: list[Any] = []


@cache
def _sound() -> dict[str, bytes]:
    """One sound file of each format."""
    from tests.fuzz.sound import sound_files

    return sound_files()


@cache
def _parts(suffix: str) -> tuple[list[str], list[bytes]]:
    """Names and contents of the parts of a sound office file."""
    with zipfile.ZipFile(io.BytesIO(_sound()[suffix])) as package:
        names = package.namelist()
        return names, [package.read(name) for name in names]


def _changed(content: bytes, data: bytes) -> bytes:
    """Cut, insert, overwrite or repeat: four bytes of ``data`` a change."""
    changed = bytearray(content)
    for at in range(0, min(len(data), 60) - 3, 4):
        place = int.from_bytes(data[at : at + 2], "big") * max(1, len(changed)) // 65536
        what, value = data[at + 2], data[at + 3]
        if what % 4 == 0:
            changed[place : place + 1] = bytes([value])
        elif what % 4 == 1:
            del changed[place : place + value]
        elif what % 4 == 2:
            changed[place:place] = changed[max(0, place - value) : place]
        else:
            changed[place:place] = _TOKENS[value % len(_TOKENS)]
    return bytes(changed)


_TOKENS = (
    *(b"<", b">", b"&", b'"', b"0", b"-1", b"999999999", b"1e9", b"\x00", b"\xff", b"]]>", b"<!--"),
    *(b"<w:tr>", b"</w:tr>", b"<w:tc>", b'w:val="99999"', b"<c>", b'r="ZZZ99999"', b'<v>1e308</v>'),
    *(b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;"),
    *(b"endobj", b"stream", b"/Kids", b"0 R", b"<<", b">>"),
)  # fmt: skip


@cache
def _engine() -> Any:
    from qa_engine.adapters.hashing_encoder import HashingEncoder
    from qa_engine.adapters.memory import MemoryStore
    from qa_engine.engine import Engine
    from qa_engine.indexing import update
    from qa_engine.text.aliases import Aliases
    from qa_engine.text.words import Cutter
    from tests.conftest import CORPUS

    store, encoder, cutter = MemoryStore(), HashingEncoder(), Cutter()
    update(store, encoder, cutter, [CORPUS])
    return Engine(store, encoder, cutter, Aliases.load(None), lambda: None)


@cache
def _client() -> Any:
    from qa_engine_web import WebOptions, create_app
    from tests.unit.web.fake import fake_engine

    app = create_app(fake_engine(), WebOptions(state=_folder() / "state", token="t"))
    app.testing = False
    return app.test_client()


def body_of(value: object) -> bytes:
    """A JSON body, for tests of crashes that were found."""
    return json.dumps(value).encode()
