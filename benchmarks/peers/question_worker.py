"""How long a question's vector takes, by encoder; ``run`` starts it in our own environment.

    python -m benchmarks.peers.question_worker DATA RESULT.json

The same model for both: this engine's way, and sentence-transformers as it comes (fp32),
which Haystack, txtai and Milvus name first. Encoders take turns question by question.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from qa_engine.adapters.onnx_encoder import OnnxEncoder
from qa_engine.adapters.sentence_transformer import SentenceTransformerEncoder
from qa_engine.ports import Encoder
from qa_engine.text.normalise import fold

WARM = 5  # questions before the clock counts


def main() -> None:
    data, result = Path(sys.argv[1]), Path(sys.argv[2])
    questions = [fold(text) for text in json.loads((data / "questions.json").read_text("utf-8"))]
    encoders: dict[str, Encoder] = {
        "ours": OnnxEncoder(),
        "sentence-transformers": SentenceTransformerEncoder(precision="float32"),
    }
    seconds: dict[str, list[float]] = {name: [] for name in encoders}
    for number, question in enumerate(questions[:WARM] + questions):
        for name, encoder in encoders.items():
            began = time.perf_counter()
            encoder.encode_questions([question])
            if number >= WARM:
                seconds[name].append(time.perf_counter() - began)
    result.write_text(json.dumps(seconds), "utf-8")


if __name__ == "__main__":
    main()
