"""A document as a page shows it: its structure, with the cited span marked."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from qa_engine.alignment import Aligned
from qa_engine.models import Block, Cell, Document, Passage
from qa_engine_web.highlight import CITED, Segment, Span, segments


@dataclass(slots=True)
class CellView:
    """A table cell; ``rows`` is how many rows it spans."""

    segments: list[Segment]
    rows: int = 1
    cited: bool = False

    @property
    def long(self) -> bool:
        """Whether its column should not become a strip one word wide."""
        return sum(len(piece.text) for piece in self.segments) > 24


@dataclass(slots=True)
class RowView:
    """A table row; ``cells`` holds None where a cell above spans into it."""

    number: int
    cells: list[CellView | None]
    anchors: list[int] = field(default_factory=list)
    cited: bool = False


@dataclass(slots=True)
class TableView:
    """Consecutive rows with the same headers."""

    number: int | None
    headers: tuple[str, ...]
    rows: list[RowView]
    kind: str = "table"


@dataclass(slots=True)
class BlockView:
    """Anything that is not a row. ``new_turn`` tells that a speaker begins."""

    kind: str
    segments: list[Segment]
    level: int = 2
    anchors: list[int] = field(default_factory=list)
    speaker: str | None = None
    role: str | None = None
    new_turn: bool = False
    turn: int | None = None
    page: int | None = None  # set where a new page begins
    note: str | None = None
    slug: str | None = None  # headings can be linked to
    cited: bool = False

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.segments)


View = TableView | BlockView


PART = 130_000  # what one page shows of a document, in characters and what stands around them


def parts_of(document: Document) -> list[Span]:
    """The document's blocks cut into stretches that a browser shows at once, as (first, end).

    Nearly all documents are one. A table of many rows weighs more than its characters.
    """
    cuts, weight = [0], 0
    for index, block in enumerate(document.blocks):
        cells = len(block.record.cells) if block.record is not None else 0
        own = len(block.text) + 40 + 25 * cells
        if weight and weight + own > PART:
            cuts.append(index)
            weight = 0
        weight += own
    return list(pairwise([*cuts, len(document.blocks)]))


def raw_parts(document: Document) -> list[Span]:
    """The same for the text as it was read, cut at ends of lines, as (start, end)."""
    text, cuts = document.text, [0]
    while len(text) - cuts[-1] > PART:
        end = text.rfind("\n", cuts[-1] + PART // 2, cuts[-1] + PART) + 1
        cuts.append(end or cuts[-1] + PART)
    return list(pairwise([*cuts, len(text)])) if text else [(0, 0)]


def block_at(document: Document, position: int) -> int:
    """The block that stands at a place of the text, or the last one before it."""
    found = 0
    for index, block in enumerate(document.blocks):
        span = block.text.source_span(0, len(block.text))
        if span is not None and span[0] <= position:
            found = index
            if position < span[1]:
                break
    return found


def headings_of(document: Document) -> list[tuple[int, str, str, int]]:
    """Every heading's block, anchor, text and level."""
    found = [(i, b) for i, b in enumerate(document.blocks) if b.kind in {"heading", "title"}]
    return [
        (index, f"h{number}", block.text.text, _level(block))
        for number, (index, block) in enumerate(found, 1)
    ]


def clean_view(
    document: Document,
    passages: Sequence[Passage],
    span: Span | None = None,
    part: Span | None = None,
) -> list[View]:
    """The document's blocks in order; rows that follow one another become tables.

    ``part``: only these blocks (first, end).
    """
    first, end = part or (0, len(document.blocks))
    anchors = _anchors(document.blocks, passages)
    slugs = {index: slug for index, slug, _, _ in headings_of(document)}
    views: list[View] = []
    page: int | None = None
    before: Block | None = document.blocks[first - 1] if first else None
    for index, block in enumerate(document.blocks[first:end], first):
        if block.kind == "row" and block.record is not None:
            row = _row(block, anchors.get(index, []), span)
            headers = tuple(block.record.cells[i].header for i in range(len(block.record.cells)))
            last = views[-1] if views else None
            if isinstance(last, TableView) and (last.number, last.headers) == (
                block.table,
                headers,
            ):
                _append(last, row, block.record.cells)
            else:
                views.append(TableView(block.table, headers, [row]))
        else:
            view = _block(block, anchors.get(index, []), span)
            repeats = block.kind == "title" and view.text.strip() == document.title.strip()
            if repeats and not view.cited and not any(v.kind == "repeated" for v in views):
                view.kind = "repeated"  # stands above as the heading of the page
            if block.page is not None and block.page != page:
                view.page = page = block.page
            view.new_turn = block.speaker is not None and (
                before is None
                or (before.speaker, before.turn, before.kind)
                != (block.speaker, block.turn, block.kind)
            )
            if view.kind in {"heading", "title"}:
                view.slug = slugs[index]
            views.append(view)
        before = block
    return views


