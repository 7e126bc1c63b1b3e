"""The model's tokenizer, as the encoder and as the reader have it."""

from qa_engine.adapters.e5_weights import build_tokenizer, split_hard
from tests.unit.adapters.tiny_e5 import tiny_weights


def test_the_readers_tokenizer_is_made_from_the_encoders_and_leaves_it_as_it_was() -> None:
    weights = tiny_weights()
    encoders = build_tokenizer(weights)
    before = encoders.to_str()
    assert split_hard(encoders).to_str() == build_tokenizer(weights, hard=True).to_str()
    assert encoders.to_str() == before
