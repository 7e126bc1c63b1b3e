"""Patterns that are compiled when first used."""

import copy
import gc
import pkgutil
import re
from importlib import import_module

import pytest

import qa_engine.answering
import qa_engine.text
from qa_engine.text.patterns import Later, later


def test_it_does_what_the_compiled_pattern_does() -> None:
    one, other = later("(?P<a>甲+)b", re.IGNORECASE), re.compile("(?P<a>甲+)b", re.IGNORECASE)
    for text in ("x甲甲B甲b", "none"):
        assert one.sub("-", text) == other.sub("-", text)
        assert [m.span("a") for m in one.finditer(text)] == [
            m.span("a") for m in other.finditer(text)
        ]
    assert (one.pattern, one.flags, one.groups) == (other.pattern, other.flags, other.groups)


def test_a_mistake_in_it_is_told_when_it_is_used() -> None:
    with pytest.raises(re.error):
        later("(").search("甲")


def test_it_can_be_copied() -> None:
    assert copy.copy(later("甲")).search("甲")


def test_every_pattern_of_the_rules_can_be_compiled() -> None:
    for package in (qa_engine.text, qa_engine.answering):
        for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            import_module(module.name)
    made = [found for found in gc.get_objects() if type(found) is Later]
    assert len(made) > 200
    for found in made:
        if found.pattern != "(":
            assert found.flags & re.UNICODE, found.pattern
