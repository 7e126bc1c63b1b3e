"""The reader as a compact torch module: e5's encoder and four small heads.

Embeddings and the first ``FROZEN`` layers stay exactly the retrieval model's, so that at
run time both share them. Heads over the last hidden states: start and end logits; a
low-rank bilinear term and a length bias that score a span as a whole (its borders
together); and a verifier that looks at the first token and at the softly chosen span and
says whether the paragraph answers at all.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from qa_engine.adapters.e5_weights import E5Weights

FROZEN = 4
SPAN_TOKENS = 60
DROPOUT = 0.1  # while training, in the layers that are trained: the data is seen several times
SPAN_RANK = 64
VERIFIER_HIDDEN = 128
MASKED = -1e4


def half_precision() -> bool:
    """Whether the processor multiplies bfloat16 itself; elsewhere it is many times slower."""
    return bool(torch.cpu._is_avx512_bf16_supported())


class Layer(nn.Module):
    """One post-norm BERT layer with fused query, key and value."""

    def __init__(self, hidden: int, heads: int, ffn: int, eps: float, dropout: float = 0.0) -> None:
        super().__init__()
        self.heads = heads
        self.drop = nn.Dropout(dropout)
        self.qkv = nn.Linear(hidden, 3 * hidden)
        self.ao = nn.Linear(hidden, hidden)
        self.aln = nn.LayerNorm(hidden, eps)
        self.fi = nn.Linear(hidden, ffn)
        self.fo = nn.Linear(ffn, hidden)
        self.oln = nn.LayerNorm(hidden, eps)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, tokens, hidden = x.shape
        qkv = self.qkv(x).view(batch, tokens, 3, self.heads, hidden // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        # Written out: the fused kernel's backward pass took two fifths of a step here.
        scores = (q * (hidden // self.heads) ** -0.5) @ k.transpose(-1, -2)
        attended = scores.masked_fill(~mask, MASKED).softmax(-1).to(v.dtype) @ v
        attended = self.ao(attended.transpose(1, 2).reshape(batch, tokens, hidden))
        x = self.aln(x + self.drop(attended))
        out: Tensor = self.oln(x + self.drop(self.fo(F.gelu(self.fi(x)))))
        return out


class Output(NamedTuple):
    """Logits; positions outside the context (but for the first token) are `MASKED`."""

    start: Tensor  # [batch, tokens]
    end: Tensor  # [batch, tokens]
    left: Tensor  # [batch, tokens, SPAN_RANK]
    right: Tensor  # [batch, tokens, SPAN_RANK]
    verify: Tensor  # [batch]


class ReaderModel(nn.Module):
    def __init__(self, hidden: int, layers: int, heads: int, ffn: int, eps: float) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(hidden, heads, ffn, eps, DROPOUT) for _ in range(layers))
        self.borders = nn.Linear(hidden, 2)
        self.left = nn.Linear(hidden, SPAN_RANK)
        self.right = nn.Linear(hidden, SPAN_RANK)
        self.length_bias = nn.Parameter(torch.zeros(SPAN_TOKENS))
        self.verifier = nn.Sequential(
            nn.Linear(3 * hidden, VERIFIER_HIDDEN), nn.GELU(), nn.Linear(VERIFIER_HIDDEN, 1)
        )
        for head in (self.borders, self.left, self.right):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, x: Tensor, mask: Tensor, context: Tensor) -> Output:
        """``x``: lower hidden states; ``mask``, ``context``: bool [batch, tokens]."""
        attention = mask[:, None, None, :]
        for layer in self.layers:
            x = layer(x, attention)
        allowed = context.clone()
        allowed[:, 0] = True
        borders = self.borders(x).float().masked_fill(~allowed[..., None], MASKED)
        start, end = borders.unbind(-1)
        x = x.float()
        with torch.autocast("cpu", enabled=False):
            first = start.detach().masked_fill(~context, MASKED).softmax(-1)
            last = end.detach().masked_fill(~context, MASKED).softmax(-1)
            pooled = torch.cat(
                [
                    x[:, 0],
                    torch.einsum("bt,bth->bh", first, x),
                    torch.einsum("bt,bth->bh", last, x),
                ],
                dim=-1,
            )
            verify = self.verifier(pooled).squeeze(-1)
            left, right = self.left(x), self.right(x)
        return Output(start, end, left, right, verify)

    def span_logits(self, output: Output, context: Tensor) -> Tensor:
        """[batch, tokens, tokens]: (i, j) is the span from token i to j; (0, 0) is none."""
        tokens = output.start.shape[1]
        pair = output.left @ output.right.transpose(1, 2) / SPAN_RANK**0.5
        position = torch.arange(tokens)
        length = position[None, :] - position[:, None]
        band = (length >= 0) & (length < SPAN_TOKENS)
        pair = pair + self.length_bias[length.clamp(0, SPAN_TOKENS - 1)]
        pair = pair + output.start[:, :, None] + output.end[:, None, :]
        valid = context[:, :, None] & context[:, None, :] & band
        valid[:, 0, 0] = True
        masked: Tensor = pair.masked_fill(~valid, MASKED)
        return masked


class LowerModel(nn.Module):
    """Embeddings and the first `FROZEN` layers of the retrieval model; never trained."""

    def __init__(self, weights: E5Weights) -> None:
        super().__init__()
        config = weights.config
        tensors = {name: torch.from_numpy(value) for name, value in weights.tensors.items()}
        self.word = nn.Embedding(len(weights.pieces), config.hidden, _weight=tensors["emb.word"])
        self.position = nn.Parameter(tensors["emb.pos"] + tensors["emb.type"][0])
        self.norm = nn.LayerNorm(config.hidden, config.layer_norm_eps)
        self.norm.weight.data.copy_(tensors["emb.ln.w"])
        self.norm.bias.data.copy_(tensors["emb.ln.b"])
        self.layers = nn.ModuleList(
            Layer(config.hidden, config.heads, config.ffn, config.layer_norm_eps)
            for _ in range(FROZEN)
        )
        for index, layer in enumerate(self.layers):
            load_layer(layer, weights, index)
        self.requires_grad_(False)

    @torch.no_grad()
    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        x: Tensor = self.norm(self.word(ids) + self.position[: ids.shape[1]])
        attention = mask[:, None, None, :]
        for layer in self.layers:
            x = layer(x, attention)
        return x


def load_layer(layer: nn.Module, weights: E5Weights, index: int) -> None:
    """Copy layer ``index`` of the retrieval model into ``layer``."""
    tensors = weights.tensors
    state = {
        f"qkv.{kind}": np.concatenate([tensors[f"l{index}.{part}.{suffix}"] for part in "qkv"])
        for kind, suffix in (("weight", "w"), ("bias", "b"))
    }
    for name in ("ao", "aln", "fi", "fo", "oln"):
        state[f"{name}.weight"] = tensors[f"l{index}.{name}.w"]
        state[f"{name}.bias"] = tensors[f"l{index}.{name}.b"]
    layer.load_state_dict({name: torch.from_numpy(value) for name, value in state.items()})


def build_models(weights: E5Weights) -> tuple[LowerModel, ReaderModel]:
    """The frozen half, and the half to be trained, started from the retrieval model."""
    config = weights.config
    reader = ReaderModel(
        config.hidden, config.layers - FROZEN, config.heads, config.ffn, config.layer_norm_eps
    )
    for index, layer in enumerate(reader.layers):
        load_layer(layer, weights, FROZEN + index)
    return LowerModel(weights), reader
