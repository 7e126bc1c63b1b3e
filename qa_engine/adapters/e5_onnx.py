"""The network as ONNX graphs, written straight from numpy tensors (no torch).

Attention is onnxruntime's fused operator (domain ``com.microsoft``). With ``int8=True``
every matrix is stored as int8 with one scale a column and multiplied by activations that
are quantised on the fly (uint8, one scale a tensor), and the embedding table is stored in
4 bits, exactly as the model file has it.

The retrieval model is two graphs that run one after the other: ``lower`` (embeddings and
the first layers) gives hidden states, ``upper`` turns them into sentence vectors. Another
head on the same frozen lower layers only needs its own upper graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from qa_engine.adapters.e5_weights import E5Config, E5Weights, FloatArray

if TYPE_CHECKING:
    import onnx

LOWER_LAYERS = 4
HIDDEN = "hidden"
MASK = "attention_mask"
EMBEDDING = "embedding"
_OPSET = 21  # 4-bit tensors; Gelu needs 20
_IR_VERSION = 10
_MICROSOFT = "com.microsoft"
_BLOCK = 32  # weights that share a scale in the model file
_SHARING = 64  # weights, and activations, of a block that share a scale
# Weights take 7 of 8 bits: without VNNI (before 2019 or so) x86 adds two uint8 × int8
# products in 16 bits, which saturate silently with the full range.
_INT8_RANGE = 63.5
_TINY = 1e-30  # columns smaller than this are zero


class GraphBuilder:
    """Collects nodes and initialisers; its methods add a part and return its output's name."""

    def __init__(self, config: E5Config, *, int8: bool = True) -> None:
        self.config = config
        self.int8 = int8
        self.nodes: list[onnx.NodeProto] = []
        self.initialisers: list[onnx.TensorProto] = []
        self._names = 0

    def node(
        self, op: str, inputs: Sequence[str], domain: str = "", output: str = "", **attributes: Any
    ) -> str:
        """Add a node with one output; ``output`` names it (else it is numbered)."""
        from onnx import helper

        self._names += 1
        output = output or f"{op}_{self._names}"
        self.nodes.append(
            helper.make_node(op, list(inputs), [output], domain=domain, name=output, **attributes)
        )
        return output

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        from onnx import numpy_helper

        if name not in {tensor.name for tensor in self.initialisers}:
            array = np.ascontiguousarray(value)
            self.initialisers.append(numpy_helper.from_array(array, name))
        return name

    def embeddings(self, tensors: Mapping[str, FloatArray], ids: str) -> str:
        """Token ids [batch, tokens] → normalised embeddings [batch, tokens, hidden]."""
        words = self._word_rows(tensors["emb.word"], ids)
        # There is only one kind of segment, so its embedding belongs to every position.
        positions = self.constant("emb.pos", tensors["emb.pos"] + tensors["emb.type"][0])
        tokens = self.node("Shape", [ids], start=1, end=2)
        zero = self.constant("zero", np.array([0], np.int64))
        rows = self.node("Slice", [positions, zero, tokens, zero])
        return self.add_and_norm(tensors, "emb.ln", words, rows)

    def layer(self, tensors: Mapping[str, FloatArray], number: int, hidden: str, mask: str) -> str:
        """One post-norm transformer layer; ``mask`` is int32 [batch, tokens], 1 for tokens."""
        p = f"l{number}."
        attended = self.attention(tensors, p, hidden, mask)
        projected = self.linear(p + "ao", tensors[p + "ao.w"], tensors[p + "ao.b"], attended)
        normed = self.add_and_norm(tensors, p + "aln", projected, hidden)
        inner = self.linear(p + "fi", tensors[p + "fi.w"], tensors[p + "fi.b"], normed)
        active = self.node("Gelu", [inner])
        outer = self.linear(p + "fo", tensors[p + "fo.w"], tensors[p + "fo.b"], active)
        return self.add_and_norm(tensors, p + "oln", outer, normed)

    def attention(
        self, tensors: Mapping[str, FloatArray], prefix: str, hidden: str, mask: str
    ) -> str:
        weight = np.concatenate([tensors[f"{prefix}{part}.w"] for part in "qkv"]).T
        bias = np.concatenate([tensors[f"{prefix}{part}.b"] for part in "qkv"])
        name = f"{prefix}qkv"
        bias_name = self.constant(name + ".b", bias)
        heads = self.config.heads
        if not self.int8:
            inputs = [hidden, self.constant(name + ".w", weight), bias_name, mask]
            return self.node("Attention", inputs, _MICROSOFT, num_heads=heads)
        values, scales = quantise_columns(weight)
        quantised, scale, zero = self.quantised_activation(hidden)
        inputs = [
            quantised,
            self.constant(name + ".w", values),
            bias_name,
            scale,
            self.constant(name + ".scale", scales),
            mask,
            zero,
            self.constant(name + ".zero", np.zeros(len(scales), np.int8)),
        ]
        return self.node("QAttention", inputs, _MICROSOFT, num_heads=heads)

    def quantised_activation(self, value: str) -> tuple[str, str, str]:
        from onnx import helper

        self._names += 1
        outputs = [f"{value}_{part}" for part in ("uint8", "scale", "zero")]
        self.nodes.append(
            helper.make_node("DynamicQuantizeLinear", [value], outputs, name=outputs[0])
        )
        return outputs[0], outputs[1], outputs[2]

    def linear(self, name: str, weight: FloatArray, bias: FloatArray | None, value: str) -> str:
        """``value @ weight.T + bias``, ``weight`` [outputs, inputs] as in the model file."""
        if self.int8:
            values, scales = quantise_columns(weight.T)
            inputs = [
                value,
                self.constant(name + ".w", values),
                self.constant(name + ".scale", scales),
                self.constant(name + ".zero", np.zeros(len(scales), np.int8)),
            ]
            if bias is not None:
                inputs.append(self.constant(name + ".b", bias))
            return self.node("DynamicQuantizeMatMul", inputs, _MICROSOFT)
        product = self.node("MatMul", [value, self.constant(name + ".w", weight.T)])
        if bias is None:
            return product
        return self.node("Add", [product, self.constant(name + ".b", bias)])

    def add_and_norm(
        self, tensors: Mapping[str, FloatArray], prefix: str, value: str, skip: str
    ) -> str:
        """LayerNorm(value + skip).

        LayerNorm is RMSNorm of the centred values. onnxruntime's RMSNorm is vectorised,
        its LayerNorm is not: in these five steps it takes a fifth of the time.
        """
        scale = self.constant(prefix + ".w", tensors[prefix + ".w"])
        bias = self.constant(prefix + ".b", tensors[prefix + ".b"])
        epsilon = self.config.layer_norm_eps
        summed = self.node("Add", [value, skip])
        if not self.int8:  # operators of the standard only
            return self.node("LayerNormalization", [summed, scale, bias], axis=-1, epsilon=epsilon)
        hidden = self.config.hidden
        column = self.constant("mean", np.full((hidden, 1), 1 / hidden, np.float32))
        centred = self.node("Sub", [summed, self.node("MatMul", [summed, column])])
        scaled = self.node(
            "SimplifiedLayerNormalization", [centred, scale], axis=-1, epsilon=epsilon
        )
        return self.node("Add", [scaled, bias])

    def mean_pooled(self, hidden: str, mask: str) -> str:
        """Mean over the tokens that ``mask`` keeps, scaled to length 1: [batch, hidden]."""
        from onnx import TensorProto

        weights = self.node("Cast", [mask], to=TensorProto.FLOAT)
        one = self.constant("one", np.array([1], np.int64))
        row = self.node("Unsqueeze", [weights, one])  # [batch, 1, tokens]
        # The sum is as good as the mean: its length is set to 1 anyway.
        total = self.node("Squeeze", [self.node("MatMul", [row, hidden]), one])
        return self.node("LpNormalization", [total], axis=-1, p=2, output=EMBEDDING)

    def model(self, inputs: Sequence[Any], outputs: Sequence[Any], name: str) -> onnx.ModelProto:
        from onnx import helper

        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.initialisers)
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_MICROSOFT, 1)]
        return helper.make_model(
            graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="qa-engine"
        )

    def _word_rows(self, table: FloatArray, ids: str) -> str:
        from onnx import TensorProto, helper

        if not self.int8:
            return self.node("Gather", [self.constant("emb.word", table), ids])
        values, scales = quantise_blocks(table)
        packed = (values[:, 0::2] & 0x0F) | ((values[:, 1::2] & 0x0F) << 4)
        self.initialisers.append(
            helper.make_tensor(
                "emb.word",
                TensorProto.INT4,
                table.shape,
                packed.astype(np.uint8).tobytes(),
                raw=True,
            )
        )
        return self.node(
            "GatherBlockQuantized",
            ["emb.word", ids, self.constant("emb.word.scale", scales)],
            _MICROSOFT,
            gather_axis=0,
            quantize_axis=1,
            block_size=_BLOCK,
        )


