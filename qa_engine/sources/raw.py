"""The layout that every format reader produces, before anything is understood.

A reader turns bytes into one ``RawDocument``: the whole text, noise still in it, and
the elements that lie in it, in order. All offsets count characters of ``text``; an
element never contains the line end that follows it. Understanding (which line is a
speaker, which row a header) is not the reader's business.

Plain text gives one paragraph for each line that is not blank, leading white space
included. Formats that know their paragraphs (html, docx, pdf) give one a paragraph,
which may hold line breaks inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

_LINE_END = re.compile(r"[\n\r\f]")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``text[start:end]``: a line or a paragraph.

    ``level`` is the heading level that the format states (1 the outermost, 0 the
    document's title), None where it says nothing. ``blank_before`` counts the blank lines
    above. ``form`` is ``text``, ``item`` (of a list), ``note`` (foot- or endnote),
    ``caption`` or ``furniture`` (page header or footer, navigation).
    """

    start: int
    end: int
    level: int | None = None
    page: int | None = None
    form: str = "text"
    bold: bool = False
    blank_before: int = 0


@dataclass(frozen=True, slots=True)
class RawCell:
    """``text[start:end]`` stands in a grid; an empty cell has ``start == end``.

    ``row`` and ``column`` count from 0 and name the upper left corner of a merged cell.
    ``header`` is what the format says (``<th>``, a header row of docx), not a guess.
    ``more`` are the further ranges of a cell that the layout breaks over lines, with
    cells of other columns in between.
    """

    row: int
    column: int
    start: int
    end: int
    rowspan: int = 1
    colspan: int = 1
    header: bool = False
    more: tuple[tuple[int, int], ...] = ()

    @property
    def stop(self) -> int:
        """Where the last of its ranges ends."""
        return self.more[-1][1] if self.more else self.end


@dataclass(frozen=True, slots=True)
class Table:
    """A grid of cells; ``text[start:end]`` covers all of them.

    ``merges`` tells whether the format states merged cells. Where it does (docx, xlsx,
    html) a blank cell is blank; where it does not (text, csv, pdf) a blank cell may also
    be the continuation of the one above, which evidence has to tell.
    """

    start: int
    end: int
    cells: tuple[RawCell, ...]
    merges: bool = False
    page: int | None = None
    caption: str | None = None

    @property
    def rows(self) -> int:
        return max((cell.row + cell.rowspan for cell in self.cells), default=0)

    @property
    def columns(self) -> int:
        return max((cell.column + cell.colspan for cell in self.cells), default=0)


Element = Paragraph | Table


@dataclass(frozen=True, slots=True)
class RawDocument:
    """What a format reader gives.

    ``id`` is the public id; ``name`` the file's own name (for a title of last resort).
    ``title`` and ``date`` are what the format itself states (html ``<title>``, a jsonl
    field), None otherwise. ``suffix`` is the format that was read (``txt``, ``docx``).
    ``problems`` are sentences for the user about what was lost or doubtful. ``ocr`` maps
    the pages that were read from a picture to the confidence of that reading (0..1).
    """

    id: str
    text: str
    elements: tuple[Element, ...] = ()
    title: str | None = None
    date: str | None = None
    name: str = ""
    suffix: str = "txt"
    encoding: str | None = None
    encoding_confidence: float | None = None
    meta: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    ocr: Mapping[int, float] = field(default_factory=dict)

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        return tuple(part for part in self.elements if isinstance(part, Paragraph))

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(part for part in self.elements if isinstance(part, Table))

    def of(self, part: Element | RawCell) -> str:
        """The text of an element or a cell as it stands in the source."""
        return self.text[part.start : part.end]

    def with_elements(self, elements: tuple[Element, ...]) -> RawDocument:
        return replace(self, elements=elements)


def line_end(text: str, start: int, stop: int) -> int:
    """Where the line that begins at ``start`` ends: before a line end or form feed."""
    found = _LINE_END.search(text, start, stop)
    return stop if found is None else found.start()


def lines_of(text: str, start: int = 0, end: int | None = None) -> Iterator[Paragraph]:
    """One paragraph for each line of ``text[start:end]`` that is not blank.

    Line ends are ``\\n``, ``\\r\\n``, ``\\r`` and the form feed; a form feed starts a page
    in many converted texts and counts as one blank line.
    """
    at = start
    stop = len(text) if end is None else end
    blank = 0
    while at < stop:
        close = line_end(text, at, stop)
        if text[at:close].strip().strip("\ufeff"):
            first = at + 1 if text[at] == "\ufeff" else at
            yield Paragraph(first, close, blank_before=blank)
            blank = 0
        else:
            blank += 1
        if close < stop and text[close] == "\f":
            blank += 1
        at = close + (2 if text.startswith("\r\n", close) else 1)
