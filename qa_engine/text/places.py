"""Administrative place names in a text, by gazetteer (``data/places.txt``)."""

from __future__ import annotations

from functools import cache
from importlib import resources

from qa_engine.text.patterns import later
from qa_engine.text.plausible import is_word

_SHORT = 2  # characters of a name without its kind
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
    at = ended = 0
    while at < len(text):
        for length in range(min(_longest(), len(text) - at), 1, -1):
            piece = text[at : at + length]
            if piece in names and not (length == _SHORT and _in_word(text, at, ended)):
                if piece not in found:
                    found.append(piece)
                ended = at = at + length
                break
        else:
            at += 1
    return found


def _in_word(text: str, at: int, ended: int) -> bool:
    """Whether a short name begins within a word (夏天|水 is no 天水); ``ended`` is where the
    place before it ends."""
    return at > ended and is_word(text[at - 1 : at + 1]) and not is_word(text[at - 2 : at])


def mentions_place(text: str, name: str) -> bool:
    """Whether a text names the place, with or without its kind."""
    return name in text or stem(name) in text
