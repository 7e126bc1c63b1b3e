"""A document is shown in its structure with the cited span marked exactly."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_engine.alignment import Aligned, Edit
from qa_engine.models import GROUP, TASK, Block, Cell, Document, Record
from qa_engine_web import create_app
from qa_engine_web.document_view import (
    PART,
    BlockView,
    TableView,
    checked_span,
    clean_view,
    headings_of,
    parts_of,
    raw_parts,
    raw_view,
)
from tests.unit.web.fake import fake_engine, press_document, table_document


def cited_texts(pieces: list) -> list[str]:  # type: ignore[type-arg]
    return [piece.text for piece in pieces if piece.mark == "cited"]


def test_rows_become_a_table_with_the_cited_row_marked() -> None:
    """Rows of one table share its headers; the cited cell and its row are marked."""
    document, passages = table_document()
    cell = passages[1].record.by_role("lead")[0]  # type: ignore[union-attr]
    views = clean_view(document, passages, (cell.start, cell.end))
    table = views[1]
    assert isinstance(table, TableView)
    assert table.headers == ("主要工作", "完成时间", "牵头部门", "配合部门")
    assert [row.cited for row in table.rows] == [False, True, False]
    found = table.rows[1].cells[2]
    assert found is not None
    assert cited_texts(found.segments) == ["水务站"]
    assert [row.anchors for row in table.rows] == [[0], [1], [2]]


def test_a_carried_value_spans_its_rows() -> None:
    """A merged cell is shown once, over all rows that it holds for."""
    text = "堤防\n修堤\n巡堤\n"
    group = Cell("类别", "堤防", GROUP, 0, 2)
    again = Cell("类别", "堤防", GROUP, 0, 2, carried=True)
    blocks = tuple(
        Block(
            "row",
            Aligned.of(text, at, at + 2),
            table=1,
            row=number,
            record=Record((first, Cell("工作", text[at : at + 2], TASK, at, at + 2))),
        )
        for number, (first, at) in enumerate([(group, 3), (again, 6)], 1)
    )
    (table,) = clean_view(Document("a", "甲", text, blocks=blocks), [], (0, 2))
    assert isinstance(table, TableView)
    assert table.rows[0].cells[0] is not None
    assert table.rows[0].cells[0].rows == 2
    assert table.rows[1].cells[0] is None
    assert [row.cited for row in table.rows] == [True, False]


def test_a_speaker_is_named_once_for_a_run_of_paragraphs() -> None:
    """Who speaks is said where a turn begins."""
    text = "一。二。三。"
    blocks = tuple(
        Block("speech", Aligned.of(text, at, at + 2), turn=turn, speaker=speaker)
        for at, turn, speaker in ((0, 1, "甲"), (2, 1, "甲"), (4, 2, "乙"))
    )
    views = clean_view(Document("a", "甲", text, blocks=blocks), [])
    assert [view.new_turn for view in views if isinstance(view, BlockView)] == [True, False, True]


def test_a_cleaned_block_marks_what_the_source_span_covers() -> None:
    """Noise inside the cited span is not shown, the rest of it is marked."""
    text = "发(fā)布会"
    block = Block("paragraph", Aligned.of(text).edit([Edit(1, 5)]))
    (view,) = clean_view(Document("a", "甲", text, blocks=(block,)), [], (0, 6))
    assert isinstance(view, BlockView)
    assert view.text == "发布会"
    assert cited_texts(view.segments) == ["发布"]


@given(st.data())
def test_raw_pieces_put_together_are_the_text(data: st.DataObject) -> None:
    """The text as it came is shown character by character, the span exactly marked."""
    document, passages = press_document()
    start = data.draw(st.integers(0, len(document.text) - 1))
    end = data.draw(st.integers(start + 1, len(document.text)))
    pieces = raw_view(document, passages, (start, end))
    assert "".join(piece.text for piece in pieces) == document.text
    assert "".join(piece.text for piece in pieces if piece.mark) == document.text[start:end]
    assert any(piece.dropped == "广告" for piece in pieces)
    assert [n for piece in pieces for n in piece.anchors] == [0]


@pytest.mark.parametrize(
    ("start", "end", "span"),
    [
        ("2", "5", (2, 5)),
        ("-3", "5", (0, 5)),
        ("5", "2", None),
        ("0", "99999", (0, 66)),
        ("x", "5", None),
        (None, None, None),
        ("١", "٣", (1, 3)),
    ],
)
def test_spans_from_addresses_are_cut_to_the_document(
    start: str | None, end: str | None, span: tuple[int, int] | None
) -> None:
    """An address can name anything; what is marked lies within the text."""
    document = Document("a", "甲", "字" * 66)
    assert checked_span(document, start, end) == span


def long_document(paragraphs: int = 400, size: int = 600) -> Document:
    """Sections of one paragraph each."""
    pieces = [f"第{n}节\n{'河堤' * (size // 2)}\n" for n in range(paragraphs)]
    text, blocks, at = "".join(pieces), [], 0
    for piece in pieces:
        heading = piece.index("\n")
        blocks.append(Block("heading", Aligned.of(text, at, at + heading), level=1))
        end = at + len(piece) - 1
        blocks.append(Block("paragraph", Aligned.of(text, at + heading + 1, end)))
        at += len(piece)
    return Document("corpus/长.txt", "长文", text, blocks=tuple(blocks))


def test_parts_of_a_long_document_are_the_document() -> None:
    """Nothing is lost, nothing stands twice, none is too long; short ones are one part."""
    document = long_document()
    parts = parts_of(document)
    assert len(parts) > 1
    assert [n for first, end in parts for n in range(first, end)] == list(
        range(len(document.blocks))
    )
    for first, end in parts:
        assert sum(len(block.text) for block in document.blocks[first:end]) <= PART
    views = [view for part in parts for view in clean_view(document, [], None, part)]
    assert [view.text for view in views if isinstance(view, BlockView)] == [
        block.text.text for block in document.blocks
    ]
    slugs = [view.slug for view in views if isinstance(view, BlockView) and view.slug]
    assert slugs == [slug for _, slug, _, _ in headings_of(document)]
    assert len(set(slugs)) == len(slugs)
    raw = [raw_view(document, [], None, part) for part in raw_parts(document)]
    assert "".join(piece.text for part in raw for piece in part) == document.text
    assert parts_of(long_document(3)) == [(0, 6)]
    assert parts_of(Document("a", "a", "")) == [(0, 0)]


def test_a_long_document_opens_where_the_span_stands() -> None:
    """The part with the cited span is shown first; the outline leads to the others."""
    document = long_document()
    engine = fake_engine(long=(document, []))
    client = create_app(engine).test_client()
    start = document.text.rindex("河堤" * 300)
    for view in ("", "&view=raw"):
        page = client.get(f"/document/corpus/长.txt?start={start}&end={start + 2}{view}").text
        assert page.count("<mark") == 1
        assert re.search(r"第 (\d) 部分，共 \1 部分", page)  # the last one
        assert len(page) < 3 * PART
    clean = client.get(f"/document/corpus/长.txt?start={start}&end={start + 2}").text
    assert 'href="?part=1#h1"' in clean
    assert 'href="#h400"' in clean
    first = client.get("/document/corpus/长.txt?part=1").text
    assert "part=2" in first
    assert 'id="h1"' in first
