"""Does one writer keep up with the workers of bulk indexing?

    python -m benchmarks.writer SET.json… --cache DIR [--passages N]

One after another: how many passages a worker embeds in a second of one processor, and how
many the writer takes in (cut into words, weighed, packed, sent to Milvus Lite in a file,
indexed). Milvus Lite's share is counted apart: a server's is another machine's. Seconds are
of processor time, so that other work on the machine matters little.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.report import busy, made_by, put, table
from benchmarks.retrieval.datasets import Pool
from benchmarks.retrieval.pool import fill_store, load_pool
from benchmarks.retrieval.vectors import CachedEncoder
from qa_engine.adapters.e5_runtime import THREADS
from qa_engine.adapters.milvus.store import MilvusStore
from qa_engine.adapters.onnx_encoder import OnnxEncoder
from qa_engine.text.normalise import fold
from qa_engine.text.words import Cutter

EMBEDDED = 200  # passages that are embedded to see how long that takes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="sets in SQuAD's format")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--passages", type=int, default=2000)
    parser.add_argument("--docs", type=Path, help="put the table into that page")
    options = parser.parse_args()
    load = busy()
    os.environ[THREADS] = "1"
    pool = Pool(dict(sorted(load_pool(options.files).paragraphs.items())[: options.passages]))
    texts = [fold(text) for text in pool.paragraphs.values()]
    encoder = OnnxEncoder()
    encoder.encode_passages(texts[:1])  # loads the model
    step = max(1, len(texts) // EMBEDDED)
    began = time.process_time()
    encoder.encode_passages(texts[::step])
    embedded = len(texts[::step]) / (time.process_time() - began)
    cached = CachedEncoder(encoder, options.cache / "vectors.sqlite")
    cached.encode_passages(texts)
    total, inside = written(pool, cached)
    count = len(texts)
    rates = [
        ("a worker embeds", embedded),
        ("the writer, Milvus Lite included", count / total),
        ("the writer without Milvus Lite", count / (total - inside)),
    ]
    rows = [[name, f"{rate:.0f}", f"{rate / embedded:.1f}"] for name, rate in rates]
    head = ["", "passages a second of one processor", "workers' worth"]
    text = f"**{count:,} passages**\n\n{table(head, rows)}"
    print(text)
    if options.docs:
        source = made_by("benchmarks.writer", sys.argv[1:], load)
        put(options.docs, "writer", f"{text}\n\n{source}")


def written(pool: Pool, encoder: CachedEncoder) -> tuple[float, float]:
    """Seconds of the writer in all, and within its requests to Milvus."""
    cutter = Cutter()
    cutter.words("一")
    inside = 0.0
    with tempfile.TemporaryDirectory() as folder:
        store = MilvusStore(str(Path(folder, "milvus.db")))
        call = store._connection.call

        def timed(*given: Any, **named: Any) -> Any:
            nonlocal inside
            began = time.process_time()
            try:
                return call(*given, **named)
            finally:
                inside += time.process_time() - began

        store._connection.call = timed  # type: ignore[method-assign]
        began = time.process_time()
        fill_store(store, pool, encoder, cutter)
        total = time.process_time() - began
        store.close()
    return total, inside


if __name__ == "__main__":
    main()
