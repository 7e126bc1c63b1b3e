"""Terms that a corpus lacks → close ones that it has: homophones and slips of the pen.

A slip shatters a word: it leaves pieces that no dictionary knows, and character pairs that
the corpus does not hold. Only there a piece is exchanged, for a word of the corpus that
sounds alike (pinyin without tones) or, from four characters on, differs in one character;
and only if every pair of characters is then one that the corpus holds, or it is a word of the
dictionary that sounds the very same. What the corpus or
the dictionary knows is never exchanged.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path

import numpy as np

from qa_engine.ports import BIGRAMS, WORDS, Codes
from qa_engine.text.codes import LAST, codes_of, distinct, is_han, without, words_of
from qa_engine.text.plausible import is_word
from qa_engine.text.words import QUESTION_WORDS

_SHORTEST, _LONGEST = 2, 8
_ONE_OFF = 4  # characters, from which on one may differ in shape and sound
Known = Callable[[Sequence[str]], Mapping[str, int]]

Terms = Callable[[str, Sequence[int]], Mapping[int, Codes]]

# Words of the corpus, long ones first, then its pairs of characters where no word fits.
_TRIED = (*((length, True) for length in range(_LONGEST, _SHORTEST - 1, -1)), (2, False))

# Sounds that many speakers and input methods do not tell apart.
_SAME_SOUND = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))


@dataclass(frozen=True, slots=True)
class Correction:
    """``typed`` does not occur in the corpus; ``meant`` does.

    ``sure``: they sound alike, and ``typed`` is long or shattered altogether, so that a
    question may be answered as if ``meant`` had been typed.
    """

    typed: str
    meant: str
    sure: bool = False


@dataclass(frozen=True, slots=True)
class _Exchange:
    end: int
    correction: Correction


class Speller:
    """Knows the words of one corpus; built once, from its vocabulary."""

    def __init__(self, terms: Terms, learned: Iterable[str] = ()) -> None:
        """``terms``: those of a field that are so many Han characters long, by length.
        ``learned``: words beside those of the field of words."""
        names = list(learned)
        self._codes = {
            (length, True): distinct(length, (known, codes_of(names, length)))
            for length, known in terms(WORDS, range(_SHORTEST, _LONGEST + 1)).items()
        }
        pairs = terms(BIGRAMS, [_SHORTEST])[_SHORTEST]
        self._codes[_SHORTEST, False] = without(pairs, self._codes[_SHORTEST, True])
        self._sounds: dict[tuple[int, bool], Codes] = {}
        self._syllables: dict[str, int] = {}
        self._numbers = count()  # a number is never given twice, whichever thread comes first
        self._of_character: dict[str, int] = {}

    def corrections(self, pieces: Sequence[str], known: Known) -> list[Correction]:
        """``pieces``: the query's matching form as the dictionary cuts it, blanks for what it
        is not about. ``known`` tells how many passages hold each pair of characters."""
        content = "".join(pieces)
        whole = _within_words(pieces)
        counts: dict[str, int] = {}

        def holds(pairs: Sequence[str]) -> bool:
            missing = [pair for pair in dict.fromkeys(pairs) if pair not in counts]
            if missing:
                found = known(missing)
                counts.update({pair: found.get(pair, 0) for pair in missing})
            return all(counts[pair] for pair in pairs)

        found: list[Correction] = []
        at = 0
        while at < len(content) - 1:
            pair = content[at : at + 2]
            if at in whole or not all(is_han(c) for c in pair) or holds([pair]):
                at += 1
                continue
            best = self._best(content, at, whole, holds)
            if best is None:
                at += 1
            else:
                found.append(best.correction)
                at = best.end
        return found

    def _best(
        self, content: str, at: int, whole: set[int], holds: Callable[[Sequence[str]], bool]
    ) -> _Exchange | None:
        """The longest exchange around ``at`` after which every pair is known."""
        for length, proper in _TRIED:
            for start in range(max(0, at + 2 - length), min(at + 1, len(content) - length) + 1):
                piece = content[start : start + length]
                if not all(is_han(c) and c not in QUESTION_WORDS for c in piece):
                    continue
                if all(place in whole for place in range(start, start + length - 1)):
                    continue
                shattered = any(_alone(place, whole) for place in range(start, start + length))
                for word, alike in self._near(piece, proper):
                    if not (alike or shattered):
                        continue
                    if length == _SHORTEST and _within(piece, word, start, whole):
                        continue
                    around = (
                        content[max(0, start - 1) : start]
                        + word
                        + content[start + length : start + length + 1]
                    )
                    pairs = [around[i : i + 2] for i in range(len(around) - 1)]
                    lone = all(_alone(place, whole) for place in range(start, start + length))
                    sure = alike and (lone or length > _SHORTEST)
                    if not holds([p for p in pairs if all(is_han(c) for c in p)]):
                        # An everyday word among whole words that nobody wrote beside it; a lone
                        # character next to it would be a part of the slip.
                        apart = not any(
                            0 <= place < len(content)
                            and is_han(content[place])
                            and _alone(place, whole)
                            for place in (start - 1, start + length)
                        )
                        everyday = proper and lone and apart and is_word(word)
                        if not (everyday and _sounds(piece) == _sounds(word)):
                            continue
                        sure = False
                    return _Exchange(start + length, Correction(piece, word, sure))
        return None

    def _near(self, piece: str, proper: bool) -> list[tuple[str, bool]]:
        """Words that sound like the piece (True), then those that differ in one character."""
        length = len(piece)
        codes, typed = self._codes[length, proper], codes_of([piece], length)
        sounds, wanted = self._sounds_of(length, proper), self._sound(typed)[:, 0]
        alike = np.flatnonzero(sounds[0] == wanted[0])
        for one, sound in zip(sounds[1:], wanted[1:], strict=True):  # few are left each time
            alike = alike[one[alike] == sound]
        found = dict.fromkeys(words_of(codes[:, alike]), True)
        if length >= _ONE_OFF:
            same = (codes == typed).sum(axis=0) == length - 1
            for word in words_of(codes[:, same]):
                found.setdefault(word, False)
        found.pop(piece, None)
        return sorted(found.items(), key=lambda item: (not item[1], item[0]))

    def _sounds_of(self, length: int, proper: bool) -> Codes:
        if (length, proper) not in self._sounds:
            self._sounds[length, proper] = self._sound(self._codes[length, proper])
        return self._sounds[length, proper]

    def _sound(self, codes: Codes) -> Codes:
        there = np.zeros(LAST + 1, np.bool_)
        there[codes] = True
        sounds = np.zeros(len(there), np.uint32)
        for code in np.flatnonzero(there).tolist():
            sounds[code] = self._syllable(chr(code))
        return sounds[codes]

    def _syllable(self, character: str) -> int:
        number = self._of_character.get(character)
        if number is None:
            sound = reading(character)
            for long, short in _SAME_SOUND:
                if sound.startswith(long) or sound.endswith(long):
                    sound = sound.replace(long, short)
            number = self._syllables.setdefault(sound, next(self._numbers))
            self._of_character[character] = number
        return number


def _within_words(pieces: Sequence[str]) -> set[int]:
    """Where pairs begin that lie within one word of the dictionary."""
    inside: set[int] = set()
    at = 0
    for piece in pieces:
        inside.update(range(at, at + len(piece) - 1))
        at += len(piece)
    return inside


def _alone(place: int, whole: set[int]) -> bool:
    """Whether the character there is a piece of its own in the dictionary's cut."""
    return place not in whole and place - 1 not in whole


def _within(piece: str, word: str, start: int, whole: set[int]) -> bool:
    """Whether a character that would be exchanged is part of a known word (中心建: 心)."""
    return any(
        one != other and not _alone(start + at, whole)
        for at, (one, other) in enumerate(zip(piece, word, strict=True))
    )


def _sounds(word: str) -> list[str]:
    """The usual readings of its characters, with their tones."""
    return [_readings().get(ord(character), character).split(",")[0] for character in word]


def reading(character: str) -> str:
    """The usual reading without its tone; the character itself where none is known."""
    plain = unicodedata.normalize("NFD", _sounds(character)[0])
    return "".join(c for c in plain if not unicodedata.combining(c) or c == "\u0308")


@cache
def _readings() -> Mapping[int, str]:
    """pypinyin's table of characters, and nothing else of it: its phrases take half a second
    to load, and one character needs none."""
    package = find_spec("pypinyin")
    assert package is not None
    assert package.submodule_search_locations
    path = Path(package.submodule_search_locations[0]) / "pinyin_dict.py"
    spec = spec_from_file_location("_pinyin_of_characters", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Mapping[int, str] = module.pinyin_dict
    return found
