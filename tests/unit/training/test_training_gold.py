"""Held-out questions as a gold file."""

from __future__ import annotations

import json
from pathlib import Path

from training.documents import FOLDER, TEXTS, is_held_out
from training.gold import gold

_NAMES = sorted(path.name for path in (FOLDER / TEXTS).iterdir())
_HELD = next(name for name in _NAMES if is_held_out(name))
_TRAINED = next(name for name in _NAMES if not is_held_out(name))


def test_only_questions_on_held_out_documents_are_asked_and_near_misses_are_to_be_declined(
    tmp_path: Path,
) -> None:
    rows = [
        {"doc": _HELD, "q": "几点开门？", "e": "八点开门", "a": "八点"},
        {"doc": _HELD, "q": "几点关门？", "a": ""},
        {"doc": _HELD, "q": "有哪些？", "e": "甲、乙", "a": None},
        {"doc": _TRAINED, "q": "谁来？", "e": "丙来", "a": "丙"},
    ]
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (tmp_path / "questions.jsonl").write_text(lines, encoding="utf-8")
    found = {one["question"]: one for one in gold(tmp_path)}
    assert set(found) == {"几点开门？", "几点关门？"}
    assert found["几点开门？"]["answers"] == ["八点"]
    assert found["几点关门？"]["kind"] == "unanswerable"
