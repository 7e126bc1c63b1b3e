"""How many of the nearest vectors a search by half bytes finds.

    python -m benchmarks.speed.recall --work DIR [--texts 20000] [--docs docs/scaling.md]

The first texts of the largest corpus that `benchmarks.speed.build` left in ``DIR``, with
vectors of their own (kept in ``DIR/vectors.sqlite``; 20,000 take ten minutes on two
processors), as one segment or several. Beside comparing every vector; times are of the processor.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.report import busy, made_by, put, table
from benchmarks.retrieval.vectors import CachedEncoder
from benchmarks.speed.corpus import real_texts
from benchmarks.speed.search import Given, some_questions
from qa_engine.adapters import faiss_vectors
from qa_engine.adapters.faiss_vectors import FaissVectors, VectorFiles, write_vectors
from qa_engine.adapters.onnx_encoder import OnnxEncoder
from qa_engine.ports import Vectors

DEPTHS = (10, 100)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.recall", description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--texts", type=int, default=20_000)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--taken", type=int, nargs="+", default=[faiss_vectors.LEAST])
    parser.add_argument("--segments", type=int, nargs="+", default=[1, 4], help="in turn")
    parser.add_argument("--docs", type=Path, help="put the table into that page")
    options = parser.parse_args()
    load = busy()
    corpus = max(options.work.glob("corpus-*"), key=lambda path: int(path.name.split("-")[1]))
    size = int(corpus.name.split("-")[1])
    encoder = CachedEncoder(OnnxEncoder(), options.work / "vectors.sqlite")
    done = 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        print(f"\r{done} texts", end="", file=sys.stderr)

    vectors = encoder.encode_passages(real_texts(corpus, options.texts), tell)
    print(file=sys.stderr)
    asked = Given(encoder, some_questions(options.work, size, options.questions)).vectors
    dimension = encoder.dimension
    faiss_vectors.SMALL_FORMS_FROM = 1000
    rows = []
    for count in options.segments:
        with tempfile.TemporaryDirectory() as folder:
            files = _written(Path(folder), np.array_split(vectors, count))
            none = Path(folder, "none")
            every = FaissVectors([f._replace(coarse=none, nibbles=none) for f in files], dimension)
            some = FaissVectors(files, dimension)
            if count == options.segments[0]:
                rows.append(["", "all", *("1.0000" for _ in DEPTHS), f"{_timed(every, asked):.2f}"])
            for taken in options.taken:
                faiss_vectors.LEAST = taken
                found = [f"{_recall(some, every, asked, depth):.4f}" for depth in DEPTHS]
                rows.append([f"{count}", f"{taken}", *found, f"{_timed(some, asked):.2f}"])
    head = [
        "segments",
        "rows taken, at least",
        *(f"recall@{depth}" for depth in DEPTHS),
        "ms, median",
    ]
    body = f"{len(vectors):,} vectors, {len(asked)} questions.\n\n{table(head, rows)}"
    body += "\n\n" + made_by("benchmarks.speed.recall", sys.argv[1:], load)
    print(body)
    if options.docs:
        put(options.docs, "recall", body)


def _written(folder: Path, parts: Sequence[Vectors]) -> list[VectorFiles]:
    made = [
        VectorFiles(*(folder / f"{n}-{form}" for form in VectorFiles._fields))
        for n in range(len(parts))
    ]
    began = time.process_time()
    for files, part in zip(made, parts, strict=True):
        write_vectors(files, part)
    print(f"{len(parts)} written in {time.process_time() - began:.1f} s of the processor")
    return made


def _recall(some: FaissVectors, every: FaissVectors, asked: Vectors, depth: int) -> float:
    shares = []
    for vector in asked:
        rows, scores = every.nearest(vector, depth, None)
        best = set(rows[np.argsort(-scores)][:depth].tolist())
        found, values = some.nearest(vector, depth, None, every=False)
        shares.append(len(best & set(found[np.argsort(-values)][:depth].tolist())) / depth)
    return float(np.mean(shares))


def _timed(vectors: FaissVectors, asked: Vectors) -> float:
    spent = []
    for vector in asked:
        began = time.process_time()
        vectors.nearest(vector, 100, None, every=False)
        spent.append(time.process_time() - began)
    return float(np.median(spent) * 1000)


if __name__ == "__main__":
    main()
