"""Progress bars on stderr for anything that takes longer than a second."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from qa_engine.ports import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

_AFTER = 1.0  # seconds before a bar appears
STAGES = {
    "preparing": "准备",
    "reading": "读取",
    "encoding": "编码",
    "writing": "写入",
    "model": "准备模型",
}


class Bars:
    """One bar a stage, with an estimate of the time left."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._bars: RichProgress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def update(self, step: Progress) -> None:
        self.count(STAGES.get(step.stage, step.stage), step.done, step.total, step.detail)

    def count(self, name: str, done: int, total: int | None, detail: str = "") -> None:
        """Show ``done`` of ``total`` once a second has gone by."""
        if self._bars is None:
            if time.monotonic() - self._begun < _AFTER or not sys.stderr.isatty():
                return
            self._bars = self._start()
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=total, detail=detail)
        self._bars.update(self._tasks[name], completed=done, total=total, detail=detail)

    def _start(self) -> RichProgress:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )
        from rich.progress import Progress as RichProgress

        bars = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[detail]}"),
            console=Console(stderr=True),
            transient=True,
        )
        bars.start()
        return bars
