"""An index goes out as JSON lines and comes back the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa_engine.adapters.embedded import EmbeddedStore
from qa_engine.adapters.hashing_encoder import HashingEncoder
from qa_engine.errors import QAEngineError, UnreadableFile, UsageError
from qa_engine.exporting import export_lines, import_lines
from qa_engine.indexing import update
from qa_engine.text.words import Cutter
from tests.conftest import CORPUS

ENCODER, CUTTER = HashingEncoder(16), Cutter()


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    store = EmbeddedStore(tmp_path_factory.mktemp("out") / "index")
    update(store, ENCODER, CUTTER, [CORPUS])
    return exported(store)


def exported(store: EmbeddedStore) -> list[str]:
    reader = store.open()
    try:
        return list(export_lines(reader))
    finally:
        reader.close()


def test_documents_passages_and_ranking_come_back_as_they_were(
    lines: list[str], tmp_path: Path
) -> None:
    one, other = EmbeddedStore(tmp_path / "one"), EmbeddedStore(tmp_path / "other")
    update(one, ENCODER, CUTTER, [CORPUS])
    import_lines(other, ENCODER, CUTTER, lines)
    assert other.problems() == []
    assert exported(other) == lines
    before, after = one.open(), other.open()
    try:
        assert after.documents() == before.documents()
        for info in before.documents():
            assert after.document(info.id) == before.document(info.id)
            assert after.passages_of(info.id) == before.passages_of(info.id)
        terms = {"质量": 1.0, "部门": 0.5}
        assert after.match("words", terms, 20) == before.match("words", terms, 20)
        vector = ENCODER.encode_questions(["质量强区"])[0]
        assert after.nearest(vector, 20) == before.nearest(vector, 20)
        assert after.manifest.meta == before.manifest.meta
    finally:
        before.close()
        after.close()
    again = update(other, ENCODER, CUTTER, [])  # the roots are known
    assert not again.removed
    assert not again.added


@pytest.mark.parametrize(
    "broken",
    [
        [],
        ["not json"],
        ['{"form": "something else"}'],
        ['{"form": "qa-engine export", "version": 99}'],
        ['{"form": "qa-engine export", "version": 1, "documents": 1}', "[1]"],
        ['{"form": "qa-engine export", "version": 1, "documents": 1}', '{"document": {"x": 1}}'],
    ],
)
def test_what_is_no_export_is_refused_and_nothing_published(
    broken: list[str], tmp_path: Path
) -> None:
    store = EmbeddedStore(tmp_path / "index")
    with pytest.raises(UnreadableFile):
        import_lines(store, ENCODER, CUTTER, broken)
    assert not store.exists()


def test_a_file_cut_short_is_noticed(lines: list[str], tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "index")
    with pytest.raises(UnreadableFile, match="不完整"):
        import_lines(store, ENCODER, CUTTER, lines[:-1])
    with pytest.raises(QAEngineError):
        import_lines(store, ENCODER, CUTTER, [*lines[:-1], lines[-1][:500]])
    assert not store.exists()


def test_an_index_is_never_overwritten(lines: list[str], tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "index")
    import_lines(store, ENCODER, CUTTER, lines)
    with pytest.raises(UsageError):
        import_lines(store, ENCODER, CUTTER, lines)


def test_lines_are_ascii_so_that_every_text_survives(lines: list[str]) -> None:
    assert all(line.isascii() and "\n" not in line for line in lines)
    assert json.loads(lines[0])["documents"] == len(lines) - 1
