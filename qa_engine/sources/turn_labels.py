"""Which lines of a transcript are labelled, and with whom: labels in their surroundings."""

from __future__ import annotations

import re
from dataclasses import replace

from qa_engine.sources.lines import Line
from qa_engine.sources.people import is_name, person
from qa_engine.sources.speakers import Cast, Label, Speaker, is_medium, label_of
from qa_engine.text.normalise import to_simplified

_LONG_LABEL_TURN = 12
_LONGEST_ASKER = 24  # characters


def speaker_at(
    line: Line, index: int, lines: list[Line], cast: Cast
) -> tuple[Label, Speaker] | None:
    """The label a line begins with and whom it names; None where it names no speaker."""
    if line.meta:
        return None
    label = label_of(line.text)
    if label is None:
        return None
    speaker = (
        cast.speaker(label) or _below_mark(label, index, lines) or _medium(label, index, lines)
    )
    if speaker is None:
        return None
    if not label.colon and not _followed_by_speech(index, lines, speaker):
        return None
    return _behind_mark(line, label, speaker, cast) or (label, speaker)


_ASKING = re.compile(r"(?:现场|记者|媒体|网友|自由|会后)?(?:提问|答?问|追问)(?:环节)?\d{0,2}")


def _below_mark(label: Label, index: int, lines: list[Line]) -> Speaker | None:
    """【现场提问】 on a line of its own, some medium's label on the next: that one asks."""
    above = label_of(lines[index - 1].text) if index else None
    if above is None or not (above.alone and label.colon) or len(label.text) > _LONGEST_ASKER:
        return None
    asks = _ASKING.fullmatch(to_simplified(above.text)) is not None
    return Speaker(label.text, asker=True) if asks else None


def _behind_mark(
    line: Line, label: Label, speaker: Speaker, cast: Cast
) -> tuple[Label, Speaker] | None:
    """【记者提问】某报记者：… — who asks stands behind a mark that doesn't say it."""
    if not speaker.asker or speaker.name or label.alone:
        return None
    inner = label_of(line.text[label.end :])
    who = cast.speaker(inner) if inner is not None and inner.colon else None
    if inner is None or who is None or not who.asker or not who.name:
        return None
    return replace(inner, end=label.end + inner.end), who


def _medium(label: Label, index: int, lines: list[Line]) -> Speaker | None:
    """A medium's name alone on a line asks when a question stands below it."""
    below = lines[index + 1].text if index + 1 < len(lines) else ""
    asks = label.alone and not label.colon and below[-1:] in tuple("？?")
    return Speaker(label.text, asker=True) if asks and is_medium(label.text) else None


_ADDRESS = re.compile(r"^(?:同志们|各位|尊敬的|女士们|先生们|大家|朋友们)[^。；]{0,40}[:：，,！!]")
_OPENING = 8  # lines at the head among which a statement may begin


def opening(
    lines: list[Line], labels: list[tuple[Label, Speaker] | None]
) -> tuple[int, tuple[Label, Speaker]] | None:
    """Where a statement begins whose speaker stands above it without a label: the form of
    address, below a name with a post on a line of its own."""
    for index, line in enumerate(lines[:_OPENING]):
        if labels[index] is not None:
            return None
        if index and _ADDRESS.match(to_simplified(line.text)):
            for above in reversed(lines[:index]):
                who = person(above.text.strip("（）()")) if len(above.text) <= 40 else None
                if who is not None and who.role and is_name(who.name):
                    label = Label("", 0, False, True)
                    return index, (label, Speaker(who.name, who.role))
            return None
    return None


def _followed_by_speech(index: int, lines: list[Line], speaker: Speaker) -> bool:
    """A label without a colon needs a text below it; an asker's, a question."""
    if index + 1 >= len(lines):
        return False
    below = lines[index + 1].text
    if speaker.asker:
        asks = below[-1] in "？?" and len(below) >= 5
        return asks or (len(below) >= _LONG_LABEL_TURN and below[-1] in "。！!")
    return len(below) >= 5 and below[-1] in "。！!？?：:；;"
