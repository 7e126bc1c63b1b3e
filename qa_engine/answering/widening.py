"""Where the borders of an answer are uncertain, the wider of two likely ones.

Readers of nearly equal belief differ by a title, a limit or a measure (甲 and 副县长甲, 300万元 and
最高300万元, 58条 and 58条、土方210万方 where both are asked): the wider one says all of the other.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa_engine.answering.aspects import aspects
from qa_engine.answering.candidates import Candidate
from qa_engine.answering.question import (
    FULL_NAME,
    ORGANISATION,
    PERSON,
    POSITION,
    TEXT,
    UTTERANCE,
    Question,
)
from qa_engine.answering.shapes import WIDE
from qa_engine.text.patterns import later
from qa_engine.text.surnames import DOUBLE_SURNAMES

_PROSE = (*WIDE, TEXT, UTTERANCE)
_NAMES = (PERSON, ORGANISATION, FULL_NAME)
# What a wider answer must not take in, by what is asked for.
_SENTENCE = later(r"[。；;\n]")
_CLAUSE = later(r"[。；;\n，,、]")
_VALUE = later(r"[。；;\n，,、\d一二三四五六七八九十百千]")
_SURNAME = later(rf"(?:{DOUBLE_SURNAMES})$")  # alone it is no name
_LESS, _LESS_PROSE = 3.0, 2.0  # log-odds that a wider answer may be less likely
_LONGEST, _LONGEST_TWO = 32, 40  # characters


def widened(
    question: Question, best: Candidate, candidates: Sequence[Candidate]
) -> tuple[int, int]:
    """The place of the longest candidate around the best one that is about as likely."""
    place = best.start, best.end
    margin = best.features.get("margin")
    if margin is None or question.yes_no or question.types[0] == POSITION:
        return place
    two = question.asks > 1 or len(aspects(question.text)) > 1
    prose = question.types[0] in _PROSE
    less = _LESS_PROSE if prose and not two else _LESS
    longest = _LONGEST_TWO if two else _LONGEST
    for one in candidates:
        if one.passage.id != best.passage.id or one.end - one.start > longest:
            continue
        around = one.start <= best.start and best.end <= one.end
        if not around or one.features.get("margin", -9.0) < margin - less:
            continue
        text = one.passage.text
        before, behind = text[one.start : best.start], text[best.end : one.end]
        if two or prose:
            allowed = not _SENTENCE.search(before + behind)
        elif question.types[0] in _NAMES:
            whole = not behind or (len(behind) <= 2 and _SURNAME.search(text[: best.end]))
            allowed = bool(whole) and not _CLAUSE.search(before + behind)
        else:
            allowed = not _VALUE.search(before + behind)
        if allowed and one.end - one.start > place[1] - place[0]:
            place = one.start, one.end
    return place
