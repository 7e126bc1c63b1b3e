"""Vectors are computed once, and leave the file together with their documents."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_engine.adapters.hashing_encoder import HashingEncoder
from qa_engine.adapters.memory import MemoryStore
from qa_engine.adapters.vector_cache import FILE, CachingEncoder
from qa_engine.indexing import remove, update
from qa_engine.ports import Encoder, Vectors
from qa_engine.text.words import Cutter


class Counting(HashingEncoder):
    """Remembers which texts it was asked for."""

    def __init__(self, dimension: int = 64) -> None:
        super().__init__(dimension)
        self.asked: list[str] = []

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        self.asked.extend(texts)
        return super().encode_passages(texts, progress)


@pytest.fixture
def counting() -> Counting:
    return Counting()


@pytest.fixture
def cache(counting: Counting, tmp_path: Path) -> Iterator[CachingEncoder]:
    encoder = CachingEncoder(counting, tmp_path / FILE)
    yield encoder
    encoder.close()


def again(folder: Path, dimension: int = 64) -> tuple[CachingEncoder, Counting]:
    """A new run over the same file."""
    counting = Counting(dimension)
    return CachingEncoder(counting, folder / FILE), counting


def test_it_is_an_encoder(cache: CachingEncoder, counting: Counting) -> None:
    """It stands in for the encoder that it wraps; questions pass straight through."""
    assert isinstance(cache, Encoder)
    assert (cache.name, cache.dimension) == (counting.name, counting.dimension)
    np.testing.assert_array_equal(cache.encode_questions(["谁"]), counting.encode_questions(["谁"]))


def test_a_text_is_encoded_once(cache: CachingEncoder, tmp_path: Path) -> None:
    """In a later run only new texts are encoded, and all vectors are the same, bit for bit."""
    first = cache.encode_passages(["甲", "乙"])
    cache.close()
    later, counting = again(tmp_path)
    np.testing.assert_array_equal(later.encode_passages(["乙", "丙", "甲"])[[2, 0]], first)
    assert counting.asked == ["丙"]
    later.close()


def test_vectors_stay_unit_and_close(cache: CachingEncoder, counting: Counting) -> None:
    """Storing as float16 costs next to nothing."""
    texts = [f"第{n}段文字" for n in range(50)]
    vectors = cache.encode_passages(texts)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert (vectors * counting.encode_passages(texts)).sum(axis=1).min() > 0.99999


def test_progress_counts_known_texts_too(cache: CachingEncoder) -> None:
    """``progress`` adds up to the number of texts, found or computed."""
    cache.encode_passages(["甲", "乙"])
    done: list[int] = []
    cache.encode_passages(["乙", "丙", "丁"], progress=done.append)
    assert sum(done) == 3


def test_another_model_shares_nothing(cache: CachingEncoder, tmp_path: Path) -> None:
    """Vectors of another model are never used, even when the texts are the same."""
    cache.encode_passages(["甲"])
    cache.close()
    other, counting = again(tmp_path, dimension=32)
    assert other.encode_passages(["甲"]).shape == (1, 32)
    assert counting.asked == ["甲"]
    other.close()


def test_an_interrupted_run_resumes(cache: CachingEncoder, tmp_path: Path) -> None:
    """What was encoded before a crash is there in the next run, and is dropped at its end
    if no document holds it by then."""
    cache.encode_passages(["甲", "乙"])
    cache.close()
    later, counting = again(tmp_path)
    later.encode_passages(["甲"])
    later.hold("a.txt", ["甲"])
    later.retain(["a.txt"])
    later.encode_passages(["甲", "乙"])
    assert counting.asked == ["乙"]
    later.close()


def test_removed_documents_leave_no_bytes(cache: CachingEncoder, tmp_path: Path) -> None:
    """After a document is gone, neither its id nor its vectors are in the file."""
    vectors = cache.encode_passages(["留下的", "删去的"])
    cache.hold("留下.txt", ["留下的"])
    cache.hold("删去.txt", ["删去的"])
    cache.retain(["留下.txt", "删去.txt"])
    stored = [vector.astype(np.float16).tobytes() for vector in vectors]
    content = (tmp_path / FILE).read_bytes()
    assert all(vector in content for vector in stored)
    cache.retain(["留下.txt"])
    content = (tmp_path / FILE).read_bytes()
    assert stored[0] in content
    assert stored[1] not in content
    assert "删去.txt".encode() not in content
    assert "留下的".encode() not in content


def test_a_shared_text_stays_while_someone_holds_it(
    cache: CachingEncoder, counting: Counting
) -> None:
    """A text of two documents is dropped with the second one, not with the first."""
    cache.encode_passages(["同一段"])
    cache.hold("a", ["同一段", "同一段"])
    cache.hold("b", ["同一段"])
    cache.retain(["b"])
    cache.encode_passages(["同一段"])
    assert counting.asked == ["同一段"]
    cache.retain([])
    cache.encode_passages(["同一段"])
    assert counting.asked == ["同一段"] * 2


@pytest.mark.parametrize("content", [b"not a database", b"SQLite format 3\0" + b"x" * 5000])
def test_a_damaged_file_is_replaced(tmp_path: Path, content: bytes) -> None:
    """A file that cannot be read costs its content, not the run."""
    (tmp_path / FILE).write_bytes(content)
    cache, _ = again(tmp_path)
    assert cache.encode_passages(["甲"]).shape == (1, 64)
    cache.close()


def test_a_file_of_another_version_is_replaced(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / FILE)
    database.execute("PRAGMA user_version = 99")
    database.close()
    cache, _ = again(tmp_path)
    cache.encode_passages(["甲"])
    cache.close()


texts = st.lists(st.sampled_from("甲乙丙丁戊"), max_size=4)
steps = st.lists(st.dictionaries(st.sampled_from("abc"), texts, max_size=3), max_size=5)


@settings(deadline=None, max_examples=40)
@given(steps)
def test_the_file_holds_what_the_index_holds(
    tmp_path_factory: pytest.TempPathFactory, states: list[dict[str, list[str]]]
) -> None:
    """After every update the file has the vectors of the index's texts and no others."""
    folder = tmp_path_factory.mktemp("cache")
    cache, _ = again(folder)
    for state in states:
        for document, content in state.items():
            cache.encode_passages(content)
            cache.hold(document, content)
        cache.retain(set(state))
        database = sqlite3.connect(folder / FILE)
        (held,) = database.execute("SELECT count(*) FROM vectors").fetchone()
        database.close()
        assert held == len({text for content in state.values() for text in content})
    cache.close()


