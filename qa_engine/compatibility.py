"""Whether an index can be used with the encoder and analyser at hand."""

from __future__ import annotations

from qa_engine.errors import IndexMismatch
from qa_engine.models import Manifest

# The form of what is on disk; any other is refused.
FORMAT = 1
REBUILD = "请用 qa-engine index --rebuild 重建索引，或换回原来的设置。"


def check_format(found: object) -> None:
    """Raises IndexMismatch for another form than this program writes."""
    if found == FORMAT:
        return
    newer = isinstance(found, int) and found > FORMAT
    raise IndexMismatch(
        f"索引的格式是 {found}，本程序用的是 {FORMAT}。",
        "请升级 qa-engine，或用 qa-engine index --rebuild 重建索引。" if newer else REBUILD,
    )


def check_same_kind(manifest: Manifest, encoder: str, dimension: int, analyser: str) -> None:
    """Raises IndexMismatch, naming both sides, unless the index was built the same way."""
    check_format(manifest.format)
    for name, built, wanted in (
        ("向量模型", manifest.encoder, encoder),
        ("向量维数", str(manifest.dimension), str(dimension)),
        ("分词器", manifest.analyser, analyser),
    ):
        if built != wanted:
            raise IndexMismatch(f"索引建立时的{name}是 {built}，现在是 {wanted}。", REBUILD)
