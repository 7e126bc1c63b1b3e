"""Models that users name: their prompts, their names, and clear errors."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from qa_engine.adapters import model_store
from qa_engine.adapters.sentence_transformer import SentenceTransformerEncoder
from qa_engine.errors import ModelError, UsageError


def folder(path: Path, weights: bytes = b"weights") -> Path:
    """Looks like a model until it is loaded."""
    path.mkdir(parents=True)
    (path / "modules.json").write_text("[]")
    (path / "model.safetensors").write_bytes(weights)
    return path


def prompts(name: str, known: dict[str, str | None]) -> tuple[str, str]:
    encoder = SentenceTransformerEncoder(name)
    encoder.__dict__["_loaded"] = SimpleNamespace(prompts=known)
    return encoder.prompt(question=True), encoder.prompt(question=False)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"query": "问：", "document": "文："}, ("问：", "文：")),
        ({"query": "q ", "passage": "p "}, ("q ", "p ")),
        ({"query": "q ", "document": "", "passage": "p "}, ("q ", "p ")),
        ({"retrieval.query": "Q ", "retrieval.passage": "P "}, ("Q ", "P ")),
        ({"query": "Instruct: find\nQuery: ", "document": ""}, ("Instruct: find\nQuery: ", "")),
        ({"query": None, "document": ""}, ("", "")),
        ({}, ("", "")),
    ],
)
def test_the_models_own_prompts_are_used(
    known: dict[str, str | None], expected: tuple[str, str]
) -> None:
    """Whatever its authors call them; nothing is added where they add nothing."""
    assert prompts("someone/some-model", known) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("intfloat/multilingual-e5-base", ("query: ", "passage: ")),
        ("models/e5-large-v2", ("query: ", "passage: ")),
        ("intfloat/multilingual-e5-large-instruct", ("", "")),
        ("someone/code5-small", ("", "")),
        ("BAAI/bge-small-zh-v1.5", ("为这个句子生成表示以用于检索相关文章：", "")),
    ],
)
def test_families_that_lack_prompts_get_theirs(name: str, expected: tuple[str, str]) -> None:
    """Families that were trained with prompts but do not state them get them anyway."""
    assert prompts(name, {"query": "", "document": ""}) == expected


def test_a_folder_is_named_after_its_weights(tmp_path: Path) -> None:
    """Two folders of one name and other weights are two vector spaces; a copy is the same."""
    one = SentenceTransformerEncoder(folder(tmp_path / "a" / "model"))
    copy = SentenceTransformerEncoder(folder(tmp_path / "b" / "model"))
    other = SentenceTransformerEncoder(folder(tmp_path / "c" / "model", b"WEIGHTS"))
    assert one.name.startswith("model@")
    assert one.name == copy.name != other.name


def test_the_default_model_keeps_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when its folder is given as a path; naming it loads and converts nothing."""
    monkeypatch.setenv("QA_ENGINE_CACHE", str(tmp_path))
    assert SentenceTransformerEncoder().name == model_store.NAME
    path = folder(model_store.sentence_transformers_folder())
    assert SentenceTransformerEncoder(path).name == model_store.NAME


def test_a_folder_without_a_model_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        SentenceTransformerEncoder(tmp_path)
    assert str(tmp_path) in caught.value.message
    assert "--model" in caught.value.hint


def test_an_unknown_precision_is_an_error() -> None:
    with pytest.raises(UsageError) as caught:
        SentenceTransformerEncoder("any", precision="int3")
    assert "bfloat16" in caught.value.hint


def test_a_name_that_is_not_here_is_not_downloaded() -> None:
    """Offline by default: the error says how to allow a download."""
    encoder = SentenceTransformerEncoder("nobody/no-such-model")
    with pytest.raises(ModelError) as caught:
        encoder.encode_questions(["谁"])
    assert "QA_ENGINE_ALLOW_DOWNLOAD" in caught.value.hint


def test_a_broken_folder_is_one_clear_error(tmp_path: Path) -> None:
    encoder = SentenceTransformerEncoder(folder(tmp_path / "model"))
    with pytest.raises(ModelError) as caught:
        encoder.encode_questions(["谁"])
    assert str(tmp_path / "model") in caught.value.message
