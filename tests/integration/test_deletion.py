"""Deletion means deletion: a removed document's words, vectors and texts leave the disk."""

from __future__ import annotations

import hashlib
import io
import re
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient

from qa_engine.adapters.embedded import EmbeddedStore
from qa_engine.adapters.hashing_encoder import HashingEncoder
from qa_engine.adapters.segments import SMALL
from qa_engine.adapters.vector_cache import FILE, CachingEncoder
from qa_engine.engine import Engine
from qa_engine.errors import DocumentNotFound
from qa_engine.indexing import compact, remove, update
from qa_engine.passages import context_text, passages
from qa_engine.text.aliases import Aliases
from qa_engine.text.normalise import fold
from qa_engine.text.words import Cutter
from qa_engine_web import WebOptions, create_app
from qa_engine_web.library import Library

TOKEN = {"Authorization": "Bearer geheim"}
WORD = "鑫淼焱垚局"  # stands in no document but the secret one
LATIN = "Qvexolith"
SECRET = (
    f"关于{WORD}的通知\n\n{WORD}（简称垚局）负责北坡泵站的管网检查，代号{LATIN}，每三个月一次。\n\n"
    f"北坡泵站的值班由{WORD}安排，电话八七六五四三二一。"
)
CUTTER = Cutter()


@dataclass
class Desk:
    """An index folder with everything that the product keeps in it, and its parts."""

    folder: Path
    papers: Path
    store: EmbeddedStore
    encoder: CachingEncoder
    engine: Engine

    def traces(self) -> list[tuple[bytes, str]]:
        """What a file may show of the secret document: bytes, and what they are."""
        (document,) = [self.engine.document(i) for i in self.secret_ids()]
        found: list[tuple[bytes, str]] = []
        for word in (
            WORD,
            LATIN,
            LATIN.lower(),
            fold(WORD),
            WORD[:2],
            WORD[1:3],
            "八七六五四三二一",
        ):
            found += [(word.encode(c), f"{word} in {c}") for c in ("utf-8", "utf-16-le", "gb18030")]
        cut = passages(document)
        texts = [fold(f"{context_text(p)}\n{p.text}" if context_text(p) else p.text) for p in cut]
        for text, vector in zip(texts, self.encoder.encode_passages(texts), strict=True):
            found.append((vector.astype(np.float32).tobytes()[:64], "a vector (float32)"))
            found.append((vector.astype(np.float16).tobytes()[:64], "a vector (float16)"))
            content = f"{self.encoder.name}\0{text}".encode()
            found.append((hashlib.sha256(content).digest()[:16], "the hash of a passage"))
        found.append((document.text.encode()[:60], "the text"))
        database = sqlite3.connect(self.generation() / "passages.sqlite")
        for (data,) in database.execute("SELECT data FROM documents WHERE id = ?", (document.id,)):
            found.append((data[20:60], "the compressed document"))
            assert WORD.encode() in zlib.decompress(data)
        database.close()
        return found

    def secret_ids(self) -> list[str]:
        return [i.id for i in self.engine.documents() if WORD in self.engine.document(i.id).text]

    def generation(self) -> Path:
        return self.folder / (self.store.current() or "")

    def holding(self, traces: list[tuple[bytes, str]]) -> list[str]:
        """File and trace, wherever one is found; compressed parts are looked into too."""
        found: list[str] = []
        for path in self.folder.rglob("*"):
            if not path.is_file():
                continue
            data = path.read_bytes() + b"".join(_unpacked(path))
            name = path.relative_to(self.folder).as_posix()
            found += [f"{name}: {what}" for trace, what in traces if trace in data]
            found += [f"{name}: in its name" for word in (WORD, LATIN) if word in name]
        return found


