"""The mapped form of jieba's dictionary."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_engine.text import dictionary
from qa_engine.text.dictionary import MappedFrequencies, load_jieba

TEXT = "区质监分局牵头开展特种设备安全监察，推进质量强区建设；首席质量官GDP培训3.5%。𠮷野家"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QA_ENGINE_CACHE", str(tmp_path))
    return tmp_path


def test_the_mapped_dictionary_cuts_like_the_whole_one(cache: Path) -> None:
    """First from jieba's own file, then mapped, then whole again after many lookups."""
    whole = load_jieba()
    mapped = load_jieba()
    assert isinstance(whole.FREQ, dict)
    assert isinstance(mapped.FREQ, MappedFrequencies)
    assert mapped.total == whole.total
    for word in ("质量", "质", "监分", "𠮷", "", "\ud800", "不存在的词"):
        assert mapped.FREQ.get(word) == whole.FREQ.get(word)
        assert (word in mapped.FREQ) == (word in whole.FREQ)
    wanted = list(whole.cut_for_search(TEXT, HMM=False))
    assert list(mapped.cut_for_search(TEXT, HMM=False)) == wanted
    mapped.FREQ._lookups = dictionary._MANY
    assert list(mapped.cut_for_search(TEXT, HMM=False)) == wanted
    assert list(mapped.cut_for_search("监" + TEXT, HMM=False))[-3:] == wanted[-3:]

    user = "质监分局牵 50\n".encode()
    assert "质监分局牵" in load_jieba(user).cut(TEXT, HMM=False)

    (cache / "jieba" / "jieba-0.42.1.arrays").write_bytes(b"broken")
    assert isinstance(load_jieba().FREQ, dict)


def test_nothing_is_taken_from_the_shared_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a cache folder of one's own the dictionary is built anew, not read from where
    anyone could have put it, and nothing is left there."""
    (tmp_path / "file").write_text("", "utf-8")
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "jieba.cache").write_bytes(b"planted")
    monkeypatch.setenv("QA_ENGINE_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(shared))
    tokenizer = load_jieba()
    assert tokenizer.FREQ["质量"] > 0
    assert [path.name for path in shared.iterdir()] == ["jieba.cache"]
    assert (shared / "jieba.cache").read_bytes() == b"planted"
