"""What was trained for office questions is added to the default model's weights."""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from tiny_e5 import tiny_weights

from qa_engine.adapters import model_store
from qa_engine.adapters.e5_tuned import CHANGES_FILE, changes_folder, tuned

#: Of the changes that make each vector space; other changes need another name.
MADE_BY = {"multilingual-e5-small-office-2": 992247354}


def test_the_product_of_the_narrow_matrices_is_added(tmp_path: Path) -> None:
    """Only to the matrix that is named; the weights that were given stay as they were."""
    weights = tiny_weights()
    before = {name: value.copy() for name, value in weights.tensors.items()}
    up, down = np.full((64, 2), 0.5, np.float16), np.full((2, 64), 0.25, np.float16)
    save_file({"l1.q.up": up, "l1.q.down": down}, tmp_path / CHANGES_FILE)
    found = tuned(weights, tmp_path)
    for name, value in before.items():
        assert np.array_equal(weights.tensors[name], value)
        assert np.allclose(found.tensors[name], value + 0.25 * (name == "l1.q.w")), name


def test_changes_of_another_model_are_refused(tmp_path: Path) -> None:
    changes = {"l1.q.up": np.ones((9, 2), np.float16), "l1.q.down": np.ones((2, 9), np.float16)}
    save_file(changes, tmp_path / CHANGES_FILE)
    with pytest.raises(ValueError, match="shape"):
        tuned(tiny_weights(), tmp_path)


def test_the_layers_that_the_reader_shares_stay_as_they_are() -> None:
    """The shipped changes touch the upper eight layers only."""
    changes = load_file(changes_folder() / CHANGES_FILE)
    assert {int(name.split(".")[0][1:]) for name in changes} == set(range(4, 12))


def test_other_changes_have_another_name() -> None:
    """An index that was built with other vectors must not be searched with these."""
    made_by = crc32((changes_folder() / CHANGES_FILE).read_bytes())
    assert MADE_BY[model_store.NAME] == made_by
