"""The ways to split a line of a pasted table into cells: bars, tabs, runs of spaces, one space."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa_engine.sources.celltypes import is_sentence
from qa_engine.sources.pasted import Line, Piece

PIPE = re.compile(r"(?<!\\)[|｜│┃]")
_RULE = frozenset(" 	:|｜│┃+-—–=─━┼├┤┌┬┐└┴┘╋┣┫┳┻┏┓┗┛")
_GAP = re.compile(r"[ \u3000\xa0]{2,}|\u3000")

Splitter = Callable[[str, Line], "list[Piece] | None"]


@dataclass(slots=True)
class Row:
    """The cells of a row with their texts."""

    pieces: list[Piece]
    texts: list[str]


def row_of(text: str, pieces: list[Piece]) -> Row:
    return Row(pieces, values(text, pieces))


def values(text: str, pieces: Sequence[Piece]) -> list[str]:
    return [text[piece.start : piece.end].strip() for piece in pieces]


def is_rule(text: str) -> bool:
    """“|---|:--|”: the line below a header."""
    return any(line in text for line in "-─━") and _RULE.issuperset(text)


def pipes(text: str, line: Line) -> list[Piece] | None:
    """Rows of which the first begins with a pipe: it bounds the row."""
    cuts = [match.start() for match in PIPE.finditer(line.text)]
    return _piped(line, cuts, len(cuts) > 1 and not line.text[: cuts[0]].strip())


def open_pipes(text: str, line: Line) -> list[Piece] | None:
    """Rows with pipes only between cells: a pipe at the beginning follows a blank cell."""
    return _piped(line, [match.start() for match in PIPE.finditer(line.text)], False)


def _piped(line: Line, cuts: list[int], bounded: bool) -> list[Piece] | None:
    if is_rule(line.text) or len(cuts) < (2 if bounded else 1):
        return None
    if not bounded and len(cuts) == 1 and is_sentence(line.content):
        return None
    if bounded:
        cuts = cuts[1:]
        at = line.text.index(line.content) + 1
    else:
        at = 0
    pieces = []
    for cut in cuts:
        pieces.append(Piece(line.start + at, line.start + cut, False))
        at = cut + 1
    if line.text[at:].strip() or not bounded:
        pieces.append(Piece(line.start + at, line.end, False))
    return pieces


PIPED = (pipes, open_pipes)


def tabs(text: str, line: Line) -> list[Piece] | None:
    del text
    if "\t" not in line.text or line.text.rfind("\t") == 0:
        return None
    pieces: list[Piece] = []
    at = 0
    for field in line.text.split("\t"):
        quoted = "\n" in field and field.startswith('"') and field.rstrip().endswith('"')
        start, end = line.start + at, line.start + at + len(field)
        pieces.append(Piece(start + quoted, end - quoted * _quote_tail(field), False))
        at += len(field) + 1
    return pieces


def _quote_tail(field: str) -> int:
    return len(field) - len(field.rstrip()) + 1


def spaces(text: str, line: Line) -> list[Piece] | None:
    del text
    if "\t" in line.content:
        return None
    pieces: list[Piece] = []
    at = len(line.text) - len(line.text.lstrip())
    stop = len(line.text.rstrip())
    for match in _GAP.finditer(line.text, at, stop):
        pieces.append(Piece(line.start + at, line.start + match.start(), False))
        at = match.end()
    pieces.append(Piece(line.start + at, line.start + stop, False))
    return pieces if len(pieces) > 1 else None


def single_spaces(text: str, line: Line) -> list[Piece] | None:
    """Cells that one space divides, as some programs copy tables."""
    del text
    if "\t" in line.content or _GAP.search(line.content):
        return None
    begin = line.start + len(line.text) - len(line.text.lstrip())
    pieces: list[Piece] = []
    for part in line.content.split(" "):
        pieces.append(Piece(begin, begin + len(part), False))
        begin += len(part) + 1
    return pieces if len(pieces) > 1 else None


SPACED = (spaces, single_spaces)
