"""Train the retrieval model: ``python -m training.retriever --data FOLDER --out RUN --minutes 40``.

The upper layers of multilingual-e5-small learn changes of low rank (Hu et al. 2022, "LoRA") so
that a question lies nearest to the pieces of text that answer it: cross-entropy over the right
piece and the wrong ones of the batch (van den Oord et al. 2018, "InfoNCE"), one of them for each
question from its own paragraph or document or alike in words. The lower layers, which the reader
shares, stay as they are.

``last.pt`` is written every five minutes and at the end; ``--resume`` goes on from one, at its
place in the data, with a new warm-up.
``--export`` writes a checkpoint's changes to ``qa_engine/data/encoder/``.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from qa_engine.adapters.e5_tuned import CARD_FILE, CHANGES_FILE, changes_folder
from qa_engine.adapters.e5_weights import E5Weights, build_tokenizer, load_chinese_e5
from qa_engine.adapters.onnx_encoder import PASSAGE_PREFIX, QUESTION_PREFIX
from training.corpora import load_corpora
from training.documents import load_documents
from training.model import FROZEN, Layer, LowerModel, half_precision, load_layer
from training.pairs import Asked, Pieces, alike, epoch_of, trained_on
from training.written import load_encyclopaedia, load_office

RANK = 16
PEAK = 4e-4
BATCH = 48
TEMPERATURE = 0.03
WARM_UP = 40  # steps
DECAY = 0.6  # of the run, at its end
QUESTION_TOKENS, PASSAGE_TOKENS, READ_TOKENS = 64, 160, 256
DOCUMENT_TIMES = 2  # an epoch
GROUPS = 4  # of a batch's pieces, by length
SAVE_SECONDS = 300
# Of what was learned, how much is kept at export: between the weights before and after lies what
# does best elsewhere (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").
SHARE = 0.85
_MATRICES = ("qkv", "ao", "fi", "fo")


class Changed(nn.Module):
    """A frozen matrix and a change of low rank: x ↦ Wx + b + up(down x)."""

    def __init__(self, linear: nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.down = nn.Parameter(torch.randn(rank, linear.in_features) / linear.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.linear(x) + (x @ self.down.T) @ self.up.T
        return out


class Tower(nn.Module):
    """The upper layers with their changes, the mean over tokens and unit length."""

    def __init__(self, weights: E5Weights, rank: int) -> None:
        super().__init__()
        config = weights.config
        self.layers = nn.ModuleList(
            Layer(config.hidden, config.heads, config.ffn, config.layer_norm_eps)
            for _ in range(config.layers - FROZEN)
        )
        for number, layer in enumerate(self.layers):
            load_layer(layer, weights, FROZEN + number)
            layer.requires_grad_(False)
            for name in _MATRICES:
                setattr(layer, name, Changed(getattr(layer, name), rank))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        attention = mask[:, None, None, :]
        for layer in self.layers:
            x = layer(x, attention)
        counted = mask[..., None].float()
        return F.normalize((x.float() * counted).sum(1) / counted.sum(1), dim=-1)

    def changes(self) -> dict[str, Tensor]:
        """What is trained, by name."""
        return {n: p.detach() for n, p in self.named_parameters() if p.requires_grad}


class Embedder:
    """Texts → unit vectors [texts, hidden], through the frozen half and the tower."""

    def __init__(self, weights: E5Weights, rank: int) -> None:
        self.lower = LowerModel(weights)
        if half_precision():
            self.lower.bfloat16()
        self.tower = Tower(weights, rank)
        self._tokenizer: Tokenizer = build_tokenizer(weights)
        self._pad = weights.config.pad

    def __call__(self, texts: Sequence[str], prefix: str, most: int) -> Tensor:
        rows = [self._tokenizer.encode(prefix + text).ids for text in texts]
        rows = [row if len(row) <= most else [*row[: most - 1], row[-1]] for row in rows]
        ids = torch.full((len(rows), max(map(len, rows))), self._pad, dtype=torch.long)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = torch.tensor(row)
        lengths = torch.tensor([len(row) for row in rows])
        mask = torch.arange(ids.shape[1])[None, :] < lengths[:, None]
        with torch.autocast("cpu", torch.bfloat16, enabled=half_precision()):
            vectors: Tensor = self.tower(self.lower(ids, mask), mask)
        return vectors

    def by_length(self, texts: Sequence[str], prefix: str, most: int, groups: int) -> Tensor:
        """The same in groups of like length, which wastes little on padding."""
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        size = max(1, -(-len(order) // groups))
        parts = [order[at : at + size] for at in range(0, len(order), size)]
        vectors = torch.cat([self([texts[n] for n in part], prefix, most) for part in parts])
        return vectors[torch.tensor(np.argsort(order))]


def held_slice(asked: Sequence[Asked], paragraphs: int) -> tuple[list[Asked], list[int]]:
    """Questions on some paragraphs spread over all, and the pieces of these."""
    places = sorted({one.paragraph for one in asked})
    kept = set(places[:: max(1, len(places) // paragraphs)][:paragraphs])
    return [one for one in asked if one.paragraph in kept], sorted({n for p in kept for n in p})


@torch.no_grad()
def measure(
    embed: Embedder, texts: Sequence[str], asked: Sequence[Asked], pool: Sequence[int]
) -> dict[str, float]:
    """Recall at 1 and 5 and MRR of the best right piece among all of ``pool``."""
    embed.tower.eval()
    groups = max(1, len(pool) // 64)
    vectors = embed.by_length([texts[n] for n in pool], PASSAGE_PREFIX, READ_TOKENS, groups)
    places = {number: at for at, number in enumerate(pool)}
    groups = max(1, len(asked) // 64)
    questions = [one.question for one in asked]
    scores = embed.by_length(questions, QUESTION_PREFIX, QUESTION_TOKENS, groups) @ vectors.T
    best = [max(row[places[n]] for n in one.right) for row, one in zip(scores, asked, strict=True)]
    ranks = (scores > torch.stack(best)[:, None]).sum(1).float() + 1
    embed.tower.train()
    return {
        "recall@1": round(float((ranks <= 1).float().mean()), 3),
        "recall@5": round(float((ranks <= 5).float().mean()), 3),
        "mrr": round(float((1 / ranks).mean()), 4),
    }


def loss_of(
    embed: Embedder,
    texts: Sequence[str],
    batch: Sequence[Asked],
    like: dict[str, list[int]],
    rng: random.Random,
) -> Tensor:
    """The mean over the batch's questions; another right piece of the same counts as nothing."""
    pieces = [rng.choice(one.right) for one in batch]
    for one in batch:
        near = [n for n in one.paragraph if n not in one.right]
        other = like.get(one.question, [])
        if near and (not other or rng.random() < 0.5):
            pieces.append(rng.choice(near))
        elif other:
            pieces.append(rng.choice(other))
    questions = embed([one.question for one in batch], QUESTION_PREFIX, QUESTION_TOKENS)
    found = embed.by_length([texts[n] for n in pieces], PASSAGE_PREFIX, PASSAGE_TOKENS, GROUPS)
    scores = questions @ found.T / TEMPERATURE
    right = torch.tensor([[n in one.right for n in pieces] for one in batch])
    target = torch.arange(len(batch))
    right[target, target] = False
    return F.cross_entropy(scores.masked_fill(right, -1e4), target)


