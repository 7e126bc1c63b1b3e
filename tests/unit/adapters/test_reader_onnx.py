"""The exported graph computes what the trained module computes."""

import numpy as np
import onnxruntime
import pytest
import torch

from qa_engine.adapters.e5_onnx import quantise_rows
from qa_engine.adapters.e5_weights import E5Config
from qa_engine.adapters.reader_onnx import reader_graph
from training.checkpoints import reader_tensors
from training.model import FROZEN, ReaderModel

CONFIG = E5Config(
    hidden=64, layers=FROZEN + 2, heads=4, ffn=128, max_positions=32, layer_norm_eps=1e-12,
    bos=0, pad=1, eos=2, unk=3,
)  # fmt: skip
TOKENS, CONTEXT = 20, 6


@pytest.fixture(scope="module")
def reader() -> ReaderModel:
    torch.manual_seed(1)
    model = ReaderModel(CONFIG.hidden, 2, CONFIG.heads, CONFIG.ffn, CONFIG.layer_norm_eps)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    return model.eval()


def run(reader: ReaderModel, *, int8: bool) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """(what the graph gives, what torch gives), context positions only."""
    hidden = torch.randn(1, TOKENS, CONFIG.hidden, generator=torch.Generator().manual_seed(2))
    mask = torch.ones(1, TOKENS, dtype=torch.bool)
    context = mask.clone()
    context[:, :CONTEXT] = False
    context[:, -1] = False
    with torch.inference_mode():
        expected = [part.numpy() for part in reader(hidden, mask, context)]
    graph = reader_graph(CONFIG, reader_tensors(reader), int8=int8)
    session = onnxruntime.InferenceSession(
        graph.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    feed = {
        "hidden": hidden.numpy(),
        "mask": mask.numpy().astype(np.int32),
        "context": context.numpy().astype(np.float32),
    }
    found = session.run(["start", "end", "left", "right", "verify"], feed)
    kept = context[0].numpy()
    trim = [(part[:, kept] if part.ndim > 1 else part) for part in found]
    return trim, [(part[:, kept] if part.ndim > 1 else part) for part in expected]


def test_the_float32_graph_equals_the_module(reader: ReaderModel) -> None:
    for found, expected in zip(*run(reader, int8=False), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-4)


def test_the_int8_graph_stays_close(reader: ReaderModel) -> None:
    for found, expected in zip(*run(reader, int8=True), strict=True):
        assert np.abs(found - expected).max() < 0.1 * max(1.0, float(np.abs(expected).max()))


def test_blocks_of_weights_are_restored_within_half_a_step() -> None:
    """8 bits around 128, one scale for 64 neighbours."""
    weight = np.random.default_rng(0).normal(size=(5, 128)).astype(np.float32)
    values, scales = quantise_rows(weight)
    steps = scales.reshape(5, 2, 1)
    restored = ((values.astype(np.float32) - 128) * steps).reshape(5, 128)
    error = np.abs(restored - weight).reshape(5, 2, 64)
    # The largest weight of a block with the scale's other sign may be cut by one step.
    assert (error <= np.abs(steps) * 1.001).all()
    assert np.median(error / np.abs(steps)) < 0.5
