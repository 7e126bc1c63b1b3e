"""Document → passages: what is searched, shown and cited.

Passages follow the structure: a table row, a question, a paragraph of a speech or an
article each is one. Headings are context, not passages. Short neighbours of one place
are joined, long paragraphs are cut at sentence ends; a sentence is cut only when it is
longer than a passage may be. Nothing of a block is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qa_engine.alignment import Aligned
from qa_engine.models import Block, Document, Passage
from qa_engine.text.patterns import later
from qa_engine.text.sentences import clauses, semicolon_parts, sentences

# Sizes in characters of cleaned text; a Chinese character is about one model token.
SHORT = 60  # shorter neighbours are joined
AIM = 350  # joining and cutting keep passages below this where they can
LONGEST = 450  # a paragraph up to this stays whole; nothing but a row is longer
_CUT_FROM = 150  # from here on the next list item begins a passage of its own
_LONE_ITEM = 40  # a list item at least this long is a passage of its own
_HEADINGS_SHOWN = 3
_QUESTION_SHOWN = 120

_ITEM = later(
    r"\s*(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[）)、．.](?!\d)|[①-⑳]|第[一二三四五六七八九十]+[、，,]?|"
    r"[一二三四五六七八九十]{1,2}[是要方])"
)
_COLLECTION = later(r"等\d+篇$")
_JOINABLE = frozenset({"paragraph", "speech", "meta", "byline"})


def passages(document: Document) -> list[Passage]:
    """The passages of a document in reading order, ids ``{document.id}#{1, 2, …}``.

    ``runs`` map ``text`` to ``document.text`` exactly. Every character of every block is
    in a passage's text or headings.
    """
    drafts = list(_drafts(document))
    _keep_lost_headings(document, drafts)
    drafts.sort(key=lambda draft: draft.order)
    return [_passage(document, draft, ordinal) for ordinal, draft in enumerate(drafts)]


def context_text(passage: Passage) -> str:
    """What stands above a passage: title, headings, speaker and role, the question it answers.

    Indexed beside the text and put before it for the encoder.
    """
    # A title made of several articles' (“…等6篇”) says nothing of this one.
    path = [] if passage.headings and _COLLECTION.search(passage.title) else [passage.title]
    for heading in passage.headings[-_HEADINGS_SHOWN:]:
        if heading and heading not in path:
            path.append(heading)
    lines = [" > ".join(part for part in path if part)]
    if passage.speaker:
        lines.append(f"{passage.speaker}（{passage.role}）" if passage.role else passage.speaker)
    if passage.question and passage.kind != "question":
        lines.append(f"问：{passage.question[:_QUESTION_SHOWN]}")
    return "\n".join(line for line in lines if line)


@dataclass(slots=True)
class _Draft:
    """A passage in the making: blocks of one place, their text joined."""

    block: Block
    text: Aligned
    order: float
    heads: list[Aligned] = field(default_factory=list)


def _drafts(document: Document) -> Iterator[_Draft]:
    current: _Draft | None = None
    heading: Aligned | None = None  # directly above, not yet in a passage
    for index, block in enumerate(document.blocks):
        if block.kind in ("title", "heading"):
            if current is not None:
                yield current
                current = None
            heading = block.text
            continue
        for number, piece in enumerate(_pieces(block)):
            order = index + number / 1000
            if current is not None and _joins(current, block, piece):
                current.text = Aligned.join((current.text, piece), _separator(current, block))
                continue
            if current is not None:
                yield current
            current = _Draft(block, piece, order)
            if heading is not None and block.kind != "row":
                current.heads.append(heading)
        heading = None
    if current is not None:
        yield current


def _joins(current: _Draft, block: Block, piece: Aligned) -> bool:
    """Whether a piece goes on the current passage."""
    above = current.block
    if not _same_place(above, block):
        return False
    length = len(current.text) + len(piece)
    if block.kind == "byline":
        return above.kind in ("paragraph", "byline")
    if above.kind != block.kind or block.kind not in _JOINABLE:
        return False
    if length > LONGEST:
        return False
    if block.kind == "meta":
        return length <= AIM
    if current.text.text.rstrip().endswith(("：", ":")):
        return True
    if len(piece) >= _LONE_ITEM and _ITEM.match(piece.text):
        return len(current.text) < _LONE_ITEM
    return length <= AIM and (len(current.text) < SHORT or len(piece) < SHORT)


def _same_place(first: Block, second: Block) -> bool:
    return (
        first.headings == second.headings
        and first.turn == second.turn
        and first.speaker == second.speaker
        and first.question == second.question
        and first.date == second.date
        and first.page == second.page
        and first.note == second.note
        and first.record is None
        and second.record is None
    )


def _separator(current: _Draft, block: Block) -> str:
    if block is current.block or block.kind == "byline":
        return ""
    return "\n"


def _pieces(block: Block) -> list[Aligned]:
    """The block's text cut to size; rows and records stay whole."""
    text = block.text.strip()
    if not text:
        return []
    if len(text) <= LONGEST or block.kind == "row" or block.record is not None:
        return [text]
    return [text.slice(start, end).strip() for start, end in _pack(text.text)]


