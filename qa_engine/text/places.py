"""Administrative place names in a text, by gazetteer (``data/places.txt``)."""

from __future__ import annotations

from functools import cache
from importlib import resources

from qa_engine.text.patterns import later

_SUFFIX = later(r"(?:特别行政区|自治[区州县旗]|地区|新区|[省市区县盟旗州])$")


@cache
def gazetteer() -> frozenset[str]:
    """Full names of divisions and short names of provinces and prefectures."""
    text = resources.files("qa_engine").joinpath("data/places.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def _longest() -> int:
    return max(len(name) for name in gazetteer())


def stem(name: str) -> str:
    """The name without its kind (武进区 → 武进); unchanged when one character would remain."""
    short = _SUFFIX.sub("", name)
    return short if len(short) >= 2 else name


def find_places(text: str) -> list[str]:
    """The place names of a text in order, longest match first, each once."""
    names = gazetteer()
    found: list[str] = []
    at = 0
    while at < len(text):
        for length in range(min(_longest(), len(text) - at), 1, -1):
            piece = text[at : at + length]
            if piece in names:
                if piece not in found:
                    found.append(piece)
                at += length
                break
        else:
            at += 1
    return found


def mentions_place(text: str, name: str) -> bool:
    """Whether a text names the place, with or without its kind."""
    return name in text or stem(name) in text
