"""The Python API on the sample corpus."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from qa_engine import wiring
from qa_engine.engine import Engine
from qa_engine.errors import DocumentNotFound, FilterError, QAEngineError, QuestionError
from qa_engine.settings import settings
from qa_engine.text.words import Cutter

QUESTIONS = (
    "首席质量官培训由哪个部门牵头？",
    "区农业局牵头的工作有哪些？",
    "推进大会是谁主持的？",
    "第一个提问的记者问了什么？",
    "首席质量官已超千名 谁说",
    "特种设备监管工作有哪些配合单位？",
    "成品油检查一共查了多少家加油站？",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_citation_is_an_exact_slice(corpus_engine: Engine, question: str) -> None:
    """engine.document(id).text[start:end] is the quote, and lies in its passage."""
    answer = corpus_engine.ask(question)
    cited = [*answer.citations, *(item.citation for item in answer.items)]
    assert cited
    for citation in cited:
        text = corpus_engine.document(citation.passage.document).text
        assert text[citation.start : citation.end] == citation.quote
        assert citation.quote.strip()


def test_traditional_and_full_width_questions_rank_alike(corpus_engine: Engine) -> None:
    """The script of a query never changes its top ten."""
    one = corpus_engine.search("首席质量官制度2009年")
    other = corpus_engine.search("首席質量官制度２００９年")
    assert [hit.passage.id for hit in one] == [hit.passage.id for hit in other]


def test_set_answers_are_complete(corpus_engine: Engine) -> None:
    """As many items as records in which the body leads."""
    answer = corpus_engine.ask("区商务局牵头哪些任务？")
    led = [
        row
        for row in corpus_engine.records()
        if row.record and any("区商务局" in cell.value for cell in row.record.by_role("lead"))
    ]
    assert {item.citation.passage.id for item in answer.items} == {row.id for row in led}


def test_a_follow_up_takes_its_subject_from_the_question_before(corpus_engine: Engine) -> None:
    """“那完成时间呢？”"""
    before = "首席质量官培训由哪个部门牵头？"
    assert corpus_engine.ask("那完成时间呢？", context=before).text == "2013.12"
    cooperating = corpus_engine.ask("配合部门呢？", context=before).text
    assert "区人力资源和社会保障局" in cooperating
    assert "区质监分局" not in cooperating


def test_filters_restrict_to_one_document(corpus_engine: Engine) -> None:
    """By id, by key in the query, by kind."""
    table = next(info.id for info in corpus_engine.documents() if info.kind == "table")
    hits = corpus_engine.search("质量", filters={"document": table})
    assert {hit.passage.document for hit in hits} == {table}
    rows = corpus_engine.search("质量 kind:row")
    assert {hit.passage.kind for hit in rows} == {"row"}
    with pytest.raises(FilterError):
        corpus_engine.search("质量", filters={"date": "昨天"})


def test_a_district_that_no_document_speaks_of_is_declined(corpus_engine: Engine) -> None:
    """Another place, another year."""
    for question in ("雨花台区首席质量官培训由谁牵头？", "2031年首席质量官培训由谁牵头？"):
        answer = corpus_engine.ask(question)
        assert not answer.found
        assert answer.text == ""
        assert answer.note
        assert answer.hits


def test_unknown_documents_and_empty_questions_have_errors_of_their_own(
    corpus_engine: Engine,
) -> None:
    """Each with a hint."""
    with pytest.raises(DocumentNotFound):
        corpus_engine.document("没有这个")
    with pytest.raises(QuestionError) as caught:
        corpus_engine.ask("  ")
    assert caught.value.hint


def test_many_threads_get_the_same_answers(corpus_engine: Engine) -> None:
    """One engine, eight threads."""
    expected = [corpus_engine.ask(question).text for question in QUESTIONS[:3]]
    wrong: list[str] = []

    def work() -> None:
        for question, text in zip(QUESTIONS[:3], expected, strict=True):
            got = corpus_engine.ask(question).text
            if got != text:
                wrong.append(got)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_examples_can_be_answered(corpus_engine: Engine) -> None:
    """What an empty search box offers, the documents answer."""
    examples = corpus_engine.examples(4)
    assert len(examples) == 4
    assert any(corpus_engine.ask(example).found for example in examples)
    assert corpus_engine.suggest("质量")


def test_a_running_engine_takes_over_a_users_words(tmp_path: Path) -> None:
    """It answers all the while, a failing rebuild changes nothing, a new start knows them."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("质强办工作\n\n质强办负责巡堤。\n", "utf-8")
    chosen = settings(tmp_path / "index", model="hashing", reader="none")
    wiring.index(chosen, [folder])
    words = "质强办 100 n\n".encode()
    with wiring.open_engine(chosen) as engine:
        moved = folder.rename(tmp_path / "moved")
        with pytest.raises(QAEngineError):
            engine.use_cutter(Cutter(words))
        moved.rename(folder)
        assert engine.search("质强办")
        seen: list[int] = []
        engine.use_cutter(Cutter(words), lambda _: seen.append(len(engine.search("质强办"))))
        assert seen
        assert all(seen)
        assert engine.search("质强办", mode="words")
        assert engine.manifest.analyser == Cutter(words).analyser
        (folder / "b.txt").write_text("质强办主任主持会议。\n", "utf-8")
        assert engine.add().added == ["corpus/b.txt"]
    (chosen.index / "words.txt").write_bytes(words)
    with wiring.open_engine(chosen) as engine:
        found = {hit.passage.document for hit in engine.search("质强办", mode="words")}
        assert found == {"corpus/a.txt", "corpus/b.txt"}


def test_a_running_engine_reads_as_the_command_line_does(tmp_path: Path) -> None:
    """A user's names of columns hold when the index is added to and when it is built anew."""
    columns = tmp_path / "columns.toml"
    columns.write_text('[lead]\nnames = ["挑担子的"]\n', encoding="utf-8")
    documents = tmp_path / "documents"
    documents.mkdir()
    head = "序号,重点任务,挑担子的,完成时限\n"
    table = head + "1,修缮石桥,水务站,2031年3月\n2,清点古树,林业站,2031年5月\n"
    (documents / "first.csv").write_text(table, encoding="utf-8")
    chosen = settings(tmp_path / "index", model="hashing", reader="none", columns=columns)
    wiring.index(chosen, [documents])

    def leads(engine: Engine) -> set[str]:
        rows = [row.record for row in engine.records() if row.record]
        return {cell.value for record in rows for cell in record.by_role("lead")}

    with wiring.open_engine(chosen) as engine:
        assert leads(engine) == {"水务站", "林业站"}
        (documents / "second.csv").write_text(table.replace("水务站", "河道站"), encoding="utf-8")
        engine.add()
        assert leads(engine) == {"水务站", "林业站", "河道站"}
        engine.use_cutter(Cutter("挑担子\n".encode()))
        assert leads(engine) == {"水务站", "林业站", "河道站"}
