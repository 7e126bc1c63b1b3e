"""The reader's own graph: the trained upper layers and the heads over them.

Inputs: ``hidden`` float32 [batch, tokens, hidden] from the retrieval model's lower graph,
``mask`` int32 [batch, tokens] (1 for tokens), ``context`` float32 [batch, tokens] (1 for
tokens of the text that is read). Outputs as in `reader_spans.WindowLogits`: ``start``,
``end`` [batch, tokens], ``left``, ``right`` [batch, tokens, rank], ``verify`` [batch].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from qa_engine.adapters.e5_onnx import LOWER_LAYERS, GraphBuilder
from qa_engine.adapters.e5_weights import E5Config, FloatArray

if TYPE_CHECKING:
    import onnx

_EXCLUDED = 1e4
_BLOCK = 64  # weights, and activations, that share a scale


class ReaderBuilder(GraphBuilder):
    """Like the encoder's builder, but the second matrix of a layer's feed-forward part is
    multiplied block by block.

    Its inputs (GELU outputs) have a few values far larger than the rest, so one scale for
    the whole tensor loses what decides between neighbouring spans. With one scale per 64
    activations, nineteen of twenty best spans are those of float32 (of eight in ten
    before), for a fifth more time; doing so in every matrix gains little more.
    """

    def linear(self, name: str, weight: FloatArray, bias: FloatArray | None, value: str) -> str:
        if not self.int8 or not name.endswith(".fo"):
            return super().linear(name, weight, bias, value)
        values, scales = quantise_rows(weight)
        inputs = [
            value,
            self.constant(name + ".w", values),
            self.constant(name + ".scale", scales),
        ]
        if bias is not None:
            inputs += ["", "", self.constant(name + ".b", bias)]
        outputs, features = weight.shape
        return self.node(
            "MatMulNBits",
            inputs,
            "com.microsoft",
            K=features,
            N=outputs,
            bits=8,
            block_size=_BLOCK,
            accuracy_level=4,  # int8 activations, one scale a block
        )


def quantise_rows(weight: FloatArray) -> tuple[npt.NDArray[np.uint8], FloatArray]:
    """8 bits around 128 in blocks of 64 along each row: values [rows, blocks, 64], scales.

    ``weight ≈ (values - 128) * scale``; the number of columns is a multiple of 64.
    """
    blocks = weight.reshape(len(weight), -1, _BLOCK)
    place = np.abs(blocks).argmax(axis=2, keepdims=True)
    scales = (np.take_along_axis(blocks, place, axis=2) / -128).astype(np.float32)
    safe = np.where(scales == 0, 1, scales)
    values = np.clip(np.rint(blocks / safe), -128, 127) + 128
    return values.astype(np.uint8), scales.reshape(-1)


def reader_graph(
    config: E5Config, tensors: Mapping[str, FloatArray], *, int8: bool = True
) -> onnx.ModelProto:
    """Build the graph.

    ``tensors``: layers ``lN.*`` from the first one after the shared ones on, and the heads
    ``borders``, ``left``, ``right`` (rows are outputs), ``verifier.0`` and ``verifier.2``.
    The heads are small and stay in float32.
    """
    from onnx import TensorProto, helper

    builder = ReaderBuilder(config, int8=int8)
    hidden = "hidden"
    for number in range(LOWER_LAYERS, config.layers):
        hidden = builder.layer(tensors, number, hidden, "mask")
    builder.int8 = False
    borders = builder.linear("borders", tensors["borders.w"], tensors["borders.b"], hidden)
    axis = builder.constant("last_axis", np.array([-1], np.int64))
    for index, name in enumerate(("start", "end")):
        at = builder.constant(f"{name}.at", np.array([index], np.int64))
        column = builder.node("Gather", [borders, at], axis=-1)
        builder.node("Squeeze", [column, axis], output=name)
    for name in ("left", "right"):
        product = builder.node(
            "MatMul", [hidden, builder.constant(f"{name}.w", tensors[f"{name}.w"].T)]
        )
        builder.node(
            "Add", [product, builder.constant(f"{name}.b", tensors[f"{name}.b"])], output=name
        )

    # The verifier sees the first token and the text, weighted by both border softmaxes.
    one = builder.constant("one.float", np.array([1], np.float32))
    penalty = builder.constant("penalty", np.array([_EXCLUDED], np.float32))
    outside = builder.node("Mul", [builder.node("Sub", ["context", one]), penalty])
    first = builder.constant("first", np.array([0], np.int64))
    row_axis = builder.constant("row_axis", np.array([1], np.int64))
    seen = [builder.node("Squeeze", [builder.node("Gather", [hidden, first], axis=1), row_axis])]
    for name in ("start", "end"):
        weights = builder.node("Softmax", [builder.node("Add", [name, outside])], axis=-1)
        row = builder.node("Unsqueeze", [weights, row_axis])
        seen.append(builder.node("Squeeze", [builder.node("MatMul", [row, hidden]), row_axis]))
    pooled = builder.node("Concat", seen, axis=-1)
    inner = builder.linear("verifier.0", tensors["verifier.0.w"], tensors["verifier.0.b"], pooled)
    active = builder.node("Gelu", [inner])
    logit = builder.linear("verifier.2", tensors["verifier.2.w"], tensors["verifier.2.b"], active)
    builder.node("Squeeze", [logit, axis], output="verify")

    rank = len(tensors["left.b"])
    shapes = {"start": (), "end": (), "left": (rank,), "right": (rank,)}
    float32, int32 = TensorProto.FLOAT, TensorProto.INT32
    inputs = [
        helper.make_tensor_value_info("hidden", float32, ["batch", "tokens", config.hidden]),
        helper.make_tensor_value_info("mask", int32, ["batch", "tokens"]),
        helper.make_tensor_value_info("context", float32, ["batch", "tokens"]),
    ]
    outputs = [
        helper.make_tensor_value_info(name, float32, ["batch", "tokens", *shape])
        for name, shape in shapes.items()
    ]
    outputs.append(helper.make_tensor_value_info("verify", float32, ["batch"]))
    return builder.model(inputs, outputs, "reader")