def _unpacked(path: Path) -> Iterator[bytes]:
    """The zlib streams of a SQLite file or any other one."""
    data = path.read_bytes()
    for match in re.finditer(b"\x78[\x01\x5e\x9c\xda]", data):
        try:
            yield zlib.decompressobj().decompress(data[match.start() :], 1_000_000)
        except zlib.error:
            continue


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Two segments, one larger than what is rewritten at every deletion, with the secret
    among its passages."""
    folder, papers = tmp_path / "index", tmp_path / "papers"
    papers.mkdir()
    for number in range(3):
        lines = [
            f"第{number}号文第{n}条规定，南坡水库由第{n}组巡查，每日{n}次。" * 4 for n in range(90)
        ]
        (papers / f"{number}.txt").write_text("\n\n".join(lines), "utf-8")
    (papers / "x.txt").write_text(SECRET, "utf-8")
    store = EmbeddedStore(folder)
    encoder = CachingEncoder(HashingEncoder(), folder / FILE)
    report = update(store, encoder, CUTTER, [papers])
    assert not report.failed
    assert report.passages > SMALL + 10
    (papers / "y.txt").write_text("后来的一份：西坡闸门由维修班负责。", "utf-8")
    update(store, encoder, CUTTER, [papers])
    with Engine(store, encoder, CUTTER, Aliases.load(None), lambda: None) as engine:
        yield Desk(folder, papers, store, encoder, engine)


def test_a_removed_document_is_in_no_file(desk: Desk) -> None:
    """``remove`` rewrites what held it: words, vectors, texts, remembered vectors."""
    traces = desk.traces()
    held = {line.split(": ")[1] for line in desk.holding(traces)}
    assert {
        "a vector (float32)",
        "a vector (float16)",
        "the hash of a passage",
        "the compressed document",
        f"{WORD[:2]} in utf-8",
    } <= held
    desk.engine.remove("papers/x.txt")
    assert desk.holding(traces) == []
    assert desk.store.lingering() == 0
    assert desk.store.problems() == []
    assert desk.engine.search("南坡水库")[0].passage.document != "papers/x.txt"


def test_compact_clears_what_quick_removals_and_changes_left(desk: Desk) -> None:
    """Changed and hidden documents stay in files until ``compact``, then in none; a second
    one has nothing to do and publishes nothing."""
    traces = desk.traces()
    (desk.papers / "x.txt").write_text("这份通知已改写，不提原来的内容。", "utf-8")
    update(desk.store, desk.encoder, CUTTER, [desk.papers])
    desk.engine.refresh()
    with pytest.raises(IndexError):
        desk.engine.document(desk.secret_ids()[0])
    assert desk.holding(traces)
    assert desk.store.lingering() > 0
    assert desk.engine.compact() > 0
    assert desk.holding(traces) == []
    before = desk.store.current()
    assert desk.engine.compact() == 0
    assert desk.store.current() == before
    assert desk.store.problems() == []


def test_another_process_reading_the_old_generation_takes_it_with_it(desk: Desk) -> None:
    """An old generation that is still read goes when its last reader does."""
    traces = desk.traces()
    reader = desk.store.open()
    remove(desk.store, desk.encoder, CUTTER, ["papers/x.txt"])
    desk.engine.refresh()
    desk.engine.documents()
    assert reader.document("papers/x.txt").text
    assert desk.holding(traces)
    reader.close()
    assert desk.holding(traces) == []


def test_an_update_killed_after_publishing_leaves_its_cleaning_to_compact(desk: Desk) -> None:
    """Remembered vectors of what is gone are forgotten even when nothing else is to do."""
    traces = desk.traces()
    bare = HashingEncoder()  # does not forget, as a killed run does not
    remove(desk.store, bare, CUTTER, ["papers/x.txt"])
    desk.engine.refresh()
    desk.engine.documents()
    assert {line.split(":")[0] for line in desk.holding(traces)} == {FILE}
    assert compact(desk.store, desk.encoder, CUTTER) == 0
    assert desk.holding(traces) == []


def _client(desk: Desk) -> FlaskClient:
    app = create_app(desk.engine, WebOptions(state=desk.folder, token="geheim"))
    app.testing = True
    return app.test_client()


def test_all_that_the_web_part_learned_goes_with_the_document(desk: Desk) -> None:
    """Upload, ask, judge, look at everything, remove, purge: no file and no page shows the
    word any more; the question itself, which a user typed, stays."""
    client = _client(desk)
    library: Library = client.application.extensions["qa_library"]
    (desk.papers / "x.txt").unlink()
    update(desk.store, desk.encoder, CUTTER, [desk.papers])
    desk.engine.compact()
    sent = {"file": [(io.BytesIO(SECRET.encode()), "通知.txt")]}
    job = client.post("/api/v1/documents", data=sent, headers=TOKEN).get_json()
    assert library.jobs.wait(library.jobs.get(job["id"]), 60)  # type: ignore[arg-type]
    assert desk.secret_ids() == ["uploads/通知.txt"]
    traces = desk.traces()

    asked = "北坡泵站的管网检查由哪个部门负责？"
    answer = client.get("/api/v1/ask", query_string={"q": asked}).get_json()
    assert WORD in str(answer)
    judged = {
        "question": asked,
        "answer": answer["text"] or WORD,
        "verdict": "wrong",
        "expected": f"{WORD}办公室",
        "documents": ["uploads/通知.txt"],
    }
    assert client.post("/api/v1/feedback", json=judged).status_code == 200
    client.get("/", query_string={"q": "西坡水塔是谁设计的？"})
    for address in _pages(asked):
        assert client.get(address, headers=TOKEN).status_code == 200, address
    assert any(WORD in client.get(address, headers=TOKEN).text for address in _pages(asked))
    assert any(name.startswith("feedback.sqlite") for name in desk.holding(traces))

    client.delete("/api/v1/documents/uploads/通知.txt", headers=TOKEN)
    (entry,) = library.uploads.binned()
    client.post("/corpus/purge", data={"key": entry.key}, headers=TOKEN)
    assert library.jobs.drain(60)
    assert desk.holding(traces) == []
    for address in _pages(asked):
        found = client.get(address, headers=TOKEN)
        assert WORD not in found.text, address
    with pytest.raises(DocumentNotFound):
        desk.engine.document("uploads/通知.txt")


def _pages(asked: str) -> list[str]:
    return [
        f"/?q={asked}",
        f"/api/v1/search?q={asked}",
        "/api/v1/suggest?q=关于",
        f"/api/v1/suggest?q={WORD[:1]}",
        "/api/v1/documents",
        "/api/v1/feedback",
        "/api/v1/unanswered",
        "/api/v1/jobs",
        "/unanswered",
        "/corpus",
        "/",
    ]


def test_an_answer_is_only_kept_with_the_documents_it_must_go_with(desk: Desk) -> None:
    """An answer that names no document is refused; it could never be forgotten."""
    judged = {"question": "问？", "answer": WORD, "verdict": "right"}
    assert _client(desk).post("/api/v1/feedback", json=judged).status_code == 400


def test_the_server_forgets_what_other_programs_removed(desk: Desk) -> None:
    """Housekeeping drops judgements on documents that the command line took out, and what
    a killed server left half-replaced."""
    uploads = desk.folder / "uploads"
    uploads.mkdir()
    (uploads / ".0123456789abcdef.before").write_text(SECRET, "utf-8")
    client = _client(desk)
    traces = desk.traces()
    judged = {
        "question": "问？",
        "answer": WORD,
        "verdict": "right",
        "documents": ["papers/x.txt"],
    }
    assert client.post("/api/v1/feedback", json=judged).status_code == 200
    remove(desk.store, desk.encoder, CUTTER, ["papers/x.txt"])
    desk.engine.refresh()
    client.application.extensions["qa_library"].keep_house()
    assert desk.holding(traces) == []
