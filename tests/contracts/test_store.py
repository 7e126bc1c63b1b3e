"""What every index store promises; memory is the reference, the others must agree."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_engine.adapters.embedded import EmbeddedStore
from qa_engine.adapters.hashing_encoder import HashingEncoder
from qa_engine.adapters.memory import MemoryStore
from qa_engine.adapters.milvus.store import MilvusStore
from qa_engine.errors import (
    DocumentNotFound,
    IndexLocked,
    IndexMismatch,
    IndexNotFound,
)
from qa_engine.models import COOPERATE, LEAD, Cell, Document, Passage, Record
from qa_engine.ports import FIELDS, Filters, IndexReader, IndexStore, IndexWriter, PassageTerms
from qa_engine.text.codes import words_of
from tests.milvus import NAMED_SERVER, lite_server, milvus_store

ENCODER = HashingEncoder(16)
KIND = {"encoder": ENCODER.name, "dimension": 16, "analyser": "letters"}
MakeStore = Callable[[Path], IndexStore]


def _embedded(path: Path) -> IndexStore:
    return EmbeddedStore(path)


def _memory(path: Path) -> IndexStore:
    return MemoryStore()


def _file(path: Path) -> IndexStore:
    return milvus_store(str(path.with_suffix(".db")))


def _server(path: Path) -> IndexStore:
    return milvus_store(lite_server())


def _named_server(path: Path) -> IndexStore:
    return milvus_store(os.environ[NAMED_SERVER])


STORES = {
    "memory": _memory,
    "embedded": _embedded,
    "milvus-file": _file,
    "milvus-server": _server,
}
if os.environ.get(NAMED_SERVER):
    STORES["milvus-named"] = _named_server


@pytest.fixture(params=STORES.values(), ids=STORES.keys())
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[IndexStore]:
    make: MakeStore = request.param
    made = make(tmp_path / "index")
    yield made
    _close_readers()
    _give_back(made)


def _give_back(store: IndexStore) -> None:
    if isinstance(store, MilvusStore):
        store.close()


_readers: list[IndexReader] = []


def opened(store: IndexStore) -> IndexReader:
    """A reader that is closed when the test ends."""
    _readers.append(store.open())
    return _readers[-1]


def _close_readers() -> None:
    while _readers:
        _readers.pop().close()


@pytest.fixture(autouse=True)
def _readers_closed() -> Iterator[None]:
    yield
    _close_readers()


def cut(text: str) -> PassageTerms:
    """One letter a word; pairs of letters; the first letter as context."""
    letters = tuple(text.replace(" ", ""))
    pairs = tuple(a + b for a, b in pairwise(letters)) or letters
    return PassageTerms(letters, pairs, letters[:1])


def document(
    id: str,
    texts: Sequence[str],
    *,
    kind: str = "prose",
    title: str = "",
    date: str | None = None,
    speaker: str | None = None,
    lead: str | None = None,
) -> tuple[Document, list[Passage]]:
    record = (
        Record((Cell("牵头部门", lead, LEAD), Cell("配合部门", "", COOPERATE)))
        if lead is not None
        else None
    )
    whole = "\n".join(texts)
    doc = Document(id=id, title=title or id, text=whole, kind=kind, date=date)
    passages = [
        Passage(
            id=f"{id}#{n}",
            document=id,
            title=doc.title,
            text=text,
            kind="row" if record else "paragraph",
            ordinal=n,
            date=date,
            speaker=speaker,
            record=record,
        )
        for n, text in enumerate(texts)
    ]
    return doc, passages


def put(writer: IndexWriter, made: tuple[Document, list[Passage]], **info: str) -> None:
    doc, passages = made
    texts = [p.text for p in passages]
    writer.add(doc, passages, [cut(t) for t in texts], ENCODER.encode_passages(texts), info)


def fill(store: IndexStore, *made: tuple[Document, list[Passage]]) -> None:
    with store.write(**KIND) as writer:  # type: ignore[arg-type]
        for one in made:
            put(writer, one)
        writer.publish({})


def ids(reader: IndexReader, letter: str, filters: Filters | None = None) -> list[str]:
    return [s.id for s in reader.match("words", {letter: 1.0}, 10, filters)]


def test_a_store_without_a_generation_says_so(store: IndexStore) -> None:
    assert not store.exists()
    assert store.current() is None
    with pytest.raises(IndexNotFound):
        store.open()


def test_what_was_added_is_found_and_given_back_as_it_was(store: IndexStore) -> None:
    made = document("a.txt", ["甲乙丙", "丁戊"], date="2013-08")
    fill(store, made)
    reader = opened(store)
    assert ids(reader, "丁") == ["a.txt#1"]
    assert reader.document("a.txt") == made[0]
    assert reader.passages_of("a.txt") == made[1]
    assert reader.passages(["a.txt#1", "none", "a.txt#0"]) == [made[1][1], made[1][0]]
    assert [d.id for d in reader.documents()] == ["a.txt"]
    assert reader.manifest.passages == 2


def test_passages_without_terms_are_kept(store: IndexStore) -> None:
    """A line of punctuation, a passage with nothing above it, a document without passages."""
    doc, passages = document("a", ["……", "甲"])
    nothing = PassageTerms((), (), ())
    vectors = ENCODER.encode_passages(["……", "甲"])
    with store.write(**KIND) as writer:  # type: ignore[arg-type]
        writer.add(doc, passages, [nothing, PassageTerms(("甲",), ("甲",), ())], vectors, {})
        writer.add(*document("b", [])[:1], [], [], ENCODER.encode_passages([]), {})
        writer.publish({})
    reader = opened(store)
    assert ids(reader, "甲") == ["a#1"]
    assert reader.match("context", {"甲": 1.0}, 3) == []
    assert len(reader.nearest(vectors[0], 9)) == 2
    assert reader.passages_of("a") == passages
    assert reader.passages_of("b") == []
    assert [d.id for d in reader.documents()] == ["a", "b"]


@pytest.mark.parametrize("size", [1, 30_000])
def test_ids_titles_and_texts_of_any_kind_are_kept(store: IndexStore, size: int) -> None:
    """Quotes, patterns, escapes, emoji; and far longer than usual."""
    id = "d/" + "甲\"'\\%_{}\n🙂" * (1 if size == 1 else 20)
    made = document(id, ["甲乙" * size, "丙"], title="题\"'\\%_" * (1 if size == 1 else 9000))
    fill(store, made, document("e/plain", ["丁"]))
    reader = opened(store)
    assert ids(reader, "甲") == [f"{id}#0"]
    assert reader.passages_of(id) == made[1]
    assert reader.passages([f"{id}#1"]) == made[1][1:]
    assert reader.document(id) == made[0]
    for wanted in (id, "d/", "题\"'", "'\\%"):
        assert ids(reader, "丙", Filters(documents=(wanted,))) == [f"{id}#1"]
    assert ids(reader, "丁", Filters(documents=("e/p_ain", "pl%n"))) == []
    with store.write(**KIND) as writer:  # type: ignore[arg-type]
        writer.remove(id)
        writer.publish({})
    assert ids(opened(store), "丙") == []


def test_nothing_is_seen_before_publish_and_leaving_without_it_aborts(store: IndexStore) -> None:
    fill(store, document("a", ["甲"]))
    before = store.current()
    with store.write(**KIND) as writer:  # type: ignore[arg-type]
        put(writer, document("b", ["乙"]))
        assert [d.id for d in opened(store).documents()] == ["a"]
    assert store.current() == before
    assert [d.id for d in opened(store).documents()] == ["a"]


def test_a_reader_keeps_its_generation(store: IndexStore) -> None:
    fill(store, document("a", ["甲"]))
    old = opened(store)
    fill(store, document("b", ["甲乙"]))
    fill(store, document("c", ["甲丙"]))
    assert ids(old, "甲") == ["a#0"]
    assert [s.id for s in old.nearest(ENCODER.encode_questions(["甲"])[0], 9)] == ["a#0"]
    assert old.phrase("bigrams", ["甲"]) == ["a#0"]
    assert set(ids(opened(store), "甲")) == {"a#0", "b#0", "c#0"}


def test_a_document_added_again_is_replaced(store: IndexStore) -> None:
    fill(store, document("a", ["甲", "乙"]), document("b", ["乙"]))
    fill(store, document("a", ["丙"]))
    reader = opened(store)
    assert ids(reader, "甲") == []
    assert ids(reader, "乙") == ["b#0"]
    assert ids(reader, "丙") == ["a#0"]
    assert reader.manifest.passages == 2


def test_a_document_added_twice_in_one_write_stands_once(store: IndexStore) -> None:
    fill(store, document("a", ["甲", "乙"]), document("a", ["乙"]))
    assert ids(opened(store), "乙") == ["a#0"]
    assert ids(opened(store), "甲") == []


def test_after_remove_nothing_of_a_document_is_found(store: IndexStore) -> None:
    fill(store, document("a", ["甲乙"]), document("b", ["甲丙"]))
    with store.write(**KIND) as writer:  # type: ignore[arg-type]
        writer.remove("a")
        with pytest.raises(DocumentNotFound):
            writer.remove("nowhere")
        writer.publish({})
    reader = opened(store)
    assert ids(reader, "甲") == ["b#0"]
    assert ids(reader, "乙") == []
    assert [s.id for s in reader.nearest(ENCODER.encode_questions(["甲乙"])[0], 9)] == ["b#0"]
    assert reader.phrase("bigrams", ["甲乙"]) == []
    assert "乙" not in words_of(reader.han_terms("words", [1])[1])
    assert reader.frequencies("words", ["甲", "乙"]) == {"甲": 1, "乙": 0}
    with pytest.raises(DocumentNotFound):
        reader.document("a")


def test_an_index_can_be_emptied_and_filled_again(store: IndexStore) -> None:
    fill(store, document("a", ["甲"]))
    with store.write(**KIND) as writer:  # type: ignore[arg-type]
        writer.remove("a")
        writer.publish({})
    reader = opened(store)
    assert ids(reader, "甲") == []
    assert reader.nearest(ENCODER.encode_questions(["甲"])[0], 3) == []
    assert reader.documents() == []
    assert words_of(reader.han_terms("words", [1])[1]) == []
    fill(store, document("a", ["甲"]))
    assert ids(opened(store), "甲") == ["a#0"]


def test_fresh_starts_from_nothing(store: IndexStore) -> None:
    fill(store, document("a", ["甲"]))
    with store.write(encoder="other", dimension=16, analyser="other", fresh=True) as writer:
        put(writer, document("b", ["甲"]))
        writer.publish({})
    assert ids(opened(store), "甲") == ["b#0"]


def test_info_is_kept_as_given(store: IndexStore) -> None:
    with store.write(**KIND) as writer:  # type: ignore[arg-type]
        put(writer, document("a", ["甲"]), path="/x/a", hash="1")
        writer.publish({"roots": '["/x"]', "note": "n"})
    with store.write(**KIND) as writer:  # type: ignore[arg-type]
        assert writer.info() == {"a": {"path": "/x/a", "hash": "1"}}
    manifest = opened(store).manifest
    assert manifest.roots == ("/x",)
    assert manifest.meta["note"] == "n"
    assert opened(store).documents()[0].path == "/x/a"


def test_one_writer_at_a_time(store: IndexStore) -> None:
    with store.write(**KIND), pytest.raises(IndexLocked):  # type: ignore[arg-type]
        store.write(**KIND)  # type: ignore[arg-type]
    store.write(**KIND).abort()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other", [{"encoder": "x"}, {"dimension": 8}, {"analyser": "x"}], ids=lambda o: next(iter(o))
)
def test_another_encoder_dimension_or_analyser_is_refused(
    store: IndexStore, other: dict[str, object]
) -> None:
    fill(store, document("a", ["甲"]))
    with pytest.raises(IndexMismatch):
        store.write(**{**KIND, **other})  # type: ignore[arg-type]
    store.write(**KIND).abort()  # type: ignore[arg-type]


def test_filters_choose_by_document_kind_date_speaker_and_department(store: IndexStore) -> None:
    fill(
        store,
        document("d/a.txt", ["甲"], kind="press", title="燃气 通报", date="2013", speaker="王 平"),
        document("d/b.txt", ["甲甲"], kind="table", date="2014-02-03", lead="东区教育局"),
        document("e/c.txt", ["甲甲甲"], kind="prose"),
    )
    reader = opened(store)

    def found(**wanted: object) -> set[str]:
        return {i[: i.index("#")] for i in ids(reader, "甲", Filters(**wanted))}  # type: ignore[arg-type]

    assert found() == {"d/a.txt", "d/b.txt", "e/c.txt"}
    assert found(documents=("d/",)) == {"d/a.txt", "d/b.txt"}
    assert found(documents=("e/c.txt", "燃氣通報")) == {"d/a.txt", "e/c.txt"}
    assert found(kinds=("press",)) == {"d/a.txt"}
    assert found(kinds=("row",)) == {"d/b.txt"}
    assert found(speakers=("王平",)) == {"d/a.txt"}
    assert found(departments=("教育局",)) == {"d/b.txt"}
    assert found(date_from="2014") == {"d/b.txt"}
    assert found(date_from="2013-12", date_to="2014-02") == {"d/a.txt", "d/b.txt"}
    assert found(date_to="2014-02-02") == {"d/a.txt"}
    assert [p.id for p in reader.records()] == ["d/b.txt#0"]
    assert reader.records(Filters(documents=("e/",))) == []


LETTERS = "甲乙丙丁"
TEXTS = st.lists(st.text(LETTERS, min_size=1, max_size=7), min_size=1, max_size=4)
CHANGES = st.lists(
    st.tuples(st.sampled_from("abcde"), st.none() | TEXTS, st.booleans()), min_size=1, max_size=9
)
QUERIES = st.dictionaries(
    st.sampled_from([*LETTERS, "戊", "甲乙", "乙乙"]), st.sampled_from([0.5, 1.0, 2.0]), min_size=1
)
FILTERS = st.sampled_from(
    [None, Filters(documents=("a", "c")), Filters(kinds=("press",)), Filters(date_from="2013")]
)


@pytest.mark.parametrize(
    ("make", "examples"),
    [(make, 40 if name == "embedded" else 8) for name, make in STORES.items() if name != "memory"],
    ids=[name for name in STORES if name != "memory"],
)
def test_a_store_ranks_as_exhaustive_scoring_does_however_it_grew(
    tmp_path_factory: pytest.TempPathFactory, make: MakeStore, examples: int
) -> None:
    @settings(deadline=None, max_examples=examples)
    @given(changes=CHANGES, query=QUERIES, filters=FILTERS, limit=st.integers(1, 8))
    def holds(
        changes: list[tuple[str, list[str] | None, bool]],
        query: dict[str, float],
        filters: Filters | None,
        limit: int,
    ) -> None:
        tried = make(tmp_path_factory.mktemp("index") / "i")
        try:
            _ranks_alike(tried, changes, query, filters, limit)
        finally:
            _close_readers()
            _give_back(tried)

    holds()


def _ranks_alike(
    tried: IndexStore,
    changes: list[tuple[str, list[str] | None, bool]],
    query: dict[str, float],
    filters: Filters | None,
    limit: int,
) -> None:
    reference = MemoryStore()
    writers: list[IndexWriter] = []
    held: set[str] = set()
    for id, texts, publish in [*changes, ("z", ["丙"], True)]:
        writers = writers or [s.write(**KIND) for s in (reference, tried)]  # type: ignore[arg-type]
        if texts is None:
            for writer in writers if id in held else ():
                writer.remove(id)
            held.discard(id)
        else:
            made = document(id, texts, kind="press" if id < "c" else "prose", date="2013-01")
            for writer in writers:
                put(writer, made)
            held.add(id)
        if publish:
            for writer in writers:
                writer.publish({})
            writers = []
    one, other = opened(reference), opened(tried)
    for field in FIELDS:
        want = one.match(field, query, limit, filters)
        got = other.match(field, query, limit, filters)
        assert [s.id for s in got] == [s.id for s in want]
        assert [s.score for s in got] == pytest.approx([s.score for s in want])
        han, same = other.han_terms(field, range(1, 5)), one.han_terms(field, range(1, 5))
        assert {n: words_of(han[n]) for n in han} == {n: words_of(same[n]) for n in same}
        assert other.frequencies(field, list(query)) == one.frequencies(field, list(query))
    vector = ENCODER.encode_questions(["".join(query)])[0]
    want, got = one.nearest(vector, limit, filters), other.nearest(vector, limit, filters)
    assert [s.id for s in got] == [s.id for s in want]
    np.testing.assert_allclose([s.score for s in got], [s.score for s in want], atol=1e-6)
    for phrase in (["甲乙"], ["乙乙", "乙乙"], ["甲乙", "乙丙"]):
        assert other.phrase("bigrams", phrase, filters) == one.phrase("bigrams", phrase, filters)
    assert other.documents() == one.documents()
