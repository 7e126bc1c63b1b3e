"""A generator behind a local server that stands for any endpoint, good and bad."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from qa_engine.adapters.hashing_encoder import HashingEncoder
from qa_engine.adapters.memory import MemoryStore
from qa_engine.adapters.openai_chat import OpenAIChat
from qa_engine.engine import Engine
from qa_engine.errors import GeneratorFailed, UsageError
from qa_engine.indexing import update
from qa_engine.models import Answer
from qa_engine.ports import Generator
from qa_engine.settings import GeneratorSettings, settings
from qa_engine.text.aliases import Aliases
from qa_engine.text.words import Cutter
from qa_engine.wiring import make_generator

KEY = "sk-nicht-zu-zeigen"
PLAN = """柳溪县2022年重点工作任务分解表

序号\t工作任务\t牵头单位\t配合单位\t完成时限
1\t改造农村电网线路86公里\t县供电公司\t县发展和改革局\t2022年9月
2\t新建标准化卫生室14所\t县卫生健康局\t各乡镇\t2022年11月
"""
QUESTION = "农村电网线路改造由哪个单位牵头？"
Reply = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Served:
    """What the server was asked, and what it answers with."""

    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)


def saying(content: object) -> Reply:
    """A reply in OpenAI's form."""
    return raw(json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}))


