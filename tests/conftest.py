"""Shared by all tests: the sample corpus, and an index of it with the default model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from qa_engine import open_engine
from qa_engine.engine import Engine
from qa_engine.settings import settings
from qa_engine.wiring import index

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "corpus"

# How long an example takes depends on the machine; no test may fail by it.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(scope="session")
def corpus_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of the sample corpus, made once (the first run of all also
    converts the default model into the user's cache)."""
    folder = tmp_path_factory.mktemp("corpus") / "index"
    report = index(settings(folder), [CORPUS])
    assert not report.failed
    return folder


@pytest.fixture(scope="session")
def corpus_engine(corpus_index: Path) -> Iterator[Engine]:
    """An engine on that index."""
    with open_engine(corpus_index) as engine:
        yield engine
