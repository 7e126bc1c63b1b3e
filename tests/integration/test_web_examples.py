"""The examples of docs/web.md do what the page says, with the real engine."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa_engine import wiring
from qa_engine.settings import settings
from qa_engine_web import WebOptions, create_app
from tests.serving import serve_in_thread

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "web.md").read_text("utf-8")
DEFAULT = "http://127.0.0.1:8000"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("index")
    chosen = settings(folder, model="hashing", reader="none")
    wiring.index(chosen, [ROOT / "corpus"])
    with wiring.open_engine(chosen) as engine:
        app = create_app(engine, WebOptions(state=folder, token="TOKEN"))
        found, stop = serve_in_thread(app)
        yield found
        app.extensions["qa_library"].jobs.drain(20)
        stop()


def test_every_curl_example_gets_json_without_an_error(address: str, tmp_path: Path) -> None:
    """In the order of the page: what is uploaded can be removed."""
    assert shutil.which("curl"), "needs curl"
    (tmp_path / "notice.txt").write_text("青石镇通知\n\n河堤由水务站巡查。\n", "utf-8")
    lines = [line for block in blocks("bash") for line in block.strip().splitlines()]
    assert len(lines) == 8
    for line in lines:
        done = subprocess.run(
            ["bash", "-c", line.replace(DEFAULT, address)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        result = json.loads(done.stdout)
        assert "error" not in result, line
        if "/ask" in line:
            assert result["text"] == "区质监分局"
            assert result["citations"][0]["passage"]["row"] == 7


def test_the_python_example_prints_the_answer(address: str) -> None:
    """As it stands on the page."""
    (program,) = blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", program.replace(DEFAULT, address)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("区质监分局 0.")


def test_the_error_example_is_what_is_sent(address: str) -> None:
    """The shape on the page is the shape of the API."""
    from urllib.error import HTTPError
    from urllib.request import urlopen

    (example,) = blocks("json")
    with pytest.raises(HTTPError) as caught:
        urlopen(f"{address}/api/v1/ask?q=%20", timeout=20)
    with caught.value as response:
        sent = json.load(response)
    assert set(sent["error"]) == set(json.loads(example)["error"])
    assert sent["error"]["code"] == json.loads(example)["error"]["code"]


def test_every_page_of_the_table_exists(address: str) -> None:
    """Each address that the guide lists is a route; editors ask for the token."""
    from urllib.request import Request, urlopen

    for path in re.findall(r"`(/[a-z/]*)`", GUIDE):
        if path == "/api/v":
            continue
        asked = Request(f"{address}{path}")
        if path.startswith("/corpus/"):
            asked.add_header("Authorization", "Bearer TOKEN")
        with urlopen(asked, timeout=20) as response:
            assert response.status == 200
