"""The evaluation suites: their questions stand on what their documents say."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks.answering.suite.build import HERE, MORE, blocks, build, filled, source_of
from qa_engine.evaluation import comparable, read_gold

SUITES = [HERE, *sorted(MORE.iterdir())]


@pytest.fixture(scope="module", params=SUITES, ids=lambda path: path.name)
def suite(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


@pytest.fixture(scope="module")
def questions(suite: Path) -> list[dict[str, Any]]:
    return read_gold(suite / "questions.jsonl")


@pytest.fixture(scope="module")
def built(suite: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return build(tmp_path_factory.mktemp("suite"), suite)


def as_read(path: Path) -> str:
    """The text of a built document, by the library of its format."""
    if path.suffix == ".docx":
        from docx import Document

        document = Document(str(path))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    if path.suffix == ".xlsx":
        from openpyxl import load_workbook

        rows = [row for sheet in load_workbook(path) for row in sheet.iter_rows(values_only=True)]
        return "\n".join(str(cell) for row in rows for cell in row if cell is not None)
    if path.suffix == ".pdf":
        import pdfplumber

        with pdfplumber.open(path) as pages:
            grids = [grid for page in pages.pages for grid in page.extract_tables()]
            texts = [page.extract_text() for page in pages.pages]
        return "\n".join([*texts, *(cell or "" for grid in grids for row in grid for cell in row)])
    for encoding in ("utf-8", "gbk"):
        try:
            return path.read_bytes().decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError(f"{path.name}: no text")


def test_every_evidence_and_answer_stands_in_its_document(
    suite: Path, questions: list[dict[str, Any]]
) -> None:
    """What proves an answer is a verbatim run of the document that the question names."""
    texts = {gold["doc"]: "" for gold in questions}
    for name in texts:
        texts[name] = comparable(source_of(name, suite).read_text(encoding="utf-8"))
    missing = [
        (gold["id"], run)
        for gold in questions
        if gold["kind"] != "unanswerable"
        for run in [gold["evidence"], *gold.get("evidence_alt", []), *gold["all_of"]]
        if comparable(run) not in texts[gold["doc"]]
    ]
    assert not missing


def test_every_question_says_what_would_count(questions: list[dict[str, Any]]) -> None:
    """An answerable question has an answer and evidence, an unanswerable one neither."""
    for gold in questions:
        counts = bool(gold["answers"] or gold["all_of"])
        told = bool(gold.get("evidence"))
        assert counts == told == (gold["kind"] != "unanswerable"), gold["id"]
        assert gold["split"] in ("fit", "held-out"), gold["id"]


def test_no_question_is_asked_twice(questions: list[dict[str, Any]]) -> None:
    """Ids and questions are unique."""
    for key in ("id", "question"):
        assert max(Counter(gold[key] for gold in questions).values()) == 1


def test_a_document_is_wholly_in_one_half(
    built: list[Path], questions: list[dict[str, Any]]
) -> None:
    """Every document is asked about, and all its questions are in the same half."""
    halves = {(gold["doc"], gold["split"]) for gold in questions}
    assert sorted(name for name, _ in halves) == [path.name for path in built]


def test_built_documents_say_what_their_specs_say(suite: Path, built: list[Path]) -> None:
    """Each cell and paragraph of a spec is found again in the docx, xlsx, pdf and GBK files."""
    for path in built:
        spec = source_of(path.name, suite)
        if spec.suffix != ".spec" or ".spoiled" in spec.name:
            continue
        text = comparable(as_read(path))
        for block in blocks(spec.read_text(encoding="utf-8")):
            rows = [[block]] if isinstance(block, str) else block
            for cell in (filled(cell) for row in rows for cell in row):
                if not cell.startswith("@sheet"):
                    assert comparable(cell) in text, (path.name, cell)


def test_a_spoiled_page_is_its_spec_with_pinyin_put_in(tmp_path: Path) -> None:
    """Without the bracketed pinyin and in simplified characters each page is its spec."""
    pages = [path for path in build(tmp_path) if ".spoiled" in source_of(path.name).name]
    assert pages
    for page in pages:
        spoiled = page.read_text(encoding="utf-8")
        clean, put_in = re.subn(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùüǘǚǜḿńňǹ]+\)", "", spoiled)
        assert put_in > 100, page.name
        assert comparable(clean) == comparable(source_of(page.name).read_text(encoding="utf-8"))
