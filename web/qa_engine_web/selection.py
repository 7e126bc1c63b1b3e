"""Which documents, tasks and conferences a list shows: the same for a page and its JSON twin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from qa_engine.models import COOPERATE, DEADLINE, GROUP, LEAD, TASK, DocumentInfo, Hit, Passage
from qa_engine.text.normalise import fold
from qa_engine.text.numbers import dates
from qa_engine_web.contract import WebEngine
from qa_engine_web.parameters import choice_in, engine_filters, filters_in

COLUMNS = (
    ("task", TASK),
    ("group", GROUP),
    ("deadline", DEADLINE),
    ("lead", LEAD),
    ("cooperate", COOPERATE),
)
RECORD_SORTS = ("document", *(f"{way}{name}" for name, _ in COLUMNS for way in ("", "-")))
ROLES = ("any", "lead", "cooperate")
CONFERENCE_SORTS = ("date", "place")

POOL = 200  # passages that facets count, pages go through and dates sort
SORTS = ("relevance", "date")

Args = MultiDict[str, str]


def record_values(passage: Passage) -> dict[str, str]:
    """The columns of a task by name; a record without any of them is its whole text."""
    record = passage.record
    values: dict[str, str] = {}
    for name, role in COLUMNS:
        cells = record.by_role(role) if record is not None else ()
        values[name] = "；".join(dict.fromkeys(cell.value for cell in cells if cell.value))
    if not any(values.values()):
        values["task"] = passage.text
    return values


def records_for(engine: WebEngine, args: Args) -> list[Passage]:
    """The tasks that an address asks for: filters, ``q``, ``due``, ``role``, ``sort``.

    ``role`` says in which column the ``department`` must stand; without a department, which
    column must be filled. ``sort`` is a column, with a minus from the last to the first;
    tasks whose cell is blank come last. Raises FilterError.
    """
    filters = filters_in(args)
    words = _words(args, "q")
    due = fold(args.get("due", "").strip()[:100])
    role = choice_in(args.get("role"), ROLES, "role")
    sort = choice_in(args.get("sort"), RECORD_SORTS, "sort")
    found = [(record_values(p), p) for p in engine.records(engine_filters(filters))]
    if words:
        found = [
            (values, passage)
            for values, passage in found
            if _holds(words, " ".join((*values.values(), passage.title)))
        ]
    if due:
        found = [pair for pair in found if due in fold(pair[0]["deadline"])]
    if role != "any":
        names = [fold(name) for name in filters.get("department", ())]
        found = [pair for pair in found if _stands(names, fold(pair[0][role]))]
    if sort != "document":
        column = sort.removeprefix("-")
        key = _moment if column == "deadline" else _natural
        found.sort(key=lambda pair: key(pair[0][column]), reverse=sort.startswith("-"))
        found.sort(key=lambda pair: not pair[0][column])
    return [passage for _, passage in found]


def _stands(names: Sequence[str], cell: str) -> bool:
    return any(name in cell for name in names) if names else bool(cell)


def _moment(text: str) -> list[tuple[int, int, str]]:
    """Deadlines by the day they mean, however written; those without a date follow."""
    meant = next((one.iso for one in dates(fold(text)) if not one.iso.startswith("--")), None)
    return _natural(meant or f"～{text}")


def _natural(text: str) -> list[tuple[int, int, str]]:
    """2013.9 comes before 2013.12."""
    return [
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in re.split(r"(\d+)", text)
        if part
    ]


def _words(args: Args, key: str) -> list[str]:
    return fold(args.get(key, "").strip()[:500]).split()


def _holds(words: Iterable[str], text: str) -> bool:
    folded = fold(text)
    return all(word in folded for word in words)


def by_date(hits: Iterable[Hit], dates: Mapping[str, str | None]) -> list[Hit]:
    """The newest first, those without a date last; ``dates`` are those of the documents."""
    dated = [(hit.passage.date or dates.get(hit.passage.document) or "", hit) for hit in hits]
    return [hit for _, hit in sorted(dated, key=lambda pair: pair[0], reverse=True)]


def documents_for(engine: WebEngine, args: Args) -> list[DocumentInfo]:
    """The documents that an address asks for: ``q`` (title or id), ``kind``, ``problems``."""
    found = engine.documents()
    words, kinds = _words(args, "q"), filters_in(args).get("kind")
    if words:
        found = [info for info in found if _holds(words, f"{info.title} {info.id}")]
    if kinds:
        found = [info for info in found if info.kind in kinds]
    if args.get("problems") == "1":
        found = [info for info in found if info.problems]
    return found


@dataclass(frozen=True, slots=True)
class People:
    """Who spoke at each conference, by document id, as of one generation of the index."""

    generation: str
    speakers: Mapping[str, tuple[str, ...]]


def people_of(engine: WebEngine, known: People | None) -> People:
    """``known`` if it still holds, else read anew: every conference is looked at once."""
    generation = engine.manifest.generation
    if known is not None and known.generation == generation:
        return known
    speakers: dict[str, tuple[str, ...]] = {}
    for info in engine.conferences():
        document = engine.document(info.id)
        named = [person.name for person in document.participants]
        named += [block.speaker or "" for block in document.blocks if block.kind == "speech"]
        speakers[info.id] = tuple(dict.fromkeys(name for name in named if name))
    return People(generation, speakers)


def conferences_for(engine: WebEngine, people: People, args: Args) -> list[DocumentInfo]:
    """The conferences that an address asks for: ``q``, ``speaker``, ``place``, ``date``,
    ``sort``; the newest first. Raises FilterError."""
    filters = filters_in(args)
    words = _words(args, "q")
    sort = choice_in(args.get("sort"), CONFERENCE_SORTS, "sort")
    places = [fold(place) for place in args.getlist("place") if place.strip()]
    names = [fold(name) for name in filters.get("speaker", ())]
    dates = filters.get("date", ())
    found = engine.conferences()
    if words:
        found = [
            i for i in found if _holds(words, " ".join((i.title, i.place or "", i.date or "")))
        ]
    if places:
        found = [i for i in found if any(place in fold(i.place or "") for place in places)]
    if dates:
        found = [i for i in found if any((i.date or "").startswith(date) for date in dates)]
    if names:
        found = [
            info
            for info in found
            if any(
                name in fold(spoke) for name in names for spoke in people.speakers.get(info.id, ())
            )
        ]
    if sort == "place":
        found.sort(key=lambda info: (not info.place, info.place or ""))
    return found
