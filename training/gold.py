"""The questions on whole documents that are only measured on, as a gold file.

    python -m training.gold --out GOLD.jsonl
    qa-engine index training/office_documents/texts --index DIR
    qa-engine evaluate GOLD.jsonl --index DIR

So the engine is asked end to end about documents of which neither reader nor retrieval model has
seen a question, among all the others (`qa_engine.evaluation` says what a gold file holds).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.documents import FOLDER, is_held_out


def gold(folder: Path = FOLDER) -> Iterator[dict[str, Any]]:
    """A gold question for each that has its answer in one place or none at all (near misses)."""
    with (folder / "questions.jsonl").open(encoding="utf-8") as lines:
        for number, row in enumerate(map(json.loads, lines), 1):
            answer = row.get("a")
            if answer is None or not is_held_out(row["doc"]):
                continue
            yield {
                "id": f"d{number}",
                "kind": "whole_document" if answer else "unanswerable",
                "question": row["q"],
                "answers": [answer] if answer else [],
                "evidence": row.get("e", ""),
            }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.gold", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    with arguments.out.open("w", encoding="utf-8") as file:
        for one in gold():
            file.write(json.dumps(one, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
