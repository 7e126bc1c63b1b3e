"""Models ⇄ plain JSON values."""

from hypothesis import given
from hypothesis import strategies as st

from qa_engine.alignment import Aligned, Run
from qa_engine.models import Block, Cell, Document, Dropped, Manifest, Participant, Passage, Record
from qa_engine.serialise import from_bytes, to_bytes, to_plain

TEXT = st.text(max_size=12)
MAYBE = st.none() | TEXT
NUMBER = st.integers(0, 10**6)
RUNS = st.lists(st.builds(Run, NUMBER, NUMBER, NUMBER, NUMBER), max_size=3).map(tuple)
CELLS = st.lists(st.builds(Cell, TEXT, TEXT, TEXT, NUMBER, NUMBER, st.booleans()), max_size=3)
RECORDS = st.none() | CELLS.map(lambda cells: Record(tuple(cells)))
PASSAGES = st.builds(
    Passage,
    id=TEXT,
    document=TEXT,
    title=TEXT,
    text=TEXT,
    kind=TEXT,
    headings=st.lists(TEXT, max_size=2).map(tuple),
    start=NUMBER,
    record=RECORDS,
    speaker=MAYBE,
    page=st.none() | NUMBER,
    runs=RUNS,
)
BLOCKS = st.builds(Block, kind=TEXT, text=st.builds(Aligned, TEXT, RUNS), record=RECORDS)
DOCUMENTS = st.builds(
    Document,
    id=TEXT,
    title=TEXT,
    text=TEXT,
    date=MAYBE,
    blocks=st.lists(BLOCKS, max_size=2).map(tuple),
    participants=st.lists(st.builds(Participant, TEXT, TEXT, TEXT), max_size=2).map(tuple),
    dropped=st.lists(st.builds(Dropped, NUMBER, NUMBER, TEXT), max_size=2).map(tuple),
    encoding_confidence=st.none() | st.floats(0, 1),
    meta=st.dictionaries(TEXT, TEXT, max_size=2),
)


@given(PASSAGES)
def test_passages_come_back_as_they_were(passage: Passage) -> None:
    assert from_bytes(Passage, to_bytes(passage)) == passage


@given(DOCUMENTS)
def test_documents_come_back_as_they_were(document: Document) -> None:
    assert from_bytes(Document, to_bytes(document)) == document


def test_lone_surrogates_survive() -> None:
    passage = Passage("a", "a", "", "\ud800", "paragraph")
    assert from_bytes(Passage, to_bytes(passage)) == passage


def test_what_is_default_takes_no_room() -> None:
    manifest = Manifest(1, "g", "", "e", 3, "a", 0, 0)
    assert "roots" not in to_plain(manifest)
    assert from_bytes(Manifest, to_bytes(manifest)) == manifest
