"""A reranker from a CrossEncoder folder."""

from pathlib import Path

import pytest

from qa_engine.adapters.cross_encoder import CrossEncoderReranker
from qa_engine.errors import ModelError
from qa_engine.models import Hit, Passage
from qa_engine.ports import Reranker
from qa_engine.settings import settings
from qa_engine.wiring import make_reranker

TEXTS = ("甲乙", "丙丁戊", "甲")
HITS = [Hit(0.5, Passage(f"a#{n}", "a", "标题", text, "paragraph")) for n, text in enumerate(TEXTS)]


def model(folder: Path, labels: int = 1) -> Path:
    """A tiny model with seeded random weights, in the folder's usual form."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(1)
    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"甲乙丙丁戊标题问"]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    transformers.BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        num_labels=labels,
        initializer_range=1.0,
    )
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def test_each_passage_gets_a_score_of_its_own_whatever_stands_beside_it(tmp_path: Path) -> None:
    """Scores follow the passages, not their places."""
    reranker = CrossEncoderReranker(model(tmp_path / "m"))
    assert isinstance(reranker, Reranker)
    scores = reranker.scores("问甲", HITS)
    assert len(set(scores)) == len(HITS)
    assert reranker.scores("问甲", HITS[::-1]) == pytest.approx(scores[::-1], abs=1e-5)
    assert reranker.scores("问甲", []) == []


def test_a_classifier_of_several_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="2"):
        CrossEncoderReranker(model(tmp_path / "m", labels=2)).scores("问", HITS)


def test_a_folder_without_a_model_is_refused_when_named(tmp_path: Path) -> None:
    """At once, and with the folder's name; none is the default."""
    with pytest.raises(ModelError, match=tmp_path.name):
        make_reranker(settings(reranker=str(tmp_path)), lambda: None)
    assert make_reranker(settings(), lambda: None) is None
