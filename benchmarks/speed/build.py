"""What indexing costs, by stage, and changing one document afterwards.

    python -m benchmarks.speed.build LAWS.jsonl.gz --work DIR [--passages 2000 20000 200000]

Leaves an index of each size in ``DIR/index-N`` for the other benchmarks. Embedding is not
timed here (`benchmarks.embedding` does): vectors are real for the first texts and made
from those for the others. Results go to ``DIR/build.json``.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks.speed.corpus import SampledEncoder, real_texts, write_corpus
from qa_engine import indexing, intake
from qa_engine.adapters.embedded import EmbeddedStore
from qa_engine.adapters.embedded_writer import EmbeddedWriter
from qa_engine.adapters.onnx_encoder import OnnxEncoder
from qa_engine.sources.read import read_documents
from qa_engine.text.words import Cutter

REAL = 2000  # texts with vectors of their own
UPDATES = 5


class Stages:
    """Seconds spent in functions that are wrapped while a corpus is indexed."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                self._add(name, began)

        return call

    def timed_read(self, *arguments: Any) -> Iterator[Any]:
        found = iter(read_documents(*arguments))
        while True:
            began = time.perf_counter()
            document = next(found, None)
            self._add("read", began)
            if document is None:
                return
            yield document

    @contextmanager
    def watching(self) -> Iterator[None]:
        with ExitStack() as stack:
            for owner, function, name in (
                (intake, "passages", "passages"),
                (intake, "context_text", "passages"),
                (intake, "fold", "passages"),
                (Cutter, "passage", "cut"),
                (EmbeddedWriter, "add", "write"),
                (EmbeddedWriter, "publish", "publish"),
            ):
                timed = self.timed(name, getattr(owner, function))
                if isinstance(owner, type):
                    timed = _method(timed)
                stack.enter_context(mock.patch.object(owner, function, timed))
            yield

    def _add(self, name: str, began: float) -> None:
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began


def _method(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, *arguments, **named: function(self, *arguments, **named)


def build(source: Path, work: Path, wanted: int) -> dict[str, Any]:
    """Index about ``wanted`` passages and change single documents."""
    corpus, index = work / f"corpus-{wanted}", work / f"index-{wanted}"
    for folder in (corpus, index):
        shutil.rmtree(folder, ignore_errors=True)
    characters = write_corpus(source, corpus, wanted)
    encoder = SampledEncoder(OnnxEncoder(), work / "vectors.sqlite", real_texts(corpus, REAL))
    store, cutter, stages = EmbeddedStore(index), Cutter(), Stages()
    cutter.words("先装入词典")
    began = time.perf_counter()
    with stages.watching():
        report = indexing.update(store, encoder, cutter, [corpus], read=stages.timed_read)
    took = time.perf_counter() - began
    assert not report.failed, report.failed[:3]
    updates = []
    for number, path in enumerate(sorted(corpus.iterdir())[:UPDATES]):
        path.write_text(f"{path.read_text('utf-8')}\n\n第{number}次修改后增加的一段。\n", "utf-8")
        began = time.perf_counter()
        indexing.update(store, encoder, cutter, [])
        reader = store.open()
        assert reader.match("words", {"修改": 1.0}, 1)
        updates.append(time.perf_counter() - began)
        reader.close()
    return {
        "documents": report.documents,
        "passages": report.passages,
        "characters": characters,
        "seconds": took,
        "stages": {**stages.seconds, "other": took - sum(stages.seconds.values())},
        "characters_per_second": characters / took,
        "update_seconds": statistics.median(updates),
        "index_megabytes": megabytes(index),
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def megabytes(index: Path) -> dict[str, float]:
    """Size of the current generation by part."""
    generation = index / (index / "CURRENT").read_text("utf-8").strip()
    sizes: dict[str, float] = {}
    for path in generation.rglob("*"):
        if path.is_file():
            part = path.relative_to(generation).parts[0]
            sizes[part] = sizes.get(part, 0.0) + path.stat().st_size / 1e6
    return sizes


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.build", description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--passages", type=int, nargs="+", default=[2_000, 20_000, 200_000])
    options = parser.parse_args()
    if len(options.passages) == 1:
        print(json.dumps(build(options.source, options.work, options.passages[0])))
        return
    found: dict[str, Any] = {}
    for wanted in options.passages:  # each in a process of its own, for its peak of memory
        command = [sys.executable, "-m", "benchmarks.speed.build", str(options.source)]
        command += ["--work", str(options.work), "--passages", str(wanted)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        row = found[str(wanted)] = json.loads(done.stdout)
        stages = "  ".join(f"{name} {value:.1f} s" for name, value in row["stages"].items())
        print(
            f"{row['passages']:>8} passages  {row['characters_per_second']:>8.0f} characters/s  "
            f"update {row['update_seconds']:.2f} s  "
            f"index {sum(row['index_megabytes'].values()):.0f} MB  "
            f"peak {row['peak_megabytes']:.0f} MB\n          {stages}"
        )
    path = options.work / "build.json"
    path.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    print(path)


if __name__ == "__main__":
    main()
