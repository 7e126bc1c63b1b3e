"""Every string of a page is in the catalogue, in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import qa_engine_web
from qa_engine_web.strings import KINDS, STRINGS

FOLDER = Path(qa_engine_web.__file__).parent
# Keys that templates and code put together from a prefix and a name.
BUILT = (
    "facet_", "confidence_", "column_", "export_", "outcome_", "sort_", "mode_", "stage_", "role_",
)  # fmt: skip


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def used_keys() -> set[str]:
    sources = [*FOLDER.glob("templates/*.html"), *FOLDER.glob("*.py")]
    found: set[str] = set()
    for path in sources:
        found |= set(re.findall(r"\b(?:t|translate)\(['\"]([a-z_]+)['\"]", path.read_text("utf-8")))
    return found


def test_every_used_key_is_known() -> None:
    """A template cannot name a string that is not there."""
    assert used_keys() - set(STRINGS) - set(BUILT) == set()


def test_every_string_is_used() -> None:
    """Nothing is translated in vain."""
    text = "".join(
        path.read_text("utf-8")
        for path in [*FOLDER.glob("templates/*.html"), *FOLDER.glob("*.py")]
        if path.name != "strings.py"
    )
    unused = {
        key for key in STRINGS if f"'{key}'" not in text and f'"{key}"' not in text
        and not key.startswith(BUILT)
    }  # fmt: skip
    assert unused == set()


@pytest.mark.parametrize("key", sorted(STRINGS))
def test_both_languages_say_the_same(key: str) -> None:
    """Neither is empty and both have the same placeholders."""
    chinese, english = STRINGS[key]
    assert chinese.strip()
    assert english.strip()
    assert placeholders(chinese) == placeholders(english)


def test_kinds_have_names_in_both_languages() -> None:
    """Every kind can be shown in either language."""
    assert all(all(names) for names in KINDS.values())


def test_templates_hold_no_chinese_of_their_own() -> None:
    """What is said to users comes from the catalogue."""
    for path in FOLDER.glob("templates/*.html"):
        text = re.sub(r"{#.*?#}", "", path.read_text("utf-8"), flags=re.DOTALL)
        found = re.findall(r"[\u4e00-\u9fff]+", text)
        assert not set(found) - {"问", "中文"}, path.name
