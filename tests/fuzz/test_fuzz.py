"""A few seconds of fuzzing, the same inputs at every run; ``make fuzz`` does much more."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS, Target

FOUND = Path(__file__).parent / "found"
EXAMPLES = {"answers": 12, "pdf reader": 15, "office readers": 25, "api": 60}


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_no_input_does_harm(target: Target) -> None:
    """Made-up bytes end in documents, answers or errors that say what to do."""
    for seed in target.seeds():
        target.run(seed)

    @settings(
        derandomize=True,
        deadline=None,
        max_examples=EXAMPLES.get(target.name, 50),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.binary(max_size=400))
    def run(data: bytes) -> None:
        target.run(data)

    run()


@pytest.mark.parametrize(
    "case", sorted(FOUND.glob("*/*")), ids=lambda case: f"{case.parent.name}/{case.name}"
)
def test_what_fuzzing_found_stays_mended(case: Path) -> None:
    """Every input that once did harm, by target."""
    (target,) = [t for t in TARGETS if t.name.replace(" ", "-") == case.parent.name]
    target.run(case.read_bytes())
