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

from qa_engine.adapters.e5_onnx import LOWER_LAYERS, BlockBuilder
from qa_engine.adapters.e5_weights import E5Config, FloatArray

if TYPE_CHECKING:
    import onnx

_EXCLUDED = 1e4


def reader_graph(
    config: E5Config, tensors: Mapping[str, FloatArray], *, int8: bool = True
) -> onnx.ModelProto:
    """Build the graph.

    ``tensors``: layers ``lN.*`` from the first one after the shared ones on, and the heads
    ``borders``, ``left``, ``right`` (rows are outputs), ``verifier.0`` and ``verifier.2``.
    The heads are small and stay in float32.
    """
    from onnx import TensorProto, helper

    builder = BlockBuilder(config, int8=int8)
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
