"""How fast the default model's runtimes are: ``python -m benchmarks.embedding``.

Texts are passages of the sample corpus with their sentences in random order, so that
they are like real ones and none stands twice. The runtimes take turns, and ratios are
those of the medians, because a machine is seldom quiet; on a busy one ``--threads 1`` and
the processor time say more than the clock. Starting cold is measured in processes of
their own. ``--quality FILE`` (a set in SQuAD's format) adds how often a question's nearest
paragraph is its own, by runtime.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.retrieval.datasets import load_squad
from qa_engine.adapters.e5_runtime import THREADS, threads
from qa_engine.adapters.onnx_encoder import OnnxEncoder
from qa_engine.adapters.sentence_transformer import SentenceTransformerEncoder
from qa_engine.intake import passage_text
from qa_engine.passages import context_text, passages
from qa_engine.ports import Encoder
from qa_engine.sources.read import read_documents
from qa_engine.text.sentences import sentences

ROOT = Path(__file__).resolve().parent.parent
BASELINE = "sentence-transformers fp32"
RUNTIMES: dict[str, tuple[Callable[[], Encoder], str]] = {
    "onnxruntime int8 (default)": (
        OnnxEncoder,
        "from qa_engine.adapters.onnx_encoder import OnnxEncoder as Made",
    ),
    BASELINE: (
        lambda: SentenceTransformerEncoder(precision="float32"),
        "from qa_engine.adapters.sentence_transformer import SentenceTransformerEncoder as Made",
    ),
    "sentence-transformers bfloat16": (
        lambda: SentenceTransformerEncoder(precision="bfloat16"),
        "",  # starts like the one above
    ),
}
QUESTION = "社区电梯加装由哪个部门牵头？"


def sample_texts(count: int, seed: int = 0) -> list[str]:
    """Distinct texts like the corpus's passages."""
    chance = random.Random(seed)
    real: list[str] = []
    for path in sorted((ROOT / "corpus").iterdir()):
        if path.name.startswith((".", "README")):
            continue
        for document in read_documents(path, path.name):
            real += [passage_text(context_text(p), p) for p in passages(document)]
    found: dict[str, None] = {}
    while len(found) < count:
        text = chance.choice(real)
        parts = [text[start:end] for start, end in sentences(text)]
        chance.shuffle(parts)
        # Short ones run out of orders; a number makes them differ.
        mixed = "".join(parts)
        found[mixed if mixed not in found else f"{len(found)}. {mixed}"] = None
    return list(found)


def measure(texts: list[str], rounds: int) -> dict[str, dict[str, float]]:
    """Medians by runtime, warm: passages a second, milliseconds of processor time a
    passage, milliseconds a question."""
    made = {name: make() for name, (make, _) in RUNTIMES.items()}
    for encoder in made.values():
        encoder.encode_passages(texts[:2])
    rates: dict[str, list[float]] = {name: [] for name in made}
    processor: dict[str, list[float]] = {name: [] for name in made}
    waits: dict[str, list[float]] = {name: [] for name in made}
    for round_ in range(rounds):
        for name, encoder in made.items():
            began, used = time.perf_counter(), time.process_time()
            encoder.encode_passages(texts)
            processor[name].append(1000 * (time.process_time() - used) / len(texts))
            rates[name].append(len(texts) / (time.perf_counter() - began))
            for number in range(20):
                began = time.perf_counter()
                encoder.encode_questions([f"{QUESTION}{round_}{number}"])
                waits[name].append(1000 * (time.perf_counter() - began))
    return {
        name: {
            "passages_per_second": statistics.median(rates[name]),
            "processor_ms": statistics.median(processor[name]),
            "question_ms": statistics.median(waits[name]),
        }
        for name in made
    }


def quality(path: Path, limit: int) -> dict[str, dict[str, float]]:
    """Recall@1 and MRR@10 of the first ``limit`` paragraphs' questions, by runtime."""
    everything, asked = load_squad(path, path.stem)
    paragraphs = dict(list(everything.items())[:limit])
    questions = [q for q in asked if q.relevant <= paragraphs.keys()]
    places = {id: place for place, id in enumerate(paragraphs)}
    found: dict[str, dict[str, float]] = {}
    for name, (make, _) in RUNTIMES.items():
        encoder = make()
        passages_ = encoder.encode_passages(list(paragraphs.values()))
        scores = encoder.encode_questions([q.text for q in questions]) @ passages_.T
        best = [
            max(row[places[id]] for id in q.relevant)
            for row, q in zip(scores, questions, strict=True)
        ]
        ranks = (scores > np.array(best)[:, np.newaxis]).sum(axis=1) + 1
        found[name] = {
            "recall_at_1": float((ranks == 1).mean()),
            "mrr_at_10": float(np.where(ranks <= 10, 1 / ranks, 0).mean()),
        }
        print(
            f"{name:<32}R@1 {found[name]['recall_at_1']:.4f}  MRR@10 {found[name]['mrr_at_10']:.4f}"
        )
    return found


def cold_start(line: str, runs: int = 3) -> float:
    """Median seconds of a process that imports, loads and encodes one question, less what
    an empty Python takes."""

    def seconds(program: str) -> float:
        times = []
        for _ in range(runs):
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)
            times.append(time.perf_counter() - began)
        return statistics.median(times)

    return seconds(f"{line}\nMade().encode_questions([{QUESTION!r}])") - seconds("pass")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, help="default: the usable cores")
    parser.add_argument("--json", type=Path, default=ROOT / "artifacts" / "embedding.json")
    parser.add_argument("--quality", type=Path, help="a set in SQuAD's format")
    parser.add_argument("--paragraphs", type=int, default=256, help="of that set")
    options = parser.parse_args()
    if options.threads:
        os.environ[THREADS] = os.environ["OMP_NUM_THREADS"] = str(options.threads)
    texts = sample_texts(options.texts)
    figures: dict[str, dict[str, Any]] = {}
    for name, row in measure(texts, options.rounds).items():
        figures[name] = dict(row)
    for name, (_, line) in RUNTIMES.items():
        if line:
            figures[name]["cold_seconds"] = cold_start(line)
    base = figures[BASELINE]["passages_per_second"]
    for row in figures.values():
        row["ratio"] = row["passages_per_second"] / base
    characters = sum(map(len, texts)) / len(texts)
    print(f"{len(texts)} texts of {characters:.0f} characters, {threads()} threads")
    print(f"{'runtime':<32}{'passages/s':>11}{'ratio':>7}{'CPU':>12}{'question':>11}{'cold':>8}")
    for name, row in figures.items():
        cold = f"{row['cold_seconds']:.2f} s" if "cold_seconds" in row else ""
        print(
            f"{name:<32}{row['passages_per_second']:>11.1f}{row['ratio']:>6.2f}×"
            f"{row['processor_ms']:>9.1f} ms{row['question_ms']:>8.1f} ms{cold:>8}"
        )
    options.json.parent.mkdir(parents=True, exist_ok=True)
    if options.quality:
        for name, row in quality(options.quality, options.paragraphs).items():
            figures[name] |= row
    content = {
        "machine": f"{platform.machine()} {platform.system()}",
        "threads": threads(),
        "texts": len(texts),
        "mean_characters": characters,
        "runtimes": figures,
    }
    options.json.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(options.json)


if __name__ == "__main__":
    main()
