"""The production server answers, and stops without cutting anyone off."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys, time
from pathlib import Path
from qa_engine_web import serve
from tests.unit.web.fake import fake_engine

engine = fake_engine()
quick = engine.ask

def slow(question, *rest, **named):
    if "慢" in question:
        time.sleep(1.5)
    return quick(question, *rest, **named)

engine.ask = slow
serve(engine, "127.0.0.1", 0, state=Path(sys.argv[1]))
print("stopped", flush=True)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        cwd=ROOT,
        env={
            "PYTHONPATH": f"{ROOT}:{ROOT / 'web'}",
            "PATH": "/usr/bin:/bin",
            "QA_ENGINE_LOG": "info",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    first, second = process.stderr.readline(), process.stderr.readline()
    address = re.search(r"http://127\.0\.0\.1:\d+", first)
    assert address is not None, first
    yield process, address.group(), second
    if process.poll() is None:
        process.kill()
    process.communicate()


def get(address: str) -> tuple[int, str]:
    with urllib.request.urlopen(address, timeout=20) as response:
        return response.status, response.read().decode()


def test_it_answers_and_says_how_to_change_the_corpus(
    server: tuple[subprocess.Popen[str], str, str],
) -> None:
    """The address and the token are printed; the server's name is not given away."""
    _, address, token_line = server
    assert get(f"{address}/api/v1/health")[0] == 200
    token = token_line.strip().rpartition("：")[2]
    request = urllib.request.Request(
        f"{address}/api/v1/jobs", headers={"Authorization": f"Bearer {token}"}
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=20)
    caught.value.close()
    assert caught.value.code == 403  # the engine in memory cannot be changed
    with urllib.request.urlopen(f"{address}/", timeout=20) as response:
        assert "waitress" not in str(response.headers).casefold()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_lets_running_requests_finish(
    server: tuple[subprocess.Popen[str], str, str], number: signal.Signals
) -> None:
    """Who asked before the stop gets an answer; then the process ends by itself."""
    process, address, _ = server
    answers: list[tuple[int, str]] = []
    asking = threading.Thread(
        target=lambda: answers.append(get(f"{address}/api/v1/ask?q=%E6%85%A2"))
    )
    asking.start()
    time.sleep(0.5)
    process.send_signal(number)
    asking.join(20)
    assert answers
    assert answers[0][0] == 200
    assert process.wait(20) == 0
    assert process.stdout is not None
    assert "stopped" in process.stdout.read()


def test_clients_that_send_slowly_keep_no_one_waiting(
    server: tuple[subprocess.Popen[str], str, str],
) -> None:
    """Forty half-sent requests occupy no thread; malformed ones end in a 4xx."""
    _, address, _ = server
    port = int(address.rpartition(":")[2])
    slow = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(40)]
    try:
        for number, client in enumerate(slow):
            body = b"POST /api/v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\n{"
            client.sendall(b"GET / HTTP/1.1\r\nHost: 127" if number % 2 else body)
        assert get(f"{address}/api/v1/ask?q=%E5%A0%A4")[0] == 200
        for wrong in (b"\x00\x01\x02\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\n b: c\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
                client.sendall(wrong)
                assert client.recv(100).split()[1][:1] == b"4"
    finally:
        for client in slow:
            client.close()


def test_a_log_line_names_its_request(
    server: tuple[subprocess.Popen[str], str, str],
) -> None:
    """Lines on standard error are JSON, one a request, without the question."""
    process, address, _ = server
    with urllib.request.urlopen(f"{address}/api/v1/ask?q=%E5%A0%A4", timeout=20) as response:
        id = response.headers["X-Request-Id"]
    assert process.stderr is not None
    line = json.loads(process.stderr.readline())
    assert (line["request"], line["route"], line["status"]) == (id, "/api/v1/ask", 200)
    assert "堤" not in str(line)


def test_a_taken_port_is_a_clear_error(
    server: tuple[subprocess.Popen[str], str, str], tmp_path: Path
) -> None:
    """With the next step."""
    from qa_engine.errors import UsageError
    from qa_engine_web import serve
    from tests.unit.web.fake import fake_engine

    port = int(server[1].rpartition(":")[2])
    with pytest.raises(UsageError) as caught:
        serve(fake_engine(), "127.0.0.1", port)
    assert "--port" in caught.value.hint
