"""Addresses are root-relative and quote everything that comes from outside."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from qa_engine_web.facets import active_filters, facets
from qa_engine_web.links import document_path, span_link, with_query
from qa_engine_web.parameters import pages
from tests.unit.web.fake import press_document, table_document


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40))
def test_an_id_survives_its_address(id: str) -> None:
    """The path decodes to the id and holds nothing that ends an attribute or a path."""
    path = document_path(id)
    assert unquote(path) == f"/document/{id}"
    assert not set(path) & set('"<>#?&% \n\t'.replace("%", ""))
    assert urlsplit(path).query == ""


def test_dotted_segments_are_quoted() -> None:
    """A browser would shorten /document/../x."""
    assert document_path("../x") == "/document/%2E%2E/x"


def test_a_span_link_names_span_passage_and_question() -> None:
    """The contract's form: start, end, then the passage as fragment."""
    link = span_link("corpus/a b.txt", 3, 9, 4, {"q": "谁？"})
    assert link == "/document/corpus/a%20b.txt?start=3&end=9&q=%E8%B0%81%EF%BC%9F#p4"


def test_empty_parameters_are_left_out() -> None:
    """An address shows only what is set."""
    assert with_query("/search", {"q": "", "kind": ["a", "b"], "x": None}) == (
        "/search?kind=a&kind=b"
    )


def test_facets_count_and_link_and_leave_out_what_is_active() -> None:
    """Each value says how often it occurs and adds itself to the address."""
    passages = [*table_document()[1], *press_document()[1]]
    found = {facet.key: facet for facet in facets(passages, "/search", {"q": ["河堤"]})}
    department = {value.value: value for value in found["department"].values}
    assert department["水务站"].count == 3
    assert department["村建办"].count == 1
    assert department["水务站"].link == (
        "/search?q=%E6%B2%B3%E5%A0%A4&department=%E6%B0%B4%E5%8A%A1%E7%AB%99"
    )
    assert {value.value for value in found["date"].values} == {"2031", "2032"}
    again = {
        facet.key: facet
        for facet in facets(passages, "/search", {"department": ["水务站"], "page": ["3"]})
    }
    assert "水务站" not in {value.value for value in again["department"].values}
    assert "page" not in again["date"].values[0].link


def test_an_active_filter_links_to_the_list_without_it() -> None:
    """Removing one filter keeps the others and goes back to the first page."""
    params = {"q": ["河"], "kind": ["table", "press"], "page": ["2"]}
    (first, second) = active_filters("/search", params, {})
    assert (first.value, first.link) == ("table", "/search?q=%E6%B2%B3&kind=press")
    assert second.link == "/search?q=%E6%B2%B3&kind=table"


def test_pages_cut_a_list_and_stay_within_it() -> None:
    """A page number from outside never leads past the ends."""
    args = MultiDict({"q": "河", "page": "99"})
    last = pages(21, "99", 10, "/search", args)
    assert (last.number, last.total, last.start, last.end, last.after) == (3, 3, 20, 21, None)
    assert last.before == "/search?q=%E6%B2%B3&page=2"
    assert pages(0, "x", 10, "/search", args).total == 1
