"""Reads one file with one tool, inside the tool's environment, and prints what it took.

    python documents_worker.py qa_engine|markitdown FILE ROUNDS

Seconds are of the processor, so that other work on the machine counts little: the median
of the rounds after one that warms up (none for a single round).
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from pathlib import Path


def main() -> None:
    tool, path, rounds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    read = read_own if tool == "qa_engine" else read_markitdown
    times: list[float] = []
    characters = 0
    for turn in range(rounds + (rounds > 1)):
        began = time.process_time()
        characters = read(path)
        if turn or rounds == 1:
            times.append(time.process_time() - began)
    print(
        json.dumps(
            {
                "seconds": statistics.median(times),
                "characters": characters,
                "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
            }
        )
    )


def read_own(path: Path) -> int:
    from qa_engine.sources.read import read_documents

    return sum(len(document.text) for document in read_documents(path, path.name))


def read_markitdown(path: Path) -> int:
    from markitdown import MarkItDown

    return len(MarkItDown().convert(str(path)).text_content)


if __name__ == "__main__":
    main()
