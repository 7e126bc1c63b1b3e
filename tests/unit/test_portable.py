"""What Windows does not allow does not happen: checked here without Windows."""

from __future__ import annotations

import ast
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa_engine.errors import IndexError_
from qa_engine.indexing import update
from qa_engine.settings import settings
from qa_engine.wiring import index, make_cutter, make_encoder, make_store, open_engine
from tests.conftest import CORPUS, ROOT

SOURCES = sorted([*(ROOT / "qa_engine").rglob("*.py"), *(ROOT / "web/qa_engine_web").rglob("*.py")])

# Renames fail on Windows when the target exists, and a file that is open or mapped can be
# neither replaced nor removed. These replace a file that nobody keeps open:
REPLACES = {
    ("qa_engine/adapters/generations.py", "publish"),  # CURRENT, tried again for a while
    ("qa_engine/bulk/parts.py", "put"),
    ("qa_engine/cli/commands.py", "_ask_into_file"),
    ("qa_engine/cli/commands.py", "export"),
    ("qa_engine/text/dictionary.py", "_write_mapped"),
    ("web/qa_engine_web/library.py", "_undo_save"),
    ("web/qa_engine_web/editing.py", "save_text"),
    ("web/qa_engine_web/uploads.py", "save"),
    ("web/qa_engine_web/uploads.py", "put_in_bin"),
    ("web/qa_engine_web/uploads.py", "bring_back"),
}
# This one renames to a name that nothing has, and is ready for losing the race.
RENAMES = {("qa_engine/adapters/model_store.py", "rename")}
TEXT_CALLS = {"open": 1, "read_text": 0, "write_text": 1, "fdopen": 1}  # place of mode/encoding


def calls(path: Path) -> Iterator[tuple[ast.Call, str, str]]:
    """Every call in a file, the name called, and the function that it stands in."""
    tree = ast.parse(path.read_text("utf-8"))
    owner: dict[ast.AST, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for child in ast.walk(node):
                owner[child] = node.name
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else ""
            name = function.id if isinstance(function, ast.Name) else name
            yield node, name, owner.get(node, "")


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_open_or_existing_file_is_renamed_over() -> None:
    """Only the places named above replace a file; nothing else renames or moves one."""
    renames, replaces = set(), set()
    for path in SOURCES:
        for call, name, owner in calls(path):
            if name in {"rename", "renames"} or ast.unparse(call.func) == "shutil.move":
                renames.add((place(path), name))
            elif name == "replace" and len(call.args) == 1 and not call.keywords:
                replaces.add((place(path), owner))
    assert renames <= RENAMES
    assert replaces <= REPLACES


def test_text_files_name_their_encoding() -> None:
    """The platform's own is GBK on Chinese Windows."""
    wrong = []
    for path in SOURCES:
        for call, name, _ in calls(path):
            if name not in TEXT_CALLS:
                continue
            keywords = {k.arg: k.value for k in call.keywords}
            texts = [
                a.value for a in [*call.args, *keywords.values()] if isinstance(a, ast.Constant)
            ]
            binary = any(
                isinstance(t, str) and re.fullmatch(r"[rwxa+]*b[rwxa+]*", t) for t in texts
            )
            named = "encoding" in keywords or (name == "read_text" and call.args)
            named = named or (name == "write_text" and len(call.args) > 1)
            # `store.open()`, `os.open` and `package.open(member)` give no text file.
            receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
            other = name == "open" and isinstance(receiver, ast.Name | ast.Attribute | ast.Call)
            other = other and not any(
                isinstance(t, str) and t in {"r", "w", "a", "x"} for t in texts
            )
            if not (binary or named or other):
                wrong.append(f"{place(path)}:{call.lineno}")
    assert wrong == []


def test_what_only_one_system_has_is_imported_behind_a_question() -> None:
    """fcntl, resource, msvcrt and the like stand below ``if sys.platform``; no fork."""
    only = {"fcntl", "resource", "msvcrt", "pwd", "grp", "termios", "winreg"}
    wrong = []
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        asked = {
            child
            for node in ast.walk(tree)
            if isinstance(node, ast.If) and "platform" in ast.unparse(node.test)
            for child in ast.walk(node)
        }
        for node in ast.walk(tree):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if only & set(names) and node not in asked:
                wrong.append(f"{place(path)}:{node.lineno}")  # type: ignore[attr-defined]
        wrong += [f"{place(path)}: {n}" for _, n, _ in calls(path) if n in {"fork", "mkfifo"}]
    assert wrong == []


def test_names_and_paths_in_an_index_suit_every_file_system(tmp_path: Path) -> None:
    """No reserved character or name, no two that differ by case, and short enough below
    Windows's 260 characters for a folder of 120."""
    folder = tmp_path / "index"
    index(settings(folder, model="hashing"), [CORPUS])
    names = [path.relative_to(folder) for path in folder.rglob("*")]
    assert names
    for name in names:
        for part in name.parts:
            assert not re.search(r'[<>:"|?*\\\x00-\x1f]', part), name
            assert not part.endswith((".", " ")), name
            assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", part), name
        assert len(str(name)) < 120
    assert len({str(name).casefold() for name in names}) == len(names)


@pytest.mark.skipif(sys.platform == "win32", reason="needs another user")
def test_an_index_that_may_only_be_read_answers_and_refuses_changes() -> None:
    """From a read-only folder one can ask; a change ends in a message, the index intact."""
    with tempfile.TemporaryDirectory() as name:  # pytest's own is closed to other users
        Path(name).chmod(0o755)
        folder = Path(name, "index")
        chosen = settings(folder, model="hashing", reader="none")
        index(chosen, [CORPUS])
        before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        cutter = make_cutter(chosen)
        is_root = os.geteuid() == 0
        if is_root:
            os.seteuid(65534)  # root may write anywhere
        try:
            with open_engine(chosen) as engine:
                assert engine.search("质量")
                assert engine.ask("首席质量官培训由哪个部门牵头？").query.text
            with pytest.raises(IndexError_) as caught:
                update(make_store(chosen), make_encoder(chosen), cutter, [], rebuild=True)
        finally:
            if is_root:
                os.seteuid(0)
            for path in [folder, *folder.rglob("*")]:
                path.chmod(0o755 if path.is_dir() else 0o644)
        assert str(folder) in caught.value.message
        assert caught.value.hint
        assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before
