"""From documents to passages."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_engine.alignment import Aligned
from qa_engine.models import Block, Document, Passage
from qa_engine.passages import LONGEST, context_text, passages
from qa_engine.sources.raw import RawDocument, lines_of
from qa_engine.sources.read import read_documents
from qa_engine.sources.understand import understand

CORPUS = Path(__file__).parents[2] / "corpus"
SENTENCE = "本市将持续推进各项工作，确保年度目标如期完成。"

LINES = st.one_of(
    st.sampled_from(
        [
            "一、工作目标",
            "（一）总体要求。坚持统筹推进。",
            "（二）基本原则。",
            "1.健全制度",
            "第三条 各单位应当执行本办法。",
            "时间：2024年3月5日",
            "发布人：邵明远 青溪市教育局局长",
            "主持人：卢静怡 青溪市新闻办主任",
            "邵明远：大家好！",
            "邵明远：",
            "青溪日报记者：请问何时完成？",
            "新华社记者",
            "问：怎样办理？答：网上办理。",
            "1.如何申请？",
            "答：现场申请。",
            "关于做好春季防火工作的通知",
            "青府发〔2024〕3号",
            "各区人民政府：",
            "青溪市人民政府",
            "2024年3月5日",
            "（此件公开发布）",
            "附件1",
            "会议圆满结束。              （办公室）",
            "（综合科）",
            "编辑：甲某 共印：20份",
            "工作简报 第3期",
            "- 2 -",
            "当前位置：首页 > 公告",
            "請?jiān)试S我代表質(zhì)量辦",
            "新 闻 发 布 会",
            "",
            "  ",
        ]
    ),
    st.builds(lambda n, end: SENTENCE * n + end, st.integers(1, 40), st.sampled_from(["", "尾"])),
    st.text(alphabet="甲乙丙丁，。；：！？“”（）()《》〈12a. \u3000\t\u200b、问答：", max_size=40),
)
TEXTS = st.lists(LINES, max_size=14).map("\n".join)


def read(text: str) -> Document:
    return understand(RawDocument("t.txt", text, tuple(lines_of(text)), name="t"))


@cache
def samples() -> tuple[Document, ...]:
    return tuple(
        document
        for path in sorted(CORPUS.glob("*.txt"))
        for document in read_documents(path, path.name)
    )


def check(document: Document) -> None:
    found = passages(document)
    exact(document, found)
    in_order(document, found)
    if all(block.table is None for block in document.blocks):
        complete(document, found)


def exact(document: Document, found: list[Passage]) -> None:
    for passage in found:
        for run in passage.runs:
            assert 0 <= run.source_start < run.source_end <= len(document.text)
            if run.exact:
                source = document.text[run.source_start : run.source_end]
                assert passage.text[run.start : run.end] == source


def in_order(document: Document, found: list[Passage]) -> None:
    assert [p.id for p in found] == [f"{document.id}#{n}" for n in range(1, len(found) + 1)]
    assert [p.ordinal for p in found] == list(range(len(found)))
    starts = [p.start for p in found if p.kind != "row"]
    assert starts == sorted(starts)


def complete(document: Document, found: list[Passage]) -> None:
    """Every visible character is in a passage, a heading, or reported as dropped."""
    covered = bytearray(len(document.text))
    for passage in found:
        for run in passage.runs:
            covered[run.source_start : run.source_end] = b"\1" * (run.source_end - run.source_start)
    shown = {document.title, *(h for p in found for h in p.headings), *(p.text for p in found)}
    for block in document.blocks:
        if block.kind in ("title", "heading"):
            text = block.text.text
            assert any(text.rstrip("。：:") in h or text in h for h in shown)
            for run in block.text.runs:
                length = run.source_end - run.source_start
                covered[run.source_start : run.source_end] = b"\1" * length
    for part in document.dropped:
        covered[part.start : part.end] = b"\1" * (part.end - part.start)
    lost = [c for c, seen in zip(document.text, covered, strict=True) if not seen and c.strip()]
    assert not lost, "".join(lost)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_passages_are_exact_in_order_and_complete(text: str) -> None:
    """Runs are exact, passages in order, and nothing of the text is lost."""
    check(read(text))


def test_the_sample_documents_are_exact_in_order_and_complete() -> None:
    """The same holds for the documents of the sample corpus."""
    for document in samples():
        check(document)


def document(*blocks: Block, title: str = "标题") -> Document:
    """The blocks laid one after another in a text of their own."""
    at = 0
    moved: list[Block] = []
    for block in blocks:
        text = Aligned.of("\n" * at + block.text.text, at)
        moved.append(replace(block, text=text))
        at += len(block.text) + 1
    return Document("d", title, "\n".join(block.text.text for block in blocks), blocks=tuple(moved))


def block(text: str, kind: str = "paragraph", **values: object) -> Block:
    return Block(kind, Aligned.of(text), **values)  # type: ignore[arg-type]


def test_long_paragraphs_are_cut_at_sentence_ends() -> None:
    """Each part is short enough and ends a sentence."""
    found = passages(document(block(SENTENCE * 40)))
    assert len(found) > 2
    assert all(len(p.text) <= LONGEST and p.text.endswith("。") for p in found)


def test_an_endless_sentence_is_cut_at_clauses() -> None:
    """A sentence longer than a passage may be is cut at its commas."""
    found = passages(document(block("推进各项工作，" * 120 + "完成。")))
    assert all(len(p.text) <= LONGEST for p in found)
    assert all(p.text.endswith(("，", "。")) for p in found)


def test_short_neighbours_are_joined() -> None:
    """A greeting goes with what follows it, not alone."""
    found = passages(document(block("大家好！"), block(SENTENCE * 3)))
    assert [p.text for p in found] == [f"大家好！\n{SENTENCE * 3}"]


def test_list_items_stand_alone_and_a_lead_in_goes_with_the_first() -> None:
    """“…三点：” is kept with its first item; longer items are passages of their own."""
    items = [f"{n}.{SENTENCE * 2}" for n in (1, 2, 3)]
    found = passages(document(block("如何落实，我说三点："), *map(block, items)))
    assert [p.text for p in found] == [f"如何落实，我说三点：\n{items[0]}", *items[1:]]


def test_speakers_headings_and_questions_keep_apart() -> None:
    """Neighbours of another speaker, section or question are never joined."""
    found = passages(
        document(
            block("谢谢。", "speech", speaker="甲", turn=1),
            block("不客气。", "speech", speaker="乙", turn=2),
            block("好的。", "speech", speaker="乙", turn=2, headings=("一、总则",)),
        )
    )
    assert [p.text for p in found] == ["谢谢。", "不客气。", "好的。"]


def test_a_short_value_is_shown_with_its_heading() -> None:
    """“三、活动时间” / “9月1日至30日” is one passage."""
    found = passages(
        document(
            block("三、活动时间", "heading"),
            block("9月1日至30日", headings=("三、活动时间",)),
        )
    )
    assert [p.text for p in found] == ["三、活动时间\n9月1日至30日"]


@pytest.mark.parametrize("kind", ["heading", "title"])
def test_a_heading_without_text_below_is_a_passage(kind: str) -> None:
    """What stands nowhere else can still be found."""
    found = passages(document(block(SENTENCE), block("五、附则", kind)))
    assert [p.text for p in found] == [SENTENCE, "五、附则"]


def test_the_context_names_title_headings_speaker_and_question() -> None:
    """What is indexed beside the text says where it stands."""
    (passage,) = passages(
        document(
            block(
                SENTENCE,
                "speech",
                speaker="邵明远",
                role="局长",
                question="何时完成？",
                headings=("一、目标",),
            )
        )
    )
    assert context_text(passage) == "标题 > 一、目标\n邵明远（局长）\n问：何时完成？"
