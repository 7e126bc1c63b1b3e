"""The retrieval model's changes: trained in place, kept apart, added again."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch

from qa_engine.adapters.e5_tuned import tuned
from qa_engine.adapters.e5_weights import E5Weights
from tests.unit.adapters.tiny_e5 import tiny_weights
from training import retriever
from training.model import FROZEN
from training.pairs import Asked
from training.retriever import Embedder, batches, export, loss_of, measure

TEXTS = ["甲乙", "乙丙", "丙甲", "甲甲丙"]


@pytest.fixture
def weights() -> E5Weights:
    return tiny_weights(layers=FROZEN + 2)


def test_untrained_changes_change_nothing(weights: E5Weights) -> None:
    plain, other = Embedder(weights, 1), Embedder(weights, 3)
    assert torch.allclose(plain(TEXTS, "", 16), other(TEXTS, "", 16), atol=1e-3)


def test_exported_changes_make_the_vectors_that_were_trained(
    weights: E5Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To float16's precision, as the converter adds them, where all of them is kept."""
    monkeypatch.setattr(retriever, "SHARE", 1.0)
    torch.manual_seed(3)
    embed = Embedder(weights, 2)
    for parameter in embed.tower.parameters():
        if parameter.requires_grad:
            torch.nn.init.normal_(parameter, std=0.1)
    torch.save({"changes": embed.tower.changes(), "step": 1}, tmp_path / "last.pt")
    export(tmp_path / "last.pt", tmp_path / "encoder")
    again = Embedder(tuned(weights, tmp_path / "encoder"), 1)
    before = Embedder(weights, 1)(TEXTS, "", 16)
    wanted = embed(TEXTS, "", 16)
    assert torch.allclose(again(TEXTS, "", 16), wanted, atol=0.02)
    assert not torch.allclose(before, wanted, atol=0.05)


def test_groups_by_length_keep_the_order(weights: E5Weights) -> None:
    embed = Embedder(weights, 1)
    whole, parted = embed(TEXTS, "", 16), embed.by_length(TEXTS, "", 16, 3)
    assert torch.allclose(whole, parted, atol=0.02)


def test_a_step_along_the_loss_brings_the_right_piece_nearer(weights: E5Weights) -> None:
    torch.manual_seed(1)
    embed = Embedder(weights, 4)
    batch = [Asked("甲乙丙", (3,), (2, 3)), Asked("乙乙", (1,), (1,))]
    parameters = [p for p in embed.tower.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(parameters, lr=0.01)
    first = last = 0.0
    for number in range(8):
        loss = loss_of(embed, TEXTS, batch, {"乙乙": [0]}, random.Random(1))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        first, last = first if number else float(loss.detach()), float(loss.detach())
    assert last < first
    assert measure(embed, TEXTS, batch, [0, 1, 2, 3])["recall@5"] == 1.0


def test_a_resumed_run_sees_the_batches_that_would_have_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retriever, "BATCH", 2)
    always = [Asked(str(n), (n,), (n,)) for n in range(7)]
    whole = batches(always, [], 1, 0)
    seen = [next(whole) for _ in range(8)]
    resumed = batches(always, [], 1, 5)
    assert [next(resumed) for _ in range(3)] == seen[5:]
