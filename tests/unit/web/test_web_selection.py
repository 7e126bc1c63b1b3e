"""A list page and its JSON twin show the same entries for the same parameters."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from qa_engine_web.notebook import Notebook
from qa_engine_web.selection import _moment, _natural


def twin_of(client: FlaskClient, address: str) -> dict[str, Any]:
    """Fetch the JSON twin that a page names."""
    page = client.get(address)
    assert page.status_code == 200, page.text
    (link,) = re.findall(r'rel="alternate" type="application/json" href="([^"]*)"', page.text)
    answer = client.get(link.replace("&amp;", "&"))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


@pytest.mark.parametrize(
    ("address", "tasks"),
    [
        ("/records?q=河堤&due=6月", ["修缮青石河堤岸"]),
        ("/records?department=水务站", ["修缮青石河堤岸", "组织河堤巡查队", "整理沿河古树名录"]),
        ("/records?department=水务站&role=lead", ["修缮青石河堤岸", "组织河堤巡查队"]),
        ("/records?department=水务站&role=cooperate", ["整理沿河古树名录"]),
        ("/records?sort=deadline", ["修缮青石河堤岸", "整理沿河古树名录", "组织河堤巡查队"]),
        ("/records?sort=-deadline", ["整理沿河古树名录", "修缮青石河堤岸", "组织河堤巡查队"]),
    ],
)
def test_tasks_are_narrowed_alike(client: FlaskClient, address: str, tasks: list[str]) -> None:
    """By words, deadline, department and its role, in the same order."""
    found = twin_of(client, address)
    assert [record["record"]["主要工作"] for record in found["records"]] == tasks
    shown = client.get(address).text
    places = [shown.index(f">{task}<") for task in tasks]
    assert places == sorted(places)
    assert f"共 {len(tasks)} 项" in shown


@pytest.mark.parametrize(
    ("address", "count"),
    [
        ("/conferences", 2),
        ("/conferences?speaker=叶听松", 1),
        ("/conferences?place=镇会议室&date=2032", 1),
        ("/conferences?date=2031", 0),
        ("/conferences?q=古树 2032", 1),
        ("/conferences?sort=place", 2),
    ],
)
def test_conferences_are_narrowed_alike(client: FlaskClient, address: str, count: int) -> None:
    """By speaker, place, year and words."""
    assert twin_of(client, address)["total"] == count
    assert f"共 {count} 场" in client.get(address).text


@pytest.mark.parametrize(
    ("params", "count"),
    [("", 1), ("?q=体检", 1), ("?q=石桥", 0), ("?speaker=叶听松&q=古树", 1), ("?speaker=无", 0)],
)
def test_one_conference_is_searched_and_attributed(
    client: FlaskClient, params: str, count: int
) -> None:
    """Words and speaker narrow it; each answer carries the quote with its reference."""
    found = twin_of(client, f"/conference/corpus/发布会.txt{params}")
    assert len(found["exchanges"]) == count
    for exchange in found["exchanges"]:
        assert exchange["question"] == "林间晚报记者：古树怎么保护？"
        (said,) = exchange["says"]
        assert (said["speaker"], said["role"]) == ("叶听松", "林业站站长")
        assert said["quote"].startswith("“古树一树一档，每年体检两次。”（《青石镇古树保护")


@pytest.mark.parametrize(
    ("address", "count"),
    [("/corpus?q=河堤", 1), ("/corpus?kind=press", 2), ("/corpus?problems=1", 1), ("/corpus", 3)],
)
def test_documents_are_narrowed_alike(client: FlaskClient, address: str, count: int) -> None:
    """By words, kind and whether they had problems."""
    assert twin_of(client, address)["total"] == count
    assert f"{count} 份文档" in client.get(address).text


def test_results_are_sorted_by_date_alike(client: FlaskClient) -> None:
    """The newest first."""
    found = twin_of(client, "/search?q=古树&sort=date")
    dates = [hit["passage"]["date"] for hit in found["hits"]]
    assert dates == sorted(dates, reverse=True)
    assert len(set(dates)) > 1


def test_unanswered_questions_are_fetched_page_by_page(client: FlaskClient) -> None:
    """The cursor leads through all of them; a made-up one is refused."""
    book: Notebook = client.application.extensions["qa_notebook"]
    for number in range(5):
        book.note_answer(f"第{number}问？", False)
    cursor, seen = "", []
    while cursor is not None:
        found = client.get(f"/api/v1/unanswered?limit=2&cursor={cursor}").get_json()
        assert len(found["unanswered"]) <= 2
        seen += [entry["question"] for entry in found["unanswered"]]
        cursor = found["next"]
    assert sorted(seen) == [f"第{number}问？" for number in range(5)]
    refused = client.get("/api/v1/unanswered?cursor=nix")
    assert refused.status_code == 400, json.dumps(refused.get_json())


def test_deadlines_are_sorted_as_people_count() -> None:
    """September comes before December, however they are written; what names no day comes last."""
    written = ["长期", "2014-02", "2013.12", "每季度", "2014年1月10日前", "2013年9月底前"]
    first = ["2013年9月底前", "2013.12", "2014年1月10日前", "2014-02"]
    assert sorted(written, key=_moment)[:4] == first
    assert sorted(["第12项", "第9项"], key=_natural) == ["第9项", "第12项"]
