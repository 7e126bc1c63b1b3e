"""Checkpoint → the shipped reader: ``python -m training.export CHECKPOINT [--out FOLDER]``.

Writes ``reader.onnx`` (int8) and ``reader.json``. The calibration in it is neutral until
`training.evaluate --calibrate` has fitted one.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from qa_engine.adapters.e5_weights import load_e5
from qa_engine.adapters.onnx_reader import MODEL_FILE, SETTINGS_FILE, reader_folder
from qa_engine.adapters.reader_onnx import reader_graph
from qa_engine.adapters.reader_windows import OVERLAP_TOKENS, QUESTION_TOKENS, WINDOW_TOKENS
from training.checkpoints import load_reader, reader_tensors

NAME = "qa-engine-reader-8"
TRAINED_ON = {
    "CMRC2018 train": "CC BY-SA 4.0",
    "DRCD dev, half by article, converted to simplified": "CC BY-SA 3.0",
    "SQuAD 2.0 dev in Chinese, half by article": "CC BY-SA 4.0",
    "questions on office prose, training/office_questions": "this project's",
    "questions on those sets' paragraphs, training/encyclopaedia_questions": "this project's",
    "statutes, questions cut out by pattern": "no copyright",
}


def export(checkpoint: Path, folder: Path, *, int8: bool = True) -> None:
    """Write the reader into ``folder``."""
    _, reader, seen = load_reader(checkpoint)
    tensors = reader_tensors(reader)
    config = load_e5().config
    folder.mkdir(parents=True, exist_ok=True)
    model = reader_graph(config, tensors, int8=int8)
    (folder / MODEL_FILE).write_bytes(model.SerializeToString())
    settings = {
        "name": NAME,
        "base": "multilingual-e5-small (MIT), layers 0-3 and embeddings shared with retrieval",
        "licence": "CC BY-SA 4.0",
        "trained_on": TRAINED_ON,
        "examples_seen": seen,
        "question_tokens": QUESTION_TOKENS,
        "window_tokens": WINDOW_TOKENS,
        "overlap_tokens": OVERLAP_TOKENS,
        "calibration": [1.0, 1.0, 0.0],
        "length_bias": [round(float(value), 5) for value in tensors["length_bias"]],
    }
    write_settings(folder, settings)


def write_settings(folder: Path, settings: dict[str, object]) -> None:
    text = json.dumps(settings, ensure_ascii=False, indent=2)
    (folder / SETTINGS_FILE).write_text(text + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.export", description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--out", type=Path, default=reader_folder())
    parser.add_argument("--float32", action="store_true", help="for comparison: 58 MB")
    arguments = parser.parse_args()
    export(arguments.checkpoint, arguments.out, int8=not arguments.float32)
    size = (arguments.out / MODEL_FILE).stat().st_size
    print(f"{arguments.out / MODEL_FILE}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
