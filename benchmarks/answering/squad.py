"""SQuAD-format sets as documents (jsonl) and gold questions.

    python -m benchmarks.answering.squad SET.json OUT_DIR [--half 0|1] [--paragraphs N] [--seed S]

Writes ``documents.jsonl`` (one document a paragraph) and ``gold.jsonl``. ``--half`` keeps
every second article by title; half 0 trains the reader (``training/corpora.py``), half 1
measures.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--half", type=int, choices=(0, 1))
    parser.add_argument("--paragraphs", type=int, default=400)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    articles = json.loads(arguments.set.read_text(encoding="utf-8"))["data"]
    if arguments.half is not None:
        titles = sorted({str(article.get("title", "")) for article in articles})
        kept_titles = set(titles[arguments.half :: 2])
        articles = [one for one in articles if str(one.get("title", "")) in kept_titles]
    documents: list[dict[str, Any]] = []
    golds: list[dict[str, Any]] = []
    for number, article in enumerate(articles):
        for place, paragraph in enumerate(article["paragraphs"]):
            id = f"{number}-{place}"
            title = str(article.get("title", ""))
            documents.append({"id": id, "title": title, "text": paragraph["context"]})
            for asked in paragraph["qas"]:
                answers = [one["text"] for one in asked.get("answers", [])]
                golds.append(
                    {
                        "id": str(asked["id"]),
                        "kind": "span" if answers else "unanswerable",
                        "question": asked["question"],
                        "answers": answers,
                        "evidence": paragraph["context"][:60] if answers else "",
                        "document": id,
                    }
                )
    chooser = random.Random(arguments.seed)
    documents = documents[: arguments.paragraphs]
    kept = {one["id"] for one in documents}
    golds = [gold for gold in golds if gold["document"] in kept]
    chooser.shuffle(golds)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, rows in (("documents", documents), ("gold", golds[: arguments.questions])):
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (arguments.out / f"{name}.jsonl").write_text(lines + "\n", encoding="utf-8")
    print(f"{len(documents)} documents, {min(len(golds), arguments.questions)} questions")


if __name__ == "__main__":
    main()
