"""Rows and weights: what a passage becomes on Milvus."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_engine.adapters.milvus.schema import (
    K1,
    LONGEST,
    B,
    dimension_of,
    hashed,
    kept_aside,
    ledger_rows,
    pack,
    passage_row,
    plain_id,
    read_id,
    unpack,
    weights,
    wire,
)
from qa_engine.models import Document, Passage
from qa_engine.ports import PassageTerms


@given(st.binary(max_size=300_000))
def test_packed_bytes_come_back_and_every_part_fits_a_field(data: bytes) -> None:
    """A text of any length is kept in rows of at most 65,535 bytes."""
    parts = pack(data)
    assert parts
    assert all(len(part.encode()) <= LONGEST for part in parts)
    assert unpack(parts) == data


@given(st.text(max_size=40))
def test_an_id_comes_back_as_it_was(id: str) -> None:
    """Names of files that are not valid Unicode too."""
    for each in (id, id + "\udc80"):
        assert read_id(plain_id(each)) == each
        plain_id(each).encode("utf-8")


@given(st.text("甲乙 a\udc80", max_size=60_000))
def test_what_is_compared_fits_a_field(text: str) -> None:
    """Cut by bytes, between characters."""
    assert len(wire(text).encode("utf-8")) <= LONGEST


def test_weights_times_idf_is_bm25() -> None:
    """The inner product of both sides is the score of the whole formula."""
    terms, average = ["甲", "乙", "甲"], 4.0
    idf = {"甲": 0.7, "乙": 1.9}
    made = weights(terms, average)
    score = sum(idf[t] * made[dimension_of(t)] for t in idf)
    norm = K1 * (1 - B + B * 3 / average)
    expected = 0.7 * 2 * (K1 + 1) / (2 + norm) + 1.9 * 1 * (K1 + 1) / (1 + norm)
    assert math.isclose(score, expected)


def test_dimensions_are_those_that_milvus_takes() -> None:
    """Neither 0, which is for nothing, nor the largest 32-bit number, which is reserved;
    and the same in every process."""
    assert all(0 < dimension_of(chr(at)) < 2**32 - 1 for at in range(0x4E00, 0x5000))
    assert dimension_of("甲") == 1_463_795_007
    assert weights([], 3.0) == {0: 1.0}


def test_keys_of_different_parts_differ() -> None:
    """Ids of any characters; none runs into the next part."""
    assert hashed("a", "bc") != hashed("ab", "c")
    assert len(hashed("\udc80", 1)) == 32


@pytest.mark.parametrize("size", [10, 400_000])
def test_a_long_passage_is_kept_aside(size: int) -> None:
    """What a field cannot hold stands in the ledger, and the row says where."""
    text = "".join(chr(0x4E00 + at * 7919 % 20_000) for at in range(size))
    passage = Passage(id="a#0", document="a", title="a", text=text, kind="paragraph")
    terms = PassageTerms(tuple(text), tuple(text), ())
    row, aside = passage_row(passage, Document(id="a", title="a", text=text), terms, [0.0], 1)
    assert all(len(str(row[f]).encode()) <= LONGEST for f in ("data", "terms"))
    if size == 10:
        assert not aside
        assert kept_aside(row["data"]) is None
    else:
        name = kept_aside(row["data"])
        parts = [r["data"] for r in aside if name and r["key"].partition(".")[0] == name]
        assert text in unpack(parts).decode()


def test_parts_of_a_text_have_keys_of_their_own() -> None:
    """The first row tells how many follow."""
    rows = ledger_rows("x", "document", ["p", "q"], 4, owner="o")
    assert [(r["key"], r["kind"], r["parts"]) for r in rows] == [
        ("x", "document", 2),
        ("x.1", "document-part", 2),
    ]
