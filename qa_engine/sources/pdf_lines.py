"""Words of a pdf page → lines → paragraphs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from qa_engine.sources.outline import number_level
from qa_engine.sources.wrapping import LABELLED, cuts_word

# Of the type size: a gap that may divide columns, and one that surely is more than a space.
_GAP = 0.8
_WIDE_GAP = 1.6
_ENDS = "。！？；：:;!?"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words without a wide gap; coordinates in points from the top left.

    ``words`` are its words where it has several: a narrow gap may divide columns too.
    """

    text: str
    x0: float
    x1: float
    words: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of a page; ``pieces`` are what wide gaps divide."""

    text: str
    pieces: tuple[Piece, ...]
    top: float
    bottom: float
    size: float
    bold: bool

    @property
    def x0(self) -> float:
        return self.pieces[0].x0

    @property
    def x1(self) -> float:
        return self.pieces[-1].x1

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2


@dataclass(frozen=True, slots=True)
class PageParagraph:
    """Lines that belong together, with the line breaks of the page."""

    text: str
    size: float
    bold: bool
    centred: bool


def lines_of_page(page: Any) -> list[PageLine]:
    """The lines of a page from top to bottom, two columns of text one after the other."""
    words = page.extract_words(
        x_tolerance=2,
        y_tolerance=3,
        keep_blank_chars=False,
        use_text_flow=False,
        extra_attrs=["size", "fontname"],
    )
    rows: list[list[dict[str, Any]]] = []
    for word in sorted(words, key=lambda word: (float(word["bottom"]), float(word["x0"]))):
        # Words whose lower halves overlap stand on one line.
        if rows and _same_line(rows[-1], word):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [_line(sorted(row, key=lambda word: float(word["x0"]))) for row in rows]


def _same_line(row: list[dict[str, Any]], word: dict[str, Any]) -> bool:
    last = row[-1]
    height = min(float(last["bottom"] - last["top"]), float(word["bottom"] - word["top"]))
    return float(word["bottom"]) - float(last["bottom"]) < 0.5 * height


def _line(words: list[dict[str, Any]]) -> PageLine:
    pieces: list[Piece] = []
    parts: list[str] = []
    size = float(Counter(round(float(word["size"]), 1) for word in words).most_common(1)[0][0])
    for word in words:
        text, x0, x1 = str(word["text"]), float(word["x0"]), float(word["x1"])
        gap = x0 - pieces[-1].x1 if pieces else 0.0
        if pieces and gap <= _GAP * size:
            last = pieces[-1]
            space = " " if _needs_space(last.text, text) else ""
            known = last.words or (last,)
            pieces[-1] = Piece(last.text + space + text, last.x0, x1, (*known, Piece(text, x0, x1)))
            parts.append(space + text)
        else:
            parts.append((("  " if gap > _WIDE_GAP * size else " ") if pieces else "") + text)
            pieces.append(Piece(text, x0, x1))
    bold = all("bold" in str(word["fontname"]).lower() for word in words)
    return PageLine(
        "".join(parts),
        tuple(pieces),
        min(float(word["top"]) for word in words),
        max(float(word["bottom"]) for word in words),
        size,
        bold,
    )


def _needs_space(left: str, right: str) -> bool:
    """Latin words need their space; between wide characters a gap is spacing only."""
    return left[-1].isascii() and right[0].isascii()


def paragraphs(lines: list[PageLine], width: float) -> list[PageParagraph]:
    """Join lines: one goes on where the line above reaches the right edge.

    Offsets need no care here: line breaks stay in the text.
    """
    if not lines:
        return []
    right = max(line.x1 for line in lines)
    left = min(line.x0 for line in lines)
    result: list[list[PageLine]] = []
    for line in lines:
        above = result[-1][-1] if result else None
        if above is not None and _goes_on(above, line, left, right, width):
            result[-1].append(line)
        else:
            result.append([line])
    return [_paragraph(group, width, left) for group in result]


def _goes_on(above: PageLine, line: PageLine, left: float, right: float, width: float) -> bool:
    if abs(above.size - line.size) > 1 or line.top - above.bottom > 1.6 * line.size:
        return False
    if _begins(above.text.rstrip(), line.text.lstrip()):
        return False
    centred = abs(above.middle - width / 2) < 0.4 * above.size
    if centred and above.x0 > left + 1.2 * above.size and above.bold and not line.bold:
        return False  # a title, and text below it
    full = above.x1 >= right - 2.2 * above.size
    indented = line.x0 > left + 1.2 * line.size
    if above.x0 > left + 2.5 * above.size and indented and not _ended(above):
        # Lines of a title, both centred.
        return abs(above.middle - line.middle) < 2 * line.size and above.size > 0 and full
    return full and not indented


def _begins(above: str, text: str) -> bool:
    """Does a line begin something by its own words: an item's number after a full stop, a
    label below another one or after a full stop?"""
    if number_level(text) is not None and above[-1:] in _ENDS:
        return True
    labelled = LABELLED.match(text) is not None and not cuts_word(above, text)
    return labelled and (LABELLED.match(above) is not None or above[-1:] in "。！？")


def _ended(line: PageLine) -> bool:
    return line.text.rstrip()[-1:] in _ENDS


def _paragraph(lines: list[PageLine], width: float, left: float) -> PageParagraph:
    first = lines[0]
    centred = abs(first.middle - width / 2) < 0.06 * width and first.x0 > left + first.size
    return PageParagraph(
        "\n".join(line.text for line in lines), first.size, all(x.bold for x in lines), centred
    )
