"""A trained checkpoint → tensors named like the retrieval model's, and the heads'."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from qa_engine.adapters.e5_weights import E5Weights, FloatArray, build_tokenizer, load_chinese_e5
from training.model import FROZEN, LowerModel, ReaderModel, build_models, half_precision


def load_reader(path: Path) -> tuple[LowerModel, ReaderModel, int]:
    """(frozen half, trained half, examples seen)."""
    weights = load_chinese_e5()
    lower, reader = build_models(weights)
    state = torch.load(path, weights_only=True)
    reader.load_state_dict(state["reader"])
    if half_precision():
        lower.bfloat16()
    return lower, reader.eval(), int(state["seen"])


def reader_tensors(reader: ReaderModel) -> dict[str, FloatArray]:
    """Layers as ``lN.q.w`` … (N from `FROZEN` on), heads as ``borders.w`` … , all float32."""
    tensors: dict[str, FloatArray] = {}
    state = {name: value.float().numpy() for name, value in reader.state_dict().items()}
    suffixes = {"weight": "w", "bias": "b"}
    for name, value in state.items():
        parts = name.split(".")
        if parts[0] == "layers":
            layer, module, suffix = f"l{int(parts[1]) + FROZEN}", parts[2], suffixes[parts[3]]
            if module == "qkv":
                for part, third in zip("qkv", np.split(value, 3), strict=True):
                    tensors[f"{layer}.{part}.{suffix}"] = np.ascontiguousarray(third)
            else:
                tensors[f"{layer}.{module}.{suffix}"] = value
        elif parts[-1] in suffixes:
            tensors[".".join(parts[:-1]) + "." + suffixes[parts[-1]]] = value
        else:
            tensors[name] = value
    return tensors


def reader_tokenizer(weights: E5Weights | None = None) -> object:
    """The tokenizer that the reader is trained with."""
    return build_tokenizer(weights or load_chinese_e5(), hard=True)
