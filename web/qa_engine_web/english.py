"""What the engine says in Chinese, in English: answer notes, reasons, problems, errors.

The engine speaks Chinese; its sentences are few and fixed but for what they name. The
catalogue ``english.tsv`` pairs each with an English one; what it lacks is left out rather
than shown in Chinese, where there is something more general to say.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
# Where one sentence ends and the next begins: an error's message and its hint, several results.
_BETWEEN = re.compile(r"((?<=。)\s*(?!$)|；\s*| (?=请|例如|可用|名称|一行))")


def english(text: str) -> str | None:
    """The English of a sentence, or of several; None when one of them is not known.

    Text without Chinese is its own English. Names and quotes within a sentence stay.
    """
    if not HAN.search(text):
        return text
    pieces = _BETWEEN.split(text)  # sentences with what stands between them
    found = [_known(piece) for piece in pieces[::2]]
    if None in found:
        return _sentence(text)
    marks = ["; " if mark.startswith("；") else " " for mark in pieces[1::2]]
    return "".join(f"{piece}{mark}" for piece, mark in zip(found, [*marks, ""], strict=True))


def _known(part: str) -> str | None:
    return _sentence(part.strip()) if HAN.search(part) else part


@lru_cache(maxsize=2000)
def _sentence(text: str) -> str | None:
    for pattern, form in _catalogue():
        match = pattern.fullmatch(text)
        if match is not None:
            return form.format(*(_value(value) for value in match.groups()))
    return None


def _value(value: str) -> str:
    return (_sentence(value) or value).replace("、", ", ").replace("；", "; ") if value else value


@cache
def _catalogue() -> list[tuple[re.Pattern[str], str]]:
    """Patterns with their English forms; those with more fixed text come first."""
    text = resources.files("qa_engine_web").joinpath("english.tsv").read_text("utf-8")
    pairs = [line.split("\t") for line in text.splitlines() if line and line[0] != "#"]
    pairs.sort(key=lambda pair: -len(pair[0].replace("{}", "")))
    return [
        (re.compile("(.+?)".join(map(re.escape, chinese.split("{}"))), re.DOTALL), form)
        for chinese, form in pairs
    ]