def raw(text: str, status: int = 200) -> Reply:
    def send(handler: BaseHTTPRequestHandler) -> None:
        body = text.encode("utf-8")
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return send


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then: each read succeeds, the whole never ends."""
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(200):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        pass


def moved(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(307)
    handler.send_header("Location", "http://127.0.0.1:9/elsewhere")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


@contextmanager
def server(reply: Reply) -> Iterator[Served]:
    served = Served()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            served.bodies.append(json.loads(self.rfile.read(length)))
            served.keys.append(self.headers["Authorization"])
            reply(self)

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, args=(0.05,))
    thread.start()
    served.url = f"http://127.0.0.1:{http.server_port}/v1"
    try:
        yield served
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def chat(url: str, seconds: float = 5.0) -> OpenAIChat:
    return OpenAIChat(GeneratorSettings(url, "example-model", KEY, seconds))


@contextmanager
def engine_with(folder: Path, generator: Generator | None) -> Iterator[Engine]:
    (folder / "plan.txt").write_text(PLAN, encoding="utf-8")
    store, encoder, cutter = MemoryStore(), HashingEncoder(), Cutter()
    update(store, encoder, cutter, [folder])
    with Engine(
        store, encoder, cutter, Aliases.load(None), lambda: None, generator=generator
    ) as engine:
        yield engine


def asked(folder: Path, reply: Reply, question: str = QUESTION) -> tuple[Answer, Served]:
    with server(reply) as served, engine_with(folder, chat(served.url)) as engine:
        return engine.ask(question), served


def test_a_good_reply_becomes_the_text_and_says_whose_it_is(tmp_path: Path) -> None:
    """The marks are gone, citations stay exact, and the answer as found is among the reasons."""
    answer, served = asked(tmp_path, saying("改造农村电网线路86公里由县供电公司牵头。[1]"))
    assert answer.text == "改造农村电网线路86公里由县供电公司牵头。"
    assert answer.phrased_by == "example-model"
    assert answer.citations[0].quote == "县供电公司"
    assert any("原文：县供电公司" in reason for reason in answer.reasons)
    assert served.keys == [f"Bearer {KEY}"]


def test_only_the_cited_passages_are_sent(tmp_path: Path) -> None:
    """Not the rest of the document, not other hits."""
    _, served = asked(tmp_path, saying("由县供电公司牵头。[1]"))
    sent = json.dumps(served.bodies, ensure_ascii=False)
    assert "[1] 《柳溪县2022年重点工作任务分解表" in sent
    assert "农村电网" in sent
    assert "卫生室" not in sent
    assert served.bodies[0]["stream"] is False


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (saying("改造农村电网线路由县供电公司牵头。"), "出处"),
        (saying("改造农村电网线路由县供电公司牵头。[2]"), "出处"),
        (saying("改造农村电网线路96公里由县供电公司牵头。[1]"), "出处"),
        (saying("县供电公司牵头，2022年10月完成改造农村电网线路。[1]"), "出处"),
        (saying("改造农村电网线路由县供电公司和县水利局牵头。[1]"), "出处"),
        (saying("改造农村电网线路由县供电公司王建军牵头。[1]"), "出处"),
        (saying("改造农村电网线路不由县供电公司牵头。[1]"), "出处"),
        (saying("改造农村电网线路86公里，2022年9月完成。[1]"), "没有说出找到的答案"),
        (saying(""), "出处"),
        (saying(None), "格式"),
        (raw("{not json"), "格式"),
        (raw('{"choices": []}'), "格式"),
        (raw("[]"), "格式"),
        (raw("x" * 300_000), "过长"),
        (raw("oops", 500), "500"),
        (moved, "307"),
    ],
)
def test_anything_else_leaves_the_answer_as_it_was_found(
    tmp_path: Path, reply: Reply, why: str
) -> None:
    """No citation, a passage that was not given, an invented number, date, body, person or
    denial, another answer, every kind of broken reply: and the reasons say which."""
    answer, _ = asked(tmp_path, reply)
    assert answer.text == "县供电公司"
    assert answer.phrased_by == ""
    assert any("没有采用模型的改写" in reason and why in reason for reason in answer.reasons)
    assert KEY not in repr(answer)


def test_unsupported_sentences_are_dropped_and_the_rest_is_kept(tmp_path: Path) -> None:
    """Sentence by sentence."""
    reply = "改造农村电网线路由县供电公司牵头。[1]总投资3200万元。[1]县发展和改革局配合[1]。"
    answer, _ = asked(tmp_path, saying(reply))
    assert answer.text == "改造农村电网线路由县供电公司牵头。县发展和改革局配合。"


def test_a_server_that_never_ends_is_given_up(tmp_path: Path) -> None:
    """Each byte comes in time, the whole does not."""
    with server(dripping) as served, pytest.raises(GeneratorFailed, match="超时"):
        chat(served.url, 0.3).phrase("问", "答", ["段落"])


def test_nobody_there_leaves_the_answer_as_it_was_found(tmp_path: Path) -> None:
    """A port where nothing listens."""
    with server(saying("")) as served:
        gone = served.url
    with engine_with(tmp_path, chat(gone)) as engine:
        answer = engine.ask(QUESTION)
    assert answer.text == "县供电公司"
    assert any("连接不上" in reason for reason in answer.reasons)


@pytest.mark.parametrize("question", ["县气象局牵头哪些任务？", "2019年农村电网线路由谁牵头？"])
def test_what_is_declined_is_not_even_asked(tmp_path: Path, question: str) -> None:
    """The generator phrases; it never answers."""
    answer, served = asked(tmp_path, saying("由县供电公司牵头。[1]"), question)
    assert not answer.found
    assert served.bodies == []


def test_a_complete_set_stays_as_it_is(tmp_path: Path) -> None:
    """A list is worth its completeness."""
    answer, served = asked(tmp_path, saying("两项。[1]"), "县卫生健康局牵头哪些任务？")
    assert answer.kind == "set"
    assert served.bodies == []


def test_it_is_off_unless_an_address_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the key shows in no repr."""
    for name in ("URL", "MODEL", "KEY", "SECONDS"):
        monkeypatch.delenv(f"QA_ENGINE_GENERATOR_{name}", raising=False)
    assert make_generator(settings("x")) is None
    monkeypatch.setenv("QA_ENGINE_GENERATOR_URL", "http://user:geheim@127.0.0.1:1/v1")
    monkeypatch.setenv("QA_ENGINE_GENERATOR_KEY", KEY)
    with pytest.raises(UsageError, match="QA_ENGINE_GENERATOR_MODEL"):
        make_generator(settings("x"))
    monkeypatch.setenv("QA_ENGINE_GENERATOR_MODEL", "example-model")
    chosen = settings("x")
    assert isinstance(make_generator(chosen), Generator)
    assert KEY not in repr(chosen)
    assert "geheim" not in repr(chosen)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/v1", "127.0.0.1:8000", "file:///etc/passwd"])
def test_an_address_of_another_kind_is_refused(url: str) -> None:
    """With the variable's name."""
    with pytest.raises(UsageError, match="QA_ENGINE_GENERATOR_URL"):
        OpenAIChat(GeneratorSettings(url, "m"))
