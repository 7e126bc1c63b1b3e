"""Pages that list things: tasks, press conferences, documents; and their exports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue

from qa_engine.errors import DocumentNotFound
from qa_engine.models import Passage
from qa_engine.text.organisations import split_organisations
from qa_engine_web.cards import Asked, answer_cards
from qa_engine_web.conference_view import exchanges, narrowed
from qa_engine_web.exports import FORMS, table_file
from qa_engine_web.facets import active_filters
from qa_engine_web.highlight import query_spans, segments
from qa_engine_web.links import document_path, passage_link, replacing, with_query
from qa_engine_web.pages import origins
from qa_engine_web.parameters import engine_filters, filters_in, pages, question_in
from qa_engine_web.places import place_in
from qa_engine_web.rendering import language, page, the_engine, the_people, translate
from qa_engine_web.selection import (
    COLUMNS,
    CONFERENCE_SORTS,
    ROLES,
    conferences_for,
    record_values,
    records_for,
)

blueprint = APIBlueprint("lists", __name__, enable_openapi=False)

RECORDS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A task: its columns by name, and where it stands."""

    values: Mapping[str, str]
    title: str
    place: str
    link: str

    def cells(self) -> list[str]:
        return [*(self.values[name] for name, _ in COLUMNS), self.title, self.place]


def _record_row(passage: Passage) -> RecordRow:
    return RecordRow(
        record_values(passage),
        passage.title.strip() or passage.document,
        place_in(passage, language()),
        passage_link(passage),
    )


def _records() -> list[RecordRow]:
    return [_record_row(passage) for passage in records_for(the_engine(), request.args)]


@blueprint.get("/records")
def records() -> ResponseReturnValue:
    """Every task found in tables and duty clauses."""
    rows, filters = _records(), filters_in(request.args)
    cut = pages(len(rows), request.args.get("page"), RECORDS_SHOWN, "/records", request.args)
    params = {key: request.args.getlist(key) for key in request.args if key not in {"lang", "page"}}
    departments = Counter(
        name
        for row in rows
        for column in ("lead", "cooperate")
        for name in split_organisations(row.values[column])
    )
    return page(
        "records.html",
        rows=rows[cut.start : cut.end],
        total=len(rows),
        columns=[name for name, _ in COLUMNS],
        q=request.args.get("q", ""),
        due=request.args.get("due", ""),
        role=request.args.get("role", ROLES[0]),
        roles=ROLES,
        filters=filters,
        active=active_filters(
            "/records", params, {id: origin.title for id, origin in origins().items()}
        ),
        departments=departments.most_common(200),
        documents=sorted({(p.document, p.title) for p in the_engine().records()}),
        sort=request.args.get("sort", "document"),
        sort_link=lambda name: with_query("/records", replacing(params, [("sort", name)])),
        sorted_by=request.args.get("sort", "document").removeprefix("-"),
        exports=[(form, with_query(f"/export/records.{form}", params)) for form in FORMS],
        pages=cut,
        twin=with_query("/api/v1/records", params),
    )


@blueprint.get("/export/records.<any(csv, xlsx):form>")
def export_records(form: str) -> ResponseReturnValue:
    """The same rows as a file."""
    rows = _records()
    headers = [translate(f"column_{name}") for name, _ in COLUMNS]
    headers += [translate("facet_document"), translate("where")]
    return table_file(form, translate("nav_records"), headers, (row.cells() for row in rows))


@blueprint.get("/export/answer.<any(csv, xlsx):form>")
def export_answer(form: str) -> ResponseReturnValue:
    """A set answer as a file, each item with its reference."""
    question = question_in(request.args.get("q", ""))
    filters = filters_in(request.args)
    context = request.args.get("context", "").strip()
    answer = the_engine().ask(
        question, engine_filters(filters), question_in(context) if context else None
    )
    cards = answer_cards(
        answer,
        Asked(question, context, filters),
        origins=origins(),
        language=language(),
        feedback=False,
    )
    rows: list[list[str]] = []
    headers: Sequence[str] = (translate("item"),)
    for card in cards:
        if card.table:
            headers = [name or translate("item") for name in card.table.headers]
            rows += [[*row.values, row.note.quote, row.note.reference] for row in card.table.rows]
        elif card.found:
            rows += [[card.text, note.quote, note.reference] for note in card.notes]
    return table_file(
        form,
        translate("answer"),
        [*headers, translate("quoted"), translate("where")],
        rows,
    )


@blueprint.get("/conferences")
def conferences() -> ResponseReturnValue:
    """Press conferences by date and place."""
    engine = the_engine()
    people = the_people()
    found = conferences_for(engine, people, request.args)
    params = {key: request.args.getlist(key) for key in request.args if key not in {"lang", "page"}}
    cut = pages(len(found), request.args.get("page"), 25, "/conferences", request.args)
    shown = []
    for info in found[cut.start : cut.end]:
        document = engine.document(info.id)
        shown.append((info, document.participants, document_path(info.id, "conference")))
    return page(
        "conferences.html",
        found=shown,
        total=len(found),
        q=request.args.get("q", ""),
        speaker=request.args.get("speaker", ""),
        speakers=Counter(name for names in people.speakers.values() for name in names),
        place=request.args.get("place", ""),
        places=Counter(info.place for info in engine.conferences() if info.place).most_common(100),
        date=request.args.get("date", ""),
        years=sorted({info.date[:4] for info in engine.conferences() if info.date}, reverse=True),
        sort=request.args.get("sort", CONFERENCE_SORTS[0]),
        sorts=CONFERENCE_SORTS,
        pages=cut,
        twin=with_query("/api/v1/conferences", params),
    )


@blueprint.get("/conference/<id:id>")
def conference(id: str) -> ResponseReturnValue:
    """Participants, the questions as an outline, each answer attributed."""
    engine = the_engine()
    document = engine.document(id)
    said = exchanges(document, language())
    if not said and not document.participants and not document.blocks:
        raise DocumentNotFound(f"这份文档里没有问答：{id[:200]}", "请看文档页。")
    speaker, q = request.args.get("speaker", ""), request.args.get("q", "").strip()[:500]
    speakers = Counter(say.speaker for exchange in said for say in exchange.says if say.speaker)
    path = document_path(id, "conference")
    return page(
        "conference.html",
        document=document,
        exchanges=narrowed(said, q, speaker),
        total=len(said),
        q=q,
        marked=lambda text: segments(text, (), query_spans(q, text)),
        speakers=[
            (name, count, with_query(path, {"q": q, "speaker": name}))
            for name, count in speakers.items()
        ],
        speaker=speaker,
        path=path,
        all_link=with_query(path, {"q": q}),
        ranked_link=with_query("/search", {"q": q, "document": id, "speaker": speaker}),
        document_link=document_path(id),
        twin=with_query(document_path(id, "api/v1/conferences"), {"q": q, "speaker": speaker}),
    )
