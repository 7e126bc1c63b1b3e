"""Root-relative addresses of pages; every part that comes from outside is quoted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote, urlencode

from qa_engine.models import Citation, Passage

Params = Mapping[str, str | int | Sequence[str] | None]


def with_query(path: str, params: Params) -> str:
    """``path?…`` with empty values left out and sequences repeated."""
    pairs: list[tuple[str, str]] = []
    for key, value in params.items():
        if value is None or value == "" or value == ():
            continue
        if isinstance(value, str | int):
            pairs.append((key, str(value)))
        else:
            pairs.extend((key, item) for item in value)
    return f"{path}?{urlencode(pairs)}" if pairs else path


def document_path(id: str, base: str = "document") -> str:
    """``/document/…``; slashes of the id stay, everything else unsafe is quoted.

    Empty segments stay (ids may be addresses); dotted ones are quoted for the programs
    that would shorten them.
    """
    parts = id.split("/")
    return f"/{base}/" + "/".join(_segment(part) for part in parts)


def _segment(part: str) -> str:
    quoted = quote(part, safe="~!$'()*,;=:@+")
    return quoted.replace(".", "%2E") if quoted in {".", ".."} else quoted


def span_link(
    document: str,
    start: int,
    end: int,
    ordinal: int | None = None,
    asked: Params | None = None,
    view: str | None = None,
) -> str:
    """The document opened at a span; ``#p…`` names the passage.

    ``asked`` is what was asked (``q``, ``context``, filters), for the way back.
    """
    link = with_query(
        document_path(document), {"start": start, "end": end, **(asked or {}), "view": view}
    )
    return f"{link}#p{ordinal}" if ordinal is not None else link


def citation_link(citation: Citation, asked: Params | None = None) -> str:
    """Where a citation stands."""
    passage = citation.passage
    return span_link(passage.document, citation.start, citation.end, passage.ordinal, asked)


def passage_link(passage: Passage, asked: Params | None = None) -> str:
    """Where a passage stands."""
    return span_link(passage.document, passage.start, passage.end, passage.ordinal, asked)


def without(params: Mapping[str, Sequence[str]], key: str, value: str) -> dict[str, list[str]]:
    """URL parameters with one value of one key removed, and without a page number."""
    return {
        name: [item for item in values if (name, item) != (key, value)]
        for name, values in params.items()
        if name != "page"
    }


def adding(params: Mapping[str, Sequence[str]], key: str, value: str) -> dict[str, list[str]]:
    """URL parameters with one value of one key added, and without a page number."""
    result = {name: list(values) for name, values in params.items() if name != "page"}
    if value not in result.setdefault(key, []):
        result[key].append(value)
    return result


def replacing(
    params: Mapping[str, Sequence[str]], values: Iterable[tuple[str, str]]
) -> dict[str, list[str]]:
    """URL parameters with some keys set anew."""
    result = {name: list(items) for name, items in params.items()}
    for key, value in values:
        result[key] = [value]
    return result
