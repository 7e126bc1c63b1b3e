"""The mean of two checkpoints' weights: ``python -m training.average A.pt B.pt OUT.pt``.

Of a reader and the same one trained further on other questions: the mean keeps most of what
either does better ("model soups", Wortsman et al. 2022).
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import torch
from torch import Tensor


def mean(one: dict[str, Tensor], other: dict[str, Tensor]) -> dict[str, Tensor]:
    """Raises KeyError when the two are not of one make."""
    return {
        name: ((weight.float() + other[name].float()) / 2).to(weight.dtype)
        for name, weight in one.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.average", description=__doc__)
    parser.add_argument("one", type=Path)
    parser.add_argument("other", type=Path, help="everything but the weights is this one's")
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    one: dict[str, Any] = torch.load(arguments.one, weights_only=True)
    other: dict[str, Any] = torch.load(arguments.other, weights_only=True)
    other["reader"] = mean(one["reader"], other["reader"])
    torch.save(other, arguments.out)


if __name__ == "__main__":
    main()
