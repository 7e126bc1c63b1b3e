"""The graphs compute the network that the tensors describe."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tiny_e5 import tiny_weights

from qa_engine.adapters.e5_onnx import lower_graph, quantise_blocks, quantise_columns, upper_graph
from qa_engine.adapters.e5_weights import E5Weights

IDS = np.array([[0, 5, 6, 7, 2], [0, 9, 2, 1, 1]], np.int32)
MASK = np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]], np.int32)

_erf = np.vectorize(math.erf)


def _norm(w: E5Weights, name: str, x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    centred = x - x.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + w.config.layer_norm_eps)
    return scaled * w.tensors[f"{name}.w"] + w.tensors[f"{name}.b"]


def _linear(w: E5Weights, name: str, x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return x @ w.tensors[f"{name}.w"].T + w.tensors[f"{name}.b"]


def reference(w: E5Weights, ids: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    """BERT by the book for one unpadded text (Devlin et al. 2019), then its mean, length 1."""
    t, heads = w.tensors, w.config.heads
    x = t["emb.word"][ids] + t["emb.pos"][: len(ids)] + t["emb.type"][0]
    x = _norm(w, "emb.ln", x.astype(np.float64))
    for number in range(w.config.layers):
        p = f"l{number}."
        q, k, v = (
            _linear(w, p + part, x).reshape(len(ids), heads, -1).swapaxes(0, 1) for part in "qkv"
        )
        scores = np.exp(q @ k.swapaxes(1, 2) / math.sqrt(q.shape[-1]))
        mixed = (scores / scores.sum(-1, keepdims=True)) @ v
        attended = _linear(w, p + "ao", mixed.swapaxes(0, 1).reshape(len(ids), -1))
        x = _norm(w, p + "aln", x + attended)
        inner = _linear(w, p + "fi", x)
        x = _norm(w, p + "oln", x + _linear(w, p + "fo", inner * (1 + _erf(inner / 2**0.5)) / 2))
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)


def run(
    model: onnx.ModelProto, feed: dict[str, npt.NDArray[np.generic]]
) -> npt.NDArray[np.float32]:
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    found: npt.NDArray[np.float32] = session.run(None, feed)[0]
    return found


def embed(w: E5Weights, *, split: int = 1, int8: bool) -> npt.NDArray[np.float32]:
    hidden = run(
        lower_graph(w, layers=split, int8=int8), {"input_ids": IDS, "attention_mask": MASK}
    )
    return run(upper_graph(w, first=split, int8=int8), {"hidden": hidden, "attention_mask": MASK})


def test_the_float_graphs_compute_bert() -> None:
    """Both graphs in a row give what a plain numpy BERT gives; padding changes nothing."""
    weights = tiny_weights()
    expected = np.stack([reference(weights, IDS[0]), reference(weights, IDS[1, :3])])
    np.testing.assert_allclose(embed(weights, int8=False), expected, atol=2e-5)


def test_the_split_may_be_anywhere() -> None:
    """Wherever the layers are divided, the result is the same."""
    weights = tiny_weights(1)
    for split in (0, 2, 3):
        np.testing.assert_allclose(
            embed(weights, split=split, int8=False), embed(weights, int8=False), atol=1e-6
        )


def test_int8_stays_close() -> None:
    """The int8 graphs give nearly the same directions."""
    weights = tiny_weights(2)
    cosines = (embed(weights, int8=True) * embed(weights, int8=False)).sum(1)
    assert cosines.min() > 0.98


@given(arrays(np.float32, (8, 5), elements=st.floats(-4, 4, width=32)))
def test_a_column_is_stored_to_half_a_step(matrix: npt.NDArray[np.float32]) -> None:
    """No weight moves by more than half a quantisation step of its column, and all stay
    within 7 bits, where no x86 kernel saturates."""
    values, scales = quantise_columns(matrix)
    assert np.abs(values).max() <= 64
    assert (np.abs(values * scales - matrix) <= scales * 0.5001 + 1e-29).all()


@given(
    arrays(np.int8, (3, 64), elements=st.integers(-7, 7)),
    arrays(np.float16, (3, 2, 1), elements=st.floats(-2, 2, width=16).filter(lambda x: x != 0)),
)
def test_tables_stored_in_blocks_come_back_exactly(
    nibbles: npt.NDArray[np.int8], scales: npt.NDArray[np.float16]
) -> None:
    """A table that was stored as 4-bit blocks is stored again without any loss."""
    nibbles = nibbles.reshape(3, 2, 32)
    nibbles[:, :, 0] = -8  # the format gives −8 to the weight of largest magnitude
    table = (nibbles * scales.astype(np.float32)).reshape(3, 64)
    values, found = quantise_blocks(table)
    np.testing.assert_array_equal(
        (values.reshape(3, 2, 32) * found[:, :, None]).reshape(3, 64), table
    )
