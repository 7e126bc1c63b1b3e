"""What ``qa-engine doctor`` looks at: versions, model, index, disk."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from qa_engine import settings as names
from qa_engine.errors import MissingExtra, ModelError, QAEngineError
from qa_engine.ports import IndexStore, Mendable
from qa_engine.settings import Settings
from qa_engine.wiring import make_encoder, make_store


@dataclass(frozen=True, slots=True)
class Check:
    """One line of ``qa-engine doctor``; ``status`` is ok, warning or error."""

    name: str
    status: str
    detail: str
    hint: str = ""


def check(chosen: Settings) -> list[Check]:
    """What ``qa-engine doctor`` looks at: versions, model, index, disk."""
    return [_versions(), _model(), *_index(chosen), _disk(chosen.index)]


def _versions() -> Check:
    from importlib.metadata import PackageNotFoundError, version

    found, missing = [f"Python {sys.version.split()[0]}"], []
    for package in ("jieba", "faiss-cpu", "onnxruntime", "flask", "sentence-transformers", "torch"):
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            missing.append(package)
    if missing:
        return Check("版本", "error", f"缺少 {'、'.join(missing)}", "请重新安装 qa-engine。")
    return Check("版本", "ok", "，".join(found))


def _model() -> Check:
    from qa_engine.adapters import model_store

    found = model_store.describe(verify=True)
    if found.ready:
        return Check("模型", "ok", f"{found.name}　{found.folder}")
    return Check(
        "模型",
        "warning",
        found.problem or "还没有解包",
        "首次索引时会自动解包，或运行 qa-engine model",
    )


def _index(chosen: Settings) -> list[Check]:
    try:
        store = make_store(chosen)
        if not store.exists():
            place = getattr(store, "address", chosen.index)
            return [Check("索引", "warning", f"{place} 里还没有索引", "qa-engine index PATH")]
        reader = store.open()
    except QAEngineError as error:
        return [Check("索引", "error", error.message, error.hint)]
    try:
        manifest = reader.manifest
        detail = (
            f"{manifest.documents} 份文件，{manifest.passages} 个段落，"
            f"第 {manifest.generation} 代，编码 {manifest.encoder}"
        )
        encoder = make_encoder(chosen)
        result = [Check("索引", "ok", detail)]
        if encoder.name != manifest.encoder:
            result.append(
                Check(
                    "索引与模型",
                    "error",
                    f"索引用 {manifest.encoder} 建立，现在设置的是 {encoder.name}",
                    "改回原来的模型，或运行 qa-engine index --rebuild",
                )
            )
    except (ModelError, MissingExtra) as error:
        result = [Check("索引与模型", "error", error.message, error.hint)]
    finally:
        reader.close()
    return [*result, *_files(store, chosen)]


def _files(store: IndexStore, chosen: Settings) -> list[Check]:
    """Every byte of the index against its checksums, its parts against each other."""
    if not isinstance(store, Mendable):
        return []
    option = "" if str(chosen.index) == names.DEFAULT_INDEX else f" --index {chosen.index}"
    try:
        wrong = store.problems()
    except QAEngineError as error:
        return [Check("索引文件", "error", error.message, error.hint)]
    result = [Check("索引文件", "error", one.what, f"{one.mend}{option}") for one in wrong]
    if not wrong:
        result.append(Check("索引文件", "ok", "完整；词、向量、段落一一对应"))
    if not wrong and (lingering := store.lingering()):
        result.append(
            Check(
                "已删内容",
                "warning",
                f"{lingering} 个已删除或改过的段落检索不到，但还留在文件里",
                f"要彻底清除：qa-engine compact{option}",
            )
        )
    if left := store.leftovers():
        result.append(
            Check(
                "旧的一代",
                "warning",
                f"{'、'.join(left)}：正在被读取，或是中断的写入留下的",
                f"下次 qa-engine index{option} 会清除",
            )
        )
    return result


def _disk(folder: Path) -> Check:
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    free = shutil.disk_usage(place).free
    status = "ok" if free > 1e9 else "warning"
    return Check("磁盘", status, f"{place.resolve()} 可用 {free / 1e9:.1f} GB")
