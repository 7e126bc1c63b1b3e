"""A network of the default model's shape, small enough to check by hand."""

from __future__ import annotations

import numpy as np

from qa_engine.adapters.e5_weights import E5Config, E5Weights

PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁", *"甲乙丙丁戊己庚辛查询:", "<mask>")


def tiny_weights(seed: int = 0, hidden: int = 64, layers: int = 3) -> E5Weights:
    """Random weights; the same for the same arguments."""
    random = np.random.default_rng(seed)
    config = E5Config(hidden, layers, 4, 2 * hidden, 32, 1e-12, 0, 1, 2, 3)

    def array(*shape: int, spread: float = 0.2) -> np.ndarray:
        return random.normal(0, spread, shape).astype(np.float32)

    def norm(name: str) -> dict[str, np.ndarray]:
        return {f"{name}.w": 1 + array(hidden), f"{name}.b": array(hidden)}

    tensors = {
        "emb.word": array(len(PIECES), hidden, spread=1),
        "emb.pos": array(config.max_positions, hidden),
        "emb.type": array(2, hidden),
        **norm("emb.ln"),
    }
    for number in range(layers):
        p = f"l{number}."
        for part in ("q", "k", "v", "ao"):
            tensors |= {f"{p}{part}.w": array(hidden, hidden), f"{p}{part}.b": array(hidden)}
        tensors |= {f"{p}fi.w": array(config.ffn, hidden), f"{p}fi.b": array(config.ffn)}
        tensors |= {f"{p}fo.w": array(hidden, config.ffn), f"{p}fo.b": array(hidden)}
        tensors |= norm(f"{p}aln") | norm(f"{p}oln")
    return E5Weights(config, tensors, PIECES, tuple(-float(i) for i in range(len(PIECES))))
