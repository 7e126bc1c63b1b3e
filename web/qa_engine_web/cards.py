"""Answers and passages as cards: everything a template shows, worked out beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from qa_engine.models import COOPERATE, DEADLINE, LEAD, TASK, Answer, Citation, Passage
from qa_engine.presentation import CONFIDENT
from qa_engine_web.english import english
from qa_engine_web.highlight import Segment, Span, query_spans, segments
from qa_engine_web.links import citation_link, passage_link, with_query
from qa_engine_web.places import date_in, place_in, quoted_in, reference_in

Filters = Mapping[str, Sequence[str]]
Level = Literal["sure", "maybe", "none"]


@dataclass(frozen=True, slots=True)
class Origin:
    """What a reference needs of the document: issuing body, date, kind, title."""

    source: str | None = None
    date: str | None = None
    kind: str = "prose"
    title: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A numbered citation below an answer. ``about`` says what a table row is about;
    ``card`` is the number of the passage's card below, None when it is not shown."""

    id: str
    number: int
    quote: str
    reference: str
    place: str
    link: str
    about: str = ""
    card: int | None = None

    @property
    def target(self) -> str:
        """Where the number leads: the passage's card, or the quote below the answer."""
        return f"#passage-{self.card}" if self.card is not None else f"#cite-{self.id}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, and which passages are shown below the answer."""

    question: str
    context: str = ""
    filters: Filters = field(default_factory=dict)
    shown: frozenset[str] = frozenset()

    def params(self) -> dict[str, str | Sequence[str]]:
        """As parameters of an address."""
        return {"q": self.question, "context": self.context, **self.filters}


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A row of a set answer."""

    values: tuple[str, ...]
    note: Note


@dataclass(frozen=True, slots=True)
class ItemTable:
    """A set answer as a table; the first column is the item itself."""

    headers: tuple[str, ...]
    rows: tuple[ItemRow, ...]


@dataclass(frozen=True, slots=True)
class AnswerCard:
    """One answer. ``heading`` is the part of the question that it answers."""

    id: str
    question: str
    heading: str
    text: str
    found: bool
    level: Level
    confidence: float
    note: str
    reasons: tuple[str, ...]
    notes: tuple[Note, ...]
    table: ItemTable | None
    expanded: tuple[tuple[str, tuple[str, ...]], ...]
    suggestions: tuple[tuple[str, str, str], ...]
    documents: tuple[str, ...]
    search_link: str
    copy: str
    asked: Asked
    feedback: bool
    phrased_by: str = ""  # the language model whose wording the text is

    @property
    def size(self) -> str:
        """How large the text is set: short answers are large."""
        length = len(self.text)
        return "large" if length <= 40 else "medium" if length <= 160 else "body"

    def export_link(self, form: str) -> str:
        """Where the items can be had as a file."""
        asked = self.asked.params()
        if self.heading:  # a part is a whole question
            asked |= {"q": self.heading, "context": ""}
        return with_query(f"/export/answer.{form}", asked)


@dataclass(frozen=True, slots=True)
class PassageView:
    """One passage below an answer or in a result list."""

    number: int | None
    title: str
    link: str
    kind: str
    place: str
    date: str
    speaker: str | None
    role: str | None
    headings: tuple[str, ...]
    question: list[Segment] | None
    cells: list[tuple[str, list[Segment]]] | None
    text: list[Segment]
    note: str | None
    copy: str


def answer_cards(
    answer: Answer,
    asked: Asked,
    *,
    origins: Mapping[str, Origin],
    language: str,
    feedback: bool,
) -> list[AnswerCard]:
    """One card, or one for each part of a question with several parts."""
    parts = answer.parts or (answer,)
    numbers = _numbers(citations_of(answer))
    cards: list[AnswerCard] = []
    number = 1
    for index, part in enumerate(parts, 1):
        heading = part.query.text if len(parts) > 1 and part.query is not None else ""
        card = _card(part, asked, heading, index, number, numbers, origins, language, feedback)
        number += len(card.table.rows) if card.table else len(card.notes)
        cards.append(card)
    return cards


def _card(
    answer: Answer,
    asked: Asked,
    heading: str,
    index: int,
    number: int,
    numbers: Mapping[str, int],
    origins: Mapping[str, Origin],
    language: str,
    feedback: bool,
) -> AnswerCard:
    question, filters = heading or asked.question, asked.filters
    cited = _cited(answer)
    notes = [
        note_of(citation, f"{index}-{n}", n, asked, numbers, origins, language)
        for n, citation in enumerate(cited, number)
    ]
    table = _table(answer, notes) if answer.items else None
    expanded: tuple[tuple[str, tuple[str, ...]], ...] = ()
    suggestions: tuple[tuple[str, str, str], ...] = ()
    if answer.query is not None:
        expanded = answer.query.expanded
        suggestions = tuple(
            (typed, form, with_query("/", {"q": question.replace(typed, form), **filters}))
            for typed, form in answer.query.suggestions
        )
    level: Level = "none"
    if answer.found:
        level = "sure" if answer.confidence >= CONFIDENT else "maybe"
    return AnswerCard(
        id=str(index),
        question=question,
        heading=heading,
        text=answer.text,
        found=answer.found,
        level=level,
        confidence=answer.confidence,
        note=answer.note,
        reasons=answer.reasons,
        notes=tuple(notes),
        table=table,
        expanded=expanded,
        suggestions=suggestions,
        documents=tuple(dict.fromkeys(item.passage.document for item in cited)),
        search_link=with_query("/search", {"q": question, **filters}),
        copy=_copy(answer, notes, language),
        asked=asked,
        feedback=feedback,
        phrased_by=answer.phrased_by,
    )


def _cited(answer: Answer) -> list[Citation]:
    return [item.citation for item in answer.items] or list(answer.citations)


def citations_of(answer: Answer) -> list[Citation]:
    """All citations in the order in which the cards number them."""
    return [citation for part in answer.parts or (answer,) for citation in _cited(part)]


def note_of(
    citation: Citation,
    id: str,
    number: int,
    asked: Asked,
    numbers: Mapping[str, int],
    origins: Mapping[str, Origin],
    language: str,
) -> Note:
    """A citation with its number, reference and link."""
    passage = citation.passage
    origin = origins.get(passage.document, Origin())
    return Note(
        id=id,
        number=number,
        quote=citation.quote.strip(),
        reference=reference_in(passage, origin.source, origin.date, language),
        place=f"{passage.title.strip() or passage.document} {place_in(passage, language)}",
        link=citation_link(citation, asked.params()),
        about=_about(citation),
        card=numbers[passage.id] if passage.id in asked.shown else None,
    )


def _about(citation: Citation) -> str:
    """A cell alone says little: the task of its row, unless that is what is quoted."""
    record = citation.passage.record
    cells = record.by_role(TASK) if record is not None else ()
    said = "；".join(cell.value for cell in cells if cell.value)
    return "" if citation.quote.strip() in said else said


def _copy(answer: Answer, notes: Sequence[Note], language: str) -> str:
    def bracketed(reference: str) -> str:
        return f" ({reference})" if language == "en" else f"（{reference}）"

    if answer.items:
        lines = [
            f"{note.number}. {item.text}{bracketed(note.reference)}"
            for item, note in zip(answer.items, notes, strict=True)
        ]
        return "\n".join(
            [answer.text if language != "en" else english(answer.text) or answer.text, *lines]
        )
    references = ("; " if language == "en" else "；").join(
        dict.fromkeys(note.reference for note in notes)
    )
    return f"{answer.text}{bracketed(references)}" if references else answer.text


def _table(answer: Answer, notes: Sequence[Note]) -> ItemTable:
    """Items with who leads, who helps and until when, where the rows say it."""
    names: dict[str, str] = {}
    for item in answer.items:
        record = item.citation.passage.record
        for cell in record.cells if record is not None else ():
            if cell.role in {LEAD, COOPERATE, DEADLINE}:
                names.setdefault(cell.role, cell.header)
    values: list[list[str]] = []
    for item in answer.items:
        record = item.citation.passage.record
        row = [item.text]
        for role in names:
            cells = record.by_role(role) if record is not None else ()
            row.append("、".join(cell.value for cell in cells if cell.value))
        values.append(row)
    kept = [
        column
        for column in range(len(names) + 1)
        if column == 0 or any(row[column] and row[column] != row[0] for row in values)
    ]
    headers = ["", *names.values()]
    return ItemTable(
        tuple(headers[column] for column in kept),
        tuple(
            ItemRow(tuple(row[column] for column in kept), note)
            for row, note in zip(values, notes, strict=True)
        ),
    )


def passage_views(
    passages: Iterable[Passage],
    asked: Asked,
    citations: Sequence[Citation],
    *,
    origins: Mapping[str, Origin],
    language: str,
) -> list[PassageView]:
    """Passages in order; the cited ones carry the number of their first citation."""
    numbers = _numbers(citations)
    spans: dict[str, list[Citation]] = {}
    for citation in citations:
        spans.setdefault(citation.passage.id, []).append(citation)
    return [
        _passage(passage, asked, numbers.get(passage.id), spans, origins, language)
        for passage in passages
    ]


def _numbers(citations: Sequence[Citation]) -> dict[str, int]:
    """Passage id → the number of its first citation."""
    numbers: dict[str, int] = {}
    for number, citation in enumerate(citations, 1):
        numbers.setdefault(citation.passage.id, number)
    return numbers


def _passage(
    passage: Passage,
    asked: Asked,
    number: int | None,
    spans: Mapping[str, Sequence[Citation]],
    origins: Mapping[str, Origin],
    language: str,
) -> PassageView:
    own = spans.get(passage.id, ())
    question = asked.question
    origin = origins.get(passage.document, Origin())
    cited: list[Span] = []
    for citation in own:
        found = passage.aligned.text_span(citation.start, citation.end)
        if found is not None:
            cited.append(found)
    cells: list[tuple[str, list[Segment]]] | None = None
    if passage.record is not None and passage.row is not None:  # a clause is a sentence
        cells = [
            (
                cell.header,
                segments(
                    cell.value,
                    _in_cell(cell.start, cell.end, len(cell.value), own),
                    query_spans(question, cell.value),
                ),
            )
            for cell in passage.record.cells
        ]
    reference = reference_in(passage, origin.source, origin.date, language)
    return PassageView(
        number=number,
        title=passage.title.strip() or passage.document,
        link=citation_link(own[0], asked.params())
        if own
        else passage_link(passage, asked.params()),
        kind=origin.kind,
        place=place_in(passage, language),
        date=date_in(passage.date or origin.date, language),
        speaker=passage.speaker,
        role=passage.role,
        headings=passage.headings,
        question=segments(passage.question, (), query_spans(question, passage.question))
        if passage.question
        else None,
        cells=cells,
        text=segments(passage.text, cited, query_spans(question, passage.text)),
        note=passage.note,
        copy=quoted_in(passage.text.strip(), reference, language),
    )


def _in_cell(start: int, end: int, length: int, citations: Sequence[Citation]) -> list[Span]:
    marks: list[Span] = []
    for citation in citations:
        if start < 0 or citation.end <= start or citation.start >= end:
            continue
        exact = length == end - start
        marks.append((citation.start - start, citation.end - start) if exact else (0, length))
    return marks
