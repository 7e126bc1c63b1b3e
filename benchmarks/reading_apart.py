"""``python benchmarks/reading_apart.py FOLDER…``: reading in this process and in one of its own.

Reads every file both ways, in turn, ``--times`` times, and prints medians. The process's
start is counted, as an update has to wait for it.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qa_engine.adapters.apart import ReaderApart
from qa_engine.errors import SourceError
from qa_engine.sources.folders import walk
from qa_engine.sources.read import read_documents


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folders", nargs="+", type=Path)
    options.add_argument("--times", type=int, default=3)
    wanted = options.parse_args()
    files = list(walk(wanted.folders))

    def run(read: Callable[..., Any]) -> tuple[float, int, int]:
        begun = time.perf_counter()
        documents = characters = 0
        for file in files:
            try:
                for document in read(file.path, file.id, lambda *_: None):
                    documents += 1
                    characters += len(document.text)
            except SourceError as error:
                print(error)
        return time.perf_counter() - begun, documents, characters

    _, documents, characters = run(read_documents)  # libraries and word lists are loaded
    inside, apart = [], []
    for _ in range(wanted.times):
        inside.append(run(read_documents)[0])
        with ReaderApart() as reader:
            apart.append(run(reader)[0])
    print(f"{len(files)} files, {documents} documents, {characters / 1e6:.2f} M characters")
    print(f"inside {statistics.median(inside):.2f} s, apart {statistics.median(apart):.2f} s")


if __name__ == "__main__":
    main()
