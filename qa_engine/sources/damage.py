"""Characters split in two bytes by an insertion, put together again.

A site that adds pinyin works on the bytes of GBK (or Big5) text and sometimes finds "its"
character across two real ones: in 請允 (D5 88 · D4 CA) it sees 堅 (88 D4) and writes
``D5 88 D4 (jiān) CA``. Read as GBK, the lone lead byte and the bracket become ``?`` and
all pairs after it are shifted by one byte: ``請?jiān)试S我`` for 請允許我.

So ``?`` stands for one byte, and the syllable says which: the byte that makes, with the
byte before it, a character with that reading. With the byte put back, decoding goes on
until the pairs fall in step again. Where several bytes are possible the most plausible
text wins; where none gives plain Chinese the text is left as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from qa_engine.alignment import Aligned, Edit
from qa_engine.sources.pinyin import LETTERS, readings, toneless
from qa_engine.text.plausible import is_common, mean_log_probability

_GAP = re.compile(rf"(?<=[\u3400-\u9fff])[?？\ufffd]([{LETTERS}]{{1,6}})[)）]")
_NEXT_GAP = re.compile(rf"[?？\ufffd]([{LETTERS}]{{1,6}})[)）]")
_CODECS = ("gb18030", "cp950")
# The shift ends at the first ASCII trail byte, in practice after a few characters.
_LONGEST = 60
_WIDEST_SEARCH = 4000
# Mean log probability of a character below which a text is no plain Chinese.
_PLAUSIBLE = -10.0
_NOTE = re.compile(rf"[(（][{LETTERS}]{{1,6}}[)）]")
_HAN_END = re.compile(r"[\u3400-\u9fff]{1,4}$")
_HAN_START = re.compile(r"[\u3400-\u9fff]{1,4}")


@dataclass(frozen=True, slots=True)
class Repair:
    """``text[start:end]`` was ``replacement`` before it was damaged."""

    start: int
    end: int
    replacement: str


def repair_split_bytes(text: Aligned) -> tuple[Aligned, list[Repair]]:
    """The text with every inferable damage undone; offsets of repairs are of the input."""
    if "?" not in text.text and "？" not in text.text and "\ufffd" not in text.text:
        return text, []
    repairs: list[Repair] = []
    at = 0
    while match := _GAP.search(text.text, at):
        repair = _best(text.text, match)
        if repair is None:
            at = match.end()
            continue
        repairs.append(repair)
        at = repair.end
    edits = [edit for repair in repairs for edit in _edits(repair)]
    return text.edit(edits), repairs


def _edits(repair: Repair) -> list[Edit]:
    """The edit; split where equal lengths would look like an exact copy."""
    start, end, text = repair.start, repair.end, repair.replacement
    if end - start != len(text) or len(text) < 2:
        return [Edit(start, end, text)]
    return [Edit(start, start + 2, text[:1]), Edit(start + 2, end, text[1:])]


def _best(text: str, match: re.Match[str]) -> Repair | None:
    found: list[tuple[float, Repair]] = []
    for codec in _CODECS:
        try:
            last = text[match.start() - 1].encode(codec)
        except UnicodeEncodeError:
            continue
        if len(last) != 2:
            continue
        for end, repaired in _candidates(text, match.start(), last[-1], codec):
            before, after = _neighbours(text, match.start(), end)
            score = _plausibility(before, repaired, after)
            if score is not None and score >= _PLAUSIBLE:
                found.append((score, Repair(match.start(), end, repaired)))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _candidates(text: str, start: int, last: int, codec: str) -> Iterator[tuple[int, str]]:
    """(end of the shifted stretch, its repaired text) for every byte that fits the reading."""
    # A state: offset in the text, last byte seen, lead byte that waits for its trail, output.
    stack: list[tuple[int, int, int | None, str]] = [(start, last, None, "")]
    steps = 0
    while stack and steps < _WIDEST_SEARCH:
        steps += 1
        at, previous, pending, output = stack.pop()
        if output and pending is None:
            yield at, output
            continue
        if at >= len(text) or at - start > _LONGEST:
            continue
        for end, code in _bytes_at(text, at, previous, codec):
            state = _feed(code, pending, output, codec)
            if state is not None:
                stack.append((end, code[-1], *state))


def _bytes_at(text: str, at: int, previous: int, codec: str) -> Iterator[tuple[int, bytes]]:
    """The bytes that may have stood for the next character (or gap) of the damaged text."""
    gap = _NEXT_GAP.match(text, at)
    if gap is not None:
        syllable = toneless(gap.group(1))
        for lead in range(0x81, 0xFF):
            character = _decode(bytes((previous, lead)), codec)
            if character and syllable in readings(character):
                yield gap.end(), bytes((lead,))
        return
    character = text[at]
    if character in "\r\n":
        return
    try:
        code = character.encode(codec)
    except UnicodeEncodeError:
        return
    if len(code) <= 2:
        yield at + 1, code
    if character.isascii() and character > " ":
        # Full-width letters and marks are often narrowed afterwards.
        try:
            wide = chr(ord(character) + 0xFEE0).encode(codec)
        except UnicodeEncodeError:
            return
        if len(wide) == 2:
            yield at + 1, wide


def _feed(
    code: bytes, pending: int | None, output: str, codec: str
) -> tuple[int | None, str] | None:
    """Decode on; None when the bytes are no characters of the codec."""
    for byte in code:
        if pending is None:
            if byte < 0x81:
                return None
            pending = byte
            continue
        character = _decode(bytes((pending, byte)), codec)
        if character is None:
            return None
        output += character
        pending = None
    return pending, output


@cache
def _decode(pair: bytes, codec: str) -> str | None:
    """Two bytes → one Han character or Chinese mark; None for anything else."""
    try:
        character = pair.decode(codec)
    except UnicodeDecodeError:
        return None
    if len(character) != 1:
        return None
    han = "\u4e00" <= character <= "\u9fff"
    return character if han or character in "，。、；：？！（）《》“”‘’—…" else None


def _plausibility(before: str, repaired: str, after: str) -> float | None:
    """Mean log probability of a character with its neighbours; None if no plain text."""
    if not all(is_common(character) for character in repaired if character >= "\u4e00"):
        return None
    return mean_log_probability(before + repaired + after)


def _neighbours(text: str, start: int, end: int) -> tuple[str, str]:
    """The Han characters beside ``text[start:end]``, pinyin between them left out."""
    before = _NOTE.sub("", text[max(0, start - 24) : start])
    after = _NOTE.sub("", text[end : end + 24])
    left, right = _HAN_END.search(before), _HAN_START.match(after)
    return (left.group() if left else "", right.group() if right else "")
