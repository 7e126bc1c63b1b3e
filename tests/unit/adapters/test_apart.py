"""Files are read in a process of their own: what happens there stays there.

Misbehaving parsers are put into that process by a ``sitecustomize`` module, which Python
imports at its start.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa_engine.adapters.apart import Limits, ReaderApart
from qa_engine.adapters.hashing_encoder import HashingEncoder
from qa_engine.adapters.memory import MemoryStore
from qa_engine.errors import SourceError, UnreadableFile, UnsupportedFormat, UsageError
from qa_engine.indexing import update
from qa_engine.settings import settings
from qa_engine.sources.read import read_documents
from qa_engine.text.words import Cutter
from qa_engine.wiring import make_reading
from tests.conftest import CORPUS

MISBEHAVING = """
import ctypes, os, sys
from qa_engine.sources import plain
sound = plain.read_plain

def read_plain(data, id, name):
    text = data.decode("utf-8", "replace")
    if "LOOP" in text:
        while True:
            pass
    if "DEAF" in text:
        import signal
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            pass
    if "STEPS" in text:
        import time
        from qa_engine.sources.steps import step
        for _ in range(8):
            time.sleep(0.6)
            step()
    if "CHILD" in text:
        from qa_engine.sources import legacy
        legacy._run(["sleep", "98.76"])
    if "EAT" in text:
        kept = []
        while True:
            kept.append(bytes(64 << 20))  # not touched: takes no time, only room
    if "EXIT" in text:
        os._exit(3)
    if "CRASH" in text:
        ctypes.string_at(0)
    if "SWEAR" in text:
        print("noise on standard output", flush=True)
        os.write(1, b"more noise")
    if "LIE" in text:
        for number in range(3, 20):
            try:
                os.write(number, b"D" + bytes([0, 0, 0, 0, 0, 0, 0, 4]) + b"null")
            except OSError:
                pass
    if "WRONG" in text:
        raise AssertionError("a parser's mistake")
    return sound(data, id, name)

plain.read_plain = read_plain
"""
QUICK = Limits(seconds=3, seconds_per_mb=0, memory=1 << 30)


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ReaderApart]:
    """With parsers that misbehave on certain words."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(MISBEHAVING, "utf-8")
    path = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))
    monkeypatch.setenv("PYTHONPATH", path)
    with ReaderApart(limits=QUICK) as reader:
        yield reader


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


GOOD = "河堤由水务站巡查。"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("LOOP", "超过 3 秒"),
        ("DEAF", "超过 3 秒"),
        ("EAT", "内存"),
        ("EXIT", "意外退出（3）"),
        pytest.param(
            "CRASH",
            "SIGSEGV",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals"),
        ),
    ],
)
def test_a_parser_that_misbehaves_costs_its_file_only(
    reader: ReaderApart, tmp_path: Path, word: str, said: str
) -> None:
    """Endless loop, memory, exit, crash: an error that names the file and the next step;
    then another process reads on."""
    assert [d.text for d in reader(put(tmp_path, "a.txt", GOOD), "a.txt")] == [GOOD]
    with pytest.raises(UnreadableFile, match=r"b\.txt") as caught:
        list(reader(put(tmp_path, "b.txt", word), "b.txt"))
    assert said in caught.value.message
    assert caught.value.hint
    assert [d.text for d in reader(put(tmp_path, "c.txt", GOOD), "c.txt")] == [GOOD]
    assert reader.started == 2


def test_a_long_reading_that_goes_on_is_not_ended(reader: ReaderApart, tmp_path: Path) -> None:
    """Each page is a sign of life: five seconds under a limit of three."""
    path = put(tmp_path, "a.txt", f"STEPS {GOOD}")
    assert [d.text for d in reader(path, "a.txt")] == [f"STEPS {GOOD}"]
    assert reader.started == 1


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks into /proc")
def test_a_converter_ends_with_its_reader(reader: ReaderApart, tmp_path: Path) -> None:
    """LibreOffice that hangs is not left behind, though it has a process group of its own."""
    with pytest.raises(UnreadableFile):
        list(reader(put(tmp_path, "a.txt", "CHILD"), "a.txt"))
    commands = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            commands.append(path.read_bytes())
    assert b"sleep\x0098.76\0" not in commands


def test_a_parsers_mistake_needs_no_new_process(reader: ReaderApart, tmp_path: Path) -> None:
    """Any exception becomes an error with the file's name; noise on standard output is no
    frame; one process serves many files."""
    with pytest.raises(UnreadableFile, match=r"b\.txt.*AssertionError"):
        list(reader(put(tmp_path, "b.txt", "WRONG"), "b.txt"))
    for number in range(5):
        text = f"SWEAR {GOOD}{number}"
        assert [d.text for d in reader(put(tmp_path, "a.txt", text), "a.txt")] == [text]
    assert reader.started == 1


def test_a_process_that_lies_is_replaced(reader: ReaderApart, tmp_path: Path) -> None:
    """What a hostile file may make it send is checked, never executed."""
    with pytest.raises(UnreadableFile, match=r"b\.txt"):
        list(reader(put(tmp_path, "b.txt", "LIE"), "b.txt"))
    assert [d.text for d in reader(put(tmp_path, "a.txt", GOOD), "a.txt")] == [GOOD]


