"""The pages for asking, searching and reading."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apiflask import APIBlueprint
from flask import Response, g, make_response, request, send_file
from flask.typing import ResponseReturnValue

from qa_engine.errors import DocumentNotFound, QAEngineError, UsageError
from qa_engine.models import Answer, Citation, Document, Passage
from qa_engine_web import failures
from qa_engine_web.cards import Asked, Origin, answer_cards, citations_of, passage_views
from qa_engine_web.contract import MODES
from qa_engine_web.document_view import (
    block_at,
    checked_span,
    clean_view,
    headings_of,
    parts_of,
    raw_parts,
    raw_view,
)
from qa_engine_web.facets import active_filters, facets
from qa_engine_web.failures import Failure
from qa_engine_web.highlight import Span
from qa_engine_web.links import (
    Params,
    citation_link,
    document_path,
    replacing,
    span_link,
    with_query,
)
from qa_engine_web.parameters import (
    Pages,
    choice_in,
    engine_filters,
    filters_in,
    number_in,
    pages,
    question_in,
)
from qa_engine_web.places import quoted_in, reference_in
from qa_engine_web.rendering import language, note_answer, page, the_engine, the_options
from qa_engine_web.selection import POOL, SORTS, by_date

blueprint = APIBlueprint("pages", __name__, enable_openapi=False)

SHOWN = 10  # passages below an answer and on a page of results
EXAMPLES = 8
DROPPED_SHOWN = 200


def origins() -> dict[str, Origin]:
    """Source, date, kind and title of every document, read once a request."""
    if "origins" not in g:
        g.origins = {
            info.id: Origin(info.source, info.date, info.kind, info.title)
            for info in the_engine().documents()
        }
    found: dict[str, Origin] = g.origins
    return found


def failure_page(failure: Failure) -> Response:
    """An error as a page; a mistake in a question is shown on its page instead."""
    return page("failure.html", failure.status, failure=failure)


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """The search box, or the answer to ``?q=`` with its passages."""
    engine = the_engine()
    filters = filters_in(request.args)
    values: dict[str, Any] = {
        "q": "",
        "context": "",
        "filters": filters,
        "problem": None,
        "examples": [],
        "active": active_filters("/", _params(), {}),
    }
    if "q" not in request.args:
        values["examples"] = engine.examples()[:EXAMPLES]
        return page("ask.html", **values)
    values["q"] = request.args["q"].strip()
    context = request.args.get("context", "").strip()
    try:
        question = question_in(request.args["q"])
        answer = engine.ask(
            question, engine_filters(filters), question_in(context) if context else None
        )
    except UsageError as error:
        values["problem"] = failures.of_engine(error)
        return page("ask.html", **values)
    if not filters and not context:
        note_answer(question, answer.found)
    known = origins()
    shown = _below(answer)
    asked = Asked(question, context, filters, frozenset(passage.id for passage in shown))
    values["active"] = active_filters("/", _params(), _titles())
    return page(
        "ask.html",
        **{**values, "q": question, "context": context},
        resolved=answer.query.text if answer.query is not None else question,
        cards=answer_cards(
            answer,
            asked,
            origins=known,
            language=language(),
            feedback=the_options().state is not None,
        ),
        passages=passage_views(
            shown, asked, citations_of(answer), origins=known, language=language()
        ),
        search_link=with_query("/search", {"q": question, **filters}),
        twin=with_query("/api/v1/ask", {"q": question, "context": context, **filters}),
    )


def _below(answer: Answer) -> list[Passage]:
    """The best passages in their order, then what is cited and not among them.

    A set has its table instead: a hundred rows below would only repeat it.
    """
    shown = {hit.passage.id: hit.passage for hit in answer.hits[:SHOWN]}
    for part in answer.parts or (answer,):
        if not part.items:
            for citation in part.citations:
                shown.setdefault(citation.passage.id, citation.passage)
    return list(shown.values())


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    """Passages only, with facets, sorting and pages."""
    filters = filters_in(request.args)
    params = _params()
    values: dict[str, Any] = {
        "q": request.args.get("q", "").strip(),
        "filters": filters,
        "problem": None,
        "active": active_filters("/search", params, {}),
    }
    if not values["q"]:
        return page("search.html", **values)
    try:
        query = question_in(request.args["q"])
        mode = choice_in(request.args.get("mode"), MODES, "mode")
        sort = choice_in(request.args.get("sort"), SORTS, "sort")
        hits = the_engine().search(query, POOL, mode, engine_filters(filters))
    except UsageError as error:
        values["problem"] = failures.of_engine(error)
        return page("search.html", **values)
    known = origins()
    if sort == "date":
        hits = by_date(hits, {id: origin.date for id, origin in known.items()})
    cut = pages(len(hits), request.args.get("page"), SHOWN, "/search", request.args)
    kinds = {id: origin.kind for id, origin in known.items()}
    values["active"] = active_filters("/search", params, _titles())
    return page(
        "search.html",
        **values,
        found=len(hits),
        more=len(hits) == POOL,
        passages=passage_views(
            (hit.passage for hit in hits[cut.start : cut.end]),
            Asked(query, filters=filters),
            (),
            origins=known,
            language=language(),
        ),
        facets=facets((hit.passage for hit in hits), "/search", params, kinds),
        pages=cut,
        sorts=_choices(params, "sort", SORTS, sort),
        modes=_choices(params, "mode", MODES, mode),
        twin=with_query("/api/v1/search", {"q": query, "mode": mode, "sort": sort, **filters}),
    )


def _choices(
    params: Mapping[str, Sequence[str]], key: str, names: Sequence[str], chosen: str
) -> list[tuple[str, str, bool]]:
    kept = {name: values for name, values in params.items() if name != "page"}
    return [
        (
            with_query("/search", replacing(kept, [(key, name)])),
            f"{key}_{name}",
            name == chosen,
        )
        for name in names
    ]


def _params() -> dict[str, list[str]]:
    return {key: request.args.getlist(key) for key in request.args if key != "lang"}


def _titles() -> dict[str, str]:
    return {id: origin.title for id, origin in origins().items()}


@dataclass(frozen=True, slots=True)
class _CitationSteps:
    """Which citation of the question is open, and the way to its neighbours."""

    number: int
    total: int
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class _DroppedView:
    reason: str
    text: str
    link: str


@blueprint.get("/document/<id:id>")
def document(id: str) -> ResponseReturnValue:
    """A document in its structure, opened at ``?start=…&end=…``."""
    engine = the_engine()
    found = engine.document(id)
    passages = engine.passages_of(id)
    span = checked_span(found, request.args.get("start"), request.args.get("end"))
    asked = Asked(
        request.args.get("q", "").strip(),
        request.args.get("context", "").strip(),
        filters_in(request.args),
    )
    raw = request.args.get("view") == "raw" or not found.blocks
    parts = raw_parts(found) if raw else parts_of(found)
    at = 0 if span is None else span[0] if raw else block_at(found, span[0])
    here_by_span = next((n for n, (_, end) in enumerate(parts, 1) if at < end), len(parts))
    number = number_in(request.args.get("part"), here_by_span, 1, len(parts))
    part = parts[number - 1]
    here = {
        "start": request.args.get("start"),
        "end": request.args.get("end"),
        **(asked.params() if asked.question else {}),
    }
    path = document_path(id)
    quoted = _quote(found, passages, span)
    return page(
        "document.html",
        document=found,
        passage_count=len(passages),
        raw=raw,
        views=[] if raw else clean_view(found, passages, span, part),
        pieces=raw_view(found, passages, span, part) if raw else [],
        outline=[] if raw else _outline(found, parts, number),
        part=_part_steps(path, {**here, "view": "raw" if raw else None}, number, len(parts)),
        quote=quoted[0],
        quote_copy=quoted[1],
        facts=_facts(found),
        citations=_steps(asked, id, span),
        back_link=with_query("/", asked.params()) if asked.question else None,
        dropped=_dropped(found),
        dropped_total=len(found.dropped),
        clean_link=with_query(path, here) + ("#cited" if span else ""),
        raw_link=with_query(path, {**here, "view": "raw"}) + ("#cited" if span else ""),
        original_link=document_path(id, "original"),
        conference_link=document_path(id, "conference"),
        twin=document_path(id, "api/v1/documents"),
    )


def _quote(document: Document, passages: Sequence[Passage], span: Span | None) -> tuple[str, str]:
    """The marked text and the same with its reference; empty without a span."""
    if span is None:
        return "", ""
    quote = document.text[span[0] : span[1]].strip()
    holder = next((p for p in passages if p.start <= span[0] < p.end), None)
    if holder is None:
        title = document.title if language() == "en" else f"《{document.title}》"
        return quote, quoted_in(quote, title, language())
    reference = reference_in(holder, document.source, document.date, language())
    return quote, quoted_in(quote, reference, language())


def _facts(document: Document) -> list[tuple[str, str, str]]:
    """Name, value and place of each thing that a document says of itself."""
    return [
        (cell.header, cell.value, span_link(document.id, cell.start, cell.end))
        for cell in document.facts.cells
        if cell.value and cell.start >= 0
    ]


def _outline(document: Document, parts: Sequence[Span], shown: int) -> list[tuple[str, str, int]]:
    """Link, text and level of each heading; those of another part lead there."""
    found: list[tuple[str, str, int]] = []
    for index, slug, text, level in headings_of(document):
        if text.strip() and not (not found and text.strip() == document.title.strip()):
            number = next(n for n, (_, end) in enumerate(parts, 1) if index < end)
            there = "" if number == shown else f"?part={number}"
            found.append((f"{there}#{slug}", text, level))
    return found if len(found) > 2 else []


def _part_steps(path: str, here: Params, number: int, total: int) -> Pages | None:
    """The way to the parts before and after; None for a document of one part."""
    if total == 1:
        return None

    def link(to: int) -> str | None:
        return with_query(path, {**here, "part": to}) if 1 <= to <= total else None

    return Pages(number, total, 0, 0, link(number - 1), link(number + 1))


def _dropped(document: Document) -> list[_DroppedView]:
    return [
        _DroppedView(
            part.reason,
            document.text[part.start : part.end],
            span_link(document.id, part.start, part.end, view="raw") + "#cited",
        )
        for part in document.dropped[:DROPPED_SHOWN]
    ]


def _steps(asked: Asked, id: str, span: Span | None) -> _CitationSteps | None:
    """The question is asked again: answers are quick, and addresses stay shareable."""
    if not asked.question or span is None:
        return None
    try:
        context = question_in(asked.context) if asked.context else None
        answer = the_engine().ask(
            question_in(asked.question), engine_filters(asked.filters), context
        )
        citations = citations_of(answer)
    except QAEngineError:
        return None
    at = _position(citations, id, span)
    if at is None or len(citations) < 2:
        return None
    links = [citation_link(citation, asked.params()) for citation in citations]
    return _CitationSteps(
        at + 1,
        len(citations),
        links[at - 1] if at else None,
        links[at + 1] if at + 1 < len(links) else None,
    )


def _position(citations: Sequence[Citation], id: str, span: Span) -> int | None:
    for index, citation in enumerate(citations):
        if (citation.passage.document, citation.start, citation.end) == (id, *span):
            return index
    return None


@blueprint.get("/original/<id:id>")
def original(id: str) -> ResponseReturnValue:
    """The file as it came, or its text where there is no such file (a member of a zip)."""
    info = next((info for info in the_engine().documents() if info.id == id), None)
    if info is None:
        raise DocumentNotFound(f"没有这份文档：{id[:200]}", "请在“文档库”里找。")
    path = Path(info.path) if info.path else None
    if path is not None and path.is_file():
        return send_file(
            path.resolve(),
            mimetype="application/octet-stream",
            as_attachment=True,
            download_name=path.name.encode("utf-8", "replace").decode(),
            conditional=True,
            etag=True,
        )
    content = the_engine().document(id).text.encode("utf-8", errors="replace")
    name = f"{Path(id).name or 'document'}.txt"
    return make_response(
        send_file(
            io.BytesIO(content),
            mimetype="text/plain; charset=utf-8",
            as_attachment=True,
            download_name=name,
        )
    )
