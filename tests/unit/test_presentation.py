"""Results look the same at the command line, in JSON and on pages."""

from __future__ import annotations

import json

import pytest

from qa_engine.alignment import Aligned
from qa_engine.models import (
    LEAD,
    Answer,
    Block,
    Cell,
    Citation,
    Document,
    Hit,
    Item,
    Passage,
    Record,
)
from qa_engine.presentation import (
    chinese_date,
    citation_text,
    confidence_words,
    place_of,
    reference_of,
    to_json,
)

RECORD = Record(
    (Cell("主要工作", "修缮河堤", "task", 0, 4), Cell("牵头部门", "水务站", LEAD, 5, 8))
)
ROW = Passage(
    id="p1",
    document="a.txt",
    title="青石镇任务分解表",
    text="主要工作：修缮河堤；牵头部门：水务站",
    kind="row",
    start=0,
    end=8,
    table=1,
    row=3,
    record=RECORD,
    runs=Aligned.of("修缮河堤 水务站").runs,
)
CITATION = Citation("水务站", 5, 8, ROW)


def test_an_answer_becomes_nested_objects_named_like_its_attributes() -> None:
    """JSON keys are attribute names, records are header → value, runs are left out."""
    answer = Answer(
        "水务站",
        True,
        0.9,
        "record",
        citations=(CITATION,),
        items=(Item("水务站", CITATION),),
        hits=(Hit(1.5, ROW, {"words": 1.0}),),
    )
    found = json.loads(json.dumps(to_json(answer), ensure_ascii=False))
    assert found["text"] == "水务站"
    assert found["found"] is True
    assert found["citations"][0]["quote"] == "水务站"
    assert (found["citations"][0]["start"], found["citations"][0]["end"]) == (5, 8)
    passage = found["citations"][0]["passage"]
    assert passage["record"] == {"主要工作": "修缮河堤", "牵头部门": "水务站"}
    assert passage["document"] == "a.txt"
    assert passage["headings"] == []
    assert "runs" not in passage
    assert found["items"][0]["citation"]["quote"] == "水务站"
    assert found["hits"][0]["score"] == 1.5
    assert found["parts"] == []
    assert found["query"] is None


def test_a_block_tells_which_range_of_the_document_it_covers() -> None:
    """Blocks show text and offsets; a synthetic block has none."""
    source = "前言。正文。"
    blocks = (
        Block("paragraph", Aligned.of(source, 3)),
        Block("meta", Aligned.synthetic("说明")),
    )
    found = to_json(Document("a", "甲", source, blocks=blocks))
    assert found["blocks"][0]["text"] == "正文。"
    assert (found["blocks"][0]["start"], found["blocks"][0]["end"]) == (3, 6)
    assert found["blocks"][1]["start"] is None


def test_what_has_no_json_form_is_refused() -> None:
    """An unknown type is an error, never a silent string."""
    with pytest.raises(TypeError, match="no JSON form"):
        to_json(object())


def test_confidence_is_said_in_words() -> None:
    """A likely answer is 有把握, a less likely one 可能, a decline 未找到."""
    assert confidence_words(Answer("甲", True, 0.9, "span")) == "有把握"
    assert confidence_words(Answer("甲", True, 0.3, "span")) == "可能"
    assert confidence_words(Answer("", False, 0.9, "none")) == "未找到"


def test_a_place_is_named_by_row_turn_page_or_paragraph() -> None:
    """The place of a passage is what a reader would look for in the document."""
    assert place_of(ROW) == "表1第3行"
    pair = Passage("p", "d", "t", "x", "speech", turn=2, question="为什么？")
    assert place_of(pair) == "第2个问答"
    assert place_of(Passage("p", "d", "t", "x", "speech", turn=4)) == "第4段发言"
    assert place_of(Passage("p", "d", "t", "x", "paragraph", page=5, ordinal=3)) == "第5页第4段"


def test_a_reference_has_title_source_date_speaker_and_place() -> None:
    """The Chinese citation form leaves out what is unknown and never doubles 书名号."""
    assert reference_of(ROW) == "《青石镇任务分解表》，表1第3行"
    turn = Passage(
        "p",
        "d",
        "《河堤通报》",
        "x",
        "speech",
        turn=1,
        speaker="林禾",
        role="站长",
        date="2021-03-04",
    )
    assert (
        reference_of(turn, "水务站")
        == "《河堤通报》，水务站，2021年3月4日，站长 林禾发言，第1段发言"
    )
    assert citation_text(CITATION) == "“水务站”（《青石镇任务分解表》，表1第3行）"


@pytest.mark.parametrize(
    ("iso", "said"),
    [
        ("2013", "2013年"),
        ("2013-08", "2013年8月"),
        ("2013-08-02", "2013年8月2日"),
        (None, ""),
        ("去年", "去年"),
    ],
)
def test_dates_are_written_the_chinese_way(iso: str | None, said: str) -> None:
    """Shortened dates keep what they have; what is not a date stays as it is."""
    assert chinese_date(iso) == said
