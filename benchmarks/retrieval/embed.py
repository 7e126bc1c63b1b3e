"""Fill the cache of vectors: ``python -m benchmarks.retrieval.embed --cache DIR FILE…``."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from benchmarks.retrieval.datasets import load_squad, load_statutes, sampled
from benchmarks.retrieval.vectors import CachedEncoder
from qa_engine.text.normalise import fold


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="sets in SQuAD's format")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=100_000, help="at most, of each set")
    parser.add_argument("--statutes", type=Path)
    parser.add_argument("--distractors", type=int, default=20_000)
    options = parser.parse_args()
    from qa_engine.adapters.onnx_encoder import OnnxEncoder

    encoder = CachedEncoder(OnnxEncoder(), options.cache / "vectors.sqlite")
    began = time.monotonic()
    done = 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        print(f"\r{done} texts, {time.monotonic() - began:.0f} s", end="", file=sys.stderr)

    for path in options.files:
        loaded = load_squad(path, path.stem)
        chosen = sampled(loaded.questions, options.questions)
        encoder.encode_passages([fold(text) for text in loaded.paragraphs.values()], tell)
        encoder.encode_questions([fold(q.text) for q in chosen])
        tell(len(chosen))
    if options.statutes:
        found = load_statutes(options.statutes, options.distractors)
        texts = [fold(text) for text in found.values()]
        encoder.encode_passages(texts, tell)
    print(file=sys.stderr)


if __name__ == "__main__":
    main()
