"""The default model as a genuine sentence-transformers folder, written without torch.

The files follow the long-standing layout (modules.json, 1_Pooling, 2_Normalize …) that
every sentence-transformers release reads.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from qa_engine.adapters.e5_weights import MASK_PIECE, E5Weights, FloatArray, build_tokenizer

# encode_query() takes "query", encode_document() takes "document" and silently adds
# nothing when it is missing; "passage" is what the model's authors call it.
PROMPTS = {"query": "query: ", "document": "passage: ", "passage": "passage: "}

_BERT_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_SUFFIXES = {"w": "weight", "b": "bias"}


def write_sentence_transformers(folder: Path, say: Callable[[str], None]) -> None:
    """Fill an empty folder. Raises ModelError when the source package is missing."""
    from safetensors.numpy import save_file

    from qa_engine.adapters.model_store import load_weights

    weights = load_weights()
    say("写入 sentence-transformers 文件夹（fp32）…")
    save_file(bert_tensors(weights), folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)  # like the others: a cache may be shared
    build_tokenizer(weights).save(str(folder / "tokenizer.json"), pretty=False)
    for name, content in _configs(weights).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        text = json.dumps(content, ensure_ascii=False, indent=2)
        path.write_text(text + "\n", encoding="utf-8")


def bert_tensors(weights: E5Weights) -> dict[str, FloatArray]:
    """The tensors under the names that transformers' BertModel gives them."""
    tensors: dict[str, FloatArray] = {}
    for name, value in weights.tensors.items():
        tensors[_bert_name(name)] = np.ascontiguousarray(value, dtype=np.float32)
    # The pooler is not used; loaders complain when it is missing.
    hidden = weights.config.hidden
    tensors["pooler.dense.weight"] = np.zeros((hidden, hidden), np.float32)
    tensors["pooler.dense.bias"] = np.zeros(hidden, np.float32)
    return tensors


def _bert_name(name: str) -> str:
    if name in _EMBEDDING_NAMES:
        return _EMBEDDING_NAMES[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{_BERT_NAMES[part]}.{_SUFFIXES[kind]}"


def _configs(weights: E5Weights) -> dict[str, Any]:
    config = weights.config
    special = {
        "bos_token": weights.pieces[config.bos],
        "cls_token": weights.pieces[config.bos],
        "eos_token": weights.pieces[config.eos],
        "sep_token": weights.pieces[config.eos],
        "pad_token": weights.pieces[config.pad],
        "unk_token": weights.pieces[config.unk],
    }
    if MASK_PIECE in weights.pieces:
        special["mask_token"] = MASK_PIECE
    module = "sentence_transformers.models."
    return {
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": module + "Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": module + "Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": module + "Normalize"},
        ],
        "config_sentence_transformers.json": {
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "sentence_bert_config.json": {
            "max_seq_length": config.max_positions,
            "do_lower_case": False,
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": config.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
        },
        "2_Normalize/config.json": {},
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",
            "hidden_act": "gelu",
            "hidden_size": config.hidden,
            "intermediate_size": config.ffn,
            "layer_norm_eps": 1e-12,
            "max_position_embeddings": config.max_positions,
            "num_attention_heads": config.heads,
            "num_hidden_layers": config.layers,
            "pad_token_id": config.pad,
            "type_vocab_size": len(weights.tensors["emb.type"]),
            "vocab_size": len(weights.pieces),
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": config.max_positions,
            **special,
        },
        "special_tokens_map.json": special,
    }