def _anchors(blocks: Sequence[Block], passages: Sequence[Passage]) -> dict[int, list[int]]:
    """Block index → ordinals of the passages that begin in it."""
    rows = {
        (block.table, block.row): index
        for index, block in enumerate(blocks)
        if block.kind == "row" and block.row is not None
    }
    starts: list[tuple[int, int]] = []
    for index, block in enumerate(blocks):
        if block.kind == "row":
            continue
        found = block.text.source_span(0, len(block.text))
        if found is not None:
            starts.append((found[0], index))
    starts.sort()
    keys = [start for start, _ in starts]
    result: dict[int, list[int]] = {}
    for passage in passages:
        if passage.row is not None and (passage.table, passage.row) in rows:
            index = rows[(passage.table, passage.row)]
        elif starts:
            index = starts[max(0, bisect_right(keys, passage.start) - 1)][1]
        else:
            continue
        result.setdefault(index, []).append(passage.ordinal)
    return result


def _marks(text: Aligned, span: Span | None) -> list[Span]:
    if span is None:
        return []
    found = text.text_span(*span)
    return [found] if found is not None else []


def _block(block: Block, anchors: list[int], span: Span | None) -> BlockView:
    marks = _marks(block.text, span)
    return BlockView(
        kind=block.kind if block.kind != "row" else "paragraph",
        segments=segments(block.text.text, marks),
        level=_level(block),
        anchors=anchors,
        speaker=block.speaker,
        role=block.role,
        turn=block.turn,
        note=block.note,
        cited=bool(marks),
    )


def _level(block: Block) -> int:
    return min(6, max(2, block.level + 1))


def _row(block: Block, anchors: list[int], span: Span | None) -> RowView:
    cells: list[CellView | None] = []
    if block.record is not None:
        cells = [_cell(cell, span) for cell in block.record.cells]
    return RowView(
        number=block.row or 0,
        cells=cells,
        anchors=anchors,
        cited=any(cell is not None and cell.cited for cell in cells),
    )


def _cell(cell: Cell, span: Span | None) -> CellView:
    marks: list[Span] = []
    if span is not None and cell.start >= 0 and cell.start < span[1] and cell.end > span[0]:
        if len(cell.value) == cell.end - cell.start:
            marks = [(span[0] - cell.start, span[1] - cell.start)]
        else:  # cleaned: which of its characters are meant is not known
            marks = [(0, len(cell.value))]
    return CellView(segments(cell.value, marks), cited=bool(marks))


def _append(table: TableView, row: RowView, cells: Sequence[Cell]) -> None:
    """Add a row; a carried cell grows the cell above it instead of being repeated."""
    for column, cell in enumerate(cells):
        if not cell.carried:
            continue
        above = _above(table, column)
        if above is not None and "".join(p.text for p in above.segments) == cell.value:
            above.rows += 1
            row.cells[column] = None
    row.cited = any(cell is not None and cell.cited for cell in row.cells)
    table.rows.append(row)


def _above(table: TableView, column: int) -> CellView | None:
    for row in reversed(table.rows):
        cell = row.cells[column]
        if cell is not None:
            return cell
    return None


@dataclass(frozen=True, slots=True)
class RawPiece:
    """A stretch of the text as it was read; ``anchors`` are passages that begin at it."""

    text: str
    mark: str
    dropped: str | None = None
    anchors: tuple[int, ...] = ()


def raw_view(
    document: Document,
    passages: Sequence[Passage],
    span: Span | None = None,
    part: Span | None = None,
) -> list[RawPiece]:
    """``document.text`` (or the ``part`` of it) in pieces; concatenated they are the text,
    character by character."""
    text = document.text
    low, high = part or (0, len(text))
    cuts = {low, high}
    anchors: dict[int, list[int]] = {}
    for passage in passages:
        at = min(max(0, passage.start), len(text))
        anchors.setdefault(at, []).append(passage.ordinal)
        cuts.add(at)
    if span is not None:
        cuts.update(span)
    dropped = _disjoint((part.start, part.end, part.reason) for part in document.dropped)
    for start, end, _ in dropped:
        cuts.update((start, end))
    points = sorted(cut for cut in cuts if low <= cut <= high)
    pieces: list[RawPiece] = []
    upcoming = iter(dropped)
    current = next(upcoming, None)
    for start, end in pairwise(points):
        while current is not None and current[1] <= start:
            current = next(upcoming, None)
        reason = current[2] if current is not None and current[0] <= start else None
        marked = span is not None and span[0] <= start and end <= span[1]
        pieces.append(
            RawPiece(
                text[start:end], CITED if marked else "", reason, tuple(anchors.get(start, ()))
            )
        )
    return pieces


def _disjoint(parts: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    result: list[tuple[int, int, str]] = []
    for start, end, reason in sorted(parts):
        if result and start < result[-1][1]:
            start = result[-1][1]
        if start < end:
            result.append((start, end, reason))
    return result


def checked_span(document: Document, start: str | None, end: str | None) -> Span | None:
    """The span named in an address, cut to the document; None where there is none."""
    try:
        low, high = int(start or ""), int(end or "")
    except ValueError:
        return None
    low, high = max(0, low), min(len(document.text), high)
    return (low, high) if low < high else None
