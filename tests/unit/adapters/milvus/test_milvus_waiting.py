"""Documents that wait for a publish."""

from __future__ import annotations

import numpy as np
import pytest

from qa_engine.adapters.milvus import waiting as waiting_module
from qa_engine.adapters.milvus.waiting import Waiting
from qa_engine.models import Document


@pytest.mark.parametrize("memory", [10, 1_000_000])
def test_each_document_waits_once_as_it_was_added_last(
    memory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In memory as in a file, and as often as it is asked for."""
    monkeypatch.setattr(waiting_module, "_MEMORY", memory)
    waiting = Waiting()
    none = np.zeros((0, 4), dtype=np.float32)
    for id, text in (("a", "甲"), ("b", "乙"), ("a", "丙"), ("c", "丁")):
        waiting.add(Document(id=id, title=id, text=text), [], [], none)
    waiting.remove("c")
    waiting.remove("never there")
    for _ in range(2):
        found = {document.id: document.text for document, *_ in waiting}
        assert found == {"a": "丙", "b": "乙"}
    waiting.close()