def batches(
    always: Sequence[Asked], drawn: Sequence[Asked], seed: int, done: int
) -> Iterator[list[Asked]]:
    """Batch after batch, those after the first ``done``."""
    number = 0
    while True:
        rows = epoch_of(always, drawn, seed, number)
        for at in range(0, len(rows) - BATCH + 1, BATCH):
            if done:
                done -= 1
                continue
            yield rows[at : at + BATCH]
        number += 1


def train(options: argparse.Namespace) -> None:
    corpora = load_corpora(options.data)
    office = load_office(options.statutes)
    own = load_encyclopaedia(corpora)
    pieces = Pieces()
    always, drawn = trained_on(pieces, corpora, office.train, own.train)
    documents, held = load_documents(pieces)
    always += DOCUMENT_TIMES * documents
    like = alike(pieces.texts, [*always, *drawn])
    slices = {
        "office": held_slice(pieces.asked(office.held), 150),
        "documents": held_slice(held, len(held)),
        "cmrc": held_slice(pieces.asked(corpora.cmrc_dev), 100),
    }
    torch.manual_seed(options.seed)
    embed = Embedder(load_chinese_e5(), options.rank)
    tower = embed.tower
    step = 0
    if options.resume:
        state = torch.load(options.resume, weights_only=True)
        tower.load_state_dict(state["changes"], strict=False)
        step = state["step"]
    parameters = [p for p in tower.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=options.peak, weight_decay=0.01)

    def log(**entry: object) -> None:
        line = json.dumps({"step": step, **entry}, ensure_ascii=False)
        print(line, flush=True)
        with (options.out / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def checkpoint() -> None:
        torch.save({"changes": tower.changes(), "step": step}, options.out / "last.pt")

    def evaluate() -> None:
        found = {n: measure(embed, pieces.texts, *some) for n, some in slices.items()}
        log(**found)

    evaluate()
    begun = saved = time.time()
    until = begun + 60 * options.minutes
    first, total, counted = step, 0.0, 0
    for batch in batches(always, drawn, options.seed, step):
        now = time.time()
        if now >= until:
            break
        left = (until - now) / (until - begun)
        factor = min(1.0, (step - first + 1) / WARM_UP) * max(0.02, min(1.0, left / DECAY))
        for group in optimizer.param_groups:
            group["lr"] = options.peak * factor
        rng = random.Random(f"{options.seed}/{step}")
        loss = loss_of(embed, pieces.texts, batch, like, rng)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        step, total, counted = step + 1, total + float(loss.detach()), counted + 1
        if counted == 20:
            log(loss=round(total / counted, 4), minutes=round((now - begun) / 60, 1))
            total, counted = 0.0, 0
        if now - saved > SAVE_SECONDS:
            saved = now
            checkpoint()
    checkpoint()
    evaluate()


def export(checkpoint: Path, folder: Path) -> None:
    """`SHARE` of a checkpoint's changes as float16, with a card; matrices are named as in
    `E5Weights`, query, key and value apart (``l4.q.up``)."""
    state = torch.load(checkpoint, weights_only=True)
    tensors = {}
    for key, value in state["changes"].items():
        _, number, matrix, side = key.split(".")
        kept = SHARE * value if side == "up" else value
        layer, array = f"l{int(number) + FROZEN}", kept.half().numpy()
        if matrix != "qkv":
            tensors[f"{layer}.{matrix}.{side}"] = array
            continue
        thirds = np.split(array, 3) if side == "up" else [array] * 3  # one down for all three
        for part, third in zip("qkv", thirds, strict=True):
            tensors[f"{layer}.{part}.{side}"] = np.ascontiguousarray(third)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / CHANGES_FILE)
    (folder / CHANGES_FILE).chmod(0o644)
    card = {
        "base": "multilingual-e5-small (MIT)",
        "questions_seen": state["step"] * BATCH,
        "trained by": "training/retriever.py",
    }
    text = json.dumps(card, ensure_ascii=False, indent=1)
    (folder / CARD_FILE).write_text(text + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.retriever", description=__doc__)
    parser.add_argument("--data", type=Path, help="the data sets, as for the reader")
    parser.add_argument("--statutes", type=Path)
    parser.add_argument("--out", type=Path, help="folder of the run")
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--rank", type=int, default=RANK)
    parser.add_argument("--peak", type=float, default=PEAK)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", type=Path)
    parser.add_argument("--export", type=Path, metavar="CHECKPOINT")
    options = parser.parse_args()
    if options.export:
        export(options.export, changes_folder())
        return
    if not (options.data and options.out):
        parser.error("--data and --out, or --export")
    options.out.mkdir(parents=True, exist_ok=True)
    train(options)


if __name__ == "__main__":
    main()
