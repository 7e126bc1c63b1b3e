"""Every way in ranks alike: Python, command line, page and API."""

from __future__ import annotations

import json
import random
import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from qa_engine.cli import main
from qa_engine.engine import Engine
from qa_engine_web.app import create_app

QUESTIONS = 200
SHOWN = 10
_CLAUSE = re.compile(r"[\u4e00-\u9fff0-9]{4,24}")
_TAILS = ("", "是多少？", "由哪个部门负责？", "有哪些要求")
_CARD = re.compile(r'<article class="card passage.*?<a href="([^"]+)"', re.DOTALL)


def random_queries(engine: Engine, count: int, seed: int = 11) -> list[str]:
    """Clauses of the documents, some turned into questions; all different."""
    chance = random.Random(seed)
    texts = [engine.document(info.id).text for info in engine.documents()]
    clauses = sorted({clause for text in texts for clause in _CLAUSE.findall(text)})
    return [clause + chance.choice(_TAILS) for clause in chance.sample(clauses, count)]


def place(link: str) -> tuple[str, str]:
    """Document and passage that a link of the page leads to."""
    parts = urlsplit(unescape(link))
    return unquote(parts.path).removeprefix("/document/"), parts.fragment


@pytest.mark.long
def test_every_way_in_ranks_alike(
    corpus_engine: Engine, corpus_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """200 random queries give the same passages in the same order in Python, on the
    command line, on the page and by the API."""
    client = create_app(corpus_engine).test_client()
    for query in random_queries(corpus_engine, QUESTIONS):
        hits = corpus_engine.search(query, SHOWN)
        wanted = [hit.passage.id for hit in hits]
        assert wanted, query
        by_api = client.get("/api/v1/search", query_string={"q": query, "limit": SHOWN})
        assert [hit["passage"]["id"] for hit in by_api.get_json()["hits"]] == wanted, query
        by_page = client.get("/search", query_string={"q": query}).get_data(as_text=True)
        shown = [place(link) for link in _CARD.findall(by_page)]
        assert shown == [(h.passage.document, f"p{h.passage.ordinal}") for h in hits], query
        status = main(
            ["search", query, "--json", "--limit", str(SHOWN), "--index", str(corpus_index)]
        )
        by_command = json.loads(capsys.readouterr().out)
        assert status == 0
        assert [hit["passage"]["id"] for hit in by_command] == wanted, query
