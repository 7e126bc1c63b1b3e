"""The default model's upper layers as trained for office questions (`training/retriever.py`).

What training changed is kept as two narrow matrices for each wide one (Hu et al. 2022, "LoRA":
W + up · down), a few per cent of its size, and is added once, when the model is converted.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from qa_engine.adapters.e5_weights import E5Weights

CHANGES_FILE = "changes.safetensors"
CARD_FILE = "encoder.json"  # how they were made


def changes_folder() -> Path:
    """Where the package keeps what training changed."""
    return Path(__file__).parents[1] / "data" / "encoder"


def tuned(weights: E5Weights, folder: Path | None = None) -> E5Weights:
    """The weights with the changes added; ``weights`` is left as it is.

    Raises KeyError, ValueError when the changes belong to another model."""
    from safetensors.numpy import load_file

    changes = load_file((folder or changes_folder()) / CHANGES_FILE)
    tensors = dict(weights.tensors)
    for name, up in changes.items():
        matrix, _, side = name.rpartition(".")
        if side != "up":
            continue
        down = changes[f"{matrix}.down"].astype(np.float32)
        tensors[f"{matrix}.w"] = tensors[f"{matrix}.w"] + up.astype(np.float32) @ down
    return replace(weights, tensors=tensors)