def _pack(text: str) -> list[tuple[int, int]]:
    """Sentences packed into spans of at most ``LONGEST`` that cover the text."""
    units = list(_units(text))
    spans: list[tuple[int, int]] = []
    for start, end in units:
        if spans:
            begin = spans[-1][0]
            grown = end - begin
            length = spans[-1][1] - begin
            item = bool(_ITEM.match(text, start)) and length >= _CUT_FROM
            if grown <= AIM and not (item and end - start >= _LONE_ITEM):
                spans[-1] = (begin, end)
                continue
        spans.append((start, end))
    # A short tail goes to its neighbour.
    if len(spans) > 1 and spans[-1][1] - spans[-1][0] < SHORT:
        start, end = spans[-2][0], spans[-1][1]
        if end - start <= LONGEST:
            spans[-2:] = [(start, end)]
    return spans


def _units(text: str) -> Iterator[tuple[int, int]]:
    """Sentences; over-long ones at semicolons, then commas, then anywhere."""
    for start, end in sentences(text):
        if end - start <= LONGEST:
            yield start, end
            continue
        for part_start, part_end in _gathered(text[start:end], semicolon_parts(text[start:end])):
            if part_end - part_start <= LONGEST:
                yield start + part_start, start + part_end
                continue
            part = text[start + part_start : start + part_end]
            for left, right in _gathered(part, clauses(part)):
                for at in range(left, right, LONGEST):
                    base = start + part_start
                    yield base + at, base + min(right, at + LONGEST)


def _gathered(text: str, parts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Neighbouring parts gathered up to the aim."""
    spans: list[tuple[int, int]] = []
    for start, end in parts:
        if spans and end - spans[-1][0] <= AIM:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _keep_lost_headings(document: Document, drafts: list[_Draft]) -> None:
    """A heading that is context of no passage becomes one, so that it can be found."""
    known = {document.title, *(name for draft in drafts for name in draft.block.headings)}
    known |= {head.text for draft in drafts if _shows_heading(draft) for head in draft.heads}
    for index, block in enumerate(document.blocks):
        if block.kind not in ("title", "heading"):
            continue
        if block.text.text in known or block.text.text.rstrip("。：:") in known:
            continue
        drafts.append(_Draft(block, block.text, float(index)))
    if not drafts:
        titles = [(i, b) for i, b in enumerate(document.blocks) if b.kind in ("title", "heading")]
        drafts.extend(_Draft(block, block.text, float(index)) for index, block in titles)


def _shows_heading(draft: _Draft) -> bool:
    return bool(draft.heads) and len(draft.text) < SHORT and draft.block.record is None


def _passage(document: Document, draft: _Draft, ordinal: int) -> Passage:
    block = draft.block
    text = draft.text
    if _shows_heading(draft):
        # A value on the line below its heading says nothing alone.
        text = Aligned.join((draft.heads[0], text), "\n")
    start, end = _range(block, text)
    return Passage(
        id=f"{document.id}#{ordinal + 1}",
        document=document.id,
        title=document.title,
        text=text.text,
        kind="paragraph" if block.kind in ("title", "heading") else block.kind,
        headings=_once(block.headings),
        start=start,
        end=end,
        page=block.page,
        row=block.row,
        record=block.record,
        speaker=block.speaker,
        role=block.role,
        date=block.date or document.date,
        ordinal=ordinal,
        table=block.table,
        turn=block.turn,
        question=block.question,
        asker=block.asker,
        place=document.place,
        note=block.note,
        runs=text.runs,
    )


def _once(headings: tuple[str, ...]) -> tuple[str, ...]:
    """The path without a heading that repeats the one above it."""
    return tuple(h for at, h in enumerate(headings) if not at or h != headings[at - 1])


def _range(block: Block, text: Aligned) -> tuple[int, int]:
    """Where the passage stands; for a row without the values carried from rows above."""
    if block.kind == "row" and block.record is not None:
        own = [cell for cell in block.record.cells if cell.start >= 0 and not cell.carried]
        if own:
            return min(cell.start for cell in own), max(cell.end for cell in own)
    return text.source_span(0, len(text)) or (0, 0)
