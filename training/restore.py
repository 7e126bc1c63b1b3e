"""The exported reader → a checkpoint to train on: ``python -m training.restore RUN/start.pt``.

Training can go on where the shipped reader stands when no checkpoint of it was kept. What
int8 took away stays lost: the weights are the rounded ones.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from qa_engine.adapters.e5_weights import FloatArray, load_chinese_e5
from qa_engine.adapters.onnx_reader import MODEL_FILE, SETTINGS_FILE, reader_folder
from training.model import FROZEN, build_models

_HEADS = ("borders", "left", "right", "verifier.0", "verifier.2")


def restored_state(folder: Path, layers: int) -> dict[str, torch.Tensor]:
    """The reader module's state from ``reader.onnx`` and ``reader.json`` in ``folder``.

    ``layers``: how many the module has. Raises KeyError when the graph is another one."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(folder / MODEL_FILE)).graph
    arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    state: dict[str, FloatArray] = {}
    for number in range(layers):
        for part in ("qkv", "ao", "fi", "fo"):
            name = f"l{number + FROZEN}.{part}"
            state[f"layers.{number}.{part}.weight"] = _matrix(arrays, name)
            state[f"layers.{number}.{part}.bias"] = arrays[f"{name}.b"]
        for part in ("aln", "oln"):
            name = f"l{number + FROZEN}.{part}"
            state[f"layers.{number}.{part}.weight"] = arrays[f"{name}.w"]
            state[f"layers.{number}.{part}.bias"] = arrays[f"{name}.b"]
    for name in _HEADS:
        state[f"{name}.weight"] = _matrix(arrays, name)
        state[f"{name}.bias"] = arrays[f"{name}.b"]
    settings = json.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8"))
    state["length_bias"] = np.array(settings["length_bias"], np.float32)
    return {
        name: torch.from_numpy(np.array(value, np.float32, order="C"))
        for name, value in state.items()
    }


def _matrix(arrays: dict[str, FloatArray], name: str) -> FloatArray:
    """Weights [outputs, inputs], from whichever of the three forms the export gave them."""
    values = arrays[f"{name}.w"]
    scales = arrays.get(f"{name}.scale")
    if scales is None:
        return values.T
    if values.ndim == 3:  # blocks of one row share a scale
        blocks = values.astype(np.float32) - 128
        return (blocks * scales.reshape(blocks.shape[0], -1, 1)).reshape(blocks.shape[0], -1)
    return (values.astype(np.float32) * scales).T


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.restore", description=__doc__)
    parser.add_argument("checkpoint", type=Path, help="file to write")
    parser.add_argument("--reader", type=Path, default=reader_folder())
    parser.add_argument("--epoch", type=int, default=2, help="of the data, to go on with")
    arguments = parser.parse_args()
    _, reader = build_models(load_chinese_e5())
    reader.load_state_dict(restored_state(arguments.reader, len(reader.layers)))
    settings = json.loads((arguments.reader / SETTINGS_FILE).read_text(encoding="utf-8"))
    arguments.checkpoint.parent.mkdir(parents=True, exist_ok=True)
    torch.save(
        {
            "reader": reader.state_dict(),
            "optimizer": None,
            "step": 0,
            "seen": int(settings["examples_seen"]),
            "position": [arguments.epoch, 0],
        },
        arguments.checkpoint,
    )


if __name__ == "__main__":
    main()
