"""Make ``qa_engine/data/question_mean.json``: ``python -m benchmarks.retrieval.centre``.

The mean vector of questions written for this project (``training/office_questions``), as the
default model encodes them. How much of it is taken away (``SHARE``) was chosen among 0.3, 0.6 and 1
on the office suites, both halves.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

from qa_engine.wiring import bare_encoder

ROOT = Path(__file__).parents[2]
QUESTIONS = ROOT / "training" / "office_questions" / "questions.jsonl"
OUT = ROOT / "qa_engine" / "data" / "question_mean.json"
SHARE = 0.6
COUNT = 3000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="default")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    chosen = random.Random(1).sample([json.loads(line)["q"] for line in lines], COUNT)
    encoder = bare_encoder(options.model)
    mean = encoder.encode_questions(chosen).astype("float64").mean(axis=0)
    data = {
        "made by": "benchmarks/retrieval/centre.py",
        "encoder": encoder.name,
        "share": SHARE,
        "questions": COUNT,
        "mean": [round(float(value), 5) for value in mean],
    }
    options.out.write_text(json.dumps(data) + "\n", "utf-8")


if __name__ == "__main__":
    main()