def test_an_update_pays_only_for_changed_passages(
    cache: CachingEncoder, counting: Counting, tmp_path: Path
) -> None:
    """Updating an index encodes the passages that changed, a rebuild encodes nothing, and
    what was removed is forgotten."""
    folder = tmp_path / "papers"
    folder.mkdir()
    first = [
        f"第{n}章\n\n" + f"关于第{n}类档案的保管期限和查阅手续的规定。" * 12 for n in "一二三四"
    ]
    (folder / "甲.txt").write_text("\n\n".join(first), encoding="utf-8")
    (folder / "乙.txt").write_text("图书馆周一闭馆，其余各天照常开放。", encoding="utf-8")
    store, cutter = MemoryStore(), Cutter()
    update(store, cache, cutter, [folder])
    everything = len(counting.asked)
    assert everything >= 5
    changed = [*first[:3], first[3].replace("查阅", "借阅")]
    (folder / "甲.txt").write_text("\n\n".join(changed), encoding="utf-8")
    counting.asked.clear()
    update(store, cache, cutter, [folder])
    assert 0 < len(counting.asked) < everything / 2
    assert all("借阅" in text for text in counting.asked)
    counting.asked.clear()
    update(store, cache, cutter, [folder], rebuild=True)
    assert counting.asked == []
    remove(store, cache, cutter, ["papers/乙.txt"])
    cache.encode_passages(["图书馆周一闭馆，其余各天照常开放。"])
    assert len(counting.asked) == 1