class BlockBuilder(GraphBuilder):
    """Like the plain builder, but the second matrix of a layer's feed-forward part is
    multiplied block by block: for the layers that were trained further.

    Its inputs (GELU outputs) have a few values far larger than the rest, so one scale for
    the whole tensor loses what decides between neighbouring spans. With one scale per 64
    activations, nineteen of twenty of the reader's best spans are those of float32 (of eight in
    ten before), for a fifth more time; doing so in every matrix gains little more.
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
            _MICROSOFT,
            K=features,
            N=outputs,
            bits=8,
            block_size=_SHARING,
            accuracy_level=4,  # int8 activations, one scale a block
        )


def lower_graph(
    weights: E5Weights, *, layers: int = LOWER_LAYERS, int8: bool = True
) -> onnx.ModelProto:
    """``input_ids``, ``attention_mask`` int32 [batch, tokens] → ``hidden`` [batch, tokens, hidden]
    after the embeddings and the first ``layers`` layers."""
    builder = GraphBuilder(weights.config, int8=int8)
    hidden = builder.embeddings(weights.tensors, "input_ids")
    for number in range(layers):
        hidden = builder.layer(weights.tensors, number, hidden, MASK)
    builder.node("Identity", [hidden], output=HIDDEN)
    return builder.model(
        [tokens_input("input_ids"), tokens_input(MASK)],
        [hidden_value(weights.config)],
        "e5-lower",
    )


def upper_graph(
    weights: E5Weights, *, first: int = LOWER_LAYERS, int8: bool = True
) -> onnx.ModelProto:
    """``hidden``, ``attention_mask`` → ``embedding`` [batch, hidden], unit length: layers
    from ``first`` on, then the mean over the tokens."""
    from onnx import TensorProto, helper

    builder = BlockBuilder(weights.config, int8=int8)
    hidden = HIDDEN
    for number in range(first, weights.config.layers):
        hidden = builder.layer(weights.tensors, number, hidden, MASK)
    embedding = builder.mean_pooled(hidden, MASK)
    return builder.model(
        [hidden_value(weights.config), tokens_input(MASK)],
        [
            helper.make_tensor_value_info(
                embedding, TensorProto.FLOAT, ["batch", weights.config.hidden]
            )
        ],
        "e5-upper",
    )


def tokens_input(name: str) -> onnx.ValueInfoProto:
    from onnx import TensorProto, helper

    return helper.make_tensor_value_info(name, TensorProto.INT32, ["batch", "tokens"])


def hidden_value(config: E5Config) -> onnx.ValueInfoProto:
    from onnx import TensorProto, helper

    return helper.make_tensor_value_info(
        HIDDEN, TensorProto.FLOAT, ["batch", "tokens", config.hidden]
    )


def quantise_columns(matrix: FloatArray) -> tuple[npt.NDArray[np.int8], FloatArray]:
    """Symmetric int8, one scale a column: ``matrix ≈ values * scales``."""
    largest = np.abs(matrix).max(axis=0)
    scales = np.where(largest > _TINY, largest / _INT8_RANGE, 1).astype(np.float32)
    return np.rint(matrix / scales).astype(np.int8), scales


def quantise_blocks(table: FloatArray) -> tuple[npt.NDArray[np.int8], FloatArray]:
    """4 bits (−8 … 7) in blocks of 32 along each row; exact for tables that were so stored."""
    blocks = table.reshape(len(table), -1, _BLOCK)
    # In the file's format the weight of largest magnitude is −8 times the (signed) scale.
    place = np.abs(blocks).argmax(axis=2, keepdims=True)
    largest = np.take_along_axis(blocks, place, axis=2)
    scales = (largest / -8).astype(np.float32)
    safe = np.where(scales == 0, 1, scales)
    values = np.clip(np.rint(blocks / safe), -8, 7).astype(np.int8)
    return values.reshape(table.shape), scales[:, :, 0]


def quantise_rows(weight: FloatArray) -> tuple[npt.NDArray[np.uint8], FloatArray]:
    """8 bits around 128 in blocks of 64 along each row: values [rows, blocks, 64], scales.

    ``weight ≈ (values - 128) * scale``; the number of columns is a multiple of 64.
    """
    blocks = weight.reshape(len(weight), -1, _SHARING)
    place = np.abs(blocks).argmax(axis=2, keepdims=True)
    scales = (np.take_along_axis(blocks, place, axis=2) / -128).astype(np.float32)
    safe = np.where(scales == 0, 1, scales)
    values = np.clip(np.rint(blocks / safe), -128, 127) + 128
    return values.astype(np.uint8), scales.reshape(-1)
