"""The exported reader as a starting point."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

from qa_engine.adapters.e5_weights import E5Config
from qa_engine.adapters.onnx_reader import MODEL_FILE, SETTINGS_FILE
from qa_engine.adapters.reader_onnx import reader_graph
from training.checkpoints import reader_tensors
from training.model import FROZEN, ReaderModel
from training.restore import restored_state

CONFIG = E5Config(
    hidden=64,
    layers=FROZEN + 2,
    heads=4,
    ffn=128,
    max_positions=16,
    layer_norm_eps=1e-12,
    bos=0,
    pad=1,
    eos=2,
    unk=3,
)


def test_what_was_exported_comes_back_within_int8(tmp_path: Path) -> None:
    """Every weight returns to its place, off by no more than one step of its scale."""
    torch.manual_seed(5)
    reader = ReaderModel(CONFIG.hidden, 2, CONFIG.heads, CONFIG.ffn, CONFIG.layer_norm_eps)
    tensors = reader_tensors(reader)
    (tmp_path / MODEL_FILE).write_bytes(reader_graph(CONFIG, tensors).SerializeToString())
    bias = [float(value) for value in tensors["length_bias"]]
    (tmp_path / SETTINGS_FILE).write_text(json.dumps({"length_bias": bias}), "utf-8")
    found = restored_state(tmp_path, layers=2)
    wanted = reader.state_dict()
    assert found.keys() == wanted.keys()
    for name, value in wanted.items():
        step = float(value.abs().max()) / 63
        assert np.allclose(found[name].numpy(), value.numpy(), atol=step + 1e-6), name
