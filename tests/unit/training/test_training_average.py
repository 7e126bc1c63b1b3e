"""The mean of two readers."""

import pytest
import torch

from training.average import mean


def test_every_weight_is_half_way_between_and_keeps_its_type() -> None:
    one = {"a": torch.tensor([1.0, 2.0]), "b": torch.tensor([4.0], dtype=torch.bfloat16)}
    other = {"a": torch.tensor([3.0, 2.0]), "b": torch.tensor([2.0], dtype=torch.bfloat16)}
    found = mean(one, other)
    assert found["a"].tolist() == [2.0, 2.0]
    assert (found["b"].dtype, found["b"].tolist()) == (torch.bfloat16, [3.0])


def test_readers_of_different_make_have_none() -> None:
    with pytest.raises(KeyError):
        mean({"a": torch.zeros(1)}, {"b": torch.zeros(1)})