def test_the_rest_of_an_update_goes_on(reader: ReaderApart, tmp_path: Path) -> None:
    """Four bad files among good ones: the good ones are indexed, the bad ones named."""
    papers = tmp_path / "papers"
    papers.mkdir()
    for number, word in enumerate(("LOOP", "EAT", "EXIT", "WRONG")):
        put(papers, f"bad{number}.txt", word)
        put(papers, f"good{number}.txt", f"{GOOD}{number}")
    report = update(MemoryStore(), HashingEncoder(), Cutter(), [papers], read=reader)
    assert report.added == [f"papers/good{n}.txt" for n in range(4)]
    assert [failure.path for failure in report.failed] == [f"papers/bad{n}.txt" for n in range(4)]
    assert all(failure.hint for failure in report.failed)


def test_documents_and_errors_are_those_of_reading_inside(tmp_path: Path) -> None:
    """The sample corpus, an archive with a bad member, an unsupported file, a missing one."""
    from zipfile import ZipFile

    with ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("好.txt", GOOD)
        archive.writestr("坏.docx", b"PK\x03\x04 no more")
        archive.writestr("好2.txt", GOOD)
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(80))
    paths = [*sorted(CORPUS.glob("0*")), tmp_path / "a.zip", tmp_path / "b.png", tmp_path / "nix"]
    with ReaderApart() as reader:
        for path in paths:
            assert _read(reader, path) == _read(read_documents, path)
        with pytest.raises(UnsupportedFormat):
            list(reader(tmp_path / "b.png", "b.png"))
        with pytest.raises(SourceError, match=r"坏\.docx"):
            list(reader(tmp_path / "a.zip", "a.zip"))


def _read(read: object, path: Path) -> tuple[object, ...]:
    errors: list[tuple[str, str, str, str]] = []
    documents = []
    try:
        found = read(  # type: ignore[operator]
            path, path.name, lambda n, e: errors.append((n, type(e).__name__, e.message, e.hint))
        )
        documents += found
    except SourceError as error:
        errors.append((path.name, type(error).__name__, error.message, error.hint))
    return documents, errors


def test_who_stops_early_is_not_handed_the_rest_of_another_file(tmp_path: Path) -> None:
    """A reading that is given up (Ctrl-C) leaves nothing for the next one."""
    lines = "".join(f'{{"id": "{n}", "text": "{GOOD}{n}"}}\n' for n in range(200))
    many = put(tmp_path, "many.jsonl", lines)
    with ReaderApart() as reader:
        reading = reader(many, "many.jsonl")
        assert next(reading).id == "0"
        reading.close()  # type: ignore[attr-defined]
        assert [d.text for d in reader(put(tmp_path, "a.txt", GOOD), "a.txt")] == [GOOD]
        assert len(list(reader(many, "many.jsonl"))) == 200


def test_the_process_imports_only_what_reading_needs(tmp_path: Path) -> None:
    """No torch, faiss, whoosh, flask or numpy: it starts quickly and stays small."""
    import subprocess

    code = (
        "import sys, qa_engine.sources.worker\n"
        "print(sorted({'torch','faiss','whoosh','flask','numpy','onnxruntime'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_env()
    )
    assert done.stdout.strip() == "[]"


def _env() -> dict[str, str]:
    root = Path(__file__).parents[3]
    return {**os.environ, "PYTHONPATH": str(root)}


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks into /proc")
def test_no_process_is_left_behind(tmp_path: Path) -> None:
    """Neither after the end nor when it was in the middle of a file."""
    with ReaderApart() as reader:
        list(reader(put(tmp_path, "a.txt", GOOD), "a.txt"))
        assert reader._process is not None
        pid = reader._process._child.pid
    assert not Path(f"/proc/{pid}").exists()
    assert not [t for t in threading.enumerate() if "_listen" in t.name and t.is_alive()]


def test_nothing_is_imported_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A corpus with a file named as a Python module runs nothing."""
    mark = tmp_path / "ran"
    for name in ("json.py", "lxml.py", "sitecustomize.py"):
        put(tmp_path, name, f"open({str(mark)!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    with ReaderApart() as reader:
        list(reader(put(tmp_path, "a.txt", GOOD), "a.txt"))
    assert not mark.exists()


def test_a_process_that_cannot_start_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the file and the setting that does without."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with (
        ReaderApart() as reader,
        pytest.raises(UnreadableFile, match=r"a\.txt.*没能启动") as caught,
    ):
        list(reader(put(tmp_path, "a.txt", GOOD), "a.txt"))
    assert "QA_ENGINE_READING=inside" in caught.value.hint


def test_reading_inside_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """For debuggers; unknown values are refused by name."""
    monkeypatch.setenv("QA_ENGINE_READING", "inside")
    with make_reading(settings())() as read:
        assert not isinstance(read, ReaderApart)
    monkeypatch.setenv("QA_ENGINE_READING", "apart")
    monkeypatch.setenv("QA_ENGINE_READING_SECONDS", "7")
    with make_reading(settings())() as read:
        assert isinstance(read, ReaderApart)
        assert read._limits.time(2_000_000) == 7 + 20
    for variable, value in (("QA_ENGINE_READING", "x"), ("QA_ENGINE_READING_MB", "viel")):
        monkeypatch.setenv(variable, value)
        with pytest.raises(UsageError, match=variable):
            make_reading(settings())
        monkeypatch.delenv(variable)


def test_a_slow_taker_is_not_a_slow_file(tmp_path: Path) -> None:
    """Only waiting counts: who takes documents slowly does not run into the time limit."""
    lines = "".join(f'{{"id": "{n}", "text": "{GOOD}{n}"}}\n' for n in range(40))
    with ReaderApart(limits=Limits(seconds=1)) as reader:
        taken = 0
        for _ in reader(put(tmp_path, "many.jsonl", lines), "many.jsonl"):
            taken += 1
            if taken in (1, 20):
                time.sleep(1.5)
    assert taken == 40
