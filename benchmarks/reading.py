"""How fast the reader is: ``python -m benchmarks.reading [--texts 6] [--rounds 20]``.

A question and passages of the sample corpus, read as the engine reads them: wall time and
processor time of one call by number and length of the passages. On a busy machine the
processor time says more than the clock.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time

from benchmarks.embedding import QUESTION, sample_texts
from qa_engine.adapters.e5_runtime import threads
from qa_engine.adapters.onnx_reader import OnnxReader

LENGTHS = (100, 200, 400, 800)


def texts_of(length: int, count: int, seed: int = 1) -> list[str]:
    """Texts of ``length`` characters cut from shuffled corpus sentences."""
    rng = random.Random(seed)
    material = "".join(sample_texts(200))
    starts = [rng.randrange(max(1, len(material) - length)) for _ in range(count)]
    return [material[start : start + length] for start in starts]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.add_argument("--texts", type=int, default=6, help="passages a question")
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()
    reader = OnnxReader()
    begun = time.perf_counter()
    reader.read(QUESTION, ["电梯加装由住房建设分局牵头。"])
    print(f"{threads()} threads; first reading (load included) {time.perf_counter() - begun:.2f} s")
    print("| passages | characters | wall, median ms | processor, median ms | passages/s |")
    print("|---|---|---|---|---|")
    for count in (1, arguments.texts):
        for length in LENGTHS:
            wall, cpu = [], []
            for seed in range(arguments.rounds):
                texts = texts_of(length, count, seed)
                begun, spent = time.perf_counter(), time.process_time()
                reader.read(QUESTION, texts)
                wall.append(1000 * (time.perf_counter() - begun))
                cpu.append(1000 * (time.process_time() - spent))
            middle = statistics.median(wall)
            print(
                f"| {count} | {length} | {middle:.0f} | {statistics.median(cpu):.0f} "
                f"| {1000 * count / middle:.1f} |"
            )


if __name__ == "__main__":
    main()
