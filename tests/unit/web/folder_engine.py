"""An engine in memory whose documents are the text files of folders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from qa_engine.alignment import Aligned
from qa_engine.errors import StoreUnavailable
from qa_engine.models import Block, Document, Passage
from qa_engine.ports import Progress
from qa_engine.text.aliases import Aliases
from qa_engine.text.words import Cutter
from tests.unit.web.fake import FakeEngine


@dataclass
class Failed:
    path: str
    message: str
    hint: str = ""


@dataclass
class Report:
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)


class FolderEngine(FakeEngine):
    """Indexes text files: one passage each; those that begin with BAD cannot be read."""

    def __init__(self) -> None:
        super().__init__({})
        self.roots: list[Path] = []
        self.taken_out: set[str] = set()
        self.broken = False

    def add(self, *paths: str | Path, progress: Callable[[Progress], None] | None = None) -> Report:
        report = Report()
        named = [Path(path) for path in paths]
        self.roots += [path for path in named if path.is_dir() and path not in self.roots]
        files = [f for root in self.roots for f in sorted(root.iterdir()) if f.name[0] != "."]
        for number, file in enumerate(files):
            if progress is not None:
                progress(Progress("reading", number, len(files), file.name))
            id = f"{file.parent.name}/{file.name}"
            text = file.read_text("utf-8")
            if id in self.taken_out and file not in named:
                continue
            self.taken_out.discard(id)
            if text.startswith("BAD"):
                report.failed.append(
                    Failed(id, f"{id}：没有读到任何文字。", "请打开文件确认内容。")
                )
                self.documents_.pop(id, None)
                continue
            old = self.documents_.get(id)
            if old is not None and old[0].text == text:
                report.skipped.append(id)
                continue
            (report.changed if old else report.added).append(id)
            block = Block("paragraph", Aligned.of(text))
            passage = Passage(f"{id}#0", id, file.name, text, "paragraph", end=len(text))
            document = Document(id, file.name, text, blocks=(block,), meta={"path": str(file)})
            self.documents_[id] = (document, [passage])
        return report

    def use_aliases(self, aliases: Aliases) -> None:
        self.aliases = aliases

    def use_cutter(
        self, cutter: Cutter, progress: Callable[[Progress], None] | None = None
    ) -> Report:
        if self.broken:
            raise StoreUnavailable("磁盘满了。", "请清理磁盘。")
        self.cutter = cutter
        return Report()

    def remove(self, *ids: str, compacted: bool = True) -> None:
        for id in ids:
            del self.documents_[id]
            self.taken_out.add(id)

    def compact(self) -> int:
        return 0
