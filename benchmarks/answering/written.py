"""The held-out written questions as an index's documents and a gold file:
``python -m benchmarks.answering.written OUT``.

The invented paragraphs of ``training/office_questions`` that the reader was not trained on, a
file each, and their questions in the form that ``qa-engine evaluate`` reads: nine in twenty are
near misses. For fitting weights; nobody wrote the questions for a search among many paragraphs,
so some fit another one as well.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from qa_engine.text.sentences import sentences
from training.corpora import Example
from training.written import load_office


def gold(example: Example) -> dict[str, Any]:
    return {
        "id": example.id,
        "kind": "span" if example.answerable else "unanswerable",
        "question": example.question,
        "answers": list(example.answers),
        "doc": f"{example.article}.txt",
        "evidence": _sentence(example.context, example.start) if example.start is not None else "",
    }


def _sentence(text: str, at: int) -> str:
    return next(text[start:end] for start, end in sentences(text) if start <= at < end)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    held = load_office(None).held
    documents = out / "documents"
    documents.mkdir(parents=True)
    for name, text in {example.article: example.context for example in held}.items():
        (documents / f"{name}.txt").write_text(text, encoding="utf-8")
    lines = [json.dumps(gold(example), ensure_ascii=False) for example in held]
    (out / "questions.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} questions")


if __name__ == "__main__":
    main()
