"""Sessions, threads and errors of the default model's runtime."""

from __future__ import annotations

import threading
import time
from itertools import islice
from pathlib import Path

import pytest

from qa_engine.adapters.e5_runtime import MAX_TOKENS, E5Runtime, each, runtime, threads
from qa_engine.errors import ModelError, UsageError


def test_threads_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """`QA_ENGINE_THREADS` says how many; without it all usable cores."""
    monkeypatch.setenv("QA_ENGINE_THREADS", "3")
    assert threads() == 3
    monkeypatch.delenv("QA_ENGINE_THREADS")
    assert threads() >= 1
    for wrong in ("0", "two", "-1"):
        monkeypatch.setenv("QA_ENGINE_THREADS", wrong)
        with pytest.raises(UsageError):
            threads()


@pytest.mark.parametrize("workers", ["1", "4"])
def test_each_keeps_the_order(workers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results come in the order of the items, however long each takes."""
    monkeypatch.setenv("QA_ENGINE_THREADS", workers)

    def slowly(number: int) -> int:
        time.sleep(0.002 * (number % 3))
        return number

    assert list(each(slowly, range(40))) == list(range(40))
    assert list(each(slowly, [])) == []


def test_each_runs_at_once_but_not_far_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several items are computed at once; what nobody takes is not computed."""
    monkeypatch.setenv("QA_ENGINE_THREADS", "2")
    together = threading.Barrier(2, timeout=10)
    assert list(each(lambda _: together.wait() >= 0, range(2))) == [True, True]
    started: list[int] = []
    results = each(lambda number: started.append(number), range(1000))
    list(islice(results, 3))
    results.close()  # type: ignore[attr-defined]
    assert len(started) < 30


def test_each_passes_errors_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_ENGINE_THREADS", "2")
    with pytest.raises(ZeroDivisionError):
        list(each(lambda number: 1 // number, [1, 0, 1]))


def test_one_runtime_a_folder(tmp_path: Path) -> None:
    """All callers of a process share the sessions of a folder."""
    assert runtime(tmp_path) is runtime(tmp_path / ".." / tmp_path.name)
    assert runtime(tmp_path) is not runtime(tmp_path / "other")


@pytest.mark.parametrize("content", [None, b"", b"not a graph"])
def test_missing_or_damaged_files_are_one_clear_error(
    tmp_path: Path, content: bytes | None
) -> None:
    """The error names the file and the command that makes it anew."""
    if content is not None:
        for name in ("lower.onnx", "tokenizer.json"):
            (tmp_path / name).write_bytes(content)
    model = E5Runtime(tmp_path)
    for use, name in (
        (lambda: model.tokenizer, "tokenizer.json"),
        (lambda: model.lower([0]), "lower.onnx"),
    ):
        with pytest.raises(ModelError) as caught:
            use()
        assert name in caught.value.message
        assert "qa-engine model" in caught.value.hint


def test_too_many_tokens_are_refused(tmp_path: Path) -> None:
    for count in (0, MAX_TOKENS + 1):
        with pytest.raises(ValueError, match="tokens"):
            E5Runtime(tmp_path).lower([0] * count)
