"""The names of columns: built in, and extended by the user's own file."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_engine import models
from qa_engine.errors import UsageError
from qa_engine.sources.columns import load_vocabulary
from qa_engine.sources.read import read_documents


def test_a_file_of_ones_own_gives_unknown_columns_their_role(tmp_path: Path) -> None:
    """挂帅单位 leads once the user's file says so; the built-in names stay."""
    own = tmp_path / "columns.toml"
    own.write_text('[lead]\nnames = ["挂帅单位"]\n[deadline]\ncontains = ["销号"]\n', "utf-8")
    words = load_vocabulary(own)
    assert words.role("挂帅单位") == models.LEAD
    assert words.role("问题销号日期") == models.DEADLINE
    assert words.role("配合部门") == models.COOPERATE
    assert load_vocabulary().role("挂帅单位") == models.OTHER
    plan = tmp_path / "a.csv"
    plan.write_text("序号,任务,挂帅单位\n1,修路,甲局\n2,架桥,乙局\n", "utf-8")
    (document,) = read_documents(plan, "a.csv", words=words)
    leads = [b.record.by_role(models.LEAD)[0].value for b in document.blocks if b.record]
    assert leads == ["甲局", "乙局"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[lead\n", "无法读取"),
        ('[boss]\nnames = ["甲"]\n', "[boss]"),
        ('[lead]\nname = ["甲"]\n', "name"),
        ('[lead]\nnames = "甲"\n', "[lead] names"),
        ("[lead]\nnames = [1]\n", "[lead] names"),
        ('lead = ["甲"]\n', "lead"),
    ],
)
def test_a_malformed_file_is_named_with_its_entry(tmp_path: Path, content: str, said: str) -> None:
    """The message says which file and which entry; no traceback."""
    own = tmp_path / "columns.toml"
    own.write_text(content, "utf-8")
    with pytest.raises(UsageError, match="列名词表") as caught:
        load_vocabulary(own)
    assert str(own) in str(caught.value)
    assert said in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A wrong path in the setting stops before anything is read."""
    with pytest.raises(UsageError, match=r"no\.toml"):
        load_vocabulary(tmp_path / "no.toml")
